/**
 * Finds words on the pages, so that a seal can be placed by what stands there (ISO 32000-1 §9.4):
 * letters in the order in which they are drawn, white space aside.
 *
 * What is drawn as outlines or as a picture is no text and is not found.
 */
import { Fault } from '#base/fault';
import type { Point } from '../drawing/appearance.ts';
import { ownRect, seenRect, seenSize, viewOf } from '../fields/page-view.ts';
import type { Rect } from '../fields/prepare.ts';
import type { PdfFile } from '../file/file.ts';
import { lettersOn, type ShownAt } from './page-letters.ts';

/** Where words stand: the page, counted from 1, and the box around them in points. */
export interface TextPlace {
  readonly page: number;
  readonly rect: Rect;
}

/** What is looked for: the n-th occurrence from the first page on, or on one page. */
export interface TextWish {
  readonly text: string;
  /** Counted from 1; -1 is the last. */
  readonly occurrence?: number;
  readonly page?: number;
}

/** Refuses with pdf.text_missing and how often it was found instead. */
export async function findText(file: PdfFile, wish: TextWish): Promise<TextPlace> {
  const { occurrence = 1, page: only } = wish;
  const text = plainText(wish.text);
  if (text === '') throw new Fault('pdf.text_missing', { found: 0 });
  const found: TextPlace[] = [];
  for (const [at, page] of file.pages().entries()) {
    if (only !== undefined && only !== at + 1) continue;
    const letters = await lettersOn(file, page);
    found.push(...occurrences(letters, text).map((rect) => ({ page: at + 1, rect })));
    if (occurrence > 0 && found.length >= occurrence) break;
  }
  const place = found.at(occurrence > 0 ? occurrence - 1 : occurrence);
  if (place === undefined || occurrence === 0) {
    throw new Fault('pdf.text_missing', { found: found.length });
  }
  return place;
}

/**
 * A face of that size, in points, its middle on the middle of the words and then moved, as whoever
 * sees the page would move it. Words stand near the edge of a page: the face stays on it.
 */
export function rectOver(
  file: PdfFile,
  { page, rect }: TextPlace,
  face: { readonly width: number; readonly height: number; readonly offset?: Point },
): Rect {
  const shown = file.pages()[page - 1];
  if (shown === undefined) throw new Fault('pdf.page_missing', { page });
  const view = viewOf(file, shown);
  const seen = seenSize(view);
  const [left, bottom, right, top] = seenRect(rect, view);
  const [dx, dy] = face.offset ?? [0, 0];
  const x = inside((left + right - face.width) / 2 + dx, seen.width - face.width);
  const y = inside((bottom + top - face.height) / 2 + dy, seen.height - face.height);
  return ownRect([x, y, x + face.width, y + face.height], view);
}

/** From 0 on, and no further than there is room. */
function inside(wanted: number, room: number): number {
  return Math.min(Math.max(wanted, 0), Math.max(room, 0));
}

/** Written out as most readers would type it: 立 for ⽴, ( for （, fi for ﬁ; without white space. */
function plainText(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, '');
}

function occurrences(letters: readonly ShownAt[], text: string): Rect[] {
  const plain = letters.map(({ text: own, box }) => ({ text: plainText(own), box }));
  const owners = plain.flatMap((letter) =>
    Array.from({ length: letter.text.length }, () => letter),
  );
  const all = plain.map((letter) => letter.text).join('');
  const rects: Rect[] = [];
  for (let at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + text.length)) {
    const boxes = owners.slice(at, at + text.length).map(({ box }) => box);
    rects.push([
      Math.min(...boxes.map(([left]) => left)),
      Math.min(...boxes.map(([, bottom]) => bottom)),
      Math.max(...boxes.map(([, , right]) => right)),
      Math.max(...boxes.map(([, , , top]) => top)),
    ]);
  }
  return rects;
}
