/**
 * Makes back-ups: `house`, to be kept long, and `wraps`, of which only the newest copy is kept.
 *
 * `house` holds every row but the wrapped keys of persons and the look-up rows, and the files of
 * documents, log and trust. `wraps` holds the wrapped keys, and replaces the copy before it at each
 * back-up and each change of epoch: whoever was erased since has no key in any copy (law 7).
 * In neither: the key store and the keys of processes, which their holders keep.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

import {
  type BackupKind,
  type DataKeys,
  printContents,
  printSection,
  type SectionHead,
  sealBackup,
  type Tally,
} from '#adapters/backup';
import { syncFolder } from '#adapters/objects';
import { lookupTables, type Snapshot, withSnapshot, wrapTables } from '#adapters/postgres';
import { toBase64, toHex } from '#base/bytes';
import { type Clock, formatInstant } from '#base/clock';
import type { Random } from '#base/random';
import type { Original } from '#formats/entry';
import { readIfThere, writeText } from '../estate/secrets.ts';

/** Folders of the root that a `house` holds whole; the others belong to one process each. */
export const keptFolders = ['objects', 'log', 'tenants', 'trust', 'anchors'] as const;
export const wrapsName = 'wraps.backup';
const idBytes = 16;
const placesFile = 'backup-places.json';

export interface BackupParts {
  /** Where all state lies. */
  readonly root: string;
  /** The worker's own folder, which remembers where copies of wrapped keys lie. */
  readonly folder: string;
  /** As fubie_backup. */
  readonly databaseUrl: string;
  readonly keys: DataKeys;
  readonly clock: Clock;
  readonly random: Random;
}

/** What was made, for the register and for people. */
export interface BackupMade {
  readonly kind: BackupKind;
  readonly id: string;
  readonly at: string;
  readonly file: string;
  /** The sealed file by its length and digests: it is what the register speaks of. */
  readonly original: Original;
  readonly rows: number;
  readonly files: number;
}

/** A `house` and its `wraps`, of one moment, into the folder `to`. */
export async function backUpHouse(parts: BackupParts, to: string): Promise<readonly BackupMade[]> {
  await rememberPlace(parts.folder, to);
  return withSnapshot(parts.databaseUrl, async (snapshot) => [
    await make(parts, { kind: 'house', to, snapshot }),
    await make(parts, { kind: 'wraps', to, snapshot }),
  ]);
}

/**
 * Renews the copy of wrapped keys in every folder that ever got a back-up. Called before an epoch's
 * secret is destroyed, or the copy would hold keys of an epoch that nobody has.
 */
export async function backUpWraps(parts: BackupParts): Promise<readonly BackupMade[]> {
  const places = await readPlaces(parts.folder);
  if (places.length === 0) return [];
  return withSnapshot(parts.databaseUrl, async (snapshot) => {
    const made: BackupMade[] = [];
    for (const to of places) made.push(await make(parts, { kind: 'wraps', to, snapshot }));
    return made;
  });
}

/** Folders that got a back-up before and must get every newer copy. */
export async function readPlaces(folder: string): Promise<readonly string[]> {
  const text = await readIfThere(join(folder, placesFile));
  const held: unknown = text === undefined ? [] : JSON.parse(text);
  return Array.isArray(held) ? held.filter((place) => typeof place === 'string') : [];
}

/** For a medium that is gone for good: no epoch could end while its copy cannot be renewed. */
export async function forgetPlace(folder: string, to: string): Promise<void> {
  const left = (await readPlaces(folder)).filter((place) => place !== resolve(to));
  await writeText(join(folder, placesFile), JSON.stringify(left));
}

async function rememberPlace(folder: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const places = new Set([...(await readPlaces(folder)), resolve(to)]);
  await writeText(join(folder, placesFile), JSON.stringify([...places].toSorted()));
}

interface Making {
  readonly kind: BackupKind;
  readonly to: string;
  readonly snapshot: Snapshot;
}

async function make(parts: BackupParts, { kind, to, snapshot }: Making): Promise<BackupMade> {
  const { keys, random, clock } = parts;
  const at = clock.now();
  const id = toHex(random.bytes(idBytes));
  const tallies: Tally[] = [];
  const root = kind === 'house' ? parts.root : undefined;
  const plain = contentOf(snapshot, { root, tallies });
  const sealed = sealBackup({ kind, id, at }, plain, { keys, random });
  const stamp = formatInstant(at).slice(0, 19).replaceAll(/[-:]/g, '');
  const name = kind === 'wraps' ? wrapsName : `house-${stamp}-${id.slice(0, 8)}.backup`;
  const original = await writeWhole(join(to, name), `backup/${kind}/${id}`, sealed);
  const rows = tallies.filter((tally) => tally.name.startsWith('rows/'));
  return {
    kind,
    id,
    at: formatInstant(at),
    file: join(to, name),
    original,
    rows: rows.reduce((sum, { lines }) => sum + lines, 0),
    files: tallies.filter((tally) => tally.name.startsWith('file/')).length,
  };
}

/** With a root the house, without one the wraps. */
async function* contentOf(
  snapshot: Snapshot,
  making: { readonly root: string | undefined; readonly tallies: Tally[] },
): AsyncGenerator<Uint8Array> {
  const { root, tallies } = making;
  const told = (tally: Tally): void => {
    tallies.push(tally);
  };
  yield* printSection(formOf(snapshot), [], told);
  const wraps: readonly string[] = wrapTables;
  const left: readonly string[] = lookupTables;
  for (const table of snapshot.tables) {
    if (left.includes(table.name) || wraps.includes(table.name) !== (root === undefined)) continue;
    const head = { name: `rows/${table.name}`, table: table.name, columns: [...table.columns] };
    yield* printSection(head, snapshot.rows(table), told);
  }
  if (root !== undefined) {
    // Files after rows: they are written once and before the row that names them, so that no row of
    // the snapshot lacks its file.
    for (const path of await filesOf(root)) {
      const file = await openIfThere(join(root, path));
      // Swept since it was listed: no row names it any more.
      if (file === undefined) continue;
      yield* printSection({ name: `file/${path}`, path }, readFileOnce(file), told);
    }
  }
  yield* printContents(tallies);
}

function formOf({ migrations, tables, sequences }: Snapshot): SectionHead {
  return {
    name: 'form',
    v: 1,
    migrations: migrations.map((one) => ({ ...one })),
    tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
    sequences: sequences.map((one) => ({ ...one })),
  };
}

/** A log's newest head before its tiles: those it speaks of are there when it is. */
async function filesOf(root: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const folder of keptFolders) {
    const entries = await readdir(join(root, folder), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    for (const entry of entries) {
      const path = relative(root, join(entry.parentPath, entry.name));
      if (entry.isFile() && !path.includes('/.') && !path.endsWith('.draft')) paths.push(path);
    }
  }
  return [...paths.filter(isHead), ...paths.filter((path) => !isHead(path))];
}

function isHead(path: string): boolean {
  return path.endsWith('/checkpoint');
}

/** Closes it at the end. A head may be replaced while we read: the open file is one of the two. */
function readFileOnce(file: FileHandle): AsyncIterable<Uint8Array> {
  return file.createReadStream() as AsyncIterable<Uint8Array>;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** The file has its name only when all of it is on the disk. */
async function writeWhole(
  path: string,
  name: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Original> {
  const half = `${path}.half`;
  await rm(half, { force: true });
  const file = await open(half, 'wx', 0o600);
  const digests = { sha256: createHash('sha256'), sm3: createHash('sm3') };
  let length = 0;
  try {
    for await (const part of bytes) {
      await file.writeFile(part);
      digests.sha256.update(part);
      digests.sm3.update(part);
      length += part.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, path);
  await syncFolder(join(path, '..'));
  const print = (digest: 'sha256' | 'sm3'): string =>
    toBase64(new Uint8Array(digests[digest].digest()));
  return { name, bytes: length, sha256: print('sha256'), sm3: print('sm3') };
}
