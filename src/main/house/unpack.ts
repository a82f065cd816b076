/**
 * Lays the documents of a package out as files that a person can open.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openZip } from '#formats/bundle';

const wanted: Readonly<Record<string, RegExp>> = {
  'contract.pdf': /^documents\/\d+-loan-contract\.pdf$/,
  'credit-authorisation.pdf': /^documents\/\d+-credit-authorisation\.pdf$/,
  'cost-sheet.pdf': /^documents\/\d+-cost-sheet\.pdf$/,
  'report.pdf': /^report\.pdf$/,
};

export async function unpackDocuments(packageFile: string, out: string): Promise<void> {
  const { files } = openZip(new Uint8Array(await readFile(packageFile)));
  for (const [name, pattern] of Object.entries(wanted)) {
    const found = files.find((file) => pattern.test(file.name));
    if (found !== undefined) await writeFile(join(out, name), found.bytes);
  }
}
