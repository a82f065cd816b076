import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectedOf, sampleNames, signSample } from './corpus-signing.ts';
import { SigningTable } from './signing-table.ts';

const sliceStep = 12; // of the files; all of them are signed in the long test

test('files of others are signed: qpdf, poppler and pdf.js find them as they were', async (context) => {
  const names = sampleNames().filter((_, at) => at % sliceStep === 0);
  if (names.length === 0) context.skip('the corpus is not here');
  const table = await SigningTable.open();
  const holder = await table.person('rsa-pkcs1-sha256');
  const folder = await mkdtemp(join(tmpdir(), 'fubie-corpus-'));
  const said: [string, string][] = [];
  for (const name of names) {
    const { said: answer, isSealSeen } = await signSample(name, { table, holder, folder });
    said.push([name, answer === 'signed' && !isSealSeen ? 'seal not seen' : answer]);
  }
  await rm(folder, { recursive: true });
  expect(said).toEqual(names.map((name) => [name, expectedOf(name)]));
});
