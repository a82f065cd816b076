/**
 * RFC 8785 JSON canonicalization: one text for one value, so that a digest of JSON means something.
 *
 * Only what the house puts into records is allowed: null, booleans, strings without lone
 * surrogates, safe integers, arrays, plain objects. Fractions are refused, for no record holds one.
 */
import { fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

const depthMax = 32;

/** The canonical text of a value. Refuses what has no single spelling with base.json_unsuitable. */
export function canonical(value: Json, depth = 0): string {
  if (depth > depthMax) throw new Fault('base.json_unsuitable', { why: 'depth' });
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (isList(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  // RFC 8785 section 3.2.3: members are sorted by UTF-16 code units, which is what < compares.
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${canonicalString(key)}:${canonical(item, depth + 1)}`).join(',')}}`;
}

export function canonicalBytes(value: Json): Uint8Array {
  return utf8(canonical(value));
}

/** Parses canonical JSON and nothing else: a text that would print differently is refused. */
export function parseCanonical(bytes: Uint8Array): Json {
  const text = fromUtf8(bytes);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new Fault('base.json_malformed', {}, { cause });
  }
  if (canonical(value) !== text) throw new Fault('base.json_not_canonical');
  return value;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !isList(value);
}

function canonicalNumber(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new Fault('base.json_unsuitable', { why: 'number' });
  }
  return String(value);
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new Fault('base.json_unsuitable', { why: 'surrogate' });
  return JSON.stringify(text);
}
