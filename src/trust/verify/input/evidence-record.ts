/**
 * Evidence records as proofs of existence (RFC 4998; ETSI EN 319 102-1 §5.6.2.3): a record over a
 * file or over a message is as many stamps, of which each proves the one before, and the first of
 * every chain all that the record is over.
 *
 * A record of which one stamp is over something else, or earlier than the one before, is used for
 * nothing. It takes nothing from what it is over: whoever hands in the wrong one has only less.
 */
import { type DetachedContent, messageBefore } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { type Covered, coveredBy, type ReadRecord } from '#formats/ers';
import type { Entry, JudgedStamp, StampEntry } from '../etsi/docket.ts';
import { contentOf } from '../etsi/integrity.ts';
import { judgeTokenIntegrity } from '../etsi/stamp.ts';
import type { Notice } from '../report/report.ts';
import { type Bag, objectsOfToken } from './bag.ts';
import type { HeldOpened, OpenedRecord } from './opened-record.ts';

type Data = Pick<DetachedContent, 'digest'>;

/** What a record says of one file or message. */
export interface RecordStamps {
  readonly stamps: readonly StampEntry[];
  readonly notices: readonly Notice[];
}

/** A record and what it may be over. */
export interface RecordAsk {
  readonly part: string;
  readonly opened: OpenedRecord;
  /** Each is all that the record may be over together; the first that fits was meant. */
  readonly over: readonly (readonly Data[])[];
  /** What is proved to have existed. */
  readonly covers: readonly Uint8Array[];
  /** The signature that carries it; undefined for one beside the file. */
  readonly of: Entry | undefined;
  /** DER of certificates that may be the clocks'. */
  readonly certificates: readonly Uint8Array[];
}

export async function stampsOfRecord(ask: RecordAsk, engine: Engine): Promise<RecordStamps> {
  const { part, opened, over } = ask;
  const { record } = opened;
  if (record === undefined) return unused(part, opened.why);
  let why = 'it is over something else';
  for (const data of over) {
    const covered = await coveredBy(record, data, engine);
    const gap = covered.find(({ root }) => root === undefined);
    if (gap !== undefined) {
      if (gap.place[0] + gap.place[1] > 0)
        why = `stamp ${gap.place.join('.')} is over something else`;
      continue;
    }
    const stamps = await Promise.all(covered.map((one) => stampOf(one, { ask, record, engine })));
    const broken = stamps.find(({ integrity }) => integrity.doubts.length > 0);
    const [doubt] = broken?.integrity.doubts ?? [];
    if (doubt !== undefined) return unused(part, `${doubt.code} ${doubt.detail}`);
    const times = stamps.map(({ token }) => token.time);
    const isOrdered = times.every((time, at) => (times[at - 1] ?? time) <= time);
    return isOrdered ? { stamps, notices: [] } : unused(part, 'its stamps are out of order');
  }
  return unused(part, why);
}

async function stampOf(
  { stamp, place: [chain, nth], root = new Uint8Array() }: Covered,
  parts: { readonly ask: RecordAsk; readonly record: ReadRecord; readonly engine: Engine },
): Promise<StampEntry> {
  const { ask, record, engine } = parts;
  const { token } = stamp;
  const stamped: Data = {
    digest: async (hash) => (hash === stamp.hash ? root : new Uint8Array()),
  };
  const integrity = await judgeTokenIntegrity(token, stamped, {
    engine,
    certificates: ask.certificates,
  });
  const older = record.chains[chain]?.stamps.slice(0, nth).slice(-1) ?? [];
  const chains = record.chains.slice(0, chain).flatMap(({ stamps }) => stamps);
  const proved = nth > 0 ? older : chains;
  const objects = proved.flatMap((one) => [...objectsOfToken(one.token)]);
  const covers = nth > 0 ? objects : [...ask.covers, ...objects];
  // §5.3: until the first stamp of the next chain its digest alone holds the tree together.
  const digestUntil = record.chains[chain + 1]?.stamps[0].token.time ?? 'now';
  const place = `${ask.part}/evidence record`;
  return { part: place, over: 'document', token, integrity, covers, of: ask.of, digestUntil };
}

/** Records in a message: each over the message as it was before all records, or before itself. */
export async function stampsOfHeld(
  held: readonly HeldOpened[],
  ask: Omit<RecordAsk, 'opened' | 'over'> & {
    readonly message: Uint8Array;
    readonly content: Data | undefined;
  },
  engine: Engine,
): Promise<RecordStamps> {
  const { message, content, ...rest } = ask;
  const found = held.map((opened) => {
    const own = firstTime(opened);
    const earlier = held.filter((one) => firstTime(one) < own).map(({ der }) => der);
    const kept = earlier.length === 0 ? [[]] : [[], earlier];
    const readings = kept.flatMap((one) => messageBefore(message, one) ?? []);
    const beside = opened.isOutside && content !== undefined ? [content] : [];
    const over = readings.map((bytes) => [contentOf(bytes, engine), ...beside]);
    return stampsOfRecord({ ...rest, opened, over }, engine);
  });
  return together(await Promise.all(found));
}

/** Records that the asker hands in beside a file: over its bytes, or over content and file. */
export async function withRecords(
  docket: { readonly entries: readonly Entry[]; readonly stamps: readonly StampEntry[] },
  beside: {
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly content?: Uint8Array | undefined;
    readonly records: readonly OpenedRecord[];
    /** Everything the file brings along. */
    readonly bag: Bag;
    /** DER of certificates that may be the clocks'. */
    readonly certificates: readonly Uint8Array[];
  },
  engine: Engine,
): Promise<typeof docket & { readonly notices: readonly Notice[] }> {
  const { name: part, bytes, content, records, certificates } = beside;
  const { crls, ocsps, ...held } = beside.bag;
  const signed = [...docket.entries, ...docket.stamps].map((one) => one.integrity.value.signature);
  const covers = [...held.certificates, ...crls, ...ocsps, ...signed];
  const file = contentOf(bytes, engine);
  const over = content === undefined ? [[file]] : [[file], [file, contentOf(content, engine)]];
  const ask = { part, over, covers, of: undefined, certificates };
  const found = records.map((opened) => stampsOfRecord({ ...ask, opened }, engine));
  const { stamps, notices } = together(await Promise.all(found));
  return { ...docket, stamps: [...docket.stamps, ...stamps], notices };
}

/** A record beside the file whose clock nobody trusts proves nothing, and that is said. */
export function doubtsOfRecords(stamps: readonly JudgedStamp[]): readonly Notice[] {
  return stamps.flatMap(({ entry, doubts }): readonly Notice[] => {
    const [doubt] = doubts;
    const isBeside = entry.of === undefined && entry.digestUntil !== undefined;
    if (!isBeside || doubt === undefined) return [];
    const detail = `${entry.part}: ${doubt.code} ${doubt.detail}`;
    return [{ code: 'stamp_not_trusted', detail }];
  });
}

/** Records beside a file that is not judged by what others prove of it. */
export function unusedRecords(part: string, records: readonly OpenedRecord[]): readonly Notice[] {
  return records.length === 0 ? [] : unused(part, 'its own proofs count').notices;
}

function together(all: readonly RecordStamps[]): RecordStamps {
  return {
    stamps: all.flatMap(({ stamps }) => stamps),
    notices: all.flatMap(({ notices }) => notices),
  };
}

function firstTime({ record }: OpenedRecord): number {
  return record?.chains[0]?.stamps[0].token.time ?? Number.POSITIVE_INFINITY;
}

function unused(part: string, why: string): RecordStamps {
  const detail = `${part} ${why}`.trim();
  return { stamps: [], notices: [{ code: 'evidence_record_not_used', detail }] };
}
