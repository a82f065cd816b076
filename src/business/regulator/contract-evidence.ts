/**
 * What the log holds of one contract, as far as anybody may see it: no opening is asked for, so
 * that a contract of an erased person is proved as before.
 */
import { fromBase64, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import { type Entry, type EntryType, parseEntry } from '#formats/entry';
import { type Level, parseCheckpoint } from '#formats/tlog';
import type { CaseFile, EntryStore, Evidence } from '#trust/evidence';

/** The log as a supervisor's look reads it. */
export interface LookedLog {
  readonly entries: Pick<EntryStore, 'ofCase' | 'newestCheckpoint'>;
  readonly evidence: Pick<Evidence, 'levelOf'>;
  readonly cases: Pick<CaseFile, 'readClosed'>;
}

/** One entry of a case: what it is, when, and where it stands. */
export interface ShownEntry {
  readonly seq: number;
  readonly type: EntryType;
  readonly at: Instant;
  /** base64 SHA-256 of the entry. */
  readonly hash: string;
  /** Its place in the log; undefined until it is sequenced. */
  readonly index: number | undefined;
  readonly level: Level;
}

/** A case in the log. */
export interface CaseEvidence {
  /** The log's name; undefined while it has no checkpoint that the sentinel has cosigned. */
  readonly origin: string | undefined;
  /** The case's name in the log. */
  readonly caseTag: string;
  readonly entries: readonly ShownEntry[];
  /** When each sealed revision was sealed, by the revision's SHA-256 in hex. */
  readonly seals: ReadonlyMap<string, Instant>;
}

export async function evidenceOf(
  unit: Unit,
  caseId: string,
  { entries, evidence }: LookedLog,
): Promise<CaseEvidence> {
  const shown: ShownEntry[] = [];
  const seals = new Map<string, Instant>();
  let caseTag = '';
  for (const { bytes, hash, index } of await entries.ofCase(unit, caseId)) {
    const entry = parseEntry(bytes);
    const { seq, type, at } = entry;
    caseTag = entry.caseTag;
    shown.push({ seq, type, at, hash, index, level: await evidence.levelOf(unit, hash) });
    const revision = digestOf(entry, 'revision');
    if (revision === undefined) continue;
    if (type === 'seal.done') seals.set(revision, at);
    // Who raises a document for the long term seals nothing: its seals stay as old as they were.
    const before = seals.get(digestOf(entry, 'before') ?? '');
    if (type === 'document.raised' && before !== undefined) seals.set(revision, before);
  }
  const checkpoint = await entries.newestCheckpoint(unit, 'L1');
  const origin = checkpoint === undefined ? undefined : parseCheckpoint(checkpoint.note).origin;
  return { origin, caseTag, entries: shown, seals };
}

function digestOf({ of }: Entry, wanted: 'revision' | 'before'): string | undefined {
  const original = of.find(({ name }) => name === wanted);
  return original === undefined ? undefined : toHex(fromBase64(original.sha256));
}
