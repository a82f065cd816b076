/**
 * Secrets and private files of one process's folder: made once, mode 0600, on the disk before use.
 */
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '#adapters/objects';

import { toBase64Url } from '#base/bytes';
import type { Random } from '#base/random';

const secretBytes = 32;
const privateMode = 0o600;

/** The secret in the file, made there if there is none: 256 random bits in base64url. */
export async function secretIn(path: string, random: Random): Promise<string> {
  return textIn(path, () => toBase64Url(random.bytes(secretBytes)));
}

/** The text in the file; without a file, what `make` answers is put there first. */
export async function textIn(path: string, make: () => string | Promise<string>): Promise<string> {
  const held = await readIfThere(path);
  if (held !== undefined) return held;
  const draft = `${path}.${process.pid}.draft`;
  await writeSynced(draft, await make());
  try {
    // A link never replaces: what another process may have read already stays.
    await link(draft, path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
  return readFile(path, 'utf8');
}

/** Replaces the file as a whole; unchanged content costs no write. */
export async function writeText(path: string, text: string, mode = privateMode): Promise<void> {
  if ((await readIfThere(path)) === text) return;
  const draft = `${path}.${process.pid}.draft`;
  await writeSynced(draft, text, mode);
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** Replaces the file as a whole, 0600, on the disk when it resolves. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  await writeSynced(draft, bytes);
  await rename(draft, path);
  await syncFolder(dirname(path));
}

async function writeSynced(
  path: string,
  text: string | Uint8Array,
  mode = privateMode,
): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The file's text, or undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}
