/**
 * The digest of the program that shows documents and signs: law 1 puts it into every intent entry.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { nodeEngine } from '#adapters/engine';
import { concat, toHex, utf8 } from '#base/bytes';

const source = fileURLToPath(new URL('../..', import.meta.url));
/** What the phone runs; a change in any of it is another build. */
const parts = ['base', 'formats', 'trust/signing', 'doors/phone'];

/** What judges files: every module that an answer can depend on. */
const verifierParts = ['base', 'formats', 'trust/verify', 'adapters/engine', 'doors/phrases'];

/** SHA-256 (hex) over the sorted names and bytes of the phone's source files. */
export function buildDigest(): Promise<string> {
  return digestOf(parts);
}

/** The same over what judges a file: a 验签报告 says which program spoke. */
export function verifierDigest(): Promise<string> {
  return digestOf(verifierParts);
}

async function digestOf(folders: readonly string[]): Promise<string> {
  const digests: Uint8Array[] = [];
  for (const part of folders) {
    const names = await readdir(join(source, part), { recursive: true });
    for (const name of names.filter(isProgram).toSorted()) {
      const bytes = new Uint8Array(await readFile(join(source, part, name)));
      digests.push(utf8(`${part}/${name}\n`), await nodeEngine.digest('sha256', bytes));
    }
  }
  return toHex(await nodeEngine.digest('sha256', concat(...digests)));
}

function isProgram(name: string): boolean {
  return name.endsWith('.ts') && !name.endsWith('.test.ts');
}
