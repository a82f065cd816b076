/**
 * From how far away a record was vouched for, and what the chain of a case is worth by it (S2-07).
 *
 * The class of an entry is read from the entry itself: who signed the statement that stands in it,
 * by the one table of statements. A stronger source is added by stating what it saw: an entry that
 * names another one under `seen` lends it its own strength. Nobody's row can say more than that.
 */
import type { Entry } from './entry.ts';
import type { SlotState } from './slots.ts';
import { type SourceClass, statementRules } from './statements.ts';

/** What a class weighs, and what it costs to have it. */
export interface SourceWeight {
  readonly is: SourceClass;
  readonly strength: 1 | 2 | 3;
  readonly cost: 'low' | 'medium' | 'high';
}

/**
 * Weak, medium, strong: the word of whoever wins by it, of another institution, and of a notary,
 * whose deeds are presumed true (公证法 36; 民事证据规定 10). An expert's opinion is medium and dear.
 */
const sourceWeights: readonly SourceWeight[] = [
  { is: 'self', strength: 1, cost: 'low' },
  { is: 'third-party', strength: 2, cost: 'medium' },
  { is: 'forensic', strength: 2, cost: 'high' },
  { is: 'notarised', strength: 3, cost: 'low' },
];
const strengthMax = 3;

/** Of which sources a chain is made, and how far it is carried by others than its keeper. */
export interface SourceMix {
  /** Every class with the number of its entries. */
  readonly classes: readonly (SourceWeight & { readonly entries: number })[];
  /** 0–100: of each slot the strongest source counts; an empty slot counts nothing. */
  readonly score: number;
}

/** An entry with its hash, by which later ones name it. */
interface Hashed {
  readonly entry: Entry;
  readonly hash: string;
}

/** Whose word an entry is. An attestation that fits no rule lends it nothing. */
export function sourceClassOf({ att, type }: Pick<Entry, 'att' | 'type'>): SourceClass {
  const rule =
    att === undefined
      ? undefined
      : statementRules.find(
          (one) =>
            one.kind === att.statement['kind'] && one.by === att.by && one.types.includes(type),
        );
  return rule?.source ?? 'self';
}

/** The mix of a chain by its slots; whether a statement's signature holds is judged elsewhere. */
export function sourceMix(slots: readonly SlotState[], entries: readonly Hashed[]): SourceMix {
  const held = entries.map(({ entry }) => sourceClassOf(entry));
  const classes = sourceWeights.map((weight) => ({
    ...weight,
    entries: held.filter((is) => is === weight.is).length,
  }));
  const reached = slots.reduce((sum, slot) => sum + strengthOf(slot, entries), 0);
  const possible = slots.length * strengthMax;
  return { classes, score: possible === 0 ? 0 : Math.floor((reached * 100) / possible) };
}

function strengthOf({ filled, isMet }: SlotState, entries: readonly Hashed[]): number {
  if (!isMet) return 0;
  const own = entries.filter(({ entry }) => filled.includes(entry.seq));
  const hashes = new Set(own.map(({ hash }) => hash));
  const lent = entries.filter(({ entry }) => hashes.has(entry.refs?.['seen'] ?? ''));
  return Math.max(0, ...[...own, ...lent].map(({ entry }) => weightOf(entry)));
}

function weightOf(entry: Entry): number {
  const is = sourceClassOf(entry);
  return sourceWeights.find((one) => one.is === is)?.strength ?? 0;
}
