/**
 * A value as its source gave it, and beside it what the house understood.
 *
 * Times come with and without fraction and zone; they are kept letter for letter and normalised
 * to ISO 8601 with offset and milliseconds; the rule that supplied a missing zone is named (S2-61).
 * A place keeps its received digits, with datum, accuracy and source as far as they were said
 * (S2-60); a device fingerprint names its algorithm (S2-59). "" is not collected, 「未知」 is not
 * known: each is said, and neither is taken for the other (S2-52).
 */
import { isObject, type Json } from '#base/canonical';
import { formatInstant, type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { JsonObject } from './json.ts';
import type { FieldKind, SchemaField } from './schema.ts';

export const unknownWord = '未知';
const zoneRule = 'Asia/Shanghai';
const shanghaiMs = 8 * 3_600_000;
const wallTime = /(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?/.source;
const timePattern = new RegExp(`^${wallTime}(Z|[+-](?:[01]\\d|2[0-3]):?[0-5]\\d)?$`);
const placePattern = /^(-?\d{1,3}(?:\.\d{1,20})?),\s?(-?\d{1,3}(?:\.\d{1,20})?)$/;
const datums = ['WGS84', 'GCJ-02', 'BD-09', 'CGCS2000', 'unknown'] as const;

/** Refuses what does not fit its field; answers what the entry commits to. */
export function valueOf(field: SchemaField, given: Json): Json {
  if (field.kind !== 'text') return understood(field, given);
  return plain(field, given);
}

/** The instant that a committed value of the kind `time` means, if it means one. */
export function instantOf(value: Json): Instant | undefined {
  if (!isObject(value) || typeof value['atMs'] !== 'number') return undefined;
  return instantFromMs(value['atMs']);
}

function plain(field: SchemaField, given: Json): Json {
  const { type, values, min, max, lettersMin, lettersMax } = field;
  if (type === 'boolean' ? typeof given !== 'boolean' : !isOf(type, given)) {
    throw refused(field, 'type');
  }
  if (values !== undefined && !values.includes(given)) throw refused(field, 'enum');
  const letters = typeof given === 'string' ? lettersIn(given) : undefined;
  if (letters !== undefined && (letters < lettersMin || letters > lettersMax)) {
    throw refused(field, 'length');
  }
  if (typeof given === 'number' && (given < (min ?? given) || given > (max ?? given))) {
    throw refused(field, 'range');
  }
  return given;
}

/** Characters, not UTF-16 units: two rare ones are two (JSON Schema validation §6.3.1). */
function lettersIn(text: string): number {
  return /[\ud800-\udbff]/.test(text) ? Array.from(text).length : text.length;
}

function isOf(type: 'string' | 'integer', given: Json): boolean {
  return type === 'string' ? typeof given === 'string' : Number.isSafeInteger(given);
}

function understood(field: SchemaField, given: Json): Json {
  if (given === '') return { given, is: 'not_collected' };
  if (given === unknownWord) return { given, is: 'unknown' };
  if (typeof given === 'string') plain(field, given);
  return readers[field.kind as Exclude<FieldKind, 'text'>](field, given);
}

const readers: Record<Exclude<FieldKind, 'text'>, (field: SchemaField, given: Json) => Json> = {
  time: (field, given) => {
    const match = typeof given === 'string' ? timePattern.exec(given) : null;
    if (match === null) throw refused(field, 'time');
    const [, y = '', mo = '', d = '', h = '', mi = '', s = '', fraction = '', zone] = match;
    const wall = `${y}-${mo}-${d}T${h}:${mi}:${s}`;
    const local = Date.parse(`${wall}Z`);
    // Printed back, for the parser takes February 30 and hour 24 for another day.
    const isReal = !Number.isNaN(local) && new Date(local).toISOString().startsWith(wall);
    if (!isReal) throw refused(field, 'time');
    const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
    const atMs = local + ms - (zone === undefined ? shanghaiMs : offsetMs(zone));
    const rule = zone === undefined ? zoneRule : 'given';
    const at = formatInstant(instantFromMs(atMs));
    if (!/^\d{4}-/.test(at)) throw refused(field, 'time');
    const { stage } = field;
    return { given, at, atMs, zone: rule, ...(stage === undefined ? {} : { stage }) };
  },
  gps: (field, given) => {
    const said = saidIn(field, given, ['value', 'datum', 'accuracyM', 'source']);
    const text = said['value'];
    const [, lat = '', lng = ''] = typeof text === 'string' ? (placePattern.exec(text) ?? []) : [];
    if (lat === '' || Math.abs(Number(lat)) > 90 || Math.abs(Number(lng)) > 180) {
      throw refused(field, 'gps');
    }
    const accuracyM = said['accuracyM'] ?? null;
    const isAccuracy = accuracyM === null || (isOf('integer', accuracyM) && Number(accuracyM) >= 0);
    const source = said['source'] ?? 'unknown';
    if (!isAccuracy || typeof source !== 'string' || source.length > 40) {
      throw refused(field, 'gps');
    }
    const datum = datums.find((one) => one === (said['datum'] ?? 'unknown'));
    if (datum === undefined) throw refused(field, 'gps');
    return { given, lat, lng, datum, accuracyM, source };
  },
  'device-fingerprint': (field, given) => {
    const said = saidIn(field, given, ['value', 'algorithm']);
    const { value, algorithm = 'unknown' } = said;
    const isPrint = typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value);
    if (!isPrint || typeof algorithm !== 'string' || algorithm.length > 40) {
      throw refused(field, 'device-fingerprint');
    }
    return { given, algorithm };
  },
  decimal: (field, given) => {
    if (typeof given !== 'string' || !/^-?\d{1,18}(\.\d{1,8})?%?$/.test(given)) {
      throw refused(field, 'decimal');
    }
    return { given };
  },
};

/** A value alone, or beside what is said of it; a member that nobody reads is refused. */
function saidIn(field: SchemaField, given: Json, members: readonly string[]): JsonObject {
  if (!isObject(given)) return { value: given };
  const other = Object.keys(given).find((name) => !members.includes(name));
  if (other !== undefined) throw refused(field, field.kind);
  return given;
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
}

function refused(field: SchemaField, why: string): Fault {
  return new Fault('deposit.record_malformed', { field: field.name, why });
}
