/**
 * Breaches: what leaked, was altered or lost, and whom the institution told of it (PIPL 57).
 *
 * What the law wants in a notice is what the register asks for, so a notice is never short of it:
 * kinds of information, cause, possible harm, what was done, what the person can do, whom to ask.
 * The words go to everybody affected and name none of them. The authority is always told; persons
 * are, unless what was done averts the harm, which is then said with its reason. Handing the notice
 * over is the institution's own act: the register keeps when and under which reference.
 */
import { type Clock, formatInstant, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import type { Evidence } from '#trust/evidence';

const wordsMin = 4;
const wordsMax = 1_000;
const breachesMax = 200;

/** Whom a breach is told to: those who watch over the law, and those whose information it was. */
export const breachAudiences = ['authority', 'persons'] as const;
/** Whom a breach is told to. */
export type BreachAudience = (typeof breachAudiences)[number];

/** The words of a notice (PIPL 57 (1) to (3)). */
export interface BreachWords {
  readonly kinds: string;
  readonly cause: string;
  readonly harm: string;
  readonly remedy: string;
  readonly advice: string;
  readonly contact: string;
}

/** One breach as it stands in the register. */
export interface Breach {
  readonly id: string;
  readonly foundAt: Instant;
  readonly recordedAt: Instant;
  readonly recordedBy: string;
  readonly words: BreachWords;
  /** How many persons it concerns, as far as is known. */
  readonly persons: number;
  /** Why persons need not be told; undefined when they do. */
  readonly averted: string | undefined;
  readonly told: readonly BreachTold[];
}

/** That somebody was told, and under which reference it can be looked up there. */
export interface BreachTold {
  readonly audience: BreachAudience;
  readonly at: Instant;
  readonly by: string;
  readonly reference: string;
}

/** The room's rows of breaches; each call belongs to the unit's tenant. */
export interface BreachStore {
  putBreach(unit: Unit, breach: Breach): Promise<void>;
  /** Locks the row until the unit ends. */
  breach(unit: Unit, id: string): Promise<Breach | undefined>;
  /** The newest first. */
  breaches(unit: Unit, countMax: number): Promise<readonly Breach[]>;
}

export interface BreachParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: BreachStore;
  readonly register: Pick<Evidence, 'note'>;
}

export class Breaches {
  readonly #parts: BreachParts;

  constructor(parts: BreachParts) {
    this.#parts = parts;
  }

  /** Refuses with privacy.breach_malformed what a notice would lack. */
  record(order: {
    foundAt: Instant;
    words: BreachWords;
    persons: number;
    averted: string | undefined;
    by: string;
  }): Commit<Breach> {
    const { clock, random, store, register } = this.#parts;
    const { foundAt, words, persons, averted, by } = order;
    requireWords({ ...words, ...(averted === undefined ? {} : { averted }) });
    if (foundAt > clock.now()) throw new Fault('privacy.breach_malformed', { name: 'foundAt' });
    return async (unit) => {
      const id = uuidv7({ clock, random });
      const recordedAt = clock.now();
      const facts = { id, foundAt, recordedAt, recordedBy: by, words, persons, averted };
      const breach: Breach = { ...facts, told: [] };
      await store.putBreach(unit, breach);
      await register.note(unit, {
        type: 'breach.recorded',
        disclosures: [
          { name: 'breach', value: id },
          { name: 'foundAt', value: formatInstant(foundAt) },
          { name: 'persons', value: persons },
          { name: 'notice', value: noticeOf(breach) },
          { name: 'averted', value: averted ?? null },
          { name: 'by', value: by },
        ],
        of: [],
      });
      return breach;
    };
  }

  /** Refuses with privacy.breach_told what was told already. */
  tell(order: {
    id: string;
    audience: BreachAudience;
    reference: string;
    by: string;
  }): Commit<Breach> {
    const { clock, store, register } = this.#parts;
    const { id, audience, reference, by } = order;
    requireWords({ reference });
    return async (unit) => {
      const known = await store.breach(unit, id);
      if (known === undefined) throw new Fault('privacy.breach_unknown', { breach: id });
      if (known.told.some((one) => one.audience === audience)) {
        throw new Fault('privacy.breach_told', { breach: id, audience });
      }
      const told: BreachTold = { audience, at: clock.now(), by, reference };
      const breach: Breach = { ...known, told: [...known.told, told] };
      await store.putBreach(unit, breach);
      const values = { breach: id, audience, reference, by };
      await register.note(unit, {
        type: 'breach.told',
        disclosures: Object.entries(values).map(([name, value]) => ({ name, value })),
        of: [],
      });
      return breach;
    };
  }

  list(unit: Unit): Promise<readonly Breach[]> {
    return this.#parts.store.breaches(unit, breachesMax);
  }
}

/** Whom the institution still has to tell: at once, says the law. */
export function untold({ averted, told }: Breach): readonly BreachAudience[] {
  return breachAudiences.filter((audience) => {
    if (audience === 'persons' && averted !== undefined) return false;
    return told.every((one) => one.audience !== audience);
  });
}

/** The notice in the words of PIPL 57, ready to be handed over. */
export function noticeOf({ words, persons }: Pick<Breach, 'words' | 'persons'>): string {
  return [
    '个人信息安全事件通知',
    `一、信息种类：${words.kinds}`,
    `二、原因：${words.cause}`,
    `三、可能造成的危害：${words.harm}（涉及 ${persons} 人）`,
    `四、已经采取的补救措施：${words.remedy}`,
    `五、您可以采取的减轻危害的措施：${words.advice}`,
    `六、联系方式：${words.contact}`,
  ].join('\n');
}

function requireWords(texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) {
    const { length } = [...text.trim()];
    if (length < wordsMin || length > wordsMax) {
      throw new Fault('privacy.breach_malformed', { name });
    }
  }
}
