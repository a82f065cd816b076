/**
 * Where loose entries wait for the next batch: they belong to no unit of ours, and the party that
 * brings them has signed them itself.
 *
 * Who loose hears when the transaction that placed the entries has committed, and not before.
 * What was refused or is unanswered is brought again: the same bytes get the same places. The line
 * is bounded, and whoever comes when it is full is told to come later.
 */
import { Fault } from '#base/fault';
import { Bell } from './bell.ts';

/** Of one call; also the most a batch holds. */
export const intakeEntriesMax = 1_000;
const waitingEntriesMax = 20_000;
const entryBytesMax = 65_535;

/** Where an entry stands that was brought. */
export interface Place {
  readonly index: number;
  /** Stood in the log before this call. */
  readonly again: boolean;
}

/** Entries of one call and who waits for their places. */
export interface Order {
  readonly entries: readonly Uint8Array[];
  readonly done: (places: readonly Place[]) => void;
  readonly fail: (thrown: unknown) => void;
}

export class Intake {
  #orders: Order[] = [];
  #waiting = 0;
  #closed: unknown;
  #full: Promise<void> | undefined;
  readonly #arrival = new Bell();
  readonly #bells: Bell[] = [this.#arrival];

  /** Resolves when all are durable and have places; all of one call stand side by side. */
  bring(entries: readonly Uint8Array[]): Promise<readonly Place[]> {
    return new Promise((done, fail) => {
      this.#check(entries);
      this.#orders.push({ entries, done, fail });
      this.#waiting += entries.length;
      this.#wake();
    });
  }

  /** Entries that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The oldest orders, whole, up to a batch. */
  take(): readonly Order[] {
    let count = 0;
    let entries = 0;
    for (const order of this.#orders) {
      if (entries + order.entries.length > intakeEntriesMax) break;
      entries += order.entries.length;
      count += 1;
    }
    this.#waiting -= entries;
    return this.#orders.splice(0, count);
  }

  /** Resolves when a whole batch waits, or at once when one does. */
  full(): Promise<void> {
    if (this.#waiting >= intakeEntriesMax) return Promise.resolve();
    this.#full ??= this.#filled();
    return this.#full;
  }

  /** Also rings this bell at every arrival. */
  rings(bell: Bell): void {
    this.#bells.push(bell);
  }

  /** Nobody will place anything any more: whoever waits is told, whoever comes is refused. */
  close(cause: unknown): void {
    this.#closed = cause;
    for (const { fail } of this.#orders.splice(0)) fail(closed(cause));
    this.#waiting = 0;
    this.#wake();
  }

  async #filled(): Promise<void> {
    while (this.#waiting < intakeEntriesMax && this.#closed === undefined)
      await this.#arrival.rung();
    this.#full = undefined;
  }

  #wake(): void {
    for (const bell of this.#bells) bell.ring();
  }

  #check(entries: readonly Uint8Array[]): void {
    if (this.#closed !== undefined) throw closed(this.#closed);
    if (entries.length === 0 || entries.length > intakeEntriesMax) {
      throw new Fault('evidence.intake_malformed', { entries: entries.length });
    }
    const wrong = entries.find(({ length }) => length === 0 || length > entryBytesMax);
    if (wrong !== undefined) throw new Fault('evidence.intake_malformed', { bytes: wrong.length });
    if (this.#waiting + entries.length > waitingEntriesMax) {
      throw new Fault('evidence.intake_full', {}, { retryable: true });
    }
  }
}

function closed(cause: unknown): Fault {
  return new Fault('evidence.intake_closed', {}, { retryable: true, cause });
}
