/**
 * Puts a house back: rows and files of a back-up of any age, wrapped keys of the newest copy, and
 * the log's own files, into a root that holds nothing but its processes' folders.
 *
 * Promises: whoever the newest copy of wrapped keys or the log says is erased does not come back;
 * the log goes on from a head that its witnesses know, or the restore refuses; what is lost is
 * counted and said. Nothing has its name before everything is right: after a crash there are only
 * `.half` folders, which the next try removes.
 */
import { createReadStream } from 'node:fs';
import { cp, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
  type BackupHead,
  type BackupKind,
  type DataKeys,
  openBackup,
  readSections,
  type Section,
} from '#adapters/backup';
import {
  ageEpochs,
  countSubjects,
  type DatabaseForm,
  epochsInUse,
  eraseLoaded,
  type Loading,
  loadedTenants,
  loadInto,
} from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { fromUtf8 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { parseCheckpoint } from '#formats/tlog';
import type { Estate } from '../estate/estate.ts';
import { logTenants } from '../estate/trust-folder.ts';
import { layBorder } from '../log/border-files.ts';
import { openNoteJudge } from '../rooms/note-judge.ts';
import { keptFolders } from './back-up.ts';
import { parseForm } from './restore-form.ts';
import { type LogReturn, type LogReturning, returnLog } from './restore-log.ts';

const half = '.half';

export interface RestoreOrder {
  readonly estate: Estate;
  readonly keys: DataKeys;
  /** The `house` to restore from, and the newest copy of wrapped keys. */
  readonly house: string;
  readonly wraps: string;
  /** A folder with the newest public files of the logs, a folder for each tenant. */
  readonly log: string | undefined;
  /** As the owner of an empty, migrated database. */
  readonly ownerUrl: string;
  /** The last word before the commit. */
  readonly requireRight: (logs: readonly LogReturn[]) => Promise<void>;
}

/** What came back and what did not. */
export interface RestoreReport {
  readonly house: { readonly id: string; readonly at: string };
  readonly wraps: { readonly id: string; readonly at: string };
  readonly rows: number;
  readonly files: number;
  readonly subjects: { readonly living: number; readonly erased: number };
  /** Subjects that only the log's entries said were erased. */
  readonly erasedByLog: number;
  readonly logs: readonly LogReturn[];
  /** Entries whose openings and rows are lost: the back-up is older than they are. */
  readonly entriesLost: number;
}

/** main.restore_root_not_empty where something that a restore writes is there already. */
export async function requireEmptyRoot({ root }: Estate): Promise<void> {
  for (const folder of [...keptFolders, join('database', 'postgres')]) {
    await rm(join(root, `${folder}${half}`), { recursive: true, force: true });
    const held = await readdir(join(root, folder)).catch(() => []);
    if (held.length > 0) throw new Fault('main.restore_root_not_empty', { folder });
  }
}

/** Fills the database and stages the files; `putInPlace` gives them their names. */
export async function restoreHouse(order: RestoreOrder): Promise<RestoreReport> {
  const house = await openFile(order, 'house');
  const wraps = await openFile(order, 'wraps');
  if (wraps.head.at < house.head.at) {
    const [ours, copy] = [formatInstant(house.head.at), formatInstant(wraps.head.at)];
    throw new Fault('main.restore_wraps_older', { house: ours, wraps: copy });
  }
  return loadInto(order.ownerUrl, house.form, async (loading) => {
    const loaded = await loadSections(loading, house.sections, order.estate.root);
    for (const { name, value } of house.form.sequences) await loading.sequence(name, value);
    const keysBack = await loadSections(loading, wraps.sections, order.estate.root);
    await requireEpochs(loading, order.estate);
    const logs = await returnLogs(loading, order);
    await order.requireRight(logs);
    let erasedByLog = 0;
    for (const { tenant, erased } of logs) {
      erasedByLog += await eraseLoaded(loading, tenant, erased);
    }
    await ageEpochs(loading);
    return {
      house: named(house.head),
      wraps: named(wraps.head),
      rows: loaded.rows + keysBack.rows,
      files: loaded.files,
      subjects: await countSubjects(loading),
      erasedByLog,
      logs,
      entriesLost: logs.reduce((sum, { broughtBack }) => sum + broughtBack, 0),
    };
  });
}

/** The last step: the staged folders get their names. */
export async function putInPlace({ root }: Estate): Promise<void> {
  for (const folder of [...keptFolders, join('database', 'postgres')]) {
    const staged = join(root, `${folder}${half}`);
    if ((await stat(staged).catch(() => undefined)) === undefined) continue;
    await rm(join(root, folder), { recursive: true, force: true });
    await rename(staged, join(root, folder));
  }
}

/** Where a restore keeps a folder until all is right. */
export function stagedFolder({ root }: Estate, folder: string): string {
  return join(root, `${folder}${half}`);
}

interface OpenedFile {
  readonly head: BackupHead;
  readonly form: DatabaseForm & { readonly sequences: readonly Sequence[] };
  readonly sections: AsyncGenerator<Section>;
}

interface Sequence {
  readonly name: string;
  readonly value: string;
}

async function openFile(order: RestoreOrder, kind: BackupKind): Promise<OpenedFile> {
  const file = createReadStream(order[kind]) as AsyncIterable<Uint8Array>;
  const { head, plain } = await openBackup(file, order.keys);
  if (head.kind !== kind) throw new Fault('main.restore_kind_wrong', { kind: head.kind });
  const sections = readSections(plain);
  const first = await sections.next();
  if (first.done === true) throw new Fault('backup.section_malformed');
  for await (const row of first.value.payload) void row;
  return { head, form: parseForm(first.value.head), sections };
}

async function loadSections(
  loading: Loading,
  sections: AsyncGenerator<Section>,
  root: string,
): Promise<{ rows: number; files: number }> {
  let rows = 0;
  let files = 0;
  for await (const { head, payload } of sections) {
    const { path, table, columns } = head;
    if (typeof table === 'string' && Array.isArray(columns)) {
      rows += await loading.rows({ name: table, columns: columns.map(String) }, payload);
    } else if (typeof path === 'string') {
      await stageFile(root, path, payload);
      files += 1;
    } else {
      throw new Fault('backup.section_malformed');
    }
  }
  return { rows, files };
}

/** The path comes from a file: it stays inside one of the folders that a back-up holds. */
async function stageFile(
  root: string,
  path: string,
  payload: AsyncIterable<Uint8Array>,
): Promise<void> {
  const [folder = '', ...rest] = path.split('/');
  const inside =
    rest.length > 0 && rest.every((name) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name));
  if (!inside || !keptFolders.some((kept) => kept === folder)) {
    throw new Fault('backup.section_malformed', { path: path.slice(0, 80) });
  }
  const target = join(root, `${folder}${half}`, ...rest);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const file = await open(target, 'wx', folder === 'trust' ? 0o644 : 0o640);
  try {
    for await (const piece of payload) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Wrapped keys of an epoch whose secret nobody brought would be lost without a word. */
async function requireEpochs(loading: Loading, { root }: Estate): Promise<void> {
  for (const { tenant, epoch } of await epochsInUse(loading)) {
    const secret = join(root, 'keystore', 'tenants', tenant, `${epoch}.key`);
    if ((await stat(secret).catch(() => undefined)) !== undefined) continue;
    throw new Fault('main.restore_epoch_missing', { tenant, epoch });
  }
}

async function returnLogs(loading: Loading, order: RestoreOrder): Promise<readonly LogReturn[]> {
  const trust = stagedFolder(order.estate, 'trust');
  const staged = stagedFolder(order.estate, 'log');
  const judge = openNoteJudge(trust);
  const known = await loadedTenants(loading);
  const logs: LogReturn[] = [];
  for (const tenant of await logTenants(trust)) {
    if (!known.includes(tenant)) continue;
    const tilesOf = async (shard: string): Promise<FileTiles> => {
      const own = join(staged, tenant, shard);
      if (order.log !== undefined) await takeNewer(join(order.log, tenant, shard), own);
      return new FileTiles(own);
    };
    const crossed: LogReturning['crossed'] = ({ number, ...end }) =>
      layBorder({ trust, tenant, number }, end);
    logs.push(await returnLog({ loading, tenant, tilesOf, crossed, judge }));
  }
  return logs;
}

/** A later shard's files lie below the first one's, and are taken for themselves. */
const shardFolder = /^\/[0-9]{4}h[12]($|\/)/;

/** Files of the longer log over those of the shorter one; what both have is the same. */
async function takeNewer(source: string, target: string): Promise<void> {
  if ((await publishedSize(source)) <= (await publishedSize(target))) return;
  await mkdir(target, { recursive: true, mode: 0o700 });
  await cp(source, target, {
    recursive: true,
    force: true,
    filter: (path) => {
      const below = path.slice(source.length);
      return !below.includes('/.') && !shardFolder.test(below);
    },
  });
}

async function publishedSize(folder: string): Promise<number> {
  const published = await new FileTiles(folder).read('checkpoint');
  return published === undefined ? 0 : parseCheckpoint(fromUtf8(published)).size;
}

function named({ id, at }: BackupHead): { id: string; at: string } {
  return { id, at: formatInstant(at) };
}
