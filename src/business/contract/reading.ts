/**
 * The reading rule, decided by the server's clock alone: every page shown, and long enough.
 *
 * Follows L-LN-06 (forced reading with a reasonable minimum time) and requirements C.5. What the
 * phone claims about time is never asked for: an event says "page n is on the screen now", and its
 * time is when it arrived. A page counts from its event to the next one, at most
 * `pageSecondsMax`, so that a phone left on the table does not read.
 */
import { addMs, type Instant } from '#base/clock';

export const pageSecondsMax = 120;

export interface ReadingEvent {
  /** 1-based page now on the screen; 0 when the reader is closed or the tab is hidden. */
  readonly page: number;
  readonly at: Instant;
}

export interface ReadingRule {
  readonly pages: number;
  readonly secondsMin: number;
}

export interface Reading {
  readonly met: boolean;
  readonly secondsRead: number;
  readonly secondsLeft: number;
  readonly pagesUnseen: readonly number[];
}

export function readingSoFar(
  rule: ReadingRule,
  events: readonly ReadingEvent[],
  now: Instant,
): Reading {
  const seen = new Set<number>();
  let readMs = 0;
  for (const [at, event] of events.entries()) {
    if (event.page < 1 || event.page > rule.pages) continue;
    seen.add(event.page);
    const until = events[at + 1]?.at ?? now;
    const capped = Math.min(until, addMs(event.at, pageSecondsMax * 1000));
    readMs += Math.max(0, capped - event.at);
  }
  const pagesUnseen = pageNumbers(rule.pages).filter((page) => !seen.has(page));
  const leftMs = Math.max(0, rule.secondsMin * 1000 - readMs);
  return {
    met: pagesUnseen.length === 0 && leftMs === 0,
    secondsRead: Math.floor(readMs / 1000),
    secondsLeft: Math.ceil(leftMs / 1000),
    pagesUnseen,
  };
}

function pageNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
