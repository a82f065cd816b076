/**
 * What follows from a time or a place as its source gave it (S2-60, S2-61). Whoever keeps a value
 * and whoever judges it years later read the same letters by these same rules.
 */
import { formatInstant, type Instant, instantFromMs } from '#base/clock';

/** Named where no zone was given: China keeps one time; the summers of 1986 to 1991 are not. */
const zoneRule = 'Asia/Shanghai';
const shanghaiMs = 8 * 3_600_000;
const timePattern =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;
const placePattern = /^(-?\d{1,3}(?:\.\d{1,20})?),\s?(-?\d{1,3}(?:\.\d{1,20})?)$/;

/** An instant of a given time; beyond the millisecond its digits are cut off. */
interface GivenTime {
  /** ISO 8601 with offset and milliseconds. */
  readonly at: string;
  readonly atMs: Instant;
  /** Whether the zone was given, or the rule that supplied it. */
  readonly zone: 'given' | typeof zoneRule;
}

/** Undefined for letters that are no time of the years 0001 to 9999, as given and in China. */
export function givenTime(text: string): GivenTime | undefined {
  const [, day = '', time = '', fraction = '', zone] = timePattern.exec(text) ?? [];
  const wall = `${day}T${time}`;
  const local = Date.parse(`${wall}Z`);
  // Printed back, for the parser takes February 30 and hour 24 for another day.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(wall)) return undefined;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const atMs = instantFromMs(local + ms - (zone === undefined ? shanghaiMs : offsetMs(zone)));
  const at = formatInstant(atMs);
  if (![wall, at].every((one) => /^(?!0000)\d{4}-/.test(one))) return undefined;
  return { at, atMs, zone: zone === undefined ? zoneRule : 'given' };
}

/** Degrees digit by digit as they came; undefined for letters that are no place on earth. */
export function givenPlace(
  text: string,
): { readonly lat: string; readonly lng: string } | undefined {
  const [, lat, lng] = placePattern.exec(text) ?? [];
  if (lat === undefined || lng === undefined) return undefined;
  return Math.abs(Number(lat)) > 90 || Math.abs(Number(lng)) > 180 ? undefined : { lat, lng };
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
}
