import { beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { openZip } from '#formats/bundle';
import { parseCheckpoint } from '#formats/tlog';
import { type Report, verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { samplePackage } from '../package/sample-package.fixture.ts';
import { anchorOf, sampleChain } from './sample-anchor.fixture.ts';

let house: SampleHouse;
let checkpoint: string;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
  const { zip } = await samplePackage(house);
  const held = openZip(zip).files.find(({ name }) => name === 'checkpoint.txt');
  checkpoint = fromUtf8(held?.bytes ?? new Uint8Array());
});

describe('an anchor by itself', () => {
  test('is valid under its contract, and says that nobody looked for the block', async () => {
    const report = await judged(anchorOf(checkpoint));
    expect(report).toMatchObject({ kind: 'anchor', is: 'valid', flaws: [] });
    const said = report.notices.map(({ code }) => code);
    expect(said).toEqual(['self_attested', 'anchored', 'block_not_judged']);
    expect(report.notices[1]?.detail).toContain('single-node test chain, block 12, ');
  });

  test('of another root, chain or contract is invalid', async () => {
    const { root } = parseCheckpoint(checkpoint);
    const other = root.map((byte) => byte ^ 1);
    for (const lie of [{ root: other }, { chain: 1n }, { contract: new Uint8Array(20) }]) {
      const report = await judged(anchorOf(checkpoint, lie));
      expect([report.is, report.because], JSON.stringify(Object.keys(lie))).toEqual([
        'invalid',
        'anchor_wrong',
      ]);
    }
  });

  test('of a checkpoint that the log did not sign is invalid, however it is anchored', async () => {
    const { size } = parseCheckpoint(checkpoint);
    const altered = checkpoint.replace(`\n${size}\n`, `\n${size + 1}\n`);
    expect((await judged(anchorOf(altered))).is).toBe('invalid');
  });

  test('without a trusted contract nothing can be told, and a torn file is malformed', async () => {
    const report = await judged(anchorOf(checkpoint), {});
    expect([report.is, report.because]).toEqual(['indeterminate', 'trust_missing']);
    const torn = await judged(anchorOf(checkpoint).slice(0, -5));
    expect([torn.is, torn.because]).toEqual(['invalid', 'anchor_malformed']);
  });
});

function judged(bytes: Uint8Array, more?: Record<string, Uint8Array>): Promise<Report> {
  const files = more ?? { 'anchor.json': sampleChain };
  const trust = new Map([...house.trust, ...Object.entries(files)]);
  return verify({ name: '40.anchor', bytes, trust }, nodeEngine);
}
