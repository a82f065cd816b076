/**
 * A13 and A14: where and on what device something was done, as the records of a package say. A
 * record proves nothing of a place; one that cannot be true speaks against all that lean on it.
 */
import { isObject, type Json } from '#base/canonical';
import type { Recorded } from '../package/entries.ts';

/** Where something speaks against a rule, and what. */
export interface Doubted {
  readonly part: string;
  readonly detail: string;
}

/** Records no further apart belong to one session of one person at one device. */
const sessionGapMs = 30 * 60_000;
const speedKmhMax = 1_000;
/** Positions are inexact, and the datums of maps lie up to 0.7 km apart. */
const slackKm = 1;
const earthKm = 6_371;
const hourMs = 3_600_000;
/** The mainland and what belongs to it, as a box of degrees: what lies outside is elsewhere. */
const country = { south: 3.4, north: 53.6, west: 73.4, east: 135.1 };

interface Event {
  readonly part: string;
  readonly atMs: number;
}

interface Place extends Event {
  readonly lat: number;
  readonly lng: number;
  readonly accuracyKm: number;
}

interface Device extends Event {
  readonly print: string;
}

/** Undefined where no record names a device. */
export function judgeDevices(recorded: readonly Recorded[]): readonly Doubted[] | undefined {
  const found = recorded.flatMap((one): Device[] => {
    const print = valuesOf(one)
      .map(printIn)
      .find((value) => value !== undefined);
    return print === undefined ? [] : [{ ...eventOf(one), print }];
  });
  if (found.length === 0) return undefined;
  return pairs(found).flatMap(([before, now]) => {
    const isSession = now.atMs - before.atMs <= sessionGapMs;
    if (!isSession || before.print === now.print) return [];
    return [{ part: now.part, detail: `another device than in ${before.part}` }];
  });
}

/** Undefined where no record names a place. */
export function judgePlaces(recorded: readonly Recorded[]): readonly Doubted[] | undefined {
  const found = recorded.flatMap((one): Place[] => {
    const place = valuesOf(one)
      .map(placeIn)
      .find((value) => value !== undefined);
    return place === undefined ? [] : [{ ...eventOf(one), ...place }];
  });
  if (found.length === 0) return undefined;
  const outside = found.filter(
    ({ lat, lng }) =>
      lat < country.south || lat > country.north || lng < country.west || lng > country.east,
  );
  const far = outside.map(({ part, lat, lng }) => {
    return { part, detail: `${lat}, ${lng} is outside the country` };
  });
  const fast = pairs(found).flatMap(([before, now]) => {
    const km = distanceKm(before, now) - before.accuracyKm - now.accuracyKm - slackKm;
    const hours = (now.atMs - before.atMs) / hourMs;
    if (km <= hours * speedKmhMax) return [];
    const detail = `${Math.round(km)} km from ${before.part} in ${Math.round(hours * 60)} minutes`;
    return [{ part: now.part, detail }];
  });
  return [...far, ...fast];
}

function eventOf({ part, entry }: Recorded): Event {
  return { part, atMs: entry.at };
}

function valuesOf({ values }: Recorded): readonly (readonly [string, Json])[] {
  return [...values];
}

/** Each with the one before it in time. */
function pairs<T extends Event>(events: readonly T[]): readonly (readonly [T, T])[] {
  const sorted = events.toSorted((a, b) => a.atMs - b.atMs);
  return sorted.slice(1).flatMap((now, at) => {
    const before = sorted[at];
    return before === undefined ? [] : [[before, now] as const];
  });
}

/** As records state a fingerprint: digits, with the name of what made them or without. */
function printIn([name, value]: readonly [string, Json]): string | undefined {
  if (name !== '设备指纹' && name !== 'device') return undefined;
  const given = memberOf(value, 'given') ?? value;
  const print = typeof given === 'string' ? given : memberOf(given, 'value');
  return typeof print === 'string' ? print.toLowerCase() : undefined;
}

function placeIn([, value]: readonly [string, Json]): Omit<Place, keyof Event> | undefined {
  const [lat, lng] = ['lat', 'lng'].map((key) => numberIn(memberOf(value, key)));
  if (lat === undefined || lng === undefined) return undefined;
  return { lat, lng, accuracyKm: (numberIn(memberOf(value, 'accuracyM')) ?? 0) / 1000 };
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function numberIn(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** On a sphere: some thousandths off, as the positions are. */
function distanceKm(a: Place, b: Place): number {
  const half = (one: number, other: number): number => Math.sin(radians(other - one) / 2) ** 2;
  const across = Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(a.lng, b.lng);
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(half(a.lat, b.lat) + across)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
