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
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { givenPlace, givenTime } from '#formats/disclosure';
import type { JsonObject } from './json.ts';
import { type FieldKind, isOfType, type SchemaField } from './schema.ts';

export const unknownWord = '未知';
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
  if (!isOfType(type, given)) throw refused(field, 'type');
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

function understood(field: SchemaField, given: Json): Json {
  if (given === '') return { given, is: 'not_collected' };
  if (given === unknownWord) return { given, is: 'unknown' };
  if (typeof given === 'string') plain(field, given);
  return readers[field.kind as Exclude<FieldKind, 'text'>](field, given);
}

const readers: Record<Exclude<FieldKind, 'text'>, (field: SchemaField, given: Json) => Json> = {
  time: (field, given) => {
    const time = typeof given === 'string' ? givenTime(given) : undefined;
    if (time === undefined) throw refused(field, 'time');
    const { stage } = field;
    return { given, ...time, ...(stage === undefined ? {} : { stage }) };
  },
  gps: (field, given) => {
    const said = saidIn(field, given, ['value', 'datum', 'accuracyM', 'source']);
    const text = said['value'];
    const place = typeof text === 'string' ? givenPlace(text) : undefined;
    if (place === undefined) throw refused(field, 'gps');
    const accuracyM = said['accuracyM'] ?? null;
    const isAccuracy =
      accuracyM === null || (isOfType('integer', accuracyM) && Number(accuracyM) >= 0);
    const source = said['source'] ?? 'unknown';
    if (!isAccuracy || typeof source !== 'string' || source.length > 40) {
      throw refused(field, 'gps');
    }
    const datum = datums.find((one) => one === (said['datum'] ?? 'unknown'));
    if (datum === undefined) throw refused(field, 'gps');
    return { given, ...place, datum, accuracyM, source };
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

function refused(field: SchemaField, why: string): Fault {
  return new Fault('deposit.record_malformed', { field: field.name, why });
}
