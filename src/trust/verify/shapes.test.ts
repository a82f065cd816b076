/**
 * Attacks on the difference between revisions, of our own making and beyond those of the corpus,
 * and what honest programs append. The document that was signed is valid each time, or nothing is
 * shown.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { type Report, verify } from './index.ts';
import { stampOver } from './messages.fixture.ts';
import {
  annotations,
  certified,
  certifiedBase,
  face,
  filled,
  form,
  judgedAt,
  pageBody,
  plainBodies,
  revise,
  type Shape,
  Signers,
  stream,
  unsignedValue,
  widget,
} from './shapes.fixture.ts';
import { fileAttacks } from './shapes-files.fixture.ts';
import { formAttacks } from './shapes-forms.fixture.ts';
import { honest } from './shapes-honest.fixture.ts';
import { makersAttacks, makersHonest } from './shapes-makers.fixture.ts';
import { pageAttacks } from './shapes-pages.fixture.ts';
import { paintAttacks, paintHonest } from './shapes-paint.fixture.ts';
import { readersAttacks, readersHonest } from './shapes-readers.fixture.ts';

let signers: Signers;
beforeAll(async () => {
  signers = await Signers.open();
});

async function bothOf(shape: Shape): Promise<[Uint8Array, Uint8Array]> {
  const { base, more = '', later, trailer, signedTrailer = '' } = shape;
  const signed = await signers.signed(base, { more, trailer: signedTrailer });
  return [signed, typeof later === 'function' ? later(signed) : revise(signed, later, trailer)];
}

function judged(bytes: Uint8Array): Promise<Report> {
  return verify({ name: 'a.pdf', bytes, trust: signers.trust, at: judgedAt }, nodeEngine);
}

const attacks = {
  ...pageAttacks,
  ...formAttacks,
  ...fileAttacks,
  ...makersAttacks,
  ...paintAttacks,
  ...readersAttacks,
};

describe('what attackers append', () => {
  test('there are enough of them', () => {
    expect(Object.keys(attacks).length).toBeGreaterThan(100);
  });

  test.each(Object.entries(attacks))('%s', async (_, shape) => {
    const [signed, later] = await bothOf(shape);
    expect(await judged(signed)).toMatchObject({ is: 'valid', flaws: [] });
    const { is, flaws } = await judged(later);
    expect([is, flaws[0]?.part.startsWith('a.pdf')]).toEqual(['invalid', true]);
    expect(flaws[0]?.detail).not.toBe('');
  });
});

describe('what honest programs append', () => {
  test.each(Object.entries({ ...honest, ...makersHonest, ...paintHonest, ...readersHonest }))(
    '%s',
    async (_, shape) => {
      const [signed, later] = await bothOf(shape);
      expect((await judged(signed)).flaws).toEqual([]);
      expect((await judged(later)).flaws).toEqual([]);
    },
  );
});

const white = stream(
  '1 g 0 0 260 30 re f BT 0 g /F1 18 Tf 10 10 Td (Loan of 9000) Tj ET',
  '/Type /XObject /Subtype /Form /BBox [0 0 260 30] /Resources 7 0 R',
);
const second = (rect: string, appearance: string) => ({
  3: `<< ${pageBody} /Annots ${annotations.replace(']', ' 70 0 R]')} >>`,
  5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R 70 0 R] ${form} >>`,
  70: `<< ${widget} /FT /Sig /T (second) /Rect [${rect}] /V 71 0 R /AP << /N 72 0 R >> >>`,
  71: unsignedValue(),
  72: appearance,
});
const overWords = '40 690 300 720';

describe('a second signature', () => {
  test('by somebody trusted may stand anywhere', async () => {
    const draft = revise(await signers.signed(), second(overWords, white));
    expect((await judged(await signers.sealed(draft))).flaws).toEqual([]);
  });

  test('by a stranger is open beside the words and refused over them', async () => {
    const stranger = await signers.authority.alone('2020-01-01', '2022-01-01', []);
    const signed = await signers.signed();
    const beside = revise(signed, second('40 190 300 220', face('Li')));
    expect((await judged(await signers.sealed(beside, stranger))).is).toBe('indeterminate');
    const over = revise(signed, second(overWords, white));
    const report = await judged(await signers.sealed(over, stranger));
    expect([report.is, report.because]).toEqual(['invalid', 'change_forbidden']);
    expect(report.flaws[0]?.detail).toContain('Loanof5000');
  });

  test('by a clock hides no words, though the clock is trusted: it stamps for whoever asks', async () => {
    const clock = await signers.authority.clock('2020-01-01', '2030-01-01');
    const stamped = async (rect: string, appearance: string): Promise<Report> => {
      const value = { 71: unsignedValue('', 'ETSI.RFC3161') };
      const draft = revise(await signers.signed(), { ...second(rect, appearance), ...value });
      return judged(await filled(draft, (over) => stampOver(clock, over, '2021-05-01')));
    };
    expect((await stamped('40 190 300 220', face('Li'))).flaws).toEqual([]);
    const { is, because, flaws } = await stamped(overWords, white);
    expect([is, because]).toEqual(['invalid', 'change_forbidden']);
    expect(flaws[0]?.detail).toContain('Loanof5000');
  });

  test('by a clock shows nothing where nothing may change', async () => {
    const clock = await signers.authority.clock('2020-01-01', '2030-01-01');
    const base = await signers.signed(certifiedBase, { more: certified(1) });
    const stamped = async (appearance: string): Promise<Report> => {
      const value = { 71: unsignedValue('', 'ETSI.RFC3161') };
      const draft = revise(base, { ...second('40 190 300 220', appearance), ...value });
      return judged(await filled(draft, (over) => stampOver(clock, over, '2021-05-01')));
    };
    const empty = stream('', '/Type /XObject /Subtype /Form /BBox [0 0 260 30]');
    expect((await stamped(empty)).flaws).toEqual([]);
    const { is, because } = await stamped(face('Li'));
    expect([is, because]).toEqual(['invalid', 'change_forbidden']);
  });

  test('that is cut out of the chain is not silently gone', async () => {
    const signed = await signers.signed();
    const twice = await signers.sealed(revise(signed, second('40 190 300 220', face('Li'))));
    expect((await judged(twice)).signatures).toHaveLength(2);
    const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(
      new TextDecoder('latin1').decode(signed),
    )?.[1];
    const tail = `xref\n0 0\ntrailer\n<< /Size 99 /Root 1 0 R /Prev ${start} >>\nstartxref\n${twice.length}\n%%EOF\n`;
    const report = await judged(new Uint8Array([...twice, ...new TextEncoder().encode(tail)]));
    expect([report.is, report.because]).toEqual(['invalid', 'change_forbidden']);
  });

  test('of a stranger does not take the place of the first', async () => {
    const stranger = await signers.authority.alone('2020-01-01', '2022-01-01', []);
    const signed = await signers.signed();
    const field = plainBodies[30]?.replace('31 0 R', '71 0 R') ?? '';
    const draft = revise(signed, { 30: field, 71: unsignedValue() });
    const report = await judged(await signers.sealed(draft, stranger));
    expect(report.is).not.toBe('valid');
  });
});
