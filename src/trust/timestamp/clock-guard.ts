/**
 * Watches the clock that stamps are made with: a clock that was set is no longer a witness.
 *
 * The wall clock must advance as the computer's own stopwatch does, and must not stand before an
 * hour in which this authority has stamped already. Once tripped the guard stays tripped until the
 * process is started again by a person who has looked (law 4: time is fail-closed).
 */

import { utf8 } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { formatInstant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';

/** The hours in which stamps were made, written once each. */
interface StampHours {
  putOnce(name: string, bytes: Uint8Array): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
}

export interface ClockGuardParts {
  readonly clock: Clock;
  /** Milliseconds of a stopwatch that nobody can set, such as performance.now. */
  readonly elapsedMs: () => number;
  readonly hours: StampHours;
  /** Why the clock is not to be believed now, as servers of time outside have found. */
  readonly distrusted?: () => string | undefined;
}

/** Slewing moves both clocks alike; only a step makes them differ by this much. */
const stepMsMax = 500;
const hourFolder = 'hours';
const hourMs = 3_600_000;

export class ClockGuard {
  readonly #parts: ClockGuardParts;
  readonly #startedAt: Instant;
  readonly #startedElapsedMs: number;
  #hour = Number.NaN;
  #tripped: string | undefined;

  constructor(parts: ClockGuardParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.#startedElapsedMs = parts.elapsedMs();
  }

  /** The time now, or timestamp.clock_untrusted. */
  async now(): Promise<Instant> {
    const now = this.#parts.clock.now();
    const passedMs = this.#parts.elapsedMs() - this.#startedElapsedMs;
    const stepMs = now - this.#startedAt - passedMs;
    if (Math.abs(stepMs) > stepMsMax) {
      this.#tripped ??= `the clock stepped by ${Math.round(stepMs)} ms`;
    }
    const hour = Math.floor(now / hourMs);
    if (hour !== this.#hour && this.#tripped === undefined) await this.#enterHour(hour);
    // Not for ever: a clock that was slewed back is believed again.
    const far = this.#parts.distrusted?.();
    if (far !== undefined) throw new Fault('timestamp.clock_untrusted', { why: far });
    if (this.#tripped !== undefined) {
      throw new Fault('timestamp.clock_untrusted', { why: this.#tripped });
    }
    return now;
  }

  async #enterHour(hour: number): Promise<void> {
    const latest = (await this.#parts.hours.list(hourFolder)).at(-1);
    const text = hourText(hour);
    const name = `${hourFolder}/${text}`;
    if (latest !== undefined && latest > name) {
      this.#tripped = `stamps were made in a later hour, ${latest.slice(hourFolder.length + 1)}`;
      return;
    }
    await this.#parts.hours.putOnce(name, utf8(`${text}\n`));
    this.#hour = hour;
  }
}

/** `2026-11-21T10`, which sorts as time does. China's hours begin with those of the epoch. */
function hourText(hour: number): string {
  return formatInstant(instantFromMs(hour * hourMs)).slice(0, 13);
}
