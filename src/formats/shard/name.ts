/**
 * Which shard an instant belongs to: a half-year by China's clock, so that nobody chooses.
 *
 * A log that grows for ever has one key for ever; half a year bounds what a stolen key can do and
 * what anybody must read.
 */
import { type Instant, instantFromMs } from '#base/clock';

const chinaMs = 8 * 3_600_000;
const monthsOfHalf = 6;

/** `2026h2` from 2026-07-01T00:00+08:00 on. Names sort as their times do. */
export function shardName(at: Instant): string {
  const there = new Date(at + chinaMs);
  const half = there.getUTCMonth() < monthsOfHalf ? 1 : 2;
  return `${String(there.getUTCFullYear()).padStart(4, '0')}h${half}`;
}

/** When a half-year is over: the first instant of the next, by China's clock. */
export function shardEndsAt(name: string): Instant {
  const [, year = '', half = ''] = /^([0-9]{4})h([12])$/.exec(name) ?? [];
  return instantFromMs(Date.UTC(Number(year), Number(half) * monthsOfHalf, 1) - chinaMs);
}

/** The origin of a shard: each has a key and a tree of its own. */
export function shardOrigin(log: string, shard: string): string {
  return `${log}/${shard}`;
}

/** The half-year that an origin names; undefined for a log's first shard, which names none. */
export function shardOfOrigin(origin: string): string | undefined {
  return /\/([0-9]{4}h[12])$/.exec(origin)?.[1];
}
