/**
 * The alarms of one log as its process keeps them: written when one begins and when it ends, not at
 * every round in between.
 */
import type { Clock } from '#base/clock';
import type { CheckpointStore } from './ports.ts';

export class Alarms {
  readonly #store: Pick<CheckpointStore, 'alarm'>;
  readonly #clock: Clock;
  readonly #standing = new Map<string, boolean>();

  constructor(store: Pick<CheckpointStore, 'alarm'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** It stands with a detail and ends without one. */
  async note(code: string, detail: string | undefined): Promise<void> {
    const stands = detail !== undefined;
    if (this.#standing.get(code) === stands) return;
    await this.#store.alarm({ code, detail: detail ?? '', at: this.#clock.now(), stands });
    this.#standing.set(code, stands);
  }
}
