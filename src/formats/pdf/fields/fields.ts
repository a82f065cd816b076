/**
 * Walks the interactive form (ISO 32000-1 §12.7.3): every terminal field with its full name.
 */
import { Fault } from '#base/fault';
import type { PdfFile } from '../file/file.ts';
import { depthMax, fieldsMax, within } from '../file/limits.ts';
import { type PdfDict, type PdfValue, textFrom } from '../file/value.ts';

export interface PdfField {
  /** Partial names joined by full stops (§12.7.3.2). */
  readonly name: string;
  /** The object that holds it; undefined where it is written directly into its parent. */
  readonly object: number | undefined;
  readonly dict: PdfDict;
  /** `Sig`, `Tx`, `Btn`, `Ch`, or '' where none is given; inherited. */
  readonly type: string;
  /** The field's value, inherited. */
  readonly value: PdfValue | undefined;
}

export function readFields(file: PdfFile): PdfField[] {
  return walkForm(file).fields;
}

const fieldKidsMax = 100_000; // looked at in one walk

/** The nodes of a form's tree by their objects' numbers. */
export type FieldNodes = ReadonlyMap<number, PdfField>;

/** Every node of the form by its object: fields, what groups them, and their widgets. */
export function readFieldNodes(file: PdfFile): ReadonlyMap<number, PdfField> {
  const nodes = walkForm(file).nodes.flatMap((node): [number, PdfField][] =>
    node.object === undefined ? [] : [[node.object, node]],
  );
  return new Map(nodes);
}

function walkForm(file: PdfFile): FieldWalk {
  const form = file.dict(file.catalog().entries.get('AcroForm'));
  const walk: FieldWalk = { file, fields: [], nodes: [], seen: new Set(), kids: 0 };
  for (const field of file.list(form?.entries.get('Fields'))) {
    collect(walk, field, { name: '', type: '', value: undefined, depth: 0 });
  }
  return walk;
}

export function fieldNames(file: PdfFile): Set<string> {
  return new Set(readFields(file).map((field) => field.name));
}

interface FieldWalk {
  readonly file: PdfFile;
  readonly fields: PdfField[];
  readonly nodes: PdfField[];
  readonly seen: Set<number>;
  kids: number;
}

interface Inherited {
  readonly name: string;
  readonly type: string;
  readonly value: PdfValue | undefined;
  readonly depth: number;
}

function collect(walk: FieldWalk, node: PdfValue, above: Inherited): void {
  within(above.depth, depthMax, 'depthMax');
  const object = node.kind === 'ref' ? node.number : undefined;
  if (object !== undefined) {
    if (walk.seen.has(object) && walk.file.reading.loose) return;
    if (walk.seen.has(object)) throw new Fault('pdf.tree_malformed', { tree: 'fields', object });
    walk.seen.add(object);
  }
  const dict = walk.file.dict(node);
  if (dict === undefined) return;
  const here = inherit(walk.file, dict, above);
  const kids = walk.file.list(dict.entries.get('Kids'));
  walk.kids += kids.length;
  within(walk.kids, fieldKidsMax, 'fieldKidsMax');
  const named = kids.filter((kid) => walk.file.dict(kid)?.entries.has('T') === true);
  // Kids without a name of their own are the widgets of this field (§12.7.3.1).
  const { name, type, value } = here;
  walk.nodes.push({ name, object, dict, type, value });
  within(walk.nodes.length, fieldsMax, 'fieldsMax');
  if (named.length === 0) {
    walk.fields.push({ name, object, dict, type, value });
    for (const kid of kids) {
      const widget = walk.file.dict(kid);
      if (kid.kind !== 'ref' || widget === undefined || walk.seen.has(kid.number)) continue;
      walk.seen.add(kid.number);
      walk.nodes.push({ name, object: kid.number, dict: widget, type, value });
      within(walk.nodes.length, fieldsMax, 'fieldsMax');
    }
  }
  for (const kid of named) collect(walk, kid, { ...here, depth: above.depth + 1 });
}

function inherit(file: PdfFile, dict: PdfDict, above: Inherited): Inherited {
  const own = file.resolve(dict.entries.get('T'));
  const type = file.resolve(dict.entries.get('FT'));
  const part = own.kind === 'string' ? textFrom(own) : '';
  const name = above.name === '' ? part : `${above.name}.${part}`;
  // A field of a field of fields with long names costs more than the bytes that were read of it.
  file.reading.work.spend(name.length);
  return {
    name,
    type: type.kind === 'name' ? type.name : above.type,
    value: dict.entries.get('V') ?? above.value,
    depth: above.depth,
  };
}
