/**
 * What a later revision may do to a signed document, rule by rule: add a signature field with its
 * widget, sign an empty one, tag the widget, keep revocation material. (ISO 32000-1 §12.8.2.2,
 * ETSI EN 319 142-1 §5.4 for the DSS.) Whatever no rule explains is forbidden.
 */
import { readFields } from './fields.ts';
import type { RevisionJudge } from './revision-judge.ts';
import {
  dictOf,
  integer,
  isName,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  sameValue,
  textFrom,
} from './value.ts';

const signatureFlagsMax = 3;
const widgetKeys = new Set(
  'Type Subtype FT T TU Ff V P Rect F AP StructParent Lock SV DA MK BS'.split(' '),
);
const elementKeys = new Set('Type S P Alt T Lang K Pg'.split(' '));
const dssKeys = ['Type', 'Certs', 'CRLs', 'OCSPs', 'VRI'];
const nothing = dictOf({});

export function judgeCatalog(judge: RevisionJudge): void {
  const { before, after } = judge;
  const root = after.rootRef();
  const was = before.catalog();
  const is = after.catalog();
  judge.sameBut(root.number, { was, is }, ['AcroForm', 'DSS']);
  judge.explain(root.number, 'catalogue');
  judgeForm(judge, was.entries.get('AcroForm'), is.entries.get('AcroForm'));
  judgeSecurityStore(judge, was.entries.get('DSS'), is.entries.get('DSS'));
}

function judgeForm(judge: RevisionJudge, was?: PdfValue, is?: PdfValue): void {
  const form = { was: judge.before.dict(was) ?? nothing, is: judge.after.dict(is) ?? nothing };
  const where = is?.kind === 'ref' ? is.number : judge.after.rootRef().number;
  judge.explainContainer(was, is, 'form');
  judge.sameBut(where, form, ['Fields', 'SigFlags']);
  const flags = [form.was, form.is].map((dict) => integer(dict.entries.get('SigFlags')) ?? 0);
  const [flagsWere = 0, flagsAre = 0] = flags;
  if (flagsAre > signatureFlagsMax || (flagsAre & flagsWere) !== flagsWere) {
    judge.object(where, '/SigFlags changed');
  }
  const fields = { was: form.was.entries.get('Fields'), is: form.is.entries.get('Fields') };
  judge.explainContainer(fields.was, fields.is, 'list of fields');
  const extra = judge.appended(where, judge.before.list(fields.was), judge.after.list(fields.is));
  for (const field of extra) judgeNewField(judge, field);
  judgeFilledFields(judge);
}

function judgeNewField(judge: RevisionJudge, field: PdfValue): void {
  const dict = judge.after.dict(field);
  if (field.kind !== 'ref' || dict === undefined || judge.touched.get(field.number) !== 'added') {
    judge.object('file', 'a field was listed that is not a new object');
    return;
  }
  const stray = [...dict.entries.keys()].filter((key) => !widgetKeys.has(key));
  const isSignature = isName(dict.entries.get('FT'), 'Sig');
  const isWidget = isName(dict.entries.get('Subtype'), 'Widget');
  if (!isSignature || !isWidget || stray.length > 0) {
    judge.object(field.number, `not a plain signature field ${stray.join(' ')}`.trimEnd());
    return;
  }
  const name = judge.after.resolve(dict.entries.get('T'));
  const rect = judge.after.list(dict.entries.get('Rect'));
  judge.widgets.push({
    field: name.kind === 'string' ? textFrom(name) : '',
    object: field.number,
    page: 0,
    rect: rect.map((side) => (side.kind === 'number' ? side.value : Number.NaN)),
  });
  judge.explain(field.number, 'signature field');
  judgeAppearance(judge, field.number, dict);
  judge.explainAdded(dict.entries.get('V'), 'signature');
  judge.explainAdded(dict.entries.get('AP'), 'appearance');
}

/** One normal appearance and no other, so that a click or a mouse does not show another face. */
function judgeAppearance(judge: RevisionJudge, where: number, dict: PdfDict): void {
  const appearance = judge.after.dict(dict.entries.get('AP'));
  if (appearance === undefined) return;
  const keys = [...appearance.entries.keys()];
  const normal = judge.after.resolve(appearance.entries.get('N'));
  if (keys.some((key) => key !== 'N') || normal.kind !== 'stream') {
    judge.object(where, 'an appearance of another kind');
  }
}

/** Signature fields that stood empty in the earlier revision and are signed in the later one. */
function judgeFilledFields(judge: RevisionJudge): void {
  const later = new Map(readFields(judge.after).map((field) => [field.object, field]));
  for (const field of readFields(judge.before)) {
    const { object } = field;
    const now = later.get(object);
    if (object === undefined || now === undefined || field.type !== 'Sig') continue;
    if (judge.before.resolve(field.value).kind !== 'null') continue;
    if (judge.after.resolve(now.value).kind === 'null') continue;
    judge.filled.push(field.name);
    judge.sameBut(object, { was: field.dict, is: now.dict }, ['V', 'AP']);
    judge.explain(object, 'signature field');
    judge.explainAdded(now.dict.entries.get('V'), 'signature');
    for (const kid of [
      { kind: 'ref', number: object, generation: 0 } as const,
      ...refs(field.dict),
    ]) {
      judgeFilledWidget(judge, kid);
    }
  }
}

function refs(field: PdfDict): PdfRef[] {
  const kids = field.entries.get('Kids');
  return kids?.kind === 'array' ? kids.items.filter((kid) => kid.kind === 'ref') : [];
}

function judgeFilledWidget(judge: RevisionJudge, widget: PdfRef): void {
  const was = judge.before.dict(widget);
  const is = judge.after.dict(widget);
  if (was === undefined || is === undefined) return;
  judge.sameBut(widget.number, { was, is }, ['V', 'AP']);
  judge.explain(widget.number, 'signature widget');
  if (!judge.touched.has(widget.number)) return;
  judgeAppearance(judge, widget.number, is);
  judge.explainAdded(is.entries.get('AP'), 'appearance');
}

/** Revocation material may grow: keys and lists below the DSS only ever gain. */
function judgeSecurityStore(judge: RevisionJudge, was?: PdfValue, is?: PdfValue): void {
  if (was === undefined && is === undefined) return;
  const store = judge.after.dict(is);
  const root = judge.after.rootRef().number;
  if (store === undefined) judge.object(root, '/DSS changed');
  for (const key of store?.entries.keys() ?? []) {
    if (!dssKeys.includes(key)) judge.object(root, `/DSS holds ${key}`);
  }
  grows(judge, { was, is }, 0);
}

const securityStoreDepthMax = 8;

function grows(
  judge: RevisionJudge,
  values: { was: PdfValue | undefined; is: PdfValue | undefined },
  depth: number,
): void {
  judge.explainAdded(values.is, 'revocation material');
  if (values.was === undefined || values.is === undefined) return;
  const where = values.is.kind === 'ref' ? values.is.number : 'file';
  if (depth > securityStoreDepthMax) {
    judge.object(where, '/DSS is too deep');
    return;
  }
  if (values.is.kind === 'ref') {
    judge.explain(values.is.number, 'revocation material');
    judge.containers.add(values.is.number);
  }
  const was = judge.before.resolve(values.was);
  const is = judge.after.resolve(values.is);
  if (was.kind === 'dict' && is.kind === 'dict') {
    for (const key of new Set([...was.entries.keys(), ...is.entries.keys()])) {
      if (!is.entries.has(key)) judge.object(where, `/${key} was taken away`);
      grows(judge, { was: was.entries.get(key), is: is.entries.get(key) }, depth + 1);
    }
  } else if (was.kind === 'array' && is.kind === 'array') {
    const extra = judge.appended(where, was.items, is.items);
    for (const item of extra) judge.explainAdded(item, 'revocation material');
  } else if (!sameValue(was, is)) judge.object(where, '/DSS changed');
}

export function judgePages(judge: RevisionJudge): void {
  const were = judge.before.pages();
  const are = new Map(judge.after.pages().map((page) => [page.number, page.dict]));
  const placed = new Map<number, number>();
  were.forEach((page, at) => {
    const is = are.get(page.number);
    if (is === undefined) {
      judge.object(page.number, 'a page was taken away');
      return;
    }
    const lists = { was: page.dict.entries.get('Annots'), is: is.entries.get('Annots') };
    judge.sameBut(page.number, { was: page.dict, is }, ['Annots']);
    judge.explain(page.number, 'page');
    judge.explainContainer(lists.was, lists.is, 'list of annotations');
    const extra = judge.appended(
      page.number,
      judge.before.list(lists.was),
      judge.after.list(lists.is),
    );
    for (const item of extra) placeWidget(judge, { item, page: at + 1, placed });
  });
}

function placeWidget(
  judge: RevisionJudge,
  found: { item: PdfValue; page: number; placed: Map<number, number> },
): void {
  const number = found.item.kind === 'ref' ? found.item.number : -1;
  const widget = judge.widgets.find(({ object }) => object === number);
  if (widget === undefined || found.placed.has(number)) {
    judge.object(number < 0 ? 'file' : number, 'an annotation was added');
    return;
  }
  found.placed.set(number, found.page);
  widget.page = found.page;
}

/** The structure tree may gain one Form element for each new widget, as tagging.ts writes it. */
export function judgeStructure(judge: RevisionJudge): void {
  const root = judge.after.catalog().entries.get('StructTreeRoot');
  if (root?.kind !== 'ref' || judge.touched.get(root.number) !== 'changed') return;
  const was = judge.before.dict(root) ?? nothing;
  const is = judge.after.dict(root) ?? nothing;
  judge.explain(root.number, 'structure tree');
  judge.sameBut(root.number, { was, is }, ['ParentTree', 'ParentTreeNextKey']);
  const nextKey = integer(was.entries.get('ParentTreeNextKey')) ?? 0;
  const trees = { was: was.entries.get('ParentTree'), is: is.entries.get('ParentTree') };
  if (trees.was?.kind !== 'dict' || trees.is?.kind !== 'dict') {
    judge.object(root.number, '/ParentTree changed');
    return;
  }
  judge.sameBut(root.number, { was: trees.was, is: trees.is }, ['Nums']);
  const lists = [trees.was, trees.is].map((tree) => tree.entries.get('Nums'));
  const [before = [], after = []] = lists.map((list) => judge.after.list(list));
  const extra = judge.appended(root.number, before, after);
  const elements: PdfRef[] = [];
  for (let at = 0; at < extra.length; at += 2) {
    const [key, element] = [integer(extra[at]), extra[at + 1]];
    const good = key !== undefined && key >= nextKey && element?.kind === 'ref';
    if (good && judgeElement(judge, element)) elements.push(element);
    else judge.object(root.number, 'an entry of the parent tree is not a new widget');
  }
  judgeTop(judge, elements);
}

function judgeElement(judge: RevisionJudge, ref: PdfRef): boolean {
  const dict = judge.after.dict(ref);
  if (dict === undefined || judge.touched.get(ref.number) !== 'added') return false;
  const stray = [...dict.entries.keys()].some((key) => !elementKeys.has(key));
  const [reference, ...more] = judge.after.list(dict.entries.get('K'));
  const target = reference?.kind === 'dict' ? reference.entries.get('Obj') : undefined;
  const isWidget =
    target?.kind === 'ref' && judge.widgets.some(({ object }) => object === target.number);
  if (stray || more.length > 0 || !isWidget || !isName(dict.entries.get('S'), 'Form')) return false;
  judge.explain(ref.number, 'structure element of a widget');
  return true;
}

function judgeTop(judge: RevisionJudge, elements: readonly PdfRef[]): void {
  const tops = new Set(
    elements.map((element) => judge.after.dict(element)?.entries.get('P')).map(numberOfRef),
  );
  for (const top of tops) {
    const was = judge.before.object(top);
    const is = judge.after.object(top);
    if (was.kind !== 'dict' || is.kind !== 'dict') judge.object(top, 'a parent that is not there');
    if (was.kind !== 'dict' || is.kind !== 'dict') continue;
    judge.sameBut(top, { was, is }, ['K']);
    judge.explain(top, 'structure element above widgets');
    const kids = [was, is].map((dict) => judge.after.list(dict.entries.get('K')));
    for (const kid of judge.appended(top, kids[0] ?? [], kids[1] ?? [])) {
      if (!elements.some((element) => sameValue(element, kid))) {
        judge.object(top, 'a structure element was added');
      }
    }
  }
}

function numberOfRef(value: PdfValue | undefined): number {
  return value?.kind === 'ref' ? value.number : -1;
}
