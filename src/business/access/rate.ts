/**
 * How often somebody may ask: token buckets that all replicas share.
 *
 * A bucket holds at most `burst` requests and fills by `perMinute` a minute. A refused request
 * takes nothing, so that whoever waits as long as he was told gets in.
 */
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';

/** How many at once, and how many in a minute in the long run. */
export interface RateLimit {
  readonly burst: number;
  readonly perMinute: number;
}

/** The limits there are; a client has one of them by name. */
export const rateLimits = {
  trial: { burst: 10, perMinute: 60 },
  standard: { burst: 60, perMinute: 600 },
  bulk: { burst: 600, perMinute: 6_000 },
} as const satisfies Record<string, RateLimit>;

/** The name of a limit. */
export type RateName = keyof typeof rateLimits;

/** What one address may try before anybody knows who it is; guessing keys ends here. */
export const addressLimit: RateLimit = { burst: 240, perMinute: 2_400 };

/**
 * How often one member of staff may look for a person: as often as people come to a counter, and
 * far too seldom to find out by trying what a mask hides.
 */
export const searchLimit: RateLimit = { burst: 30, perMinute: 6 };

/** Requests that want to be taken out of one bucket. */
export interface RateAsk {
  readonly bucket: string;
  readonly limit: RateLimit;
  readonly count: number;
}

/** How many of them were taken, and how long the first of the others has to wait. */
export interface RateTaken {
  readonly granted: number;
  readonly waitMs: number;
}

/** Buckets of one tenant. */
export interface RateStore {
  /** Takes one request out of the bucket; answers 0, or the milliseconds until there is one. */
  take(
    unit: Unit,
    bucket: string,
    at: { readonly limit: RateLimit; readonly now: Instant },
  ): Promise<number>;
  /** The same for several requests of each of many buckets; of one bucket as many as there are. */
  takeAll(
    unit: Unit,
    asked: readonly RateAsk[],
    now: Instant,
  ): Promise<ReadonlyMap<string, RateTaken>>;
  /** Forgets buckets nobody used since an instant; a bucket forgotten is a full one. */
  forget(unit: Unit, before: Instant): Promise<void>;
}

/** Undefined, or the refusal with the seconds to wait. */
export function rateFault(waitMs: number): Fault | undefined {
  if (waitMs <= 0) return undefined;
  const details = { retryAfterSeconds: Math.ceil(waitMs / 1_000) };
  return new Fault('access.rate_exceeded', details, { retryable: true });
}
