/**
 * Members of JSON that came from elsewhere: present and of the right kind, or a refusal.
 */
import { fromUtf8 } from '#base/bytes';
import { isObject, type Json } from '#base/canonical';
import { Fault } from '#base/fault';

export type JsonObject = { readonly [key: string]: Json };

export function readJson(bytes: Uint8Array): Json {
  try {
    return JSON.parse(fromUtf8(bytes)) as Json;
  } catch (cause) {
    throw malformed('json', cause);
  }
}

export function objectOf(json: Json | undefined): JsonObject {
  if (!isObject(json)) throw malformed('object');
  return json;
}

export function textIn(fields: JsonObject, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw malformed(name);
  return value;
}

export function wholeIn(fields: JsonObject, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed(name);
  return value;
}

export function arrayIn(fields: JsonObject, name: string): readonly Json[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw malformed(name);
  return value as readonly Json[];
}

/** The same value with other texts in it; names of members stay. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  const inside = (held: unknown): unknown => {
    if (typeof held === 'string') return change(held);
    if (Array.isArray(held)) return held.map(inside);
    if (typeof held !== 'object' || held === null) return held;
    return Object.fromEntries(Object.entries(held).map(([name, own]) => [name, inside(own)]));
  };
  return inside(value) as T;
}

function malformed(member: string, cause?: unknown): Fault {
  return new Fault('verify.json_malformed', { member }, { cause });
}
