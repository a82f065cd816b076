/**
 * One seal over the edges of many pages (骑缝章) by one signature: laid side by side, the strips on
 * the right edges make up the whole seal again, and a page that was exchanged lacks its strip.
 *
 * One signature field has a widget on each page (docs/decisions/0032). The picture is kept once;
 * each widget shows a strip of it by its box.
 */
import { fromLatin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Appearance } from '../drawing/appearance.ts';
import { requireAllowed } from '../file/encrypted-writing.ts';
import type { PdfFile } from '../file/file.ts';
import { Increment } from '../file/increment.ts';
import type { PdfPage } from '../file/pages.ts';
import {
  arrayOf,
  dictOf,
  nameOf,
  numberOf,
  type PdfRef,
  type PdfValue,
  textOf,
  withEntries,
} from '../file/value.ts';
import { ownRect, seenSize, uprights, viewOf } from './page-view.ts';
import {
  addToForm,
  addToPages,
  annotationFlags,
  checkWish,
  formOf,
  keepPlace,
  lockedBy,
  type PreparedRevision,
  type Rect,
  type SignedWith,
  signatureOf,
} from './prepare.ts';
import { certifiedBy, checkRestrictions, restricted } from './restrictions.ts';
import { tagWidgets } from './tagging.ts';

/** Of one seal: its strips stay two millimetres wide. More pages make more seals of one field. */
export const straddlePagesMax = 20;

/** One seal over the right edges of pages that follow each other. */
export interface StraddleWish extends SignedWith {
  readonly field: string;
  readonly seal: Appearance;
  /** Counted from 1; all pages unless given. There must be two at least. */
  readonly pages?: { readonly from: number; readonly to: number };
  /** Where the middle of the seal stands, as a share of the height from below; 0.5 unless given. */
  readonly heightShare?: number;
  readonly label?: string;
  readonly contentsBytes: number;
}

/** Refuses with pdf.page_missing fewer than two pages, and as prepareSignature does. */
export function prepareStraddle(file: PdfFile, wish: StraddleWish): PreparedRevision {
  requireAllowed(file.cipher, 'new field');
  checkWish(file, wish);
  checkRestrictions(file, wish.restrictions);
  const pages = pagesOf(file, wish);
  const increment = new Increment(file);
  const signature = increment.allocate();
  const field = increment.allocate();
  const seal = increment.allocate();
  const kept = keepPlace(increment, signature, {
    fixed: restricted(file, signatureOf(wish), wish.restrictions ?? {}),
    contentsBytes: wish.contentsBytes,
  });
  increment.put(seal, formOf(wish.seal, wish));
  const widgets = pages.map((page) => ({ page, widget: increment.allocate() }));
  const label = wish.label ?? wish.signerName;
  const structure = tagWidgets({ file, increment, label, widgets });
  const strips = groupsOf(pages.length).flatMap((count) =>
    Array.from({ length: count }, (_, strip) => ({ strip, count })),
  );
  widgets.forEach(({ page, widget }, at) => {
    const { strip = 0, count = 1 } = strips[at] ?? {};
    const [from, to] = [strip, strip + 1].map((one) => (wish.seal.width * one) / count);
    const place = placeOf(file, page, { wish, width: (to ?? 0) - (from ?? 0) });
    const form = increment.allocate();
    increment.put(form, stripOf(wish.seal, { seal, from: from ?? 0, to: to ?? 0, ...place }));
    const dict = dictOf({
      Type: nameOf('Annot'),
      Subtype: nameOf('Widget'),
      Parent: field,
      // Inherited by every reader of the standard; poppler looks for it in the widget alone.
      V: signature,
      P: increment.refTo(page.number),
      Rect: arrayOf(place.rect.map(numberOf)),
      F: numberOf(annotationFlags),
      AP: dictOf({ N: form }),
    });
    increment.put(widget, withEntries(dict, structure[at] ?? {}));
  });
  const { certify, lock } = wish.restrictions ?? {};
  increment.put(
    field,
    dictOf({
      FT: nameOf('Sig'),
      T: textOf(wish.field),
      TU: textOf(label),
      V: signature,
      Kids: arrayOf(widgets.map(({ widget }) => widget)),
      ...(lock === undefined ? {} : lockedBy(increment, lock)),
    }),
  );
  addToPages(file, increment, widgets);
  const certified = certify === undefined ? {} : certifiedBy(file, signature);
  addToForm(file, increment, { fields: [field], certified });
  return kept();
}

function pagesOf(file: PdfFile, { pages, field, heightShare = 0.5 }: StraddleWish): PdfPage[] {
  const all = file.pages();
  const { from = 1, to = all.length } = pages ?? {};
  if (from < 1 || to > all.length) throw new Fault('pdf.page_missing', { page: to });
  if (to - from < 1) throw new Fault('pdf.page_missing', { page: from + 1 });
  if (!(heightShare >= 0 && heightShare <= 1)) {
    throw new Fault('pdf.field_malformed', { field, why: 'height' });
  }
  return all.slice(from - 1, to);
}

/** As few seals as there can be, each over about as many pages, and none over a single one. */
function groupsOf(pages: number): number[] {
  const groups = Math.ceil(pages / straddlePagesMax);
  return Array.from(
    { length: groups },
    (_, at) => Math.floor(((at + 1) * pages) / groups) - Math.floor((at * pages) / groups),
  );
}

interface Place {
  readonly rect: Rect;
  /** Turns the strip as the page is turned for its reader (ISO 32000-1 §7.7.3.3). */
  readonly matrix: readonly number[];
}

/** On the edge that a reader sees on the right, whatever the page's own coordinates are. */
function placeOf(
  file: PdfFile,
  page: PdfPage,
  { wish, width }: { readonly wish: StraddleWish; readonly width: number },
): Place {
  const view = viewOf(file, page);
  const seen = seenSize(view);
  const { height } = wish.seal;
  if (height > seen.height) {
    throw new Fault('pdf.field_malformed', { field: wish.field, why: 'height' });
  }
  const wanted = seen.height * (wish.heightShare ?? 0.5) - height / 2;
  const low = Math.min(Math.max(wanted, 0), seen.height - height);
  const rect = ownRect([seen.width - width, low, seen.width, low + height], view);
  return { rect, matrix: uprights[view.quarter] };
}

function stripOf(
  whole: Appearance,
  strip: {
    readonly seal: PdfRef;
    readonly from: number;
    readonly to: number;
    readonly matrix: readonly number[];
  },
): PdfValue {
  const raw = fromLatin1('/Seal Do\n');
  const dict = dictOf({
    Type: nameOf('XObject'),
    Subtype: nameOf('Form'),
    BBox: arrayOf([strip.from, 0, strip.to, whole.height].map(numberOf)),
    Matrix: arrayOf(strip.matrix.map(numberOf)),
    Resources: dictOf({ XObject: dictOf({ Seal: strip.seal }) }),
    Length: numberOf(raw.length),
  });
  return { kind: 'stream', dict, raw };
}
