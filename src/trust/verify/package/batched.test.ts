/**
 * Whole packages of records that were signed in a batch, and packages of a house that lies: every
 * other signature, proof and digest of these is genuine, so that only this rule can see it.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { pageEngine } from '#adapters/page-engine';
import { parseInstant } from '#base/clock';
import { verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { batchLies } from './batch-lies.fixture.ts';
import { type DepositWish, sampleDeposit } from './sample-deposit.fixture.ts';

let house: SampleHouse;
beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

async function judged(wish: DepositWish, engine = nodeEngine) {
  const bytes = await sampleDeposit(house, wish);
  return verify({ name: 'package.zip', bytes, trust: house.trust }, engine);
}

describe('a package of records that were signed in a batch', () => {
  test('is valid, in a page too, though one record of the batch is in another package', async () => {
    for (const engine of [nodeEngine, pageEngine]) {
      const report = await judged({}, engine);
      expect(report.flaws).toEqual([]);
      expect(report).toMatchObject({ is: 'valid', evidence: { entries: 4, complete: true } });
    }
  });

  test.each([
    ['deposit', 'the name of its deposit is not opened'],
    ['金额', 'a value of the record is not opened'],
  ])(
    'with %s kept back is no forgery: its signature is not judged, and the report says so',
    async (keepsBack, why) => {
      const { is, flaws, notices } = await judged({ keepsBack });
      expect(flaws).toEqual([]);
      expect(is).toBe('valid');
      expect(notices).toContainEqual({
        code: 'source_not_judged',
        detail: `entries/0001.json and 1 more: ${why}`,
      });
    },
  );

  test.each(batchLies)('is invalid with $name, and by that alone', async ({ wish }) => {
    const { is, flaws } = await judged(wish);
    expect(flaws.map(({ code, part }) => `${code} ${part}`)).toEqual([
      'source_signature_wrong entries/0001.json',
    ]);
    expect(is).toBe('invalid');
  });
});
