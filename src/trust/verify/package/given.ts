/**
 * A value as its source gave it, and beside it what the house understood (S2-60, S2-61): the second
 * follows from the first.
 *
 * The source signs what it gave. Orders of time, places and speeds are judged by what the house
 * made of it, and a house could make another hour of the same letters.
 */
import { isObject, type Json } from '#base/canonical';
import { formatInstant, instantFromMs } from '#base/clock';

const shanghaiMs = 8 * 3_600_000;
const timePattern =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;
const placePattern = /^(-?\d{1,3}(?:\.\d{1,20})?),\s?(-?\d{1,3}(?:\.\d{1,20})?)$/;

/** What holds no `given`, or beside it no time and no place, is as it was given. */
export function isReadAsGiven(value: Json): boolean {
  if (!isObject(value) || !('given' in value)) return true;
  const said = isObject(value['given']) ? value['given']['value'] : value['given'];
  const text = typeof said === 'string' ? said : '';
  const isTime = 'at' in value || 'atMs' in value;
  const isPlace = 'lat' in value || 'lng' in value;
  return (!isTime || isTimeOf(value, text)) && (!isPlace || isPlaceOf(value, text));
}

function isTimeOf(value: { readonly [name: string]: Json }, given: string): boolean {
  const [, day = '', time = '', fraction = '', zone] = timePattern.exec(given) ?? [];
  const local = Date.parse(`${day}T${time}Z`);
  // 24:00 and the thirtieth of February are read as the day behind them.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(`${day}T${time}`)) {
    return false;
  }
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const atMs = local + ms - (zone === undefined ? shanghaiMs : offsetMs(zone));
  const told = [value['atMs'], value['at'], value['zone']];
  const own = [atMs, formatInstant(instantFromMs(atMs)), zone ? 'given' : 'Asia/Shanghai'];
  return told.every((one, at) => one === own[at]);
}

function isPlaceOf(value: { readonly [name: string]: Json }, given: string): boolean {
  const [, lat, lng] = placePattern.exec(given) ?? [];
  return lat !== undefined && value['lat'] === lat && value['lng'] === lng;
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
}
