/**
 * How a page is shown to its reader (ISO 32000-1 §7.7.3.3, §14.11.2): which part of it, turned how
 * far, in which unit. What is drawn into a place of a turned page is turned back, or it lies on its
 * side beside words that stand.
 */
import { Fault } from '#base/fault';
import type { PdfFile } from '../file/file.ts';
import { type Box, boxOf, inherited, type PdfPage } from '../file/pages.ts';
import { integer, type PdfValue } from '../file/value.ts';

/** A page as its reader sees it. */
export interface PageView {
  /** The part that is shown, in the page's own units: its crop box within its media box. */
  readonly box: Box;
  /** Quarters by which it is turned clockwise. */
  readonly quarter: Quarter;
  /** Points in one unit of the page (UserUnit). */
  readonly unit: number;
}

export type Quarter = 0 | 1 | 2 | 3;

/** Of a form: each turns it back upright on a page that is turned by so many quarters. */
export const uprights: Readonly<Record<Quarter, readonly number[]>> = {
  0: [1, 0, 0, 1, 0, 0],
  1: [0, 1, -1, 0, 0, 0],
  2: [-1, 0, 0, -1, 0, 0],
  3: [0, -1, 1, 0, 0, 0],
};

export function viewOf(file: PdfFile, page: PdfPage): PageView {
  const unit = file.resolve(page.dict.entries.get('UserUnit'));
  return {
    box: shownBox(file, page),
    quarter: quarterOf(file.resolve(inherited(file, page, 'Rotate'))),
    unit: unit.kind === 'number' && unit.value > 0 ? unit.value : 1,
  };
}

/** What says nothing turns nothing. */
export function quarterOf(degrees: PdfValue): Quarter {
  const turned = integer(degrees) ?? 0;
  const quarters: readonly Quarter[] = [0, 1, 2, 3];
  return quarters[(((turned / 90) % 4) + 4) % 4] ?? 0;
}

/** How wide and high the page is for its reader, in points. */
export function seenSize({ box, quarter, unit }: PageView): { width: number; height: number } {
  return sizeIn(box, { quarter, unit });
}

/** The size that a rectangle of the page has for its reader, in points. */
export function sizeIn(
  [left, bottom, right, top]: Box,
  { quarter, unit }: Pick<PageView, 'quarter' | 'unit'>,
): { width: number; height: number } {
  const [wide, tall] = [(right - left) * unit, (top - bottom) * unit];
  return quarter % 2 === 0 ? { width: wide, height: tall } : { width: tall, height: wide };
}

/** A rectangle as it is seen, in points from the lower left, in the page's own coordinates. */
export function ownRect(seen: Box, { box, quarter, unit }: PageView): Box {
  const [left, bottom, right, top] = box;
  const [a, b, c, d] = seen.map((side) => side / unit) as unknown as Box;
  switch (quarter) {
    case 1:
      return [right - d, bottom + a, right - b, bottom + c];
    case 2:
      return [right - c, top - d, right - a, top - b];
    case 3:
      return [left + b, top - c, left + d, top - a];
    case 0:
      return [left + a, bottom + b, left + c, bottom + d];
  }
}

/** The other way round: where a rectangle of the page is seen. */
export function seenRect([a, b, c, d]: Box, { box, quarter, unit }: PageView): Box {
  const [left, bottom, right, top] = box;
  const seen: Readonly<Record<Quarter, Box>> = {
    0: [a - left, b - bottom, c - left, d - bottom],
    1: [b - bottom, right - c, d - bottom, right - a],
    2: [right - c, top - d, right - a, top - b],
    3: [top - d, a - left, top - b, c - left],
  };
  return seen[quarter].map((side) => side * unit) as unknown as Box;
}

/**
 * A place as people measure it, from the lower left corner of what they see, in the page's own
 * coordinates. Refuses with pdf.page_missing, and pdf.field_malformed what is not on the page.
 */
export function seenPlace(
  file: PdfFile,
  wish: { readonly field: string; readonly page: number; readonly rect: Box },
): Box {
  const page = file.pages()[wish.page - 1];
  if (page === undefined) throw new Fault('pdf.page_missing', { page: wish.page });
  const view = viewOf(file, page);
  const { width, height } = seenSize(view);
  const [left, bottom, right, top] = wish.rect;
  if (left < 0 || bottom < 0 || right > width || top > height) {
    throw new Fault('pdf.field_malformed', { field: wish.field, why: 'rect' });
  }
  return ownRect(wish.rect, view);
}

function shownBox(file: PdfFile, page: PdfPage): Box {
  const [left, bottom, right, top] = page.mediaBox;
  const crop = boxOf(file, inherited(file, page, 'CropBox'));
  if (crop === undefined) return page.mediaBox;
  const [a, b, c, d] = crop;
  const shown: Box = [Math.max(left, a), Math.max(bottom, b), Math.min(right, c), Math.min(top, d)];
  // A crop box beside the page shows nothing: viewers show the page.
  return shown[0] < shown[2] && shown[1] < shown[3] ? shown : page.mediaBox;
}
