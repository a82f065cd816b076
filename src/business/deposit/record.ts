/**
 * One record against its schema: every field there, no other, each value as given and understood.
 */
import { isObject, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { instantOf, valueOf } from './field-values.ts';
import type { JsonObject } from './json.ts';
import type { EvidenceSchema, SchemaField } from './schema.ts';

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
  // In the order of canonical JSON, in which the record is spelled to be signed or checked.
  const given: Record<string, Json> = { ...schema.blank };
  const values = schema.fields.map((field) => {
    const told = toldIn(json, field);
    given[field.name] = told;
    return { name: field.name, value: valueOf(field, told) };
  });
  // Each field took one member: what is over belongs to none.
  if (Object.keys(json).length > values.length) throw undeclared(schema, json);
  return { values, given, flags: orderFlags(schema, values) };
}

/** Under the schema's name or under the source's own, and not under both. */
function toldIn(json: JsonObject, { name, source }: SchemaField): Json {
  const isOwn = Object.hasOwn(json, name);
  const isOther = source !== undefined && Object.hasOwn(json, source);
  const told = json[isOwn ? name : (source ?? name)];
  if (isOwn === isOther || told === undefined) {
    throw new Fault('deposit.record_malformed', { field: name, why: 'missing' });
  }
  return told;
}

function undeclared({ fields }: EvidenceSchema, json: JsonObject): Fault {
  const names = new Set(fields.flatMap(({ name, source }) => [name, source ?? name]));
  const over = Object.keys(json).find((name) => !names.has(name)) ?? '';
  return new Fault('deposit.record_malformed', { field: over.slice(0, 60), why: 'undeclared' });
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
