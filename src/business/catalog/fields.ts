/**
 * The fields of a template: which there are, and whether the inputs of one document hold them all.
 *
 * The shapes stand in catalog/schemas as data. Only the named fields are taken, so that a document
 * never carries a value that it does not print (PIPL 6); a missing one is catalog.field_missing
 * with its name, before anything is set.
 */
import { isList, type Json } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { Fault } from '#base/fault';

/** A field word, a group by name (`@loan`), a list of one shape, or members by name. */
export type Shape = string | readonly [Shape] | { readonly [name: string]: Shape };

/** Shapes that several templates take over by name. */
export type Groups = Readonly<Record<string, Shape>>;

type Members = Readonly<Record<string, Json>>;
type Check = (value: Json) => boolean;

const depthMax = 12;
const text: Check = (value) => typeof value === 'string' && value.trim() !== '';
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

const words: Readonly<Record<string, Check>> = {
  text,
  fen: matching(/^(0|[1-9]\d{0,17})$/),
  percent: matching(/^\d{1,6}\.\d{1,6}$/),
  date: (value) => typeof value === 'string' && isDate(value),
  instant: (value) => typeof value === 'string' && isInstant(value),
  digest: matching(/^[0-9a-f]{64}$/),
  // 128 bits in base64url: nobody guesses the attached data from its digest.
  salt: matching(/^[A-Za-z0-9_-]{21}[AQgw]$/),
  integer: (value) => typeof value === 'number' && Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
};

/** The inputs cut down to the shape, or the first field that is missing or malformed. */
export function selectFields(shape: Shape, inputs: Json, groups: Groups): Json {
  return select({ shape, value: inputs, path: '', depth: 0 }, groups);
}

interface Place {
  readonly shape: Shape;
  readonly value: Json | undefined;
  readonly path: string;
  readonly depth: number;
}

function select(place: Place, groups: Groups): Json {
  const { shape, value, path, depth } = place;
  if (depth > depthMax) throw new Fault('catalog.file_malformed', { why: 'depth' });
  if (value === undefined || value === null || value === '') {
    throw new Fault('catalog.field_missing', { field: path });
  }
  if (typeof shape === 'string') return selectWord({ ...place, shape, value }, groups);
  if (isListShape(shape)) {
    if (!isList(value)) throw new Fault('catalog.field_malformed', { field: path });
    return value.map((item, at) =>
      select({ shape: shape[0], value: item, path: `${path}[${at}]`, depth: depth + 1 }, groups),
    );
  }
  if (!isMembers(value)) throw new Fault('catalog.field_malformed', { field: path });
  return selectMembers({ members: expand(shape, groups), value, path, depth }, groups);
}

type WordPlace = Omit<Place, 'shape' | 'value'> & { readonly shape: string; readonly value: Json };

function selectWord(place: WordPlace, groups: Groups): Json {
  const { shape, value, path } = place;
  if (shape.startsWith('@')) {
    return select({ ...place, shape: groupNamed(shape.slice(1), groups) }, groups);
  }
  const check = words[shape];
  if (check === undefined) throw new Fault('catalog.file_malformed', { word: shape });
  if (!check(value)) throw new Fault('catalog.field_malformed', { field: path });
  return value;
}

function selectMembers(
  place: { members: Record<string, Shape>; value: Members; path: string; depth: number },
  groups: Groups,
): Json {
  const selected: Record<string, Json> = {};
  for (const [label, shape] of Object.entries(place.members)) {
    const optional = label.endsWith('?');
    const name = optional ? label.slice(0, -1) : label;
    const value = place.value[name];
    if (optional && (value === undefined || value === null)) continue;
    const path = place.path === '' ? name : `${place.path}.${name}`;
    selected[name] = select({ shape, value, path, depth: place.depth + 1 }, groups);
  }
  return selected;
}

/** `"@": "loan-core"` in a shape takes over the members of that group. */
function expand(shape: Readonly<Record<string, Shape>>, groups: Groups): Record<string, Shape> {
  const { '@': base, ...own } = shape;
  if (base === undefined) return own;
  const group = typeof base === 'string' ? groupNamed(base, groups) : base;
  if (typeof group === 'string' || isListShape(group)) {
    throw new Fault('catalog.file_malformed', { why: 'group' });
  }
  return { ...expand(group, groups), ...own };
}

function groupNamed(name: string, groups: Groups): Shape {
  const group = groups[name];
  if (group === undefined) throw new Fault('catalog.file_malformed', { group: name });
  return group;
}

function isListShape(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function isMembers(value: Json): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDate(value: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value);
}

function isInstant(value: string): boolean {
  try {
    parseInstant(value);
    return true;
  } catch {
    return false;
  }
}
