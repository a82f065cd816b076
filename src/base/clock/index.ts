/**
 * Time as a part that is handed in: nobody below main reads the computer's clock.
 *
 * An Instant is milliseconds since 1970-01-01T00:00:00Z. It is printed with the offset of China
 * Standard Time, for that is what a reader of the record expects, and parsed back exactly.
 */
import { Fault } from '#base/fault';

export type Instant = number & { readonly brand: 'Instant' };

export interface Clock {
  now(): Instant;
  /** Names where the time comes from; it stands in every entry, e.g. `LOCAL_CLOCK`. */
  readonly source: string;
}

const chinaOffsetMs = 8 * 60 * 60 * 1000;
const instantPattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})\+08:00$/;

export const systemClock: Clock = {
  now: () => Date.now() as Instant,
  source: 'LOCAL_CLOCK',
};

export function instantFromMs(ms: number): Instant {
  if (!Number.isSafeInteger(ms)) throw new Fault('base.instant_malformed');
  return ms as Instant;
}

export function addMs(instant: Instant, ms: number): Instant {
  return instantFromMs(instant + ms);
}

export function addSeconds(instant: Instant, seconds: number): Instant {
  return addMs(instant, seconds * 1000);
}

/** `2026-11-21T10:00:00.123+08:00`: one spelling for one instant. */
export function formatInstant(instant: Instant): string {
  return `${new Date(instant + chinaOffsetMs).toISOString().slice(0, 23)}+08:00`;
}

/** Accepts only what formatInstant prints. */
export function parseInstant(text: string): Instant {
  const stem = instantPattern.exec(text)?.[1];
  const ms = stem === undefined ? Number.NaN : Date.parse(`${stem}Z`) - chinaOffsetMs;
  if (!Number.isSafeInteger(ms) || formatInstant(ms as Instant) !== text) {
    throw new Fault('base.instant_malformed', { text: text.slice(0, 40) });
  }
  return ms as Instant;
}

/** The calendar day in China, `2026-11-21`. */
export function chinaDate(instant: Instant): string {
  return formatInstant(instant).slice(0, 10);
}
