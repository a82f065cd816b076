/**
 * Follows the chains of all cases through the log at once, and what each case last said of rows.
 *
 * An original whose name begins with `row/` is the canonical state of a stored row at that moment.
 */
import type { Entry } from '#formats/entry';

const rowPrefix = 'row/';

interface Followed {
  readonly index: number;
  readonly tenant: string;
  readonly caseId: string;
  readonly entry: Entry;
  readonly hash: string;
}

interface Chain {
  readonly tenant: string;
  readonly caseId: string;
  seq: number;
  head: string;
  readonly states: Map<string, { sha256: string; index: number }>;
}

export class CaseChains {
  readonly #chains = new Map<string, Chain>();

  get size(): number {
    return this.#chains.size;
  }

  all(): readonly Chain[] {
    return [...this.#chains.values()];
  }

  /** Takes the next entry in the order of the log; answers how it breaks its chain, if it does. */
  follow(next: Followed): string | undefined {
    const { entry, hash, tenant, caseId, index } = next;
    const chain = this.#chains.get(entry.caseTag);
    const broken = breach(chain, next);
    const states = chain?.states ?? new Map<string, { sha256: string; index: number }>();
    for (const { name, sha256 } of entry.of) {
      if (name.startsWith(rowPrefix)) states.set(name, { sha256, index });
    }
    this.#chains.set(entry.caseTag, { tenant, caseId, seq: entry.seq, head: hash, states });
    return broken;
  }
}

function breach(chain: Chain | undefined, { entry, caseId }: Followed): string | undefined {
  const expected = chain === undefined ? 0 : chain.seq + 1;
  if (entry.seq !== expected) return `number ${entry.seq} where ${expected} should be`;
  if (entry.prev !== (chain?.head ?? null)) return 'names another entry as the one before';
  if (chain !== undefined && chain.caseId !== caseId) return 'stored under another case';
  if (entry.type === 'case.sealed' && entry.refs?.['head'] !== entry.prev) return 'seal differs';
  return undefined;
}
