/** Where entries may stand: a chain opens once, with its first entry, as a loan or as a deposit. */
import { beforeAll, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { parseInstant } from '#base/clock';
import type { EntryType } from '#formats/entry';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { Findings } from '../report/findings.ts';
import { PackageFiles } from './container.ts';
import { judgeDeposited } from './deposited.ts';
import { isReadAsGiven } from './given.ts';
import { SampleCase } from './sample-log.fixture.ts';

let house: SampleHouse;
beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

async function outOfPlace(types: readonly EntryType[]): Promise<readonly string[]> {
  const own = new SampleCase(house, 'CAECAwQFBgcICQoLDA0ODw');
  for (const type of types) await own.record({ type });
  const recorded = await own.recorded();
  const findings = new Findings();
  await judgeDeposited(new PackageFiles([]), recorded, { engine: nodeEngine, findings });
  const found = findings.flaws.filter(({ code }) => code === 'entry_out_of_place');
  return found.map(({ part, detail }) => `${Number(/\d+/.exec(part))} ${detail}`);
}

test.each<[string, readonly EntryType[], readonly string[]]>([
  ['a loan opens with case.opened', ['case.opened', 'credit.queried'], []],
  ['a deposit opens with deposit.opened', ['deposit.opened', 'slot.added'], []],
  ['something else opens nothing', ['policy.adopted', 'credit.queried'], ['0 policy.adopted']],
  ['neither opens twice', ['case.opened', 'case.opened'], ['1 case.opened']],
  ['a loan holds nothing of a deposit', ['case.opened', 'deposit.file'], ['1 deposit.file']],
  ['a deposit holds nothing of a loan', ['deposit.opened', 'seal.done'], ['1 seal.done']],
])('%s', async (_, types, expected) => {
  expect(await outOfPlace(types)).toEqual(expected);
});

/** 10:00 in China. */
const atMs = 1_795_312_800_000;
const at = '2026-11-22T10:00:00.000+08:00';
const home = { at, atMs, zone: 'Asia/Shanghai' };

test.each([
  ['a time', { given: '2026-11-22 10:00:00', ...home }, true],
  ['a time in a zone', { given: '2026-11-22T02:00:00Z', at, atMs, zone: 'given' }, true],
  ['a time west of it', { given: '2026-11-21T21:00:00.000-05:00', at, atMs, zone: 'given' }, true],
  ['another hour', { given: '2026-11-22 11:00:00', ...home }, false],
  ['another text of the same hour', { given: '2026-11-22 10:00:00', ...home, at: '10:00' }, false],
  ['a zone that nobody gave', { given: '2026-11-22 10:00:00', ...home, zone: 'given' }, false],
  ['a day that was never', { given: '2026-02-30 10:00:00', ...home }, false],
  ['a time that was not given', { given: '', ...home }, false],
  ['a place', { given: '31.2,121.4', lat: '31.2', lng: '121.4' }, true],
  ['a place in an object', { given: { value: '31.2, 121.4' }, lat: '31.2', lng: '121.4' }, true],
  ['another place', { given: '31.2,121.4', lat: '31.2', lng: '121.5' }, false],
  ['a sum', { given: '5000.00' }, true],
  ['a plain text', '2026', true],
])('%s is what was given, or is not', (_, value, expected) => {
  expect(isReadAsGiven(value)).toBe(expected);
});
