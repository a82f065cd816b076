import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromUtf8, utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { type BundleFile, digestName } from '#formats/bundle';
import { parseAnchorFile, printAnchorFile } from '#formats/evm';
import { type Report, verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { samplePapers, type Twist } from './sample-papers.fixture.ts';

const newKey = (algorithm: 'p256' | 'ed25519' | 'sm2') => softSigner(generateSoftKey(algorithm));
const twin = newKey('sm2');
let house: SampleHouse;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: newKey,
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

/** `without`: files of the trust folder that the judge was not handed. */
async function judged(twist: Twist = {}, without: readonly string[] = []): Promise<Report> {
  const { sample, trust } = await samplePapers(house, twin, twist);
  const handed = new Map([...trust].filter(([name]) => !without.includes(name)));
  return verify({ name: 'package.zip', bytes: sample.zip, trust: handed }, nodeEngine);
}

const noticesOf = ({ notices }: Report) => notices.map(({ code }) => code);
const flawsOf = ({ flaws }: Report) => [...new Set(flaws.map(({ code }) => code))];
/** Alters one file of the papers, keeping every other. */
const altered = (name: RegExp, by: (bytes: Uint8Array) => Uint8Array): Twist => ({
  files: (papers) =>
    papers.map((file) => (name.test(file.name) ? { ...file, bytes: by(file.bytes) } : file)),
});
const left = (name: RegExp): Twist => ({
  files: (papers) => papers.filter((file) => !name.test(file.name)),
});
/** The anchor altered, with its whole group under the name that follows. */
function renamed(
  papers: readonly BundleFile[],
  by: (anchor: Uint8Array) => Uint8Array,
): readonly BundleFile[] {
  const [anchor] = papers.filter(({ name }) => name.endsWith('.anchor'));
  if (anchor === undefined) throw new Error('an anchor');
  const bytes = by(anchor.bytes);
  const name = digestName('anchor', createHash('sha256').update(bytes).digest('hex'));
  const stem = name.slice(0, name.indexOf('.'));
  return papers.map((file) => {
    if (!file.name.startsWith('anchors/')) return file;
    const own = file.name.replace(/^[^.]+/, stem);
    return { name: own, bytes: file === anchor ? bytes : file.bytes };
  });
}

function lineTwice(bytes: Uint8Array): Uint8Array {
  const file = parseAnchorFile(bytes);
  const lines = file.checkpoint.trimEnd().split('\n');
  return printAnchorFile({ ...file, checkpoint: `${[...lines, lines.at(-1)].join('\n')}\n` });
}

describe('what a package holds of its log', () => {
  test('holds L0 to L4 at once: witnesses, the twin, trusted time, an anchor', async () => {
    const report = await judged();
    expect(report.flaws).toEqual([]);
    expect(report.evidence).toMatchObject({
      level: 'L2',
      held: ['L0', 'L1', 'L2', 'L3', 'L4'],
      stampedAt: '2026-11-22T10:01:10.000+08:00',
    });
    const told = ['twin_holds', 'head_stamped', 'anchored', 'block_not_judged'];
    expect(noticesOf(report)).toEqual(expect.arrayContaining(told));
  });

  test('is left aside and said where the trust folder names nobody for it', async () => {
    const report = await judged({}, ['twins/sample-bank.vkey', 'anchor.json']);
    expect([report.is, report.evidence?.held]).toEqual(['valid', ['L0', 'L1', 'L2', 'L4']]);
    const told = ['twin_not_judged', 'anchor_not_judged'];
    expect(noticesOf(report)).toEqual(expect.arrayContaining(told));
  });

  test('claims neither anchor nor time for an entry that came after the head', async () => {
    const report = await judged({ headSize: 4 });
    expect([report.is, report.evidence?.held]).toEqual(['valid', ['L0', 'L1', 'L2']]);
    expect(report.evidence).not.toHaveProperty('stampedAt');
    expect(noticesOf(report)).toContain('head_stamped');
  });

  test('a stamp that was not carried on is no stamp in 2046, and breaks nothing', async () => {
    const { sample, trust } = await samplePapers(house, twin);
    const at = parseInstant('2046-01-01T00:00:00.000+08:00');
    const report = await verify({ name: 'package.zip', bytes: sample.zip, trust, at }, nodeEngine);
    expect(report.evidence?.held).not.toContain('L4');
    expect(noticesOf(report)).toContain('head_stamp_lapsed');
    expect(flawsOf(report)).not.toContain('head_stamp_wrong');
  });
});

describe('a forged twin', () => {
  const swapped = (leaves: readonly Uint8Array[]) => leaves.toReversed();
  const longer = (leaves: readonly Uint8Array[]) => [...leaves, utf8('one more')];
  const otherLast = (leaves: readonly Uint8Array[]) => [...leaves.slice(0, -1), utf8('other')];
  const digit = (bytes: Uint8Array) => utf8(fromUtf8(bytes).replace('index 2', 'index 3'));
  const line = (bytes: Uint8Array) => concat(bytes, utf8(`${'A'.repeat(43)}=\n`));

  test.each<[string, Twist]>([
    ['with its entries in another order', { twinLeaves: swapped }],
    ['with an entry more', { twinLeaves: longer }],
    ['with another last entry', { twinLeaves: otherLast }],
    ['signed by another key', { twinSigner: newKey('sm2') }],
    ['without the proof of one entry', left(/^twin\/0003/)],
    ['with an entry at another place', altered(/^twin\/0000/, digit)],
    ['with a link that names another head', altered(/^twin\/head\.txt/, line)],
    ['with half of its link', left(/^twin\/head-sm3\.consistency/)],
    ['with a consistency proof that is longer', altered(/^twin\/head\.consistency/, line)],
    ['without its checkpoint', left(/^twin\/checkpoint/)],
  ])('%s is twin_wrong', async (_, twist) => {
    const report = await judged(twist);
    expect([report.is, flawsOf(report)]).toEqual(['invalid', ['twin_wrong']]);
    expect(noticesOf(report)).not.toContain('twin_holds');
  });
});

describe('a forged head', () => {
  const flipLast = (bytes: Uint8Array) => {
    const copy = bytes.slice();
    copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
    return copy;
  };
  const foreign = (papers: readonly BundleFile[]) => {
    const bytes = utf8('no note\n\n— nobody AAAAAAAA\n');
    return papers.map((file) => (file.name.endsWith('.note') ? { ...file, bytes } : file));
  };

  test('of another history of the same log is refused, stamped and anchored as it is', async () => {
    const report = await judged({ otherHistory: true });
    expect(report.is).toBe('invalid');
    expect(flawsOf(report)).toEqual(['head_stamp_wrong', 'anchor_wrong']);
    expect(report.evidence?.held).toEqual(['L0', 'L1', 'L2']);
  });

  test.each<[string, Twist, string]>([
    ['a torn record', altered(/\.ers$/, flipLast), 'head_stamp_wrong'],
    ['no record', left(/\.ers$/), 'head_stamp_wrong'],
    ['no consistency proof', left(/^heads\/.*consistency$/), 'head_stamp_wrong'],
    ['a note that is none', { files: foreign }, 'head_stamp_wrong'],
    ['a torn anchor', altered(/\.anchor$/, flipLast), 'anchor_wrong'],
    ['an anchor without its proof', left(/^anchors\/.*consistency$/), 'anchor_wrong'],
  ])('%s is found', async (_, twist, code) => {
    const report = await judged(twist);
    expect([report.is, flawsOf(report)]).toEqual(['invalid', [code]]);
  });

  test.each([
    ['a day, as clocks may differ', 80_000, []],
    ['two days', 172_800, ['head_stamp_wrong', 'anchor_wrong']],
  ])('an entry of theirs is dated later by %s', async (_, datedAhead, codes) => {
    expect(flawsOf(await judged({ datedAhead }))).toEqual(codes);
  });

  test('with the line of a witness twice is refused', async () => {
    const report = await judged({ files: (papers) => renamed(papers, lineTwice) });
    expect([report.is, flawsOf(report)]).toEqual(['invalid', ['anchor_wrong']]);
    expect(report.flaws.map(({ detail }) => detail).join()).toContain('signatures: ');
  });
});

describe('papers that nobody of the trust folder can judge', () => {
  const nobody = ['twins/sample-bank.vkey', 'anchor.json'];
  const elsewhere: Twist = {
    files: (papers) =>
      papers.map((file) => {
        return { ...file, name: file.name.replace(/^anchors\/\w+/, `anchors/${'0'.repeat(16)}`) };
      }),
  };

  test.each<[string, Twist, string]>([
    ['an anchor under another name', elsewhere, 'anchor_wrong'],
    ['an anchor that is none', altered(/\.anchor$/, () => utf8('{}')), 'anchor_wrong'],
    ['the growth of an anchor alone', left(/\.anchor$/), 'anchor_wrong'],
    ['an anchor without its growth', left(/^anchors\/.*consistency$/), 'anchor_wrong'],
    ['the twin without the proof of one entry', left(/^twin\/0003/), 'twin_wrong'],
    ['half of the twin’s link', left(/^twin\/head-sm3\.txt/), 'twin_wrong'],
    ['a link without the twin', left(/^twin\/(checkpoint|\d{4})/), 'twin_wrong'],
  ])('must still be whole: %s', async (_, twist, code) => {
    const report = await judged(twist, nobody);
    expect([report.is, flawsOf(report)]).toEqual(['invalid', [code]]);
  });
});
