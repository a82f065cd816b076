/**
 * The chain of one case: number by number, each naming the hash of the one before.
 *
 * A seal (`case.sealed`) fixes how many entries stand before it and the hash of the last of them:
 * whoever shows a package with a seal can neither leave one out nor slip one in.
 */
import { faultCode, ifReadable } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type Entry, entryHash, type NewerEntry, parseEntry, parseNewerEntry } from './entry.ts';
import type { EntryType } from './entry-types.ts';

/** One entry of a chain with its hash and its place in the list that was handed in, from 0. */
export interface NumberedEntry {
  readonly entry: Entry;
  readonly hash: string;
  readonly at: number;
}

/** The same for an entry that a newer program wrote. */
export interface UnreadEntry {
  readonly entry: NewerEntry;
  readonly hash: string;
  readonly at: number;
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

/**
 * Checks a whole case from its first entry on. An empty list of flaws is a sound chain. One that a
 * newer program wrote is a flaw of its own, and a link of the chain like the others.
 */
export async function caseFlaws(
  bytesOfEntries: readonly Uint8Array[],
  engine: Engine,
): Promise<{
  entries: readonly NumberedEntry[];
  unread: readonly UnreadEntry[];
  flaws: readonly CaseFlaw[];
}> {
  const entries: NumberedEntry[] = [];
  const unread: UnreadEntry[] = [];
  const flaws: CaseFlaw[] = [];
  const links: Link[] = [];
  for (const [at, bytes] of bytesOfEntries.entries()) {
    const entry = tryParse(bytes);
    if (entry === undefined) {
      flaws.push({ code: 'entry_malformed', at, detail: 'not an entry' });
      break; // What follows cannot be judged without the hash chain's next link.
    }
    flaws.push(...linkFlaws(entry, at, links));
    const hash = await entryHash(bytes, engine);
    links.push({ hash, caseTag: entry.caseTag });
    if ('v' in entry) {
      unread.push({ entry, hash, at });
      flaws.push({ code: 'version_unknown', at, detail: `version ${entry.v}, ${entry.type}` });
    } else {
      entries.push({ entry, hash, at });
    }
  }
  if (bytesOfEntries.length === 0) flaws.push({ code: 'case_empty', at: 0, detail: 'no entry' });
  return { entries, unread, flaws };
}

/** What the next entry of a chain is held against. */
interface Link {
  readonly hash: string;
  readonly caseTag: string;
}

function linkFlaws(entry: Entry | NewerEntry, at: number, before: readonly Link[]): CaseFlaw[] {
  const flaws: CaseFlaw[] = [];
  const say = (code: CaseFlaw['code'], detail: string): void => {
    flaws.push({ code, at, detail });
  };
  const previous = before.at(-1);
  if (entry.seq !== at) say('seq_differs', `is ${entry.seq}, stands at ${at}`);
  if (previous !== undefined && entry.caseTag !== previous.caseTag) {
    say('case_differs', entry.caseTag);
  }
  if (entry.prev !== (previous?.hash ?? null)) say('prev_differs', `entry ${entry.seq}`);
  if ('v' in entry) return flaws;
  const known = new Set(before.map(({ hash }) => hash));
  for (const [name, hash] of Object.entries(entry.refs ?? {})) {
    if (!known.has(hash)) say('ref_unknown', name);
  }
  if (isSeal(entry.type) && sealOf(entry)?.head !== entry.prev) {
    say('seal_differs', `entry ${entry.seq}`);
  }
  return flaws;
}

function tryParse(bytes: Uint8Array): Entry | NewerEntry | undefined {
  try {
    return parseEntry(bytes);
  } catch (thrown) {
    return faultCode(thrown) === 'entry.version_unknown' ? tryNewer(bytes) : undefined;
  }
}

function tryNewer(bytes: Uint8Array): NewerEntry | undefined {
  return ifReadable(() => parseNewerEntry(bytes));
}
