/**
 * Gathers what is asked at about the same moment, so that many are answered in one go.
 *
 * Who comes while a group is being answered waits for the next one together with all who come
 * meanwhile: alone one hardly waits, and under load groups grow by themselves. An answer is never
 * older than its question, for a group begins after its last member came. Each member hears its
 * own outcome; what fails as a group is asked again member by member, so that nobody pays for a
 * neighbour.
 */

/** What became of one member; `alone`: this group could not answer it, ask it by itself. */
export type Outcome<Answer> =
  | { readonly is: 'ok'; readonly value: Answer }
  | { readonly is: 'refused'; readonly because: unknown }
  | { readonly is: 'alone' };

/** How a group is answered, and how large it may be. */
export interface TogetherParts<Ask, Answer> {
  /** One outcome for each, in their order. What it throws, the group failed by. */
  readonly answer: (asks: readonly Ask[]) => Promise<readonly Outcome<Answer>[]>;
  /** Answers one by itself, with all the waiting that may cost. */
  readonly alone: (ask: Ask) => Promise<Answer>;
  /** Of a group, by `weightOf`; one that is heavier goes by itself. */
  readonly weightMax: number;
  /** Without it every member weighs one. */
  readonly weightOf?: (ask: Ask) => number;
  /** A second group sets off beside a running one when so much waits; without it, never. */
  readonly besideWeight?: number;
  /** How long the first of a group waits for others; without it, not at all. */
  readonly gather?: () => Promise<void>;
}

interface Member<Ask, Answer> {
  readonly ask: Ask;
  readonly done: (answer: Answer) => void;
  readonly fail: (thrown: unknown) => void;
}

const groupsMax = 2;

/** One line of askers. */
export class Together<Ask, Answer> {
  readonly #parts: TogetherParts<Ask, Answer>;
  #waiting: Member<Ask, Answer>[] = [];
  #weight = 0;
  #running = 0;
  #gathering = false;

  constructor(parts: TogetherParts<Ask, Answer>) {
    this.#parts = parts;
  }

  /** Answered with others, or by itself; refused as it would be by itself. */
  ask(ask: Ask): Promise<Answer> {
    return new Promise((done, fail) => {
      this.#waiting.push({ ask, done, fail });
      this.#weight += this.#weightOf(ask);
      this.#setOff();
    });
  }

  #setOff(): void {
    if (this.#gathering || this.#waiting.length === 0) return;
    const { besideWeight = Number.POSITIVE_INFINITY } = this.#parts;
    const isFree = this.#running === 0;
    if (!isFree && (this.#running >= groupsMax || this.#weight < besideWeight)) return;
    this.#running += 1;
    void this.#go().finally(() => {
      this.#running -= 1;
      this.#setOff();
    });
  }

  async #go(): Promise<void> {
    this.#gathering = true;
    await this.#parts.gather?.();
    this.#gathering = false;
    const group = this.#taken();
    // Beside this group the next may be full already.
    this.#setOff();
    await this.#answered(group);
  }

  #taken(): readonly Member<Ask, Answer>[] {
    const { weightMax } = this.#parts;
    let weight = 0;
    let count = 0;
    for (const { ask } of this.#waiting) {
      const more = this.#weightOf(ask);
      if (count > 0 && weight + more > weightMax) break;
      weight += more;
      count += 1;
    }
    this.#weight -= weight;
    return this.#waiting.splice(0, count);
  }

  async #answered(group: readonly Member<Ask, Answer>[]): Promise<void> {
    let outcomes: readonly Outcome<Answer>[];
    try {
      outcomes = await this.#parts.answer(group.map(({ ask }) => ask));
    } catch {
      // Whose fault it was only each one's own try can tell; a bug shows itself again there.
      for (const member of group) void this.#byItself(member);
      return;
    }
    for (const [at, member] of group.entries()) {
      const outcome = outcomes[at];
      if (outcome?.is === 'ok') member.done(outcome.value);
      else if (outcome?.is === 'refused') member.fail(outcome.because);
      else void this.#byItself(member);
    }
  }

  async #byItself({ ask, done, fail }: Member<Ask, Answer>): Promise<void> {
    try {
      done(await this.#parts.alone(ask));
    } catch (thrown) {
      fail(thrown);
    }
  }

  #weightOf(ask: Ask): number {
    return this.#parts.weightOf?.(ask) ?? 1;
  }
}
