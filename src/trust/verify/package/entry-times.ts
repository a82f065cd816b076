/**
 * Step 4: an entry cannot be older than what it holds.
 *
 * Whoever writes a record afterwards and dates it back still needs the words of the parties outside
 * and the stamps inside a signed paper, and these bear the times of others. Clocks differ by
 * minutes, and a true record must not fail for them: a whole day is no clock's fault.
 */
import { type Instant, parseInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import type { JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { Recorded } from './entries.ts';

const datedBackMsMax = 24 * 60 * 60_000;

export function judgeDatedBack(
  documents: readonly JudgedDocument[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  const stamped = stampedAt(documents);
  for (const { entry, part, attested } of recorded) {
    const held = [
      attested ? timeOf(entry.att?.statement['at']) : undefined,
      ...(entry.type === 'seal.done' ? entry.of.map(({ sha256 }) => stamped.get(sha256)) : []),
    ];
    const latest = Math.max(...held.filter((time) => time !== undefined), Number.NEGATIVE_INFINITY);
    if (entry.at >= latest - datedBackMsMax) continue;
    findings.add('entry_time_backwards', part, 'dated more than a day before what it holds');
  }
}

/** By the state of a paper that a signature made: the time of that signature's stamp. */
function stampedAt(documents: readonly JudgedDocument[]): ReadonlyMap<string, Instant> {
  const times = new Map<string, Instant>();
  for (const { signatures, revisions } of documents) {
    for (const { end, stamp } of signatures) {
      const made = revisions.find((one) => one.end === end);
      if (made !== undefined && stamp !== undefined) times.set(made.sha256, stamp.time);
    }
  }
  return times;
}

function timeOf(stated: unknown): Instant | undefined {
  if (typeof stated !== 'string') return undefined;
  try {
    return parseInstant(stated);
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return undefined;
  }
}
