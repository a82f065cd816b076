/**
 * Prepares one signature: a revision with a signature field, its widget and an empty place for the
 * CMS (ISO 32000-1 §12.8, ETSI EN 319 142-1 §5.3).
 *
 * What PDF/A-3a asks of a widget is kept (ISO 19005-3 §6.3, §6.4): the Print flag, one normal
 * appearance of vectors, no action, no NeedAppearances, and a place in the structure tree.
 */
import { fromLatin1, latin1 } from '#base/bytes';
import { formatInstant, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Appearance } from '../drawing/appearance.ts';
import { requireAllowed } from '../file/encrypted-writing.ts';
import type { PdfFile } from '../file/file.ts';
import { Increment } from '../file/increment.ts';
import type { PdfPage } from '../file/pages.ts';
import { printText } from '../file/print.ts';
import { isSpace } from '../file/syntax.ts';
import {
  arrayOf,
  dictOf,
  integer,
  nameOf,
  numberOf,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  refTo,
  textOf,
  withEntries,
} from '../file/value.ts';
import { fieldNames } from './fields.ts';
import { sizeIn, uprights, viewOf } from './page-view.ts';
import type { FieldLock } from './permissions.ts';
import {
  certifiedBy,
  checkRestrictions,
  lockDict,
  type Restrictions,
  restricted,
} from './restrictions.ts';
import { tagWidgets } from './tagging.ts';

export const contentsBytesMin = 1024;
export const contentsBytesMax = 65_536;
/** Of every empty place, the first so many; nothing is ever written here. */
const zeros = new Uint8Array(2 * contentsBytesMax).fill(0x30);
const byteRangeWidth = 48; // characters kept for the four numbers, filled with spaces
const fieldPattern = /^[A-Za-z0-9_-]{1,64}$/; // a full stop would make it a path (§12.7.3.2)
export const annotationFlags = 4 | 128; // Print and Locked (§12.5.3)
const signatureFlags = 3; // SignaturesExist and AppendOnly (§12.7.2)
const tailPattern = /startxref\s+\d+\s+%%EOF$/;
const tailBytesMax = 64; // of the end without white space

/** The primaries and white of sRGB with its mean exponent (ISO 32000-1 §8.6.5.3). */
const sRgb = arrayOf([
  nameOf('CalRGB'),
  dictOf({
    WhitePoint: numbers(0.9505, 1, 1.089),
    Gamma: numbers(2.2, 2.2, 2.2),
    Matrix: numbers(0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505),
  }),
]);

export type ByteRange = readonly [number, number, number, number];
export type Rect = readonly [left: number, bottom: number, right: number, top: number];

/** What is drawn in a place of this size, in points. */
export type FaceOf = (size: { width: number; height: number }) => Appearance;

export interface SignatureWish {
  readonly field: string;
  /** Counted from 1. */
  readonly page: number;
  readonly rect: Rect;
  /** As it is, or drawn for the size that the place has for who sees the page, in points. */
  readonly appearance: Appearance | FaceOf;
  readonly signerName: string;
  /** What a screen reader says for the field. */
  readonly label?: string;
  /** The claimed time of /M; the proven one is the stamp's. */
  readonly time: Instant;
  readonly contentsBytes: number;
  /** Not one of the house's own contracts: judged by the general profile, without our mark. */
  readonly isForeign?: boolean;
  readonly restrictions?: Restrictions;
}

/** A file with an empty place for its CMS at the end. */
export interface PreparedRevision {
  /** What was there, which nothing here writes into. */
  readonly before: Uint8Array;
  /** What comes behind it; the CMS is written into it. */
  readonly appended: Uint8Array;
  /** Both joined, by a copy that is made when it is first asked for. */
  readonly bytes: Uint8Array;
  readonly byteRange: ByteRange;
}

/** Who signs and when, as the dictionary says it. */
export type SignedWith = Pick<SignatureWish, 'signerName' | 'time' | 'isForeign' | 'restrictions'>;

/** A field that is made for what it will hold, whatever that is. */
export type FieldWish = Omit<SignatureWish, 'time'>;

export function prepareSignature(file: PdfFile, wish: SignatureWish): PreparedRevision {
  requireAllowed(file.cipher, 'new field');
  checkRestrictions(file, wish.restrictions);
  const fixed = restricted(file, signatureOf(wish), wish.restrictions ?? {});
  return prepareField(file, wish, fixed);
}

/** Appends a field with its widget; `fixed` is the dictionary without range and contents. */
export function prepareField(file: PdfFile, wish: FieldWish, fixed: PdfDict): PreparedRevision {
  checkWish(file, wish);
  const page = pageOf(file, wish);
  const increment = new Increment(file);
  const signature = increment.allocate();
  const widget = increment.allocate();
  const form = increment.allocate();
  const kept = keepPlace(increment, signature, { fixed, contentsBytes: wish.contentsBytes });
  increment.put(form, faceIn(file, page, wish));
  const widgets = [{ widget, page }];
  const [structure = {}] = tagWidgets({ file, increment, label: labelOf(wish), widgets });
  const { certify, lock } = wish.restrictions ?? {};
  const field = withEntries(
    widgetOf(wish, {
      signature,
      page: increment.refTo(page.number),
      form,
    }),
    structure ?? {},
  );
  increment.put(widget, withEntries(field, lock === undefined ? {} : lockedBy(increment, lock)));
  addToPages(file, increment, widgets);
  const certified = certify === undefined ? {} : certifiedBy(file, signature);
  addToForm(file, increment, { fields: [widget], certified });
  return kept();
}

/** Upright for whoever sees the page; a document of the house is never turned. */
function faceIn(file: PdfFile, page: PdfPage, wish: FieldWish): PdfValue {
  const view = viewOf(file, page);
  const { appearance } = wish;
  const quarter = wish.isForeign === true ? view.quarter : 0;
  const face =
    typeof appearance === 'function'
      ? appearance(sizeIn(wish.rect, { ...view, quarter }))
      : appearance;
  return formOf(face, wish, quarter === 0 ? undefined : uprights[quarter]);
}

/** The lock is an object of its own, as table 235 wants it. */
export function lockedBy(increment: Increment, lock: FieldLock): Record<string, PdfValue> {
  const ref = increment.allocate();
  increment.put(ref, lockDict(lock));
  return { Lock: ref };
}

/** The name is free, and there is room. */
export function checkWish(file: PdfFile, wish: Pick<FieldWish, 'field' | 'contentsBytes'>): void {
  checkName(wish.field, fieldNames(file));
  checkRoom(file, wish.contentsBytes);
}

export function checkName(field: string, taken: ReadonlySet<string>): void {
  if (!fieldPattern.test(field)) throw new Fault('pdf.field_malformed', { field });
  if (taken.has(field)) throw new Fault('pdf.field_taken', { field });
}

export function checkRoom(file: PdfFile, contentsBytes: number): void {
  if (contentsBytes < contentsBytesMin || contentsBytes > contentsBytesMax) {
    throw new Fault('pdf.certificate_space_small', { bytes: contentsBytes });
  }
  checkTail(file);
}

export function checkTail(file: PdfFile): void {
  // Bytes behind the last %%EOF would become signed without ever having meant anything. White space
  // (§7.2.2) means nothing to anybody: writers fill up whole blocks with it.
  const { bytes } = file;
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1] ?? 0)) end -= 1;
  if (!tailPattern.test(latin1(bytes.subarray(Math.max(0, end - tailBytesMax), end))))
    throw new Fault('pdf.tail_malformed', { why: 'end' });
}

/** The page, if the place lies on it. */
export function pageOf(file: PdfFile, wish: Pick<FieldWish, 'field' | 'page' | 'rect'>): PdfPage {
  const page = file.pages()[wish.page - 1];
  if (page === undefined) throw new Fault('pdf.page_missing', { page: wish.page });
  const [left, bottom, right, top] = wish.rect;
  const [boxLeft, boxBottom, boxRight, boxTop] = page.mediaBox;
  const inside = left >= boxLeft && bottom >= boxBottom && right <= boxRight && top <= boxTop;
  if (!inside || left > right || bottom > top) {
    throw new Fault('pdf.field_malformed', { field: wish.field, why: 'rect' });
  }
  return page;
}

function labelOf(wish: FieldWish): string {
  return wish.label ?? wish.signerName;
}

export function signatureOf(wish: SignedWith): PdfDict {
  // The marker stands inside the signed range: our strict profile cannot be taken off a file.
  return dictOf({
    Type: nameOf('Sig'),
    Filter: nameOf('Adobe.PPKLite'),
    SubFilter: nameOf('ETSI.CAdES.detached'),
    ...(wish.isForeign === true ? {} : { Fubie: nameOf('v1') }),
    Name: textOf(wish.signerName),
    M: textOf(pdfDate(wish.time)),
  });
}

/**
 * Puts the dictionary with an empty place for range and contents; afterwards `build` answers the
 * revision with its range written in.
 */
export function keepPlace(
  increment: Increment,
  signature: PdfRef,
  wish: { readonly fixed: PdfDict; readonly contentsBytes: number },
): () => PreparedRevision {
  const fixed = printText(increment.sealed(signature, wish.fixed));
  const head = `${fixed.slice(0, -3)} /ByteRange `;
  const middle = `${head}${' '.repeat(byteRangeWidth)} /Contents `;
  const contentsLength = 2 * wish.contentsBytes + 2;
  const empty = zeros.subarray(0, 2 * wish.contentsBytes);
  increment.putBody(signature, fromLatin1(`${middle}<`), empty, fromLatin1('> >>'));
  return () => {
    const built = increment.build();
    const { before, appended } = built;
    const start = built.bodyAt.get(signature.number) ?? 0;
    const first = start + middle.length;
    const second = first + contentsLength;
    const end = before.length + appended.length;
    const byteRange: ByteRange = [0, first, second, end - second];
    const range = `[${byteRange.join(' ')}]`.padEnd(byteRangeWidth, ' ');
    appended.set(fromLatin1(range), start + head.length - before.length);
    return {
      before,
      byteRange,
      get appended() {
        return built.appended;
      },
      get bytes() {
        return built.bytes;
      },
    };
  };
}

/** ISO 32000-1 §7.9.4, in China Standard Time as every time the house prints. */
function pdfDate(time: Instant): string {
  return `D:${formatInstant(time).slice(0, 19).replace(/[-T:]/g, '')}+08'00'`;
}

/**
 * The face as a form. In a file of others it says itself which red it means, for that file need not
 * have an output intent for device RGB, and PDF/A then forbids it (ISO 19005-3 §6.2.4.3).
 */
export function formOf(
  appearance: Appearance,
  by: Pick<SignedWith, 'isForeign'>,
  matrix?: readonly number[],
): PdfValue {
  const raw = fromLatin1(appearance.content);
  const isCalibrated = by.isForeign === true && raw.length > 0;
  const dict = dictOf({
    Type: nameOf('XObject'),
    Subtype: nameOf('Form'),
    BBox: numbers(0, 0, appearance.width, appearance.height),
    ...(matrix === undefined ? {} : { Matrix: numbers(...matrix) }),
    Resources: isCalibrated ? dictOf({ ColorSpace: dictOf({ DefaultRGB: sRgb }) }) : dictOf({}),
    Length: numberOf(raw.length),
  });
  return { kind: 'stream', dict, raw };
}

function numbers(...values: readonly number[]): PdfValue {
  return arrayOf(values.map(numberOf));
}

function widgetOf(
  wish: FieldWish,
  parts: { signature: PdfRef; page: PdfRef; form: PdfRef },
): PdfDict {
  return dictOf({
    Type: nameOf('Annot'),
    Subtype: nameOf('Widget'),
    FT: nameOf('Sig'),
    T: textOf(wish.field),
    TU: textOf(labelOf(wish)),
    V: parts.signature,
    P: parts.page,
    Rect: numbers(...wish.rect),
    F: numberOf(annotationFlags),
    AP: dictOf({ N: parts.form }),
  });
}

/**
 * Lists each widget among the annotations of its page, in the page itself: a list that is an object
 * of its own may be that of other pages, or of what is no page at all, for there are writers that
 * merge whatever is alike (MuPDF does it to empty lists).
 */
export function addToPages(
  file: PdfFile,
  increment: Increment,
  widgets: readonly { readonly page: PdfPage; readonly widget: PdfRef }[],
): void {
  const lists = new Map<number, PdfValue[]>();
  for (const { page, widget } of widgets) {
    const list = lists.get(page.number) ?? [...file.list(page.dict.entries.get('Annots'))];
    list.push(widget);
    lists.set(page.number, list);
    increment.put(refTo(page.number), withEntries(page.dict, { Annots: arrayOf(list) }));
  }
}

/**
 * The form says that it holds signatures, and lists the fields that are new; the catalogue
 * says who certified the document, if that is what is signed.
 */
export function addToForm(
  file: PdfFile,
  increment: Increment,
  parts: {
    readonly fields?: readonly PdfRef[];
    readonly certified?: Readonly<Record<string, PdfValue>>;
  },
): void {
  const { fields: added = [], certified = {} } = parts;
  const catalog = file.catalog();
  const held = catalog.entries.get('AcroForm');
  const form = file.dict(held) ?? dictOf({});
  const flags = (integer(file.resolve(form.entries.get('SigFlags'))) ?? 0) | signatureFlags;
  const fields = form.entries.get('Fields');
  const isKept = fields?.kind === 'ref' && added.length === 0;
  const next = withEntries(form, {
    // In the form itself, for the same reason as a page's annotations.
    Fields: isKept ? fields : arrayOf([...file.list(fields), ...added]),
    SigFlags: numberOf(flags),
  });
  // An object of its own: the next signature changes it and leaves the catalogue alone.
  const own = held?.kind === 'ref' ? held : increment.allocate();
  increment.put(own, next);
  if (own === held && Object.keys(certified).length === 0) return;
  increment.put(file.rootRef(), withEntries(catalog, { AcroForm: own, ...certified }));
}
