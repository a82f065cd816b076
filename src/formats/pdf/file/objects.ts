/**
 * The objects of one file by their numbers, for readers that need no more of the file than that.
 */
import type { PdfDict, PdfValue } from './value.ts';
import type { XrefEntries } from './xref-entries.ts';

/** What the cross-reference leads to; whatever is missing or of another kind is read as nothing. */
export interface PdfObjects {
  readonly entries: XrefEntries;
  object(number: number): PdfValue;
  /** The value itself, or what its reference leads to. */
  resolve(value: PdfValue | undefined): PdfValue;
  dict(value: PdfValue | undefined): PdfDict | undefined;
  list(value: PdfValue | undefined): readonly PdfValue[];
  catalog(): PdfDict;
}
