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

/**
 * The canonical text of a value. Refuses what has no single spelling with base.json_unsuitable.
 *
 * What stands in order already, as all that was canonical before does, is spelled by the engine in
 * one go: a fifth of the price, and the same letters.
 */
export function canonical(value: Json): string {
  return isOrdered(value, 0) ? JSON.stringify(value) : spelled(value, 0);
}

/** Would `spelled` change nothing of it and refuse nothing? */
function isOrdered(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return isWhole(value);
  if (typeof value !== 'object' || depth >= depthMax || 'toJSON' in value) return false;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) if (!isOrdered(value[at], depth + 1)) return false;
    return true;
  }
  let before: string | undefined;
  const members = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(members)) {
    const isNext = before === undefined || before < key;
    if (!isNext || !key.isWellFormed() || !isOrdered(members[key], depth + 1)) return false;
    before = key;
  }
  return true;
}

function spelled(value: Json, depth: number): string {
  if (depth > depthMax) throw new Fault('base.json_unsuitable', { why: 'depth' });
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (isList(value)) return `[${value.map((item) => spelled(item, depth + 1)).join(',')}]`;
  // RFC 8785 section 3.2.3: members are sorted by UTF-16 code units, which is what < compares.
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${canonicalString(key)}:${spelled(item, depth + 1)}`).join(',')}}`;
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
  if (!isWhole(value)) throw new Fault('base.json_unsuitable', { why: 'number' });
  return String(value);
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new Fault('base.json_unsuitable', { why: 'surrogate' });
  return JSON.stringify(text);
}
