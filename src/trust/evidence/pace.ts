/**
 * When the next round of signing begins, and whether it asks the voters.
 *
 * A round costs about the same whether it signs one entry or a thousand: files, a signature, six
 * witnesses. While little comes, whoever waits hears soon. Under load rounds begin further apart,
 * and only some of them go beyond the sentinel: the next quorum covers what stood in all of them.
 */
import type { Clock, Instant } from '#base/clock';

/** Between the beginnings of two rounds: what is placed meanwhile is signed together. */
const roundMsMin = 100;
/** Under load: with a round before it and its own sentinel L1 comes within the promised 300 ms. */
const loadedRoundMsMin = 150;
/** Under load, between two rounds that ask everybody; L2 is promised within 2 seconds. */
const votersMsMin = 600;
/** A round that signs so many is under load. */
const loadedEntriesMin = 100;

/** Who is asked in a round, if it signs under load: the sentinel only, or everybody. */
export interface RoundAsks {
  /** May this round leave voters and readers for a later one, having signed so many entries? */
  mayWait(entries: number): boolean;
}

/** What a round did. */
export interface RoundDone {
  /** Was something signed or cosigned? */
  readonly moved: boolean;
  /** Entries that it signed. */
  readonly entries: number;
  /** Was everybody asked, and the head published? */
  readonly whole: boolean;
}

export class Pace {
  readonly #clock: Clock;
  #began: Instant;
  #votersAsked: Instant | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#began = clock.now();
  }

  /** A round begins. */
  begin(): RoundAsks {
    const now = this.#clock.now();
    this.#began = now;
    const since = now - (this.#votersAsked ?? Number.NEGATIVE_INFINITY);
    // By a clock that was set back nobody was asked a moment ago.
    const isRecent = since >= 0 && since < votersMsMin;
    return { mayWait: (entries) => entries >= loadedEntriesMin && isRecent };
  }

  /** Milliseconds until the next one; undefined when it waits until something is placed. */
  end({ moved, entries, whole }: RoundDone): number | undefined {
    if (whole) this.#votersAsked = this.#began;
    if (!moved) return undefined;
    const apart = entries >= loadedEntriesMin ? loadedRoundMsMin : roundMsMin;
    const passed = this.#clock.now() - this.#began;
    // A clock that was set back must not make the rest longer.
    return Math.max(apart - Math.max(passed, 0), 0);
  }
}
