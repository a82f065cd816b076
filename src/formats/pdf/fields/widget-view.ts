/**
 * How a widget that a document brings along is shown to its reader: on which page, turned how far,
 * and whether anybody sees it at all (ISO 32000-1 §12.5.2, §12.5.3, §12.5.6.19).
 */
import type { PdfFile } from '../file/file.ts';
import { type Box, boxOf, type PdfPage } from '../file/pages.ts';
import { integer, type PdfDict } from '../file/value.ts';
import { type Quarter, quarterOf, sizeIn, viewOf } from './page-view.ts';

/** A widget's place as its reader sees it. */
export interface WidgetView {
  /** Quarters by which what is drawn there must be turned back. */
  readonly quarter: Quarter;
  /** In the page's units; 0 × 0 where nobody sees anything. */
  readonly size: { readonly width: number; readonly height: number };
}

const hiddenFlags = 2 | 32; // Hidden and NoView (table 165)

export function viewOfWidget(file: PdfFile, number: number, widget: PdfDict): WidgetView {
  const page = pageOf(file, number, widget);
  const own = quarterOf(file.resolve(file.dict(widget.entries.get('MK'))?.entries.get('R')));
  if (page === undefined) return { quarter: own, size: unseen };
  const view = viewOf(file, page);
  const quarter = own === 0 ? view.quarter : own;
  const box = boxOf(file, widget.entries.get('Rect'));
  const flags = integer(file.resolve(widget.entries.get('F'))) ?? 0;
  if (box === undefined || (flags & hiddenFlags) !== 0 || !meets(box, view.box)) {
    return { quarter, size: unseen };
  }
  return { quarter, size: sizeIn(box, { quarter, unit: 1 }) };
}

const unseen = { width: 0, height: 0 };

/** The page that lists it; what the widget itself says of its page is only where to look first. */
function pageOf(file: PdfFile, number: number, widget: PdfDict): PdfPage | undefined {
  const said = widget.entries.get('P');
  const pages = file.pages();
  const first = pages.find((page) => said?.kind === 'ref' && page.number === said.number);
  const lists = (page: PdfPage): boolean =>
    file
      .list(page.dict.entries.get('Annots'))
      .some((item) => item.kind === 'ref' && item.number === number);
  return first !== undefined && lists(first) ? first : pages.find(lists);
}

function meets(one: Box, other: Box): boolean {
  return one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];
}
