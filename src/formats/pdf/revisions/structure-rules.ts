/**
 * What a later revision may do to the structure tree (ISO 32000-1 §14.7): gain one Form element for
 * each new widget, found again through the parent tree.
 */
import { graphObjectsMax, within } from '../file/limits.ts';
import {
  dictOf,
  integer,
  isName,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  pdfNull,
  sameValue,
} from '../file/value.ts';
import type { RevisionJudge } from './revision-judge.ts';

const elementKeys = new Set('Type S P Alt T Lang K Pg'.split(' '));
const nothing = dictOf({});

export function judgeStructure(judge: RevisionJudge): void {
  const root = judge.after.catalog().entries.get('StructTreeRoot');
  if (root?.kind !== 'ref') return;
  if (judge.policy.strict) judgeOwnStructure(judge, root);
  else judgeOtherStructure(judge, root);
}

/** As tagging.ts writes it. */
function judgeOwnStructure(judge: RevisionJudge, root: PdfRef): void {
  if (judge.touched.get(root.number) !== 'changed') return;
  const was = judge.before.dict(root) ?? nothing;
  const is = judge.after.dict(root) ?? nothing;
  judge.judged(root.number, 'structure tree');
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
  const extra = judge.appended(root.number, { was: before, is: after });
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
  const [reference, ...more] = kidsOf(judge.after, dict);
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
    if (was.kind !== 'dict' || is.kind !== 'dict') {
      judge.object(top, 'a parent that is not there');
      continue;
    }
    judge.sameBut(top, { was, is }, ['K']);
    judge.judged(top, 'structure element above widgets');
    judge.soften(top, 'K');
    const lists = {
      was: judge.before.list(was.entries.get('K')),
      is: judge.after.list(is.entries.get('K')),
    };
    for (const kid of judge.appended(top, lists)) {
      if (!elements.some((element) => sameValue(element, kid))) {
        judge.object(top, 'a structure element was added');
      }
    }
  }
}

function numberOfRef(value: PdfValue | undefined): number {
  return value?.kind === 'ref' ? value.number : -1;
}

const structureKeys = ['K', 'ParentTree', 'ParentTreeNextKey'];
/** What makes an element speak for page content, or in other words than the page's. */
const speakingKeys = ['ActualText', 'E', 'A', 'C'];

/** As others write it: old elements keep what they say, new ones stand for widgets only. */
function judgeOtherStructure(judge: RevisionJudge, root: PdfRef): void {
  if (![...judge.touched.keys()].some((number) => isStructure(judge, number))) {
    const touch = judge.touched.get(root.number);
    if (touch === undefined) return;
  }
  for (const [number, touch] of judge.touched) {
    if (touch !== 'changed' || !(isStructure(judge, number) || number === root.number)) continue;
    const was = judge.before.dict({ kind: 'ref', number, generation: 0 }) ?? nothing;
    const is = judge.after.dict({ kind: 'ref', number, generation: 0 }) ?? nothing;
    const dicts = { was, is, because: 'structure_changed' } as const;
    judge.sameBut(number, dicts, number === root.number ? structureKeys : ['K']);
    judge.judged(number, 'structure tree');
    judge.soften(number, ...structureKeys);
    const lists = { was: kidsOf(judge.before, was), is: kidsOf(judge.after, is) };
    const extra = judge.appended(number, lists, 'structure_changed');
    for (const kid of extra) {
      // Words of an element that stands for nothing are read aloud beside the page's own.
      if (judgeAddedElement(judge, kid)) continue;
      judge.object(number, 'a structure element for no widget was added', 'structure_changed');
    }
  }
  judgeParentTree(judge, root);
}

/** Elements have a kind, /S, and something above them, /P. */
function isStructure({ after }: RevisionJudge, number: number): boolean {
  const value = after.object(number);
  if (value.kind !== 'dict' || !value.entries.has('S') || !value.entries.has('P')) return false;
  const type = value.entries.get('Type');
  return type === undefined || isName(type, 'StructElem');
}

function kidsOf(file: RevisionJudge['before'], dict: PdfDict): readonly PdfValue[] {
  const kids = file.resolve(dict.entries.get('K'));
  if (kids.kind === 'array') return kids.items;
  return dict.entries.has('K') ? [dict.entries.get('K') ?? pdfNull] : [];
}

const elementDepthMax = 16;

/** Does it, or does something below it, stand for a widget that came or was filled in? */
function judgeAddedElement(judge: RevisionJudge, kid: PdfValue, depth = 0): boolean {
  const dict = judge.after.dict(kid);
  const where = kid.kind === 'ref' ? kid.number : 'file';
  const isNew = kid.kind !== 'ref' || judge.touched.get(kid.number) === 'added';
  // A kid that is a number, or names one, is content of the page (§14.7.4.2).
  if (dict === undefined || dict.entries.has('MCID') || !isNew || depth > elementDepthMax) {
    judge.object(where, 'a structure element for page content was added', 'structure_changed');
    return true;
  }
  if (kid.kind === 'ref') judge.explain(kid.number, 'structure element of a widget');
  if (isName(judge.after.resolve(dict.entries.get('Type')), 'OBJR')) {
    const target = dict.entries.get('Obj');
    return target?.kind === 'ref' && judge.touched.has(target.number);
  }
  const spoken = speakingKeys.find((key) => dict.entries.has(key));
  if (spoken !== undefined) judge.object(where, `an element with /${spoken}`, 'structure_changed');
  const below = kidsOf(judge.after, dict).map((one) => judgeAddedElement(judge, one, depth + 1));
  return below.includes(true);
}

/** The number tree keeps every entry that it had; its nodes may be laid out anew. */
function judgeParentTree(judge: RevisionJudge, root: PdfRef): void {
  const trees = {
    was: judge.before.dict(root)?.entries.get('ParentTree'),
    is: judge.after.dict(root)?.entries.get('ParentTree'),
  };
  const before = numbersIn(judge.before, trees.was);
  const after = numbersIn(judge.after, trees.is);
  for (const number of after.nodes) judge.judged(number, 'parent tree');
  for (const [key, value] of before.entries) {
    const now = after.entries.get(key);
    if (now === undefined || !sameValue(value, now)) {
      judge.object(root.number, `entry ${key} of the parent tree changed`, 'structure_changed');
    }
  }
  for (const [key, value] of after.entries) {
    if (!before.entries.has(key)) judge.explainAdded(value, 'structure element of a widget');
  }
}

function numbersIn(
  file: RevisionJudge['before'],
  tree: PdfValue | undefined,
): { readonly entries: Map<number, PdfValue>; readonly nodes: Set<number> } {
  const entries = new Map<number, PdfValue>();
  const nodes = new Set<number>();
  const waiting: PdfValue[] = tree === undefined ? [] : [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.kind === 'ref') {
      if (nodes.has(node.number)) continue;
      nodes.add(node.number);
      within(nodes.size, graphObjectsMax, 'graphObjectsMax');
    }
    const dict = file.dict(node);
    const nums = file.list(dict?.entries.get('Nums'));
    for (let at = 0; at + 1 < nums.length; at += 2) {
      const key = integer(file.resolve(nums[at]));
      if (key !== undefined) entries.set(key, nums[at + 1] ?? pdfNull);
    }
    waiting.push(...file.list(dict?.entries.get('Kids')));
  }
  return { entries, nodes };
}
