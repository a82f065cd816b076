/**
 * Whose cosignatures count is what the members of a log voted, where the first register is trusted.
 */
import { beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { parseInstant } from '#base/clock';
import { verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { samplePackage } from './sample-package.fixture.ts';
import {
  registerPackage,
  type SampleRegisters,
  sampleRegisters,
  trusting,
} from './sample-registers.fixture.ts';

let house: SampleHouse;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

interface Said {
  readonly is: string;
  readonly because: string | undefined;
  readonly level: string | undefined;
}

async function judged(
  registers: SampleRegisters,
  more: Parameters<typeof registerPackage>[2] = {},
): Promise<Said> {
  const { zip, trust } = await registerPackage(house, registers, more);
  const { is, because, evidence } = await verify({ name: 'p.zip', bytes: zip, trust }, nodeEngine);
  return { is, because, level: evidence?.level };
}

describe('S2-86 a register that was voted', () => {
  test('says who cosigns: a new court counts, and the bank that was voted out does not', async () => {
    const registers = await sampleRegisters(house);
    expect(await judged(registers)).toMatchObject({ is: 'valid', level: 'L2' });
    // Three of the four who stood before are in the new register as well.
    const old = await judged(registers, { byOld: true });
    expect(old).toMatchObject({ is: 'valid', level: 'L2' });
    const all = await sampleRegisters(house, { quorum: 4 });
    expect(await judged(all)).toMatchObject({ is: 'valid', level: 'L2' });
    expect(await judged(all, { byOld: true })).toEqual({
      is: 'invalid',
      because: 'witness_quorum_missing',
      level: 'L1',
    });
  });

  test('counts for nobody who does not trust the first one', async () => {
    const registers = await sampleRegisters(house);
    // The second court is nobody to him: a line that nobody can check.
    const unknown = await judged(registers, { trusted: 0 });
    expect(unknown).toMatchObject({ is: 'invalid', because: 'checkpoint_signature_wrong' });
  });

  test('counts for nobody without the votes, and the package that brings it is refused', async () => {
    const registers = await sampleRegisters(house, { votes: 1 });
    expect((await judged(registers)).is).toBe('invalid');
  });

  test('counts though the package leaves it out, for whoever was handed it', async () => {
    const quorum = await sampleRegisters(house, { quorum: 4 });
    const { zip } = await samplePackage(house, { votes: 3 });
    const trust = trusting(house, quorum, 2);
    const report = await verify({ name: 'p.zip', bytes: zip, trust }, nodeEngine);
    expect(report.because).toBe('witness_quorum_missing');
    const only = trusting(house, quorum, 1);
    expect((await verify({ name: 'p.zip', bytes: zip, trust: only }, nodeEngine)).is).toBe('valid');
  });
});
