/**
 * Whose paper it is, and which: whole packages of a house that has every key of its own, each of
 * which was called valid until the papers' own words were asked.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { parseInstant } from '#base/clock';
import { verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { samplePackage, type Wish } from './sample-package.fixture.ts';
import { trustingBank } from './second-service.fixture.ts';
import { whosePapers } from './whose-paper.fixture.ts';

let house: SampleHouse;
beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

async function judged(wish: Wish) {
  const { zip } = await samplePackage(house, wish);
  const trust = trustingBank(house);
  return verify({ name: 'package.zip', bytes: zip, trust }, nodeEngine);
}

describe('a paper', () => {
  test.each([
    ['binds whom it names, in the case that it names, beside the papers that it names', false],
    ['binds the chain that it names, and a second one of the case is refused', true],
  ])('%s', async (_, ofChains) => {
    const heard: string[] = [];
    const wanted: string[] = [];
    for (const { name, flaw, wish } of await whosePapers(house)) {
      const says = wish.says ?? {};
      if ('evidenceHeadSha256' in says !== ofChains) continue;
      const { flaws, notices } = await judged(wish);
      heard.push(`${name}: ${flaws.map(({ code, part }) => `${code} ${part}`).join()}`);
      wanted.push(`${name}: ${flaw ?? ''}`);
      // Where none of the papers that a person signed says it, that is told.
      expect(
        notices.some(({ code }) => code === 'chain_not_named'),
        name,
      ).toBe(!ofChains);
    }
    expect(heard).toEqual(wanted);
  });

  test('that was signed and left out is named', async () => {
    const amendment = { name: 'revision', bytes: new Uint8Array(1) };
    const { is, notices } = await judged({
      behind: async () => [{ type: 'seal.done', of: [amendment] }],
    });
    expect(is).toBe('valid');
    expect(notices.filter(({ code }) => code === 'paper_left_out')).toEqual([
      { code: 'paper_left_out', detail: 'entries/0006.json' },
    ]);
    expect((await judged({})).notices.map(({ code }) => code)).not.toContain('paper_left_out');
  });
});
