import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectedOf, sampleNames, signOnTop, signSample } from './corpus-signing.ts';
import { SigningTable } from './signing-table.ts';

/** The middle of the first is cropped away; for the others poppler draws all fields itself. */
const sealNotShown = [
  'bug1844583.pdf',
  'bug2055455.pdf',
  'issue17540.pdf',
  'issue19389.pdf',
  'text_field_own_canvas_calc.pdf',
];

test('every file of others is signed and stays what it was for qpdf, poppler and pdf.js, or is refused with a code', async (context) => {
  const names = sampleNames();
  if (names.length === 0) context.skip('the corpus is not here');
  const table = await SigningTable.open();
  const holder = await table.person('ecdsa-sha256');
  const folder = await mkdtemp(join(tmpdir(), 'fubie-corpus-'));
  const samples = [];
  for (const name of names) samples.push(await signSample(name, { table, holder, folder }));
  await rm(folder, { recursive: true });

  const answers = samples.map(({ name, said }) => [name, said]);
  expect(answers).toEqual(names.map((name) => [name, expectedOf(name)]));
  // Nothing is refused that qpdf opens without a fault.
  expect(samples.filter((one) => one.isSound && one.said !== 'signed')).toEqual([]);
  const unseen = samples.filter(({ said, isSealSeen }) => said === 'signed' && !isSealSeen);
  expect(unseen.map(({ name }) => name)).toEqual(sealNotShown);
});

test('a file that others signed: what stood stands, and what its signer forbade is not done', async (context) => {
  const table = await SigningTable.open();
  const holder = await table.person('ecdsa-sha256');
  const files = await signOnTop({ table, holder });
  if (files.length === 0) context.skip('the corpus is not here');
  expect(files.map(({ after }) => after)).toEqual(files.map(({ before }) => before));
  const others = files.filter(({ said }) => said !== 'signed');
  expect(others.map(({ name, said }) => `${name} ${said}`)).toEqual([
    'certified-with-indirect-refs-in-dir.pdf signing.earlier_broken',
    'signed-encrypted-pubkey-with-catalog-ref.pdf pdf.encrypted_recipient',
  ]);
});
