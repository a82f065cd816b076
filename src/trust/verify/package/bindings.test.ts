import { beforeAll, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { parseInstant } from '#base/clock';
import { type BundleFile, numbered } from '#formats/bundle';
import { type Disclosure, disclose, printDisclosures } from '#formats/disclosure';
import { verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { opening } from './sample-log.fixture.ts';
import { samplePackage } from './sample-package.fixture.ts';

const contractName = 'documents/01-contract.pdf';
let house: SampleHouse;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

async function flawsOf(swap: (files: BundleFile[]) => BundleFile[]): Promise<readonly string[]> {
  const { zip } = await samplePackage(house, { swap });
  const order = { name: 'package.zip', bytes: zip, trust: house.trust };
  const { flaws } = await verify(order, nodeEngine);
  return flaws.map(({ code, part, detail }) => `${code} ${part}: ${detail}`);
}

test('a sealed paper under another word than the log’s is told, also as a copy beside it', async () => {
  expect(await flawsOf((files) => files)).toEqual([]);
  const told = (name: string) => `document_not_logged ${name}: the log knows it under another word`;
  const renamed = await flawsOf((files) =>
    files.map((file) =>
      file.name === contractName ? { ...file, name: 'documents/01-note.pdf' } : file,
    ),
  );
  expect(renamed).toContain(told('documents/01-note.pdf'));
  const copied = await flawsOf((files) => [
    ...files,
    ...files
      .filter(({ name }) => name === contractName)
      .map((file) => ({ ...file, name: 'documents/05-note.pdf' })),
  ]);
  expect(copied).toEqual([told('documents/05-note.pdf')]);
});

test.each(['proofs/0099.tlog-proof', 'disclosures/0099.json', 'twin/0099.tlog-proof'])(
  'a numbered file without its entry has no place: %s',
  async (name) => {
    const flaws = await flawsOf((files) => [...files, { name, bytes: new Uint8Array([1]) }]);
    expect(flaws).toContain(`file_unexpected ${name}: no entry has this number`);
  },
);

test('a forged disclosure is told, whether its value or its salt was changed', async () => {
  const name = numbered('disclosures', 1);
  const phone = await opening('phone', '1', nodeEngine);
  const told = (forged: Disclosure) =>
    flawsOf((files) =>
      files.map((file) =>
        file.name === name ? { name, bytes: printDisclosures([forged, phone]) } : file,
      ),
    );
  const other = await opening('name', '另一人', nodeEngine);
  const salted = await disclose(
    { salt: new Uint8Array(16), name: 'name', value: '王样例' },
    nodeEngine,
  );
  for (const forged of [other, salted]) {
    expect(await told(forged)).toContain(
      `disclosure_unlisted ${name}: disclosure_not_committed: name`,
    );
  }
});
