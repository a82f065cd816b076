/**
 * Whose paper it is, and which: whole packages of a house that has every key of its own, each of
 * which was called valid until the papers' own words were asked.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { parseInstant } from '#base/clock';
import { verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { otherFigures } from './other-figures.fixture.ts';
import { outOfTurn } from './out-of-turn.fixture.ts';
import { samplePackage, type Wish } from './sample-package.fixture.ts';
import { type SecondService, trustingBank } from './second-service.fixture.ts';
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

/** The first flaw of each, or none, beside what it should be; and who tells this notice. */
async function saidOf(
  all: readonly SecondService[],
  notice = 'chain_not_named',
): Promise<{ heard: readonly string[]; wanted: readonly string[]; told: readonly string[] }> {
  const heard: string[] = [];
  const wanted: string[] = [];
  const told: string[] = [];
  for (const { name, flaw, wish } of all) {
    const { flaws, notices } = await judged(wish);
    const said = flaws.map(({ code, part }) => `${code} ${part}`).join();
    heard.push(`${name}: ${flaw !== undefined && said.startsWith(flaw) ? flaw : said}`);
    wanted.push(`${name}: ${flaw ?? ''}`);
    if (notices.some(({ code }) => code === notice)) told.push(name);
  }
  return { heard, wanted, told };
}

describe('a paper', () => {
  test.each([
    ['binds whom it names, in the case that it names, beside the papers that it names', false],
    ['binds the chain that it names, and a second one of the case is refused', true],
  ])('%s', async (_, ofChains) => {
    const own = (await whosePapers(house)).filter(
      ({ wish }) => 'evidenceHeadSha256' in (wish.says ?? {}) === ofChains,
    );
    // Where none of the papers that a person signed says it, that is told.
    const { heard, wanted, told } = await saidOf(own);
    expect(heard).toEqual(wanted);
    expect(told).toEqual(ofChains ? [] : own.map(({ name }) => name));
  });

  test('tells of the money what the contract tells, and the report what is here', async () => {
    const { heard, wanted } = await saidOf(await otherFigures(house));
    expect(heard).toEqual(wanted);
  });

  test('is read, confirmed and certified before it is signed, by keys that nobody revoked', async () => {
    const { heard, wanted } = await saidOf(outOfTurn(house));
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
