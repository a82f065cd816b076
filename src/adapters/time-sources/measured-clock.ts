/**
 * The house's clock, which says how far it is from servers of time outside.
 *
 * The time is the local clock's, whatever was measured: `source` says so in every entry, and beside
 * it by whom it was measured last and what was found. With several servers the middle one counts,
 * so that one that lies moves nothing.
 */
import type { Clock, Instant } from '#base/clock';
import { faultCode } from '#base/fault';
import type { Measured, TimeServer } from './sntp.ts';

/** Beyond it stamps are refused: their accuracy is claimed to be one second and a half. */
const farMsMin = 1_000;
const freshMsMax = 60 * 60 * 1_000;

/** What was measured last, in words for a person who looks after the house. */
export interface TimeStanding {
  readonly is: 'unconfigured' | 'unmeasured' | 'close' | 'far';
  readonly detail: string;
}

interface Found {
  readonly at: Instant;
  readonly middle: Measured;
  readonly answered: number;
}

export class MeasuredClock implements Clock {
  readonly #clock: Clock;
  readonly #servers: readonly TimeServer[];
  readonly #ask: (server: TimeServer) => Promise<Measured>;
  #found: Found | undefined;

  /** Without servers nothing is ever measured, and the source is the clock's own. */
  constructor(parts: {
    readonly clock: Clock;
    readonly servers: readonly TimeServer[];
    readonly ask: (server: TimeServer) => Promise<Measured>;
  }) {
    this.#clock = parts.clock;
    this.#servers = parts.servers;
    this.#ask = parts.ask;
  }

  now(): Instant {
    return this.#clock.now();
  }

  /** `LOCAL_CLOCK`, `LOCAL_CLOCK;unmeasured`, `LOCAL_CLOCK;NTSC=+12ms;delay=20ms;of=3/3`. */
  get source(): string {
    const { source } = this.#clock;
    if (this.#servers.length === 0) return source;
    const found = this.#fresh();
    if (found === undefined) return `${source};unmeasured`;
    const { server, delayMs } = found.middle;
    const asked = `${found.answered}/${this.#servers.length}`;
    return `${source};${server.name}=${signed(found)};delay=${delayMs}ms;of=${asked}`;
  }

  get standing(): TimeStanding {
    if (this.#servers.length === 0) return { is: 'unconfigured', detail: this.source };
    const found = this.#fresh();
    if (found === undefined) return { is: 'unmeasured', detail: this.source };
    const isFar = Math.abs(found.middle.offsetMs) > farMsMin;
    return { is: isFar ? 'far' : 'close', detail: this.source };
  }

  /** Asks every server; who is silent or lies about the question is left out. */
  async look(): Promise<void> {
    const answers = await Promise.all(
      this.#servers.map((server) =>
        this.#ask(server).catch((thrown: unknown) => {
          if (faultCode(thrown) === undefined) throw thrown;
          return undefined;
        }),
      ),
    );
    const measured = answers
      .flatMap((one) => one ?? [])
      .toSorted((a, b) => a.offsetMs - b.offsetMs);
    const middle = measured[Math.floor(measured.length / 2)];
    if (middle === undefined) return;
    this.#found = { at: this.#clock.now(), middle, answered: measured.length };
  }

  #fresh(): Found | undefined {
    const found = this.#found;
    if (found === undefined) return undefined;
    return Math.abs(this.#clock.now() - found.at) <= freshMsMax ? found : undefined;
  }
}

function signed({ middle: { offsetMs } }: Found): string {
  return `${offsetMs < 0 ? '' : '+'}${offsetMs}ms`;
}
