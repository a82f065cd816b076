/**
 * What a later revision may do to a page: list the widget of a signature field, and annotations
 * where the document was certified for them (ISO 32000-1 §12.8.2.2, P 3).
 */

import { readFieldNodes } from '../fields/fields.ts';
import type { PdfFile } from '../file/file.ts';
import type { PdfPage } from '../file/pages.ts';
import { isName, type PdfDict, type PdfValue, sameValue } from '../file/value.ts';
import type { RevisionJudge } from './revision-judge.ts';

/** The order of tabs and when a page was edited show nothing. */
const silentKeys = ['Tabs', 'LastModified'];

export function judgePages(judge: RevisionJudge): void {
  const were = judge.before.pages();
  const are = judge.after.pages();
  const placed = new Map<number, number>();
  if (are.length !== were.length) {
    judge.object('file', `${were.length} pages became ${are.length}`, 'page_changed');
  }
  were.forEach((page, at) => {
    const is = are[at];
    if (is === undefined || is.number !== page.number) {
      judge.object(page.number, 'a page was taken away', 'page_changed');
      return;
    }
    judgePage(judge, { was: page, is, at, placed });
  });
}

interface Pair {
  readonly was: PdfPage;
  readonly is: PdfPage;
  readonly at: number;
  readonly placed: Map<number, number>;
}

function judgePage(judge: RevisionJudge, pair: Pair): void {
  const { was: page, is, at, placed } = pair;
  judge.soften(page.number, 'Annots');
  const lists = { was: page.dict.entries.get('Annots'), is: is.dict.entries.get('Annots') };
  const isTouched = judge.touched.has(page.number);
  if (!isTouched && !leadsToTouched(judge, lists.was)) return;
  const except = judge.policy.strict ? ['Annots'] : ['Annots', ...silentKeys];
  const dicts = { was: page.dict, is: is.dict, because: 'page_changed' } as const;
  judge.sameBut(page.number, dicts, except);
  judge.judged(page.number, 'page');
  judge.explainContainer(lists.was, lists.is, 'list of annotations');
  const listed = { was: judge.before.list(lists.was), is: judge.after.list(lists.is) };
  const kept = mayAnnotate(judge) ? annotationsAside(judge, listed, at + 1) : listed;
  for (const item of judge.appended(page.number, kept, 'annotation_changed')) {
    placeWidget(judge, { item, page: at + 1, placed });
  }
}

function leadsToTouched(judge: RevisionJudge, list: PdfValue | undefined): boolean {
  if (list?.kind === 'ref' && judge.touched.has(list.number)) return true;
  return (
    mayAnnotate(judge) &&
    judge.before.list(list).some((item) => item.kind === 'ref' && judge.touched.has(item.number))
  );
}

export function mayAnnotate({ policy }: RevisionJudge): boolean {
  return policy.level === 3 && !policy.strict;
}

export function isWidget(file: PdfFile, item: PdfValue): boolean {
  const subtype = file.resolve(file.dict(item)?.entries.get('Subtype'));
  return isName(subtype, 'Widget');
}

/** Only the widgets of both lists are left; the other annotations may come, change and go. */
function annotationsAside(
  judge: RevisionJudge,
  { was, is }: { readonly was: readonly PdfValue[]; readonly is: readonly PdfValue[] },
  page: number,
): { readonly was: readonly PdfValue[]; readonly is: readonly PdfValue[] } {
  const widgets = {
    was: was.filter((item) => isWidget(judge.before, item)),
    is: is.filter((item) => isWidget(judge.after, item)),
  };
  for (const item of is) {
    if (!isWidget(judge.after, item)) judgeAnnotation(judge, item, { was, page });
  }
  for (const item of was) {
    if (item.kind === 'ref' && !isWidget(judge.before, item))
      judge.judged(item.number, 'annotation');
  }
  return widgets;
}

function judgeAnnotation(
  judge: RevisionJudge,
  item: PdfValue,
  { was, page }: { readonly was: readonly PdfValue[]; readonly page: number },
): void {
  const isTouched = item.kind === 'ref' && judge.touched.has(item.number);
  if (isTouched) judge.judged(item.number, 'annotation');
  judge.explainAdded(item, 'annotation');
  const dict = judge.after.dict(item);
  let parts = 0;
  for (const key of ['AP', 'Popup', 'RC', 'IRT']) {
    parts += judge.explainAll(dict?.entries.get(key), 'annotation');
  }
  const stayed = !isTouched && parts === 0 && was.some((other) => sameValue(other, item));
  if (stayed || dict === undefined) return;
  const object = item.kind === 'ref' ? item.number : `page ${page}`;
  if (acts(judge.after, dict)) {
    judge.object(object, 'an annotation that acts was added', 'annotation_changed');
  }
  judge.annotated.push({ object, page, dict });
}

/** Films, scenes and printers' marks are no comments; of actions a comment has only links. */
const noComments = new Set('Screen RichMedia Movie 3D Projection TrapNet PrinterMark'.split(' '));
const links = new Set(['URI', 'GoTo']);

function acts(file: PdfFile, annotation: PdfDict): boolean {
  const named = (value: PdfValue | undefined): string => {
    const found = file.resolve(value);
    return found.kind === 'name' ? found.name : '';
  };
  const { entries } = annotation;
  const action = file.dict(entries.get('A'));
  const isLink = action === undefined || links.has(named(action.entries.get('S')));
  return noComments.has(named(entries.get('Subtype'))) || entries.has('AA') || !isLink;
}

function placeWidget(
  judge: RevisionJudge,
  found: { item: PdfValue; page: number; placed: Map<number, number> },
): void {
  const number = found.item.kind === 'ref' ? found.item.number : -1;
  const widget = judge.widgets.find(({ object }) => object === number);
  const isFresh = widget !== undefined || isPrepared(judge, number);
  if (!isFresh || found.placed.has(number)) {
    const where = number < 0 ? 'file' : number;
    judge.object(where, 'an annotation was added', 'annotation_changed');
    return;
  }
  found.placed.set(number, found.page);
  if (widget !== undefined) widget.page = found.page;
}

/** The widget of a signature field that stood in the form, and on no page. */
function isPrepared(judge: RevisionJudge, number: number): boolean {
  if (judge.policy.strict) return false;
  const node = readFieldNodes(judge.before).get(number);
  const isOpen = node?.type === 'Sig' && judge.before.resolve(node.value).kind === 'null';
  return isOpen && !judge.before.pages().some((page) => holds(judge.before, page, number));
}

function holds(file: PdfFile, page: PdfPage, number: number): boolean {
  const annotations = file.list(page.dict.entries.get('Annots'));
  return annotations.some((item) => item.kind === 'ref' && item.number === number);
}
