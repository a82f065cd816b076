/**
 * How much one tenant may ask for in a minute.
 *
 * The key store keeps it and not the API, so that whoever has taken the API over can still try
 * guesses only as fast as desks look people up.
 */
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';

const minuteMs = 60_000;

export class MinuteLimit {
  readonly #clock: Clock;
  readonly #used = new Map<string, number>();
  #minute = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Refuses with a retryable vault.lookups_too_many what goes beyond `max` in this minute. No key
   * is forgotten within its minute: whoever asks names only keys of which there are few.
   */
  take(key: string, count: number, max: number): void {
    const minute = Math.floor(this.#clock.now() / minuteMs);
    if (minute !== this.#minute) this.#used.clear();
    this.#minute = minute;
    const used = (this.#used.get(key) ?? 0) + count;
    if (used > max) throw new Fault('vault.lookups_too_many', { max }, { retryable: true });
    this.#used.set(key, used);
  }
}
