/**
 * What a business system deposits, field by field: JSON Schema 2020-12 as far as it can be obeyed
 * without running anybody's pattern, and with a tag for each field that says how sensitive it is.
 *
 * All fields are required and no other is taken, so that no field is silently dropped (S2-52): what
 * was not collected is "", what is not known is 「未知」, and both are part of the digest.
 */
import { canonicalBytes, isObject, type Json } from '#base/canonical';
import { type Stage, stages } from '#formats/entry';
import {
  type JsonObject,
  listAt,
  malformed,
  objectAt,
  oneOf,
  onlyMembers,
  textAt,
  wholeAt,
} from './json.ts';

const dialect = 'https://json-schema.org/draft/2020-12/schema';
export const fieldsMax = 200;
const nameLettersMax = 60;
const titleLettersMax = 120;
const valueLettersMax = 4_000;
const enumMax = 100;
/** Names with this sign before them are the house's own beside the fields. */
export const ownSign = '@';
export const definitionNamePattern = /^[a-z][a-z0-9-]{1,47}$/;

/** How sensitive a field is: a person's, the institution's, or anybody's to see. */
export type Sensitivity = 'personal' | 'business' | 'public';

/** What a text means beyond its letters; the value is kept as given and as it was understood. */
export type FieldKind = 'text' | 'time' | 'gps' | 'device-fingerprint' | 'decimal';

/** One field of a schema. */
export interface SchemaField {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean';
  readonly kind: FieldKind;
  readonly sensitivity: Sensitivity;
  /** Which step of a loan it dates: its time is compared across all records (S2-57). */
  readonly stage: Stage | undefined;
  /** What the source's own system calls it. */
  readonly source: string | undefined;
  readonly lettersMin: number;
  readonly lettersMax: number;
  readonly values: readonly Json[] | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** A schema of records, as it was registered. */
export interface EvidenceSchema {
  readonly kind: 'schema';
  readonly id: string;
  readonly title: string;
  readonly fields: readonly SchemaField[];
  /** Their names in the order of canonical JSON, with nothing: what a record is filled into. */
  readonly blank: JsonObject;
  /** A record of it must carry the signature of its source. */
  readonly signed: boolean;
  /** Fields of the kind `time` that follow each other; a record out of order is flagged (S2-57). */
  readonly order: readonly string[];
  /** Which papers belong to a record of it, by the words of their slots. */
  readonly attachments: readonly { readonly slot: string; readonly title: string }[];
  /** Canonical JSON: what its digest is over, and what a package shows. */
  readonly bytes: Uint8Array;
}

const schemaMembers = [
  '$schema',
  '$id',
  'title',
  'description',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'x-signature',
  'x-order',
  'x-attachments',
];
const fieldMembers = [
  'type',
  'title',
  'description',
  'format',
  'enum',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'x-sensitivity',
  'x-source',
  'x-stage',
];
const kinds = ['text', 'time', 'gps', 'device-fingerprint', 'decimal'] as const;

/** Reads a schema, or deposit.definition_malformed with the place. */
export function readSchema(json: JsonObject): EvidenceSchema {
  onlyMembers(json, schemaMembers, '');
  if (json['$schema'] !== undefined && json['$schema'] !== dialect) throw malformed('$schema');
  if (json['type'] !== 'object') throw malformed('type');
  if (json['additionalProperties'] !== false) throw malformed('additionalProperties');
  const properties = Object.entries(objectAt(json['properties'], 'properties'));
  if (properties.length === 0 || properties.length > fieldsMax) throw malformed('properties');
  const fields = properties.map(([name, rule]) => readField(name, rule));
  requireAll(json['required'], fields);
  const sources = fields.flatMap(({ source }) => source ?? []);
  const names = new Set([...fields.map(({ name }) => name), ...sources]);
  if (names.size !== fields.length + sources.length) throw malformed('x-source');
  return {
    kind: 'schema',
    id: idOf(json['$id']),
    title: textAt(json['title'], 'title', titleLettersMax),
    fields,
    blank: Object.fromEntries(fields.map(({ name }) => [name, null] as const).toSorted(byName)),
    signed:
      oneOf(['required', 'optional'], json['x-signature'] ?? 'optional', 'x-signature') ===
      'required',
    order: orderOf(json['x-order'], fields),
    attachments: attachmentsOf(json['x-attachments']),
    bytes: canonicalBytes(json),
  };
}

/** RFC 8785 section 3.2.3: by UTF-16 code units, which is what < compares. */
function byName([a]: readonly [string, null], [b]: readonly [string, null]): number {
  return a < b ? -1 : 1;
}

export function idOf(json: Json | undefined): string {
  const id = textAt(json, '$id', nameLettersMax);
  if (!definitionNamePattern.test(id)) throw malformed('$id');
  return id;
}

function readField(name: string, json: Json): SchemaField {
  const at = `properties.${name.slice(0, nameLettersMax)}`;
  const rule = objectAt(json, at);
  const isName = name.length > 0 && name.length <= nameLettersMax && !name.startsWith(ownSign);
  if (!isName) throw malformed(at);
  onlyMembers(rule, fieldMembers, at);
  const type = oneOf(['string', 'integer', 'boolean'], rule['type'], `${at}.type`);
  const kind = oneOf(kinds, rule['format'] ?? 'text', `${at}.format`);
  if (kind !== 'text' && type !== 'string') throw malformed(`${at}.format`);
  const stage = rule['x-stage'];
  if (stage !== undefined && kind !== 'time') throw malformed(`${at}.x-stage`);
  const values = rule['enum'];
  const { minimum, maximum } = rule;
  return {
    name,
    type,
    kind,
    sensitivity: oneOf(
      ['personal', 'business', 'public'],
      rule['x-sensitivity'],
      `${at}.x-sensitivity`,
    ),
    stage: stage === undefined ? undefined : oneOf(stages, stage, `${at}.x-stage`),
    source:
      rule['x-source'] === undefined
        ? undefined
        : textAt(rule['x-source'], `${at}.x-source`, nameLettersMax),
    lettersMin: wholeAt(rule['minLength'], `${at}.minLength`, 0),
    lettersMax: Math.min(
      valueLettersMax,
      wholeAt(rule['maxLength'], `${at}.maxLength`, valueLettersMax),
    ),
    values: values === undefined ? undefined : listAt(values, `${at}.enum`, enumMax),
    min: minimum === undefined ? undefined : boundAt(minimum, `${at}.minimum`),
    max: maximum === undefined ? undefined : boundAt(maximum, `${at}.maximum`),
  };
}

/**
 * Refuses a field that no value can fit, so that its maker hears of it and not those who deposit.
 * Asked of what is proposed only: what was approved in former times is read as it stands.
 */
export function refuseUnfillable({ fields }: EvidenceSchema): void {
  for (const { name, type, values, lettersMin, lettersMax, min, max } of fields) {
    const at = `properties.${name}`;
    if (lettersMin > lettersMax) throw malformed(`${at}.minLength`);
    if ((min ?? -Infinity) > (max ?? Infinity)) throw malformed(`${at}.minimum`);
    if (values?.length === 0) throw malformed(`${at}.enum`);
    if (values?.some((value) => !isOfType(type, value))) throw malformed(`${at}.enum`);
  }
}

export function isOfType(type: SchemaField['type'], value: Json): boolean {
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === type;
}

function boundAt(json: Json, at: string): number {
  if (typeof json !== 'number') throw malformed(at);
  return json;
}

function requireAll(json: Json | undefined, fields: readonly SchemaField[]): void {
  const required = listAt(json, 'required', fieldsMax);
  const missing = fields.some(({ name }) => !required.includes(name));
  if (missing || required.length !== fields.length) throw malformed('required');
}

function orderOf(json: Json | undefined, fields: readonly SchemaField[]): readonly string[] {
  if (json === undefined) return [];
  return listAt(json, 'x-order', fieldsMax).map((name) => {
    const field = fields.find((one) => one.name === name);
    if (field?.kind !== 'time') throw malformed('x-order');
    return field.name;
  });
}

function attachmentsOf(json: Json | undefined): EvidenceSchema['attachments'] {
  if (json === undefined) return [];
  return listAt(json, 'x-attachments', enumMax).map((item) => {
    if (!isObject(item)) throw malformed('x-attachments');
    onlyMembers(item, ['slot', 'title'], 'x-attachments');
    return {
      slot: idOf(item['slot']),
      title: textAt(item['title'], 'x-attachments.title', titleLettersMax),
    };
  });
}
