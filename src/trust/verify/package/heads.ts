/**
 * Step 5c: heads of the log under trusted time (RFC 3161, carried on by RFC 4998), where the
 * package holds some. A head that is a beginning of the package's tree vouches for every entry in
 * it.
 */
import { fromUtf8 } from '#base/bytes';
import { formatInstant, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { HashName } from '#formats/crypto';
import {
  checkStampBy,
  type EvidenceRecord,
  parseEvidenceRecord,
  verifyEvidenceRecord,
} from '#formats/ers';
import { type Checkpoint, judgeCheckpoint, levelUnder, parseCheckpoint } from '#formats/tlog';
import { parseToken } from '#formats/tsp';
import { sunsetsOf } from '../etsi/strength.ts';
import type { Notice } from '../report/report.ts';
import {
  beginningFlaw,
  covers,
  type LogContext,
  lastOf,
  requireOwnName,
  wrongLines,
} from './log-context.ts';

/** Clocks differ by less than a day: what a witness saw then cannot have been stated later. */
const datedAheadMsMax = 24 * 60 * 60_000;

/** What the stamped heads of a package vouch for. */
export interface StampedHeads {
  /** The earliest time by which all entries of the case stood in the log. */
  readonly since: Instant | undefined;
  readonly notices: readonly Notice[];
}

interface Stamped {
  readonly tree: number;
  readonly size: number;
  readonly since: Instant;
  readonly lapsed: boolean;
}

/** `at`: the time for which the file is judged; nothing is asked of a clock. */
export async function judgeHeads(
  at: Instant | undefined,
  context: LogContext,
): Promise<StampedHeads> {
  const { files, findings, places } = context;
  const found: Stamped[] = [];
  const names = [...files.at('head'), ...files.at('head record'), ...files.at('head consistency')];
  const stems = new Set(names.map(({ name }) => name.slice(0, name.indexOf('.'))));
  for (const stem of stems) {
    try {
      found.push(await judgeOne(stem, at, context));
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      findings.add(
        'head_stamp_wrong',
        `${stem}.note`,
        String(thrown.details['why'] ?? thrown.code),
      );
    }
  }
  const last = lastOf(places, context);
  const covering = found.filter((head) => covers(head, last) && !head.lapsed);
  const [since] = covering.map((one) => one.since).toSorted((a, b) => a - b);
  return { since, notices: found.map(noticeOf) };
}

async function judgeOne(
  stem: string,
  at: Instant | undefined,
  context: LogContext,
): Promise<Stamped> {
  const { files, trust, engine } = context;
  const note = files.named(`${stem}.note`);
  const ers = files.named(`${stem}.ers`);
  if (note === undefined || ers === undefined) throw wrong('note or record is missing');
  await requireOwnName('head', { name: `${stem}.note`, bytes: note }, engine);
  const { tree, size } = await requireHead(note, `${stem}.consistency`, context);
  const record = parseEvidenceRecord(ers);
  const checkStamp = checkStampBy(trust.stampers, engine);
  const check = { record, data: note, checkStamp, fallenSince };
  const now = lastTime(record);
  const verdict = await verifyEvidenceRecord({ ...check, now }, engine);
  if (verdict.is === 'invalid') throw wrong(`${verdict.because} ${verdict.detail}`.trim());
  const later = at === undefined || at < now ? now : at;
  const still = await verifyEvidenceRecord({ ...check, now: later }, engine);
  return { tree, size, since: verdict.since, lapsed: still.is === 'invalid' };
}

/** A digest that has fallen holds no tree together (RFC 4998 §5.3). */
function fallenSince(hash: HashName): Instant | undefined {
  return sunsetsOf({ hash })[0]?.until;
}

/** A head of this very log, cosigned, whose tree is a beginning of one of the package's. */
export async function requireHead(
  note: Uint8Array,
  consistency: string,
  context: LogContext,
): Promise<Checkpoint & { readonly tree: number; readonly latestSeconds: number }> {
  const { files, trees, trust, engine } = context;
  const { origin } = parseCheckpoint(fromUtf8(note));
  const tree = trees.findIndex(({ log }) => log.name === origin);
  const of = trees[tree];
  if (of === undefined) throw wrong('of another log');
  const keys = { log: of.log, witnesses: trust.witnesses };
  const judged = await judgeCheckpoint(fromUtf8(note), keys, engine);
  const lines = wrongLines(judged);
  if (!judged.signedByLog || lines.length > 0) throw wrong(`signatures: ${lines.join(' ')}`);
  const { policy } = trust;
  if (policy === undefined || levelUnder(policy, judged.cosigners) === 'L0') {
    throw wrong('not cosigned by the sentinel');
  }
  const heads = { from: judged.checkpoint, to: of.checkpoint };
  const flaw = await beginningFlaw({ files, name: consistency }, heads, engine);
  if (flaw !== undefined) throw wrong(flaw);
  const times = judged.cosigners.map(({ atSeconds }) => atSeconds);
  const head = { tree, size: judged.checkpoint.size };
  const youngest = Math.max(
    ...context.times.filter((_, at) => {
      const place = context.places[at];
      return place !== undefined && covers(head, place);
    }),
  );
  if (youngest > Math.min(...times) * 1000 + datedAheadMsMax) {
    throw wrong('cosigned more than a day before an entry in it');
  }
  return { ...judged.checkpoint, tree, latestSeconds: Math.max(...times) };
}

function lastTime({ chains }: EvidenceRecord): Instant {
  const token = chains.at(-1)?.at(-1)?.token;
  if (token === undefined) throw wrong('no stamp');
  return parseToken(token).time;
}

function noticeOf({ size, since, lapsed }: Stamped): Notice {
  const detail = `entries before ${size} since ${formatInstant(since)}`;
  return { code: lapsed ? 'head_stamp_lapsed' : 'head_stamped', detail };
}

function wrong(why: string): Fault {
  return new Fault('verify.head_wrong', { why });
}
