/**
 * Looks at every entry as it passes: is it one, signed by an actor of the list, and the next of its
 * case? What it knows of cases lasts as long as the process; a case it sees first in the middle is
 * followed from there.
 */
import { Fault, faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  type ChainPlace,
  type Entry,
  entryHash,
  type NewerEntry,
  parseEntry,
  parseNewerEntry,
  signatureFlaw,
} from '#formats/entry';
import { isBorder } from '#formats/shard';

/** The oldest of more cases is forgotten: then it is followed from where it is seen again. */
const casesMax = 500_000;

/** The end of a case's chain as far as it was seen. */
interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

interface Parts {
  readonly engine: Engine;
  readonly keyOf?: ((by: string) => Uint8Array | undefined) | undefined;
}

export class EntryWatch {
  readonly #parts: Parts;
  readonly #chains = new Map<string, ChainEnd>();
  #isWhole = false;

  /** Without `keyOf` nobody's signature is checked: the watcher has no list of actors. */
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Begins to read; what is read counts only when it is kept. */
  reading(): EntryReading {
    return new EntryReading(this.#parts, {
      endOf: (caseTag) => this.#chains.get(caseTag),
      isWhole: this.#isWhole,
    });
  }

  keep(reading: EntryReading): void {
    this.#isWhole = reading.isWhole;
    for (const [caseTag, end] of reading.ends) {
      this.#chains.delete(caseTag);
      this.#chains.set(caseTag, end);
      const [oldest] = this.#chains.size > casesMax ? this.#chains.keys() : [];
      if (oldest === undefined) continue;
      this.#chains.delete(oldest);
      this.#isWhole = false;
    }
  }
}

/** One passage through new entries. */
export class EntryReading {
  readonly ends = new Map<string, ChainEnd>();
  /** Is every case known from its first entry on? */
  isWhole: boolean;
  /** Entries of newer programs: their place and signature are held, what they state is not read. */
  unread = 0;
  readonly #parts: Parts;
  readonly #endOf: (caseTag: string) => ChainEnd | undefined;

  constructor(
    parts: Parts,
    before: { isWhole: boolean; endOf: (caseTag: string) => ChainEnd | undefined },
  ) {
    this.#parts = parts;
    this.#endOf = before.endOf;
    this.isWhole = before.isWhole;
  }

  /** What is wrong with the entry at this place of the log; undefined when nothing is. */
  async flawOf(bytes: Uint8Array, index: number): Promise<string | undefined> {
    const { engine, keyOf } = this.#parts;
    const isLink = isBorder(bytes);
    // A later shard begins with a link: what stands before it may not have been read.
    this.isWhole ||= index === 0 && !isLink;
    if (isLink) return undefined;
    let entry: Entry | NewerEntry;
    try {
      entry = anyEntry(bytes);
    } catch (thrown) {
      if (thrown instanceof Fault) return 'not an entry';
      throw thrown;
    }
    if ('v' in entry) this.unread += 1;
    const flaw = keyOf === undefined ? undefined : await signatureFlaw(entry, keyOf, engine);
    return flaw?.code ?? this.#follow(entry, await entryHash(bytes, engine));
  }

  #follow({ caseTag, seq, prev }: ChainPlace, hash: string): string | undefined {
    const end = this.ends.get(caseTag) ?? this.#endOf(caseTag);
    this.ends.set(caseTag, { seq, hash });
    if (end === undefined) {
      return seq === 0 || !this.isWhole ? undefined : `case begins with number ${seq}`;
    }
    if (seq !== end.seq + 1) return `number ${seq} where ${end.seq + 1} should be`;
    return prev === end.hash ? undefined : 'names another entry as the one before';
  }
}

function anyEntry(bytes: Uint8Array): Entry | NewerEntry {
  try {
    return parseEntry(bytes);
  } catch (thrown) {
    if (faultCode(thrown) !== 'entry.version_unknown') throw thrown;
    return parseNewerEntry(bytes);
  }
}
