/**
 * One record against its schema: every field there, no other, each value as given and understood.
 */
import { isObject, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { instantOf, valueOf } from './field-values.ts';
import type { JsonObject } from './json.ts';
import type { EvidenceSchema } from './schema.ts';

/** A record that fits: what the entry commits to, field by field, and what an examiner must see. */
export interface CheckedRecord {
  readonly values: readonly { readonly name: string; readonly value: Json }[];
  /** The fields by the schema's names, as the source gave them: what its signature is over. */
  readonly given: JsonObject;
  /** `order:` and the two fields that stand in the wrong order (S2-57). */
  readonly flags: readonly string[];
}

/** Refuses with deposit.record_malformed and the first field that is wrong, missing or too many. */
export function checkRecord(schema: EvidenceSchema, json: Json): CheckedRecord {
  if (!isObject(json)) throw new Fault('deposit.record_malformed', { field: '', why: 'object' });
  const spent = new Set<string>();
  const given: Record<string, Json> = {};
  const values = schema.fields.map((field) => {
    const names = [field.name, ...(field.source === undefined ? [] : [field.source])];
    const [name, twice] = names.filter((one) => Object.hasOwn(json, one));
    const told = name === undefined ? undefined : json[name];
    if (name === undefined || told === undefined || twice !== undefined) {
      throw new Fault('deposit.record_malformed', { field: field.name, why: 'missing' });
    }
    spent.add(name);
    given[field.name] = told;
    return { name: field.name, value: valueOf(field, told) };
  });
  const over = Object.keys(json).find((name) => !spent.has(name));
  if (over !== undefined) {
    throw new Fault('deposit.record_malformed', { field: over.slice(0, 60), why: 'undeclared' });
  }
  return { values, given, flags: orderFlags(schema, values) };
}

/** Equal is in order; what was not collected or is not known says nothing. */
function orderFlags(schema: EvidenceSchema, values: CheckedRecord['values']): readonly string[] {
  const stated = schema.order.flatMap((name) => {
    const value = values.find((one) => one.name === name)?.value;
    const at = value === undefined ? undefined : instantOf(value);
    return at === undefined ? [] : [{ name, at }];
  });
  return stated.flatMap(({ name, at }, place) => {
    const before = stated[place - 1];
    return before !== undefined && at < before.at ? [`order:${before.name}>${name}`] : [];
  });
}
