/**
 * Reads the built pages (`web/dist`) once at the start; a house without a build serves its API.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { assert } from '#base/fault';
import type { PageFile } from '#doors/http';

const built = fileURLToPath(new URL('../../../web/dist', import.meta.url));
/** Held in memory: a build that grew beyond this is a mistake of the build. */
const buildBytesMax = 64 * 1024 * 1024;

export async function pageFiles(folder = built): Promise<readonly PageFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: PageFile[] = [];
  let bytes = 0;
  for (const entry of entries.filter((one) => one.isFile())) {
    const place = join(entry.parentPath, entry.name);
    const path = place.slice(folder.length + 1).replaceAll(sep, '/');
    const file = { path, bytes: new Uint8Array(await readFile(place)) };
    bytes += file.bytes.length;
    assert(bytes <= buildBytesMax, 'the pages fit into memory');
    files.push(file);
  }
  return files;
}
