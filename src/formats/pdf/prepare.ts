/**
 * Prepares one signature: a revision with a signature field, its widget and an empty place for the
 * CMS (ISO 32000-1 §12.8, ETSI EN 319 142-1 §5.3).
 *
 * What PDF/A-3a asks of a widget is kept (ISO 19005-3 §6.3, §6.4): the Print flag, one normal
 * appearance of vectors, no action, no NeedAppearances, and a place in the structure tree.
 */
import { fromLatin1 } from '#base/bytes';
import { formatInstant, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Appearance } from './appearance.ts';
import { fieldNames } from './fields.ts';
import type { PdfFile } from './file.ts';
import { Increment } from './increment.ts';
import type { PdfPage } from './pages.ts';
import { printText } from './print.ts';
import { tagWidget } from './tagging.ts';
import {
  arrayOf,
  dictOf,
  integer,
  nameOf,
  numberOf,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  textOf,
  withEntries,
} from './value.ts';

export const contentsBytesMin = 1024;
export const contentsBytesMax = 65_536;
const byteRangeWidth = 48; // characters kept for the four numbers, filled with spaces
const fieldPattern = /^[A-Za-z0-9_-]{1,64}$/; // a full stop would make it a path (§12.7.3.2)
export const annotationFlags = 4 | 128; // Print and Locked (§12.5.3)
const signatureFlags = 3; // SignaturesExist and AppendOnly (§12.7.2)
const tailPattern = /startxref\s+\d+\s+%%EOF\s*$/;

export type ByteRange = readonly [number, number, number, number];
export type Rect = readonly [left: number, bottom: number, right: number, top: number];

export interface SignatureWish {
  readonly field: string;
  /** Counted from 1. */
  readonly page: number;
  readonly rect: Rect;
  readonly appearance: Appearance;
  readonly signerName: string;
  /** What a screen reader says for the field. */
  readonly label?: string;
  /** The claimed time of /M; the proven one is the stamp's. */
  readonly time: Instant;
  readonly contentsBytes: number;
  /** Not one of the house's own contracts: judged by the general profile, without our mark. */
  readonly isForeign?: boolean;
}

export interface PreparedRevision {
  readonly bytes: Uint8Array;
  readonly byteRange: ByteRange;
}

/** Who signs and when, as the dictionary says it. */
export type SignedWith = Pick<SignatureWish, 'signerName' | 'time' | 'isForeign'>;

/** A field that is made for what it will hold, whatever that is. */
export type FieldWish = Omit<SignatureWish, 'time'>;

export function prepareSignature(file: PdfFile, wish: SignatureWish): PreparedRevision {
  return prepareField(file, wish, signatureOf(wish));
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
  increment.put(form, formOf(wish.appearance));
  const structure = tagWidget({ file, increment, widget, page, label: labelOf(wish) });
  const field = widgetOf(wish, { signature, page, form });
  increment.put(widget, structure === undefined ? field : withEntries(field, structure));
  addToPage(file, increment, { page, widget });
  addToForm(file, increment, widget);
  return kept();
}

function checkWish(file: PdfFile, wish: FieldWish): void {
  if (!fieldPattern.test(wish.field)) throw new Fault('pdf.field_malformed', { field: wish.field });
  if (fieldNames(file).has(wish.field)) throw new Fault('pdf.field_taken', { field: wish.field });
  checkRoom(file, wish.contentsBytes);
}

export function checkRoom(file: PdfFile, contentsBytes: number): void {
  if (contentsBytes < contentsBytesMin || contentsBytes > contentsBytesMax) {
    throw new Fault('pdf.certificate_space_small', { bytes: contentsBytes });
  }
  checkTail(file);
}

export function checkTail(file: PdfFile): void {
  // Bytes behind the last %%EOF would become signed without ever having meant anything.
  const tail = new TextDecoder('latin1').decode(file.bytes.subarray(-64));
  if (!tailPattern.test(tail)) throw new Fault('pdf.tail_malformed', { why: 'end' });
}

function pageOf(file: PdfFile, wish: FieldWish): PdfPage {
  const page = file.pages()[wish.page - 1];
  if (page === undefined) throw new Fault('pdf.page_missing', { page: wish.page });
  const [left, bottom, right, top] = wish.rect;
  const [boxLeft = 0, boxBottom = 0, boxRight = 0, boxTop = 0] = page.mediaBox;
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
  const head = `${printText(wish.fixed).slice(0, -3)} /ByteRange `;
  const middle = `${head}${' '.repeat(byteRangeWidth)} /Contents `;
  const contents = `<${'0'.repeat(2 * wish.contentsBytes)}>`;
  increment.putBody(signature, fromLatin1(`${middle}${contents} >>`));
  return () => {
    const { bytes, bodyAt } = increment.build();
    const start = bodyAt.get(signature.number) ?? 0;
    const first = start + middle.length;
    const second = first + contents.length;
    const byteRange: ByteRange = [0, first, second, bytes.length - second];
    const range = `[${byteRange.join(' ')}]`.padEnd(byteRangeWidth, ' ');
    bytes.set(fromLatin1(range), start + head.length);
    return { bytes, byteRange };
  };
}

/** ISO 32000-1 §7.9.4, in China Standard Time as every time the house prints. */
function pdfDate(time: Instant): string {
  return `D:${formatInstant(time).slice(0, 19).replace(/[-T:]/g, '')}+08'00'`;
}

export function formOf(appearance: Appearance): PdfValue {
  const raw = fromLatin1(appearance.content);
  const dict = dictOf({
    Type: nameOf('XObject'),
    Subtype: nameOf('Form'),
    BBox: arrayOf([0, 0, appearance.width, appearance.height].map(numberOf)),
    Resources: dictOf({}),
    Length: numberOf(raw.length),
  });
  return { kind: 'stream', dict, raw };
}

function widgetOf(
  wish: FieldWish,
  parts: { signature: PdfRef; page: PdfPage; form: PdfRef },
): PdfDict {
  return dictOf({
    Type: nameOf('Annot'),
    Subtype: nameOf('Widget'),
    FT: nameOf('Sig'),
    T: textOf(wish.field),
    TU: textOf(labelOf(wish)),
    V: parts.signature,
    P: { kind: 'ref', number: parts.page.number, generation: 0 },
    Rect: arrayOf(wish.rect.map(numberOf)),
    F: numberOf(annotationFlags),
    AP: dictOf({ N: parts.form }),
  });
}

function addToPage(
  file: PdfFile,
  increment: Increment,
  parts: { page: PdfPage; widget: PdfRef },
): void {
  const { page, widget } = parts;
  const annotations = page.dict.entries.get('Annots');
  const appended = arrayOf([...file.list(annotations), widget]);
  if (annotations?.kind === 'ref') increment.put(annotations, appended);
  else {
    const self: PdfRef = { kind: 'ref', number: page.number, generation: 0 };
    increment.put(self, withEntries(page.dict, { Annots: appended }));
  }
}

/** The form says that it holds signatures, and lists the widget if it is a new one. */
export function addToForm(file: PdfFile, increment: Increment, widget?: PdfRef): void {
  const catalog = file.catalog();
  const held = catalog.entries.get('AcroForm');
  const form = file.dict(held) ?? dictOf({});
  const flags = (integer(file.resolve(form.entries.get('SigFlags'))) ?? 0) | signatureFlags;
  const fields = form.entries.get('Fields');
  const appended = arrayOf([...file.list(fields), ...(widget === undefined ? [] : [widget])]);
  if (fields?.kind === 'ref' && widget !== undefined) increment.put(fields, appended);
  const next = withEntries(form, {
    Fields: fields?.kind === 'ref' ? fields : appended,
    SigFlags: numberOf(flags),
  });
  if (held?.kind === 'ref') {
    increment.put(held, next);
    return;
  }
  // An object of its own: the next signature changes it and leaves the catalogue alone.
  const own = increment.allocate();
  increment.put(own, next);
  increment.put(file.rootRef(), withEntries(catalog, { AcroForm: own }));
}
