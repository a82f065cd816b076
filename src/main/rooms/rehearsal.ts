/**
 * The contract of a rehearsal: a sample person, a sample lender, and the mark SAMPLE on every page.
 *
 * It is set from the real template, so that who rehearses sees what she will see; it belongs to no
 * case, is signed by nobody and enters no log.
 */
import { sampleInputs } from '#adapters/typesetting';
import { parseInstant } from '#base/clock';
import type { LendingRooms } from './lending.ts';

const mark = '样本 SAMPLE · 仅供练习，没有法律效力';
const printedAt = parseInstant('2026-11-21T10:00:00.000+08:00');

/** Printed at the first question and kept: it is the same for everybody. */
export function samplePages({ catalog, press }: LendingRooms): () => Promise<Uint8Array> {
  let printed: Promise<Uint8Array> | undefined;
  return () => {
    const inputs = { ...sampleInputs(catalog), label: mark };
    printed ??= press
      .print({ kind: 'loan-contract', inputs, at: printedAt })
      .then(({ pdf }) => pdf);
    return printed;
  };
}
