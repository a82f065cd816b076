/**
 * How often one address may ask a route that is open to anyone.
 *
 * Counted per process, in memory: with n processes an address gets n times as much, which still
 * bounds what it can take. An IPv6 caller counts by its /64, for a single line owns all of it.
 */
import type { Clock, Instant } from '#base/clock';
import { addressesRememberedMax } from './limits.ts';

const windowMs = 60_000;

/** Takes one request of an address; answers the seconds to wait when there have been too many. */
export interface RateLimit {
  take(bucket: RateBucket): Promise<number | undefined>;
}

/** Who asks what, and how often that is allowed. */
export interface RateBucket {
  readonly tenant: string;
  readonly route: string;
  readonly address: string;
  readonly perMinuteMax: number;
}

/** A fixed window of one minute per bucket. */
export class MemoryRate implements RateLimit {
  readonly #clock: Clock;
  readonly #windows = new Map<string, { since: Instant; count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take(bucket: RateBucket): Promise<number | undefined> {
    const now = this.#clock.now();
    const name = `${bucket.tenant}\n${bucket.route}\n${lineOf(bucket.address)}`;
    const held = this.#windows.get(name);
    const current = held !== undefined && now < held.since + windowMs;
    const window = current ? held : { since: now, count: 0 };
    if (!current) this.#open(name, window);
    window.count += 1;
    if (window.count <= bucket.perMinuteMax) return undefined;
    return Math.max(1, Math.ceil((window.since + windowMs - now) / 1000));
  }

  #open(name: string, window: { since: Instant; count: number }): void {
    this.#windows.delete(name);
    this.#windows.set(name, window);
    // The oldest window goes first: an attacker with many addresses forgets nobody's count early
    // who asks within the minute more often than he changes address.
    const oldest = this.#windows.keys().next().value;
    if (this.#windows.size > addressesRememberedMax && oldest !== undefined) {
      this.#windows.delete(oldest);
    }
  }
}

/** What counts as one line: an IPv4 address, or the first 64 bits of an IPv6 one. */
export function lineOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':');
}
