/**
 * Two institutions of one house, a log each, one trust folder: whose package is it?
 */
import { beforeAll, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { parseInstant } from '#base/clock';
import { type BundleFile, manifestOf, openZip, writeZip } from '#formats/bundle';
import { type Report, verify } from '../index.ts';
import { type SampleHouse, sampleHouse, withNeighbour } from '../own/sample-trust.fixture.ts';
import { samplePackage, type Wish } from './sample-package.fixture.ts';

let bank: SampleHouse;
let neighbour: SampleHouse;

beforeAll(async () => {
  const alone = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
  [bank, neighbour] = await withNeighbour(alone, 'sample-cooperative');
});

function judge(bytes: Uint8Array): Promise<Report> {
  return verify({ name: 'package.zip', bytes, trust: bank.trust }, nodeEngine);
}

async function judgeOf(house: SampleHouse, wish: Wish): Promise<Report> {
  return judge((await samplePackage(house, wish)).zip);
}

function partsOf(report: Report, code: string): string[] {
  return report.flaws.filter((flaw) => flaw.code === code).map(({ part }) => part);
}

test('each institution’s package is valid under the one trust folder, by its own log', async () => {
  for (const house of [bank, neighbour]) {
    const report = await judgeOf(house, {});
    expect(report.flaws, house.tenant).toEqual([]);
    expect(report).toMatchObject({ is: 'valid', evidence: { level: 'L2' } });
  }
});

test('a case of one institution, placed by the house in the log of the other, is refused', async () => {
  // The operator holds both log keys: everything proves, and yet it is nobody's evidence.
  const placed = { ...neighbour, seal: bank.seal };
  const told = await judgeOf(placed, { institution: bank.tenant });
  expect(told).toMatchObject({ is: 'invalid', because: 'institution_differs' });
  const seals = partsOf(told, 'institution_differs');
  expect(seals).toContain('entries/0000.json');
  expect(seals.some((part) => part.startsWith('documents/'))).toBe(true);
  expect(seals.some((part) => part.startsWith('report.pdf'))).toBe(true);
});

test('to leave the first entry closed does not help: the seals are listed with their institution', async () => {
  const placed = { ...neighbour, seal: bank.seal };
  const closed = await judgeOf(placed, { institution: null });
  expect(closed).toMatchObject({ is: 'invalid', because: 'institution_differs' });
  expect(partsOf(closed, 'institution_differs')).not.toContain('entries/0000.json');
  const lying = await judgeOf(neighbour, { institution: bank.tenant });
  expect(partsOf(lying, 'institution_differs')).toEqual(['entries/0000.json']);
  // After an erasure nothing opens; an honest package is still one.
  expect(await judgeOf(bank, { institution: null })).toMatchObject({ is: 'valid' });
});

test('one institution’s package with the checkpoint of the other’s log is refused', async () => {
  const [own, others] = [await samplePackage(bank), await samplePackage(neighbour)];
  const foreign = openZip(others.zip).files.filter(({ name }) => name === 'checkpoint.txt');
  const report = await judge(await exchanged(own.zip, foreign));
  expect(report.is).toBe('invalid');
  expect(report.flaws.map(({ code }) => code)).toContain('proof_wrong');
  expect(partsOf(report, 'institution_differs')).toContain('entries/0000.json');
  expect(report.evidence?.level).toBe('L0');
});

test('a checkpoint of a log that nobody trusts is no checkpoint', async () => {
  const { zip } = await samplePackage(neighbour);
  const trust = new Map(bank.trust);
  trust.delete(`logs/${neighbour.tenant}.vkey`);
  const report = await verify({ name: 'package.zip', bytes: zip, trust }, nodeEngine);
  expect(report).toMatchObject({ is: 'invalid', evidence: { level: 'L0' } });
  expect(partsOf(report, 'checkpoint_unsigned')).toEqual(['checkpoint.txt']);
});

async function exchanged(zip: Uint8Array, files: readonly BundleFile[]): Promise<Uint8Array> {
  const kept = openZip(zip).files.map((file) => {
    return files.find(({ name }) => name === file.name) ?? file;
  });
  const rest = kept.filter(({ name }) => name !== 'manifest.json');
  const manifest = await manifestOf({ caseId: 'AAECAwQFBgcICQoLDA0ODw', files: rest }, nodeEngine);
  return writeZip([...rest, { name: 'manifest.json', bytes: manifest }]);
}
