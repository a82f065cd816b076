/**
 * What a new signature field may be, and which appearances a field may gain.
 */
import type { FieldNodes, PdfField } from '../fields/fields.ts';
import { isLocked } from '../fields/permissions.ts';
import { arrayOf, isName, type PdfDict, type PdfValue, sameValue } from '../file/value.ts';
import type { RevisionJudge } from './revision-judge.ts';

const widgetKeys = new Set(
  'Type Subtype FT T TU Ff V P Rect F AP StructParent Lock SV DA MK BS'.split(' '),
);
/** What others write into a signature field: nothing that acts, nothing that hides. */
const otherKeys = new Set('Kids Parent M NM Border C H AS Q DR TM Contents ID Metadata'.split(' '));

/** A field that was listed anew: a signature field, or a group of none but those. */
export function judgeNewField(
  judge: RevisionJudge,
  field: PdfValue,
  nodes: { readonly was: FieldNodes; readonly is: FieldNodes },
): void {
  const node = field.kind === 'ref' ? nodes.is.get(field.number) : undefined;
  if (field.kind !== 'ref' || node === undefined || judge.touched.get(field.number) !== 'added') {
    judge.object('file', 'a field was listed that is not a new object', 'form_changed');
    return;
  }
  const { dict, name, type } = node;
  const kids = judge.after.list(dict.entries.get('Kids'));
  const stray = strayKeys(judge, dict);
  const isGroup = kids.length > 0 && !judge.policy.strict;
  const isWidget = isName(judge.after.resolve(dict.entries.get('Subtype')), 'Widget');
  const isPlain = isWidget || (!judge.policy.strict && !dict.entries.has('Rect'));
  const isField = type === 'Sig' && (isPlain || isGroup);
  if (stray.length > 0 || !(isField || (isGroup && type === ''))) {
    const what = `not a plain signature field ${stray.join(' ')}`.trimEnd();
    judge.object(field.number, what, 'form_changed');
    return;
  }
  if (isTaken(node, nodes.was)) {
    judge.object(field.number, `a second field ${name}`, 'form_changed');
  }
  judge.judged(field.number, 'signature field');
  judge.explainAdded(dict.entries.get('Kids'), 'signature field');
  if (isField) judgeNewSignature(judge, field.number, node);
  for (const kid of isGroup ? kids : []) judgeNewField(judge, kid, nodes);
}

function strayKeys(judge: RevisionJudge, dict: PdfDict): string[] {
  return [...dict.entries.keys()].filter(
    (key) => !widgetKeys.has(key) && (judge.policy.strict || !otherKeys.has(key)),
  );
}

/** A widget below a new field bears its field's name; a field that was there keeps its own. */
function isTaken(node: PdfField, before: FieldNodes): boolean {
  if (!node.dict.entries.has('T')) return false;
  for (const other of before.values()) if (other.name === node.name) return true;
  return false;
}

function judgeNewSignature(judge: RevisionJudge, number: number, node: PdfField): void {
  const { dict, name } = node;
  judge.needs(isStamp(judge, node) ? 1 : 2, number, `the signature field ${name} was added`);
  judgeGround(judge, number, { is: dict });
  const named = judge.policy.locks.filter(({ action }) => action === 'Include');
  if (named.some((lock) => isLocked(lock, name))) judge.unlocked(number, name);
  if (isName(judge.after.resolve(dict.entries.get('Subtype')), 'Widget')) {
    const rect = judge.after
      .list(dict.entries.get('Rect'))
      .map((side) => judge.after.resolve(side));
    judge.widgets.push({
      field: name,
      object: number,
      page: 0,
      rect: rect.map((side) => (side.kind === 'number' ? side.value : Number.NaN)),
    });
  }
  judge.explainAdded(dict.entries.get('V'), 'signature');
  judgeSignatureValue(judge, number, node);
  judge.explainAdded(dict.entries.get('AP'), 'appearance');
  for (const key of ['Lock', 'SV', 'MK', 'DR']) {
    judge.explainAdded(dict.entries.get(key), 'signature field');
  }
  const isSigned = judge.after.resolve(node.value).kind !== 'null';
  judgeAppearance(judge, number, { node, value: undefined, valueChanged: isSigned });
}

/**
 * A signature that comes into a field came with it. One that already lay in the file, held by no
 * field, covers a state before this one and would vouch for a face that its maker never saw.
 */
export function judgeSignatureValue(judge: RevisionJudge, number: number, node: PdfField): void {
  const { value, name } = node;
  if (value?.kind !== 'ref' || judge.after.resolve(value).kind === 'null') return;
  if (judge.touched.get(value.number) === 'added') return;
  judge.object(number, `the signature of ${name} lay in the file before`, 'form_changed');
}

/** Is what the field holds a time stamp of the document (ISO 32000-2 §12.8.5)? */
export function isStamp(judge: RevisionJudge, field: PdfField): boolean {
  const value = judge.after.dict(field.value);
  const subFilter = judge.after.resolve(value?.entries.get('SubFilter'));
  return field.type === 'Sig' && isName(subFilter, 'ETSI.RFC3161');
}

function isDrawn(judge: RevisionJudge, widget: PdfDict): boolean {
  const face = judge.after.dict(widget.entries.get('AP'))?.entries.get('N');
  const drawn = judge.after.resolve(face);
  return drawn.kind === 'stream' && drawn.raw.length > 0;
}

/**
 * Ground and border that a viewer paints by itself (§12.5.6.19) where a signature has no face: over
 * the words, with nobody who signs for it.
 */
export function judgeGround(
  judge: RevisionJudge,
  number: number,
  { was, is }: { readonly was?: PdfDict; readonly is: PdfDict },
): void {
  if (isDrawn(judge, is)) return;
  const held = judge.before.dict(was?.entries.get('MK'))?.entries;
  const marks = judge.after.dict(is.entries.get('MK'))?.entries;
  for (const key of ['BG', 'BC']) {
    const before = judge.before.list(held?.get(key));
    const after = judge.after.list(marks?.get(key));
    if (after.length === 0 || sameValue(arrayOf(before), arrayOf(after))) continue;
    judge.object(number, `a signature field with a colour of its own, /${key}`, 'form_changed');
  }
}

/** One normal appearance and no other, so that a click or a mouse does not show another face. */
export function judgeAppearance(
  judge: RevisionJudge,
  where: number,
  filling: {
    readonly node: PdfField;
    readonly value: PdfValue | undefined;
    readonly valueChanged: boolean;
    /** The field as it was, for one that shows a value. */
    readonly was?: PdfField;
  },
): void {
  const { node, value, valueChanged, was } = filling;
  const { type } = node;
  const appearance = judge.after.dict(node.dict.entries.get('AP'));
  const face = judge.after.resolve(appearance?.entries.get('N'));
  const isNone = face.kind === 'null' && (!judge.policy.strict || appearance === undefined);
  // A face in a layer is shown or not, as the layer is.
  const isLayered = face.kind === 'stream' && face.dict.entries.has('OC');
  const isOdd = isLayered || [...(appearance?.entries.keys() ?? [])].some((key) => key !== 'N');
  if (isOdd || (face.kind !== 'stream' && !isNone)) {
    judge.object(where, 'an appearance of another kind', 'appearance_differs');
    return;
  }
  const drawn = face.kind === 'stream' ? face : undefined;
  const changed = { object: where, type, value, valueChanged, face: drawn };
  if (was === undefined) {
    if (drawn !== undefined) judge.faces.push(changed);
    return;
  }
  const held = judge.before.resolve(
    judge.before.dict(was.dict.entries.get('AP'))?.entries.get('N'),
  );
  const before = { value: was.value, face: held.kind === 'stream' ? held : undefined };
  judge.faces.push({ ...changed, before });
}
