/**
 * Step 4: an entry cannot be older than what it holds.
 *
 * Whoever writes a record afterwards and dates it back still needs the words of the parties outside
 * and the stamps inside a signed paper, and these bear the times of others. Clocks differ by
 * minutes, and a true record must not fail for them: a whole day is no clock's fault.
 */
import { fromBase64, toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { type Instant, parseInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import type { EntryType } from '#formats/entry';
import type { JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import { clockSlackMs, type Recorded } from './entries.ts';

const datedBackMsMax = 24 * 60 * 60_000;
/** What a signature or a stamp over the whole paper made. */
const making: readonly EntryType[] = ['seal.done', 'document.raised'];

export function judgeDatedBack(
  documents: readonly JudgedDocument[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  const stamped = stampedAt(documents);
  for (const { entry, part, attested } of recorded) {
    const held = [
      attested ? timeOf(entry.att?.statement['at']) : undefined,
      ...(making.includes(entry.type) ? entry.of.map(({ sha256 }) => stamped.get(sha256)) : []),
    ];
    const latest = Math.max(...held.filter((time) => time !== undefined), Number.NEGATIVE_INFINITY);
    if (entry.at >= latest - datedBackMsMax) continue;
    findings.add('entry_time_backwards', part, 'dated more than a day before what it holds');
  }
}

/** Nobody reads a paper for longer than it has been there. */
export function judgeReadings(recorded: readonly Recorded[], findings: Findings): void {
  for (const { entry, part, values } of recorded) {
    const [seconds, base] = [values.get('secondsRead'), values.get('base')];
    if (entry.type !== 'reading.completed' || typeof seconds !== 'number') continue;
    const drafted = recorded.find(
      (one) => one.entry.type === 'document.drafted' && namesInHex(one, base),
    );
    if (drafted === undefined) continue;
    const there = entry.at - drafted.entry.at;
    if (seconds * 1000 <= there + clockSlackMs) continue;
    const detail = `${seconds} s of reading, ${Math.round(there / 1000)} s after ${drafted.part}`;
    findings.add('entry_time_backwards', part, detail);
  }
}

function namesInHex({ entry }: Recorded, digest: Json | undefined): boolean {
  return entry.of.some(({ sha256 }) => toHex(fromBase64(sha256)) === digest);
}

/** By the state of a paper that a signature or a raise made: the time of its stamp. */
function stampedAt(documents: readonly JudgedDocument[]): ReadonlyMap<string, Instant> {
  const times = new Map<string, Instant>();
  for (const { signatures, raises, revisions } of documents) {
    for (const { end, stamp } of signatures) {
      const made = revisions.find((one) => one.end === end);
      if (made !== undefined && stamp !== undefined) times.set(made.sha256, stamp.time);
    }
    for (const { sha256, stamp } of raises) {
      if (stamp !== undefined) times.set(sha256, stamp.time);
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
