/**
 * Files of the key store: made once, 0600, whole and on the disk before they have their name.
 */
import { link, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { toHex } from '#base/bytes';
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

export async function syncFolder(folder: string): Promise<void> {
  const held = await open(folder, 'r');
  try {
    await held.sync();
  } finally {
    await held.close();
  }
}

export function isAbsent(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
