/**
 * The reading rule, decided by the server's clock alone: every page shown, and long enough.
 *
 * Follows L-LN-06 (forced reading with a reasonable minimum time) and requirements C.5. What the
 * phone claims about time is never asked for: an event says "page n is on the screen now", and its
 * time is when it arrived. A page counts from its event to the next one of the whole case, at most
 * `pageSecondsMax`: a phone left on the table does not read, nobody reads two documents at a time,
 * and what was read on one device goes on at another.
 */
import { addMs, type Instant } from '#base/clock';

/** A page that is still read says so more often than this; a tab that was killed cannot. */
export const pageSecondsMax = 30;

export interface ReadingEvent {
  /** 1-based page now on the screen; 0 when the reader is closed or the tab is hidden. */
  readonly page: number;
  readonly at: Instant;
  /** Is the page being read to her? It counts like reading. */
  readonly aloud?: boolean;
}

/** What was on the screen, and of which document. */
export interface CaseReadingEvent extends ReadingEvent {
  readonly document: string;
}

export interface ReadingRule {
  readonly id: string;
  readonly pages: number;
  readonly secondsMin: number;
}

export interface Reading {
  readonly met: boolean;
  readonly secondsRead: number;
  /** Of `secondsRead`, while it was read to her. */
  readonly secondsAloud: number;
  readonly secondsLeft: number;
  readonly pagesUnseen: readonly number[];
}

export function readingSoFar(
  rule: ReadingRule,
  events: readonly CaseReadingEvent[],
  now: Instant,
): Reading {
  const seen = new Set<number>();
  let readMs = 0;
  let aloudMs = 0;
  for (const [at, event] of events.entries()) {
    if (event.document !== rule.id) continue;
    if (event.page < 1 || event.page > rule.pages) continue;
    seen.add(event.page);
    const until = events[at + 1]?.at ?? now;
    const capped = Math.min(until, addMs(event.at, pageSecondsMax * 1000));
    const shownMs = Math.max(0, capped - event.at);
    readMs += shownMs;
    if (event.aloud === true) aloudMs += shownMs;
  }
  const pagesUnseen = pageNumbers(rule.pages).filter((page) => !seen.has(page));
  const leftMs = Math.max(0, rule.secondsMin * 1000 - readMs);
  return {
    met: pagesUnseen.length === 0 && leftMs === 0,
    secondsRead: Math.floor(readMs / 1000),
    secondsAloud: Math.floor(aloudMs / 1000),
    secondsLeft: Math.ceil(leftMs / 1000),
    pagesUnseen,
  };
}

function pageNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
