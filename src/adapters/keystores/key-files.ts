/**
 * Files of the key store: made once, 0600, whole and on the disk before they have their name.
 */
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '#adapters/objects';

import { fromHex, toHex, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';

/** Refuses (EEXIST) to replace a file. */
export async function createFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const draft = join(folder, `.${toHex(systemRandom.bytes(16))}`);
  try {
    await writeFile(draft, bytes, { flag: 'wx', mode: 0o600, flush: true });
    await link(draft, join(folder, name));
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(folder);
}

/** Gone when it resolves; overwritten first, for what that is worth on the disk below. */
export async function destroyFile(folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  const { size } = await stat(path);
  await writeFile(path, new Uint8Array(size), { flag: 'r+', flush: true });
  await rm(path);
  await syncFolder(folder);
}

export function isAbsent(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}

/** A secret in a file `NAME.key`: whole and on the disk before anything is made with it. */
export async function createSecret(
  folder: string,
  name: string,
  secret: Uint8Array,
): Promise<void> {
  await createFile(folder, `${name}.key`, utf8(`${toHex(secret)}\n`));
}

export async function readSecret(folder: string, name: string): Promise<Uint8Array> {
  const text = await readFile(join(folder, `${name}.key`), 'utf8');
  if (!/^[0-9a-f]{64}\n$/.test(text)) throw new Fault('keystores.file_malformed', { name });
  return fromHex(text.trim());
}

/** Gone when it resolves, whether or not it was there. */
export async function destroySecret(folder: string, name: string): Promise<void> {
  try {
    await destroyFile(folder, `${name}.key`);
  } catch (thrown) {
    if (!isAbsent(thrown)) throw thrown;
  }
}
