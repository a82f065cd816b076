/**
 * Reads members of JSON that came from outside; the refusal is the caller's, with the place.
 */
import { isObject, type Json } from '#base/canonical';
import { Fault } from '#base/fault';

/** A JSON object whose members are still to be looked at. */
export type JsonObject = { readonly [key: string]: Json };

export function objectAt(json: Json | undefined, at: string): JsonObject {
  if (!isObject(json)) throw malformed(at);
  return json;
}

export function listAt(json: Json | undefined, at: string, countMax: number): readonly Json[] {
  if (!Array.isArray(json) || json.length > countMax) throw malformed(at);
  return json as readonly Json[];
}

export function textAt(json: Json | undefined, at: string, lettersMax: number): string {
  if (typeof json !== 'string' || json.length === 0 || json.length > lettersMax) {
    throw malformed(at);
  }
  return json;
}

/** A whole number from 0 on; `otherwise` where the member is absent. */
export function wholeAt(json: Json | undefined, at: string, otherwise?: number): number {
  const value = json === undefined ? otherwise : json;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed(at);
  return value;
}

export function oneOf<const Word extends string>(
  words: readonly Word[],
  json: Json | undefined,
  at: string,
): Word {
  const word = words.find((one) => one === json);
  if (word === undefined) throw malformed(at);
  return word;
}

/** Nothing that this reader does not know may stand there: it would be kept and never obeyed. */
export function onlyMembers(json: JsonObject, known: readonly string[], at: string): void {
  const other = Object.keys(json).find((name) => !known.includes(name));
  if (other !== undefined) throw malformed(`${at}.${other.slice(0, 40)}`);
}

export function malformed(at: string): Fault {
  return new Fault('deposit.definition_malformed', { at });
}
