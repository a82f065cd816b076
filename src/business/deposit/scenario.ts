/**
 * A business process and what is extracted at each of its nodes: the slots of a deposit (S2-18).
 */
import { canonicalBytes, type Json } from '#base/canonical';
import type { EntryType } from '#formats/entry';
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
import {
  definitionNamePattern,
  type EvidenceSchema,
  fieldsMax,
  idOf,
  readSchema,
} from './schema.ts';

export const slotsMax = 60;
const titleLettersMax = 120;
const minMax = 100;

/** One node: which record or file belongs there, and how many at least. */
export interface ScenarioSlot {
  readonly slot: string;
  readonly title: string;
  readonly kind: 'record' | 'file';
  /** Records only: of which schema. */
  readonly schema: string | undefined;
  /** What is extracted there: a record that did not collect one of these has a gap. */
  readonly fields: readonly string[];
  readonly min: number;
}

/** A scenario, as it was registered. */
export interface Scenario {
  readonly kind: 'scenario';
  readonly id: string;
  readonly title: string;
  readonly slots: readonly ScenarioSlot[];
  readonly bytes: Uint8Array;
}

/** What can be registered and approved. */
export type Definition = EvidenceSchema | Scenario;

/** Reads a schema (`type: object`) or a scenario (`type: scenario`). */
export function readDefinition(json: Json): Definition {
  const fields = objectAt(json, '');
  return fields['type'] === 'scenario' ? readScenario(fields) : readSchema(fields);
}

function readScenario(json: JsonObject): Scenario {
  onlyMembers(json, ['$id', 'title', 'type', 'nodes'], '');
  return {
    kind: 'scenario',
    id: idOf(json['$id']),
    title: textAt(json['title'], 'title', titleLettersMax),
    slots: readScenarioSlots(json['nodes'], 'nodes'),
    bytes: canonicalBytes(json),
  };
}

/** The nodes of a scenario, or the slots that one deposit asks for itself. */
export function readScenarioSlots(json: Json | undefined, at: string): readonly ScenarioSlot[] {
  const slots = listAt(json, at, slotsMax).map((item) => readSlot(objectAt(item, at), at));
  if (slots.length === 0 || new Set(slots.map(({ slot }) => slot)).size !== slots.length) {
    throw malformed(at);
  }
  return slots;
}

function readSlot(json: JsonObject, at: string): ScenarioSlot {
  onlyMembers(json, ['slot', 'title', 'kind', 'schema', 'fields', 'min'], at);
  const kind = oneOf(['record', 'file'], json['kind'], `${at}.kind`);
  const schema = json['schema'] === undefined ? undefined : idOf(json['schema']);
  if ((kind === 'record') !== (schema !== undefined)) throw malformed(`${at}.schema`);
  const min = wholeAt(json['min'], `${at}.min`, 1);
  if (min > minMax) throw malformed(`${at}.min`);
  const slot = textAt(json['slot'], `${at}.slot`, 48);
  if (!definitionNamePattern.test(slot)) throw malformed(`${at}.slot`);
  const fields = fieldsOf(json['fields'], `${at}.fields`);
  if (fields.length > 0 && schema === undefined) throw malformed(`${at}.fields`);
  const title = textAt(json['title'], `${at}.title`, titleLettersMax);
  return { slot, title, kind, schema, fields, min };
}

function fieldsOf(json: Json | undefined, at: string): readonly string[] {
  if (json === undefined) return [];
  const names = listAt(json, at, fieldsMax).map((name) => textAt(name, at, titleLettersMax));
  if (new Set(names).size !== names.length) throw malformed(at);
  return names;
}

const typeOfKind = { record: 'deposit.item', file: 'deposit.file' } as const satisfies Record<
  ScenarioSlot['kind'],
  EntryType
>;

/** The slot as a line of required-evidence.json. */
export function slotLine({ slot, title, kind, schema, fields, min }: ScenarioSlot): JsonObject {
  const type = typeOfKind[kind];
  return {
    slot,
    type,
    min,
    title,
    ...(schema === undefined ? {} : { schema }),
    ...(fields.length === 0 ? {} : { fields }),
  };
}

/** `gap:` and each field that the node of this line extracts and this record did not collect. */
export function gapsIn(line: JsonObject, given: JsonObject): readonly string[] {
  const wanted = Array.isArray(line['fields']) ? (line['fields'] as readonly Json[]) : [];
  return wanted.flatMap((name) =>
    typeof name === 'string' && given[name] === '' ? [`gap:${name}`] : [],
  );
}
