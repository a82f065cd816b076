/** Where entries may stand: a chain opens once, with its first entry, as a loan or as a deposit. */
import { beforeAll, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { parseInstant } from '#base/clock';
import type { EntryType } from '#formats/entry';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { Findings } from '../report/findings.ts';
import { PackageFiles } from './container.ts';
import { judgeDeposited } from './deposited.ts';
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
