/**
 * Finds where the row of tokens of one value ends, in few questions.
 *
 * Every case in which a value occurs has a counter of its own, so that equal persons share no
 * stored byte. Counters are taken upwards, leaving gaps of fewer than `counterGapMax`: then whoever
 * meets that many free ones in a row has met the end. Gaps let two units that file the same surname
 * at once take different counters instead of waiting for each other.
 */

/** So many free counters in a row, and no later one is taken. */
export const counterGapMax = 4;

const hintedCount = counterGapMax + 2;
/** How many counters are looked at first where nothing is known of a row. */
export const unhintedCount = counterGapMax + 12;
const gallopFirst = 8;
const gallopSteps = 6; // in one question: most values are met less than 500 times
const narrowProbes = 15;
const narrowUntil = 64;

/** Counters from `from` up to, not including, `from + count`. */
export interface CounterRange {
  readonly from: number;
  readonly count: number;
}

type Doing =
  | { readonly is: 'window'; readonly range: CounterRange; readonly known: number }
  | {
      readonly is: 'probes';
      readonly low: number;
      readonly at: readonly number[];
      /** While galloping: the step after the last probe. Undefined between two known ends. */
      readonly next: number | undefined;
    };

export class CounterSearch {
  #doing: Doing;
  #end: number | undefined;

  /** `hint` is where the end was seen before; it may lie too low, or be wrong after a rollback. */
  constructor(hint = 0) {
    this.#doing = windowFrom(hint);
  }

  /** The first counter of the end; undefined while it is not known. */
  get end(): number | undefined {
    return this.#end;
  }

  /** What has to be looked at next; nothing once the end is known. */
  asks(): readonly CounterRange[] {
    if (this.#end !== undefined) return [];
    if (this.#doing.is === 'window') return [this.#doing.range];
    return this.#doing.at.map((from) => ({ from, count: counterGapMax }));
  }

  /** Takes the answers to `asks`: for each range, which of its counters are taken. */
  learn(taken: readonly (readonly boolean[])[]): void {
    if (this.#doing.is === 'window') this.#learnWindow(this.#doing, taken[0] ?? []);
    else this.#learnProbes(this.#doing, taken);
  }

  #learnWindow({ range, known }: Doing & { is: 'window' }, taken: readonly boolean[]): void {
    const last = taken.lastIndexOf(true);
    if (known > 0 && taken[0] !== true) {
      // The counter before the end is free: the unit that had taken it rolled back.
      this.#doing = windowFrom(0);
      return;
    }
    const end = range.from + last + 1;
    const stop = range.from + range.count;
    if (end + counterGapMax <= stop) this.#end = end;
    else this.#doing = gallop(end, gallopFirst);
  }

  #learnProbes(
    { low, at, next }: Doing & { is: 'probes' },
    taken: readonly (readonly boolean[])[],
  ): void {
    const free = taken.findIndex((group) => !group.includes(true));
    const last = at.at(-1) ?? low;
    if (free < 0 && next !== undefined) {
      this.#doing = gallop(last, next);
      return;
    }
    const high = at[free] ?? last;
    const from = at[free - 1] ?? low;
    if (high - from > narrowUntil) {
      const step = Math.ceil((high - from) / (narrowProbes + 1));
      const probes = Array.from({ length: narrowProbes }, (_, n) => from + (n + 1) * step);
      const within = [...probes.filter((p) => p < high), high];
      this.#doing = { is: 'probes', low: from, at: within, next: undefined };
      return;
    }
    const range = { from, count: high - from + 2 * counterGapMax };
    this.#doing = { is: 'window', range, known: 0 };
  }
}

function windowFrom(hint: number): Doing {
  // One counter before the hint is looked at, to see that the hint still holds.
  const from = Math.max(0, hint - 1);
  const count = hint === 0 ? unhintedCount : hint - from + hintedCount;
  return { is: 'window', range: { from, count }, known: hint };
}

/** Ever longer steps from a counter that is taken, or near one. */
function gallop(low: number, step: number): Doing {
  const at = Array.from({ length: gallopSteps }, (_, n) => low + step * (2 ** (n + 1) - 1));
  return { is: 'probes', low, at, next: step * 2 ** gallopSteps };
}
