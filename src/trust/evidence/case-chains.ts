/**
 * Follows the chains of all cases of one log at once, and keeps what they say.
 *
 * An original whose name begins with `row/` is the canonical state of a stored row at that moment.
 */
import { type Entry, isSeal } from '#formats/entry';

const rowPrefix = 'row/';

/** One entry as it was followed. Without an index it waits for its place in the log. */
export interface FollowedEntry {
  readonly index: number | undefined;
  readonly caseId: string;
  readonly entry: Entry;
  readonly hash: string;
}

/** What a case says by its entries, in their order. */
export interface FollowedChain {
  readonly caseId: string;
  readonly entries: readonly FollowedEntry[];
  /** What its entries last said of each row: the base64 SHA-256 by the original's name. */
  readonly states: ReadonlyMap<string, string>;
}

interface Chain extends FollowedChain {
  readonly entries: FollowedEntry[];
  readonly states: Map<string, string>;
}

export class CaseChains {
  readonly #byTag = new Map<string, Chain>();
  readonly #byCase = new Map<string, Chain>();

  get size(): number {
    return this.#byTag.size;
  }

  all(): readonly FollowedChain[] {
    return [...this.#byCase.values()];
  }

  of(caseId: string): FollowedChain | undefined {
    return this.#byCase.get(caseId);
  }

  /** Takes the next entry in the order of the log; answers how it breaks its chain, if it does. */
  follow(next: FollowedEntry): string | undefined {
    const { entry, caseId } = next;
    const known = this.#byTag.get(entry.caseTag);
    const other = known === undefined ? this.#byCase.get(caseId) : undefined;
    // Two histories of one case: each alone has no gap, and either could be shown.
    const broken = other === undefined ? breach(known, next) : 'a second chain of one case';
    const chain = known ?? { caseId, entries: [], states: new Map<string, string>() };
    chain.entries.push(next);
    for (const { name, sha256 } of entry.of) {
      if (name.startsWith(rowPrefix)) chain.states.set(name, sha256);
    }
    this.#byTag.set(entry.caseTag, chain);
    // Rows are held against the chain that the case began with.
    if (other === undefined && chain.caseId === caseId) this.#byCase.set(caseId, chain);
    return broken;
  }
}

function breach(chain: Chain | undefined, { entry, caseId }: FollowedEntry): string | undefined {
  const last = chain?.entries.at(-1);
  const expected = last === undefined ? 0 : last.entry.seq + 1;
  if (entry.seq !== expected) return `number ${entry.seq} where ${expected} should be`;
  if (entry.prev !== (last?.hash ?? null)) return 'names another entry as the one before';
  if (chain !== undefined && chain.caseId !== caseId) return 'stored under another case';
  if (isSeal(entry.type) && entry.refs?.['head'] !== entry.prev) return 'seal differs';
  return undefined;
}
