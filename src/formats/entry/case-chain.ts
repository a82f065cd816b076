/**
 * The chain of one case: number by number, each naming the hash of the one before.
 *
 * A seal (`case.sealed`) fixes how many entries stand before it and the hash of the last of them:
 * whoever shows a package with a seal can neither leave one out nor slip one in.
 */
import { faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type Entry, entryHash, parseEntry } from './entry.ts';
import type { EntryType } from './entry-types.ts';

export interface NumberedEntry {
  readonly entry: Entry;
  readonly hash: string;
}

export interface CaseFlaw {
  readonly code:
    | 'entry_malformed'
    | 'version_unknown'
    | 'case_differs'
    | 'seq_differs'
    | 'prev_differs'
    | 'ref_unknown'
    | 'seal_differs'
    | 'case_empty';
  /** The place in the list that was handed in, from 0. */
  readonly at: number;
  readonly detail: string;
}

/** What a seal states: `n` entries stand before it, and `head` is the hash of the last. */
export function sealOf(entry: Entry): { n: number; head: string } | undefined {
  const head = entry.refs?.['head'];
  if (!isSeal(entry.type) || head === undefined) return undefined;
  return { n: entry.seq, head };
}

/** A case is sealed as it stands; it is closed only when nothing that it must hold is missing. */
export function isSeal(type: EntryType): boolean {
  return type === 'case.sealed' || type === 'case.closed';
}

/** Checks a whole case from its first entry on. An empty list of flaws is a sound chain. */
export async function caseFlaws(
  bytesOfEntries: readonly Uint8Array[],
  engine: Engine,
): Promise<{ entries: readonly NumberedEntry[]; flaws: readonly CaseFlaw[] }> {
  const entries: NumberedEntry[] = [];
  const flaws: CaseFlaw[] = [];
  for (const [at, bytes] of bytesOfEntries.entries()) {
    const entry = tryParse(bytes);
    if (typeof entry === 'string') {
      flaws.push({ code: entry, at, detail: 'not an entry that this program reads' });
      break; // What follows cannot be judged without the hash chain's next link.
    }
    flaws.push(...linkFlaws(entry, at, entries));
    entries.push({ entry, hash: await entryHash(bytes, engine) });
  }
  if (bytesOfEntries.length === 0) flaws.push({ code: 'case_empty', at: 0, detail: 'no entry' });
  return { entries, flaws };
}

function linkFlaws(entry: Entry, at: number, before: readonly NumberedEntry[]): CaseFlaw[] {
  const flaws: CaseFlaw[] = [];
  const say = (code: CaseFlaw['code'], detail: string): void => {
    flaws.push({ code, at, detail });
  };
  const previous = before.at(-1);
  if (entry.seq !== at) say('seq_differs', `is ${entry.seq}, stands at ${at}`);
  if (previous !== undefined && entry.caseTag !== previous.entry.caseTag) {
    say('case_differs', entry.caseTag);
  }
  if (entry.prev !== (previous?.hash ?? null)) say('prev_differs', `entry ${entry.seq}`);
  const known = new Set(before.map(({ hash }) => hash));
  for (const [name, hash] of Object.entries(entry.refs ?? {})) {
    if (!known.has(hash)) say('ref_unknown', name);
  }
  if (isSeal(entry.type) && sealOf(entry)?.head !== entry.prev) {
    say('seal_differs', `entry ${entry.seq}`);
  }
  return flaws;
}

function tryParse(bytes: Uint8Array): Entry | 'entry_malformed' | 'version_unknown' {
  try {
    return parseEntry(bytes);
  } catch (thrown) {
    return faultCode(thrown) === 'entry.version_unknown' ? 'version_unknown' : 'entry_malformed';
  }
}
