/**
 * Since when has this existed? An evidence record judged from its first stamp to its last
 * (RFC 4998 §4.3, §5.3).
 *
 * Every stamp must have been followed by the next while its hash and its certificate still stood;
 * the last one must stand now. Which hash fell when is what the caller knows: a verifier of 2046
 * hands in what 2046 knows.
 */
import { concat, equal } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { Engine, HashName } from '#formats/crypto';
import type { Imprint } from '#formats/tsp';
import { type ArchiveStamp, type EvidenceRecord, printChains } from './evidence-record.ts';
import { joined } from './renewal.ts';

/** What a check of a token found: the time it says, or why it is not to be believed. */
export type CheckedStamp =
  | { readonly is: 'valid'; readonly at: Instant }
  | { readonly is: 'invalid'; readonly because: string };

/** Is this token over this imprint, and did its certificate stand until then? */
export type CheckStamp = (
  token: Uint8Array,
  imprint: Imprint,
  until: Instant | undefined,
) => Promise<CheckedStamp>;

/** Why a record proves nothing. */
export type RecordFlaw =
  | 'hash_mixed'
  | 'hash_absent'
  | 'hash_fallen'
  | 'stamp_invalid'
  | 'time_backwards';

/** What a record proves. */
export type RecordVerdict =
  | { readonly is: 'valid'; readonly since: Instant; readonly stamps: number }
  | {
      readonly is: 'invalid';
      readonly because: RecordFlaw;
      /** Chain and stamp, counted from nought. */
      readonly at: readonly [number, number];
      readonly detail: string;
    };

/** What is judged, and what is known when it is. */
export interface RecordCheck {
  readonly record: EvidenceRecord;
  readonly data: Uint8Array;
  readonly now: Instant;
  readonly checkStamp: CheckStamp;
  /** Since when a hash proves nothing any more; undefined while it stands. */
  readonly fallenSince: (hash: HashName) => Instant | undefined;
}

/** Throws for nothing in the record. */
export async function verifyEvidenceRecord(
  check: RecordCheck,
  engine: Engine,
): Promise<RecordVerdict> {
  const { record, now } = check;
  const flat = record.chains.flatMap((chain, at) =>
    chain.map((stamp, nth) => ({ stamp, place: [at, nth] as const })),
  );
  const times: Instant[] = [];
  for (const { stamp, place } of flat) {
    const imprint = await imprintOf(stamp, { check, place, engine });
    if ('because' in imprint) return imprint;
    const checked = await check.checkStamp(stamp.token, imprint, undefined);
    if (checked.is === 'invalid') return invalid('stamp_invalid', place, checked.because);
    const before = times.at(-1);
    if (before !== undefined && checked.at < before) return invalid('time_backwards', place);
    times.push(checked.at);
  }
  for (const [at, { stamp, place }] of flat.entries()) {
    const until = times[at + 1] ?? now;
    const fallen = check.fallenSince(stamp.hash);
    if (fallen !== undefined && fallen <= until) return invalid('hash_fallen', place, stamp.hash);
    const imprint = await imprintOf(stamp, { check, place, engine });
    if ('because' in imprint) return imprint;
    const checked = await check.checkStamp(stamp.token, imprint, until);
    if (checked.is === 'invalid') return invalid('stamp_invalid', place, checked.because);
  }
  const [since] = times;
  if (since === undefined) return invalid('hash_absent', [0, 0]);
  return { is: 'valid', since, stamps: flat.length };
}

type Place = readonly [number, number];

async function imprintOf(
  stamp: ArchiveStamp,
  by: { readonly check: RecordCheck; readonly place: Place; readonly engine: Engine },
): Promise<Imprint | Extract<RecordVerdict, { is: 'invalid' }>> {
  const { check, place, engine } = by;
  const { hash, tree } = stamp;
  const [chain, nth] = place;
  const first = check.record.chains[chain]?.[0];
  if (first?.hash !== hash) return invalid('hash_mixed', place);
  let digest = await neededHash(check, place, { hash, nth, engine });
  const [lowest, ...above] = tree;
  if (lowest === undefined) return { hash, digest };
  const found = lowest.some((one) => equal(one, digest));
  if (!found) return invalid('hash_absent', place);
  digest = await joined(lowest, hash, engine);
  for (const list of above) digest = await joined([...list, digest], hash, engine);
  return { hash, digest };
}

/** What this stamp must cover: the data, the stamp before it, or the data and all chains before. */
async function neededHash(
  { record, data }: RecordCheck,
  [chain]: Place,
  of: { readonly hash: HashName; readonly nth: number; readonly engine: Engine },
): Promise<Uint8Array> {
  const { hash, nth, engine } = of;
  const before = record.chains[chain]?.[nth - 1];
  if (before !== undefined) return engine.digest(hash, before.token);
  const own = await engine.digest(hash, data);
  if (chain === 0) return own;
  const chains = await engine.digest(hash, printChains(record.chains.slice(0, chain)));
  return engine.digest(hash, concat(own, chains));
}

function invalid(
  because: RecordFlaw,
  at: Place,
  detail = '',
): Extract<RecordVerdict, { is: 'invalid' }> {
  return { is: 'invalid', because, at, detail };
}
