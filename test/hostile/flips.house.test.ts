/**
 * What she signed and what was handed over as evidence, with a finger on it: one flipped byte at
 * each of 300 places of either file, torn ends, added ends, and one package's entries beside
 * another package's proofs. The places are seeded; a failure prints seed and place.
 */
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1 } from '#base/bytes';
import { seededRandom } from '#base/random';
import { manifestOf, openZip, writeZip } from '#formats/bundle';
import { parseEntry } from '#formats/entry';
import { openPdf, readSignatures } from '#formats/pdf';
import { type Report, verify } from '#trust/verify';
import { standingLoan } from '../visit.ts';
import type { FlipAnswer, FlipOrder } from './flip-judge.ts';
import { fileIn } from './loan.ts';
import {
  below,
  type Flip,
  fileAt,
  flipsIn,
  headerSpans,
  signatureSpans,
  signatureSpansInside,
} from './places.ts';

const seed = 20_261_121;
const anywhere = 200;
const aimed = 100;
const threads = 2;
/** Half a minute where nothing else runs; a loaded computer may take ten times as long. */
const flipMsMax = 480_000;

const loan = standingLoan();

describe(`one byte of 300, seed ${seed}`, () => {
  test(
    'S1-18 of contract.pdf, 100 of them in /Contents and its stamps: invalid, and says where',
    async () => {
      const random = seededRandom(seed);
      const file = { name: 'contract.pdf', bytes: loan.contract };
      const whole = { from: 0, to: file.bytes.length, where: 'anywhere' };
      const flips = [
        ...flipsIn([whole], anywhere, random),
        ...flipsIn(await signatureSpans(file.bytes, file.name), aimed, random),
      ];
      const outcomes = await judgeFlips(file, flips);
      expect(outcomes).toHaveLength(anywhere + aimed);
      for (const { flip, is, because, parts } of outcomes) {
        const place = `seed ${seed} byte ${flip.at} xor ${flip.mask}, ${flip.where}`;
        expect(is, place).toBe('invalid');
        expect(because, place).not.toBe('');
        expect(parts[0], place).toMatch(/^contract\.pdf/);
      }
      expect(await judge(file)).toMatchObject({ is: 'valid', flaws: [] });
    },
    flipMsMax,
  );

  test(
    'S1-18 of package.zip, 100 of them in its headers and signatures: invalid, and says where',
    async () => {
      const random = seededRandom(seed + 1);
      const file = { name: 'package.zip', bytes: loan.zip };
      const whole = { from: 0, to: file.bytes.length, where: 'anywhere' };
      const flips = [
        ...flipsIn([whole], anywhere, random),
        ...flipsIn(headerSpans(file.bytes), aimed / 2, random),
        ...flipsIn(await signatureSpansInside(file.bytes), aimed / 2, random),
      ];
      const outcomes = await judgeFlips(file, flips);
      expect(outcomes).toHaveLength(anywhere + aimed);
      for (const { flip, is, because, parts } of outcomes) {
        const place = `seed ${seed} byte ${flip.at} xor ${flip.mask}, ${flip.where}`;
        expect(is, place).toBe('invalid');
        expect(because, place).not.toBe('');
        const held = fileAt(file.bytes, flip.at) ?? 'zip';
        expect(
          parts.some((part) => part.startsWith(held)),
          `${place}: ${held} is not among ${parts.slice(0, 4).join()}`,
        ).toBe(true);
      }
      expect(await judge(file)).toMatchObject({ is: 'valid', flaws: [] });
    },
    flipMsMax,
  );
});

describe('torn and added ends', () => {
  test('either file cut off anywhere is invalid', async () => {
    const random = seededRandom(seed + 2);
    for (const file of bothFiles()) {
      for (let round = 0; round < 12; round += 1) {
        const end = round === 0 ? file.bytes.length - 1 : below(random, file.bytes.length);
        const report = await judge({ ...file, bytes: file.bytes.slice(0, end) });
        expect(report.is, `seed ${seed} ${file.name} cut at ${end}`).toBe('invalid');
        expect(report.flaws[0]?.part).toMatch(/./);
      }
    }
  });

  test('either file with bytes added before or behind is invalid', async () => {
    const random = seededRandom(seed + 3);
    for (const file of bothFiles()) {
      const added = [
        fromLatin1('\n'),
        fromLatin1('\0'),
        fromLatin1('%%EOF\n'),
        random.bytes(64),
        file.bytes.slice(-600),
      ];
      for (const more of added) {
        for (const bytes of [concat(file.bytes, more), concat(more, file.bytes)]) {
          const report = await judge({ ...file, bytes });
          expect(report.is, `seed ${seed} ${file.name} with ${more.length} more`).toBe('invalid');
          expect(report.flaws[0]?.part).toMatch(/./);
        }
      }
    }
  });

  test('a revision cut off at its end is a whole PDF, and no whole contract', async () => {
    const { contract, zip } = loan;
    const marks = [
      ...Buffer.from(contract)
        .toString('latin1')
        .matchAll(/\d\n%%EOF\n/g),
    ];
    const ends = marks.map((mark) => mark.index + mark[0].length);
    expect(ends.at(-1)).toBe(contract.length);
    const signatures = readSignatures(await openPdf(contract, nodeEngine));
    const signed = signatures.findLast(({ kind }) => kind === 'signature')?.revisionEnd ?? 0;
    for (const end of ends.slice(0, -1)) {
      const torn = contract.slice(0, end);
      const changed = await repacked(zip, new Map([['documents/04-loan-contract.pdf', torn]]));
      expect(changed.is).toBe('invalid');
      // Without its end for the long term it still bears both signatures; the log knows more.
      const missing = end < signed ? 'evidence_missing' : 'document_not_logged';
      const codes = ['report_binding_differs', missing];
      // Between store and stamp nothing covers what was appended.
      if (end > signed) codes[1] = 'bytes_uncovered';
      expect(codesOf(changed)).toEqual(expect.arrayContaining(codes));
    }
  });
});

describe('entries of one package with proofs of another', () => {
  test('the other case’s proofs prove nothing, however the files are put together', async () => {
    const [entries, others] = [loan.zip, loan.refused];
    const proofs = new Map(
      openZip(others)
        .files.filter(({ name }) => name.startsWith('proofs/'))
        .map(({ name, bytes }) => [name, bytes]),
    );
    expect(proofs.size).toBeGreaterThan(5);
    const other = await repacked(entries, proofs);
    const wrong = expect.objectContaining({ code: 'proof_wrong', part: 'proofs/0000.tlog-proof' });
    expect(other.is).toBe('invalid');
    expect(other.flaws).toContainEqual(wrong);
    const checkpoint = fileIn(others, 'checkpoint.txt');
    const both = await repacked(entries, new Map([...proofs, ['checkpoint.txt', checkpoint]]));
    expect(both.is).toBe('invalid');
    expect(both.flaws).toContainEqual(wrong);
  });

  test('one entry of another case does not fit into the chain', async () => {
    const name = 'entries/0001.json';
    const stranger = fileIn(loan.refused, name);
    expect(parseEntry(stranger).seq).toBe(1);
    const report = await repacked(loan.zip, new Map([[name, stranger]]));
    expect(report.is).toBe('invalid');
    expect(report.flaws).toContainEqual(
      expect.objectContaining({ code: 'entry_case_differs', part: name }),
    );
  });
});

function bothFiles(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  return [
    { name: 'contract.pdf', bytes: loan.contract },
    { name: 'package.zip', bytes: loan.zip },
  ];
}

function judge(file: { readonly name: string; readonly bytes: Uint8Array }): Promise<Report> {
  return verify({ ...file, trust: loan.trust }, nodeEngine);
}

/** Whoever can pack makes ZIP and manifest anew around exchanged files. */
async function repacked(
  zip: Uint8Array,
  exchanged: ReadonlyMap<string, Uint8Array>,
): Promise<Report> {
  const files = openZip(zip)
    .files.filter(({ name }) => name !== 'manifest.json')
    .map(({ name, bytes }) => ({ name, bytes: exchanged.get(name) ?? bytes }));
  const first = files.find(({ name }) => name === 'entries/0000.json');
  const caseId = parseEntry(first?.bytes ?? new Uint8Array()).caseTag;
  const manifest = {
    name: 'manifest.json',
    bytes: await manifestOf({ caseId, files }, nodeEngine),
  };
  return judge({ name: 'package.zip', bytes: writeZip([...files, manifest]) });
}

function codesOf(report: Report): readonly string[] {
  return report.flaws.map(({ code }) => code);
}

async function judgeFlips(
  file: { readonly name: string; readonly bytes: Uint8Array },
  flips: readonly Flip[],
): Promise<FlipAnswer> {
  const shares = Array.from({ length: threads }, (_, share) =>
    flips.filter((_flip, at) => at % threads === share),
  );
  const orders = shares.map((share) => ({ ...file, trust: loan.trust, flips: share }));
  return (await Promise.all(orders.map(inThread))).flat();
}

function inThread(order: FlipOrder): Promise<FlipAnswer> {
  const thread = new Worker(new URL('./flip-judge.ts', import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}
