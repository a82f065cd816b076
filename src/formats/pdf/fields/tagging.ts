/**
 * Gives a widget its place in the structure tree: a Form element that holds an object reference,
 * found again through the parent tree (ISO 32000-1 §14.7.4.3, §14.7.4.4, §14.8.4.5).
 *
 * A file without a structure tree, or with one of another shape than the simple one our
 * typesetter writes, is left as it is: no rule of PDF/A-3a is broken by an untagged widget. So is
 * one that somebody signed already: readers that compare revisions (pyHanko) know of no structure
 * that may grow behind a signature, and would call the earlier one broken (docs/decisions/0074).
 */

import type { PdfFile } from '../file/file.ts';
import type { Increment } from '../file/increment.ts';
import type { PdfPage } from '../file/pages.ts';
import {
  arrayOf,
  dictOf,
  integer,
  isName,
  nameOf,
  numberOf,
  type PdfArray,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  textOf,
  withEntries,
} from '../file/value.ts';
import { readFields } from './fields.ts';

export interface TagWish {
  readonly file: PdfFile;
  readonly increment: Increment;
  readonly label: string;
  readonly widgets: readonly {
    readonly widget: PdfRef;
    readonly page: PdfPage;
    /** Its own, where there is more than one field. */
    readonly label?: string;
  }[];
}

/** Tags the widgets; answers the entries each must carry, none where nothing was done. */
export function tagWidgets(wish: TagWish): readonly Record<string, PdfValue>[] {
  const { file, increment, widgets, label } = wish;
  const tree = simpleTree(file);
  if (tree === undefined) return widgets.map(() => ({}));
  const nums: PdfValue[] = [];
  const elements = widgets.map(({ widget, page, label: own = label }, place) => {
    const element = increment.allocate();
    increment.put(
      element,
      elementOf({ widget, page: increment.refTo(page.number), label: own }, tree.top),
    );
    nums.push(numberOf(tree.nextKey + place), element);
    return element;
  });
  const root = withEntries(tree.root, {
    ParentTree: withEntries(tree.parentTree, { Nums: arrayOf([...tree.nums.items, ...nums]) }),
    ParentTreeNextKey: numberOf(tree.nextKey + widgets.length),
  });
  increment.put(tree.rootRef, root);
  const kids = arrayOf([...tree.kids.items, ...elements]);
  increment.put(tree.top, withEntries(tree.document, { K: kids }));
  return widgets.map((_, place) => ({ StructParent: numberOf(tree.nextKey + place) }));
}

function elementOf(
  wish: { readonly widget: PdfRef; readonly page: PdfRef; readonly label: string },
  parent: PdfRef,
): PdfDict {
  const { page } = wish;
  const reference = dictOf({ Type: nameOf('OBJR'), Pg: page, Obj: wish.widget });
  return dictOf({
    Type: nameOf('StructElem'),
    S: nameOf('Form'),
    P: parent,
    Alt: textOf(wish.label),
    // Not in a list: pyHanko finds a field that is filled in later by `/K /Obj` and no other way.
    K: reference,
    Pg: page,
  });
}

interface SimpleTree {
  readonly rootRef: PdfRef;
  readonly root: PdfDict;
  readonly parentTree: PdfDict;
  readonly nums: PdfArray;
  readonly nextKey: number;
  readonly top: PdfRef;
  readonly document: PdfDict;
  readonly kids: PdfArray;
}

function simpleTree(file: PdfFile): SimpleTree | undefined {
  const rootRef = file.catalog().entries.get('StructTreeRoot');
  const root = file.dict(rootRef);
  const parentTree = root?.entries.get('ParentTree');
  const nextKey = integer(root?.entries.get('ParentTreeNextKey'));
  const tops = root?.entries.get('K');
  const top = tops?.kind === 'array' && tops.items.length === 1 ? tops.items[0] : tops;
  if (rootRef?.kind !== 'ref' || root === undefined || top?.kind !== 'ref') return undefined;
  if (parentTree?.kind !== 'dict' || nextKey === undefined || isSigned(file)) return undefined;
  const nums = parentTree.entries.get('Nums');
  const document = file.dict(top);
  const kids = document?.entries.get('K');
  if (nums?.kind !== 'array' || document === undefined || kids?.kind !== 'array') return undefined;
  if (!isName(document.entries.get('S'), 'Document')) return undefined;
  return { rootRef, root, parentTree, nums, nextKey, top, document, kids };
}

function isSigned(file: PdfFile): boolean {
  return readFields(file).some(
    ({ type, value }) => type === 'Sig' && file.resolve(value).kind !== 'null',
  );
}
