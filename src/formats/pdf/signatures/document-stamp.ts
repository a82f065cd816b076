/**
 * Prepares a time stamp over a whole document (ISO 32000-2 §12.8.5, ETSI EN 319 142-1 §5.4.3): a
 * signature field without a face, whose contents will be a time-stamp token.
 */
import { invisible } from '../drawing/appearance.ts';
import { fieldNames } from '../fields/fields.ts';
import { type PreparedRevision, prepareField } from '../fields/prepare.ts';
import type { PdfFile } from '../file/file.ts';
import { dictOf, nameOf } from '../file/value.ts';

/** Room for a token with the certificates of its authority up to a root. */
export const stampContentsBytes = 16_384;

/** The revision whose bytes are to be stamped; `embedSignature` puts the token into it. */
export function prepareDocTimeStamp(
  file: PdfFile,
  wish: { readonly contentsBytes?: number } = {},
): PreparedRevision {
  const [left, bottom] = file.pages()[0]?.mediaBox ?? [0, 0];
  const place = {
    field: freeName(file),
    page: 1,
    rect: [left, bottom, left, bottom],
    appearance: invisible,
    signerName: '',
    label: 'Document time stamp',
    contentsBytes: wish.contentsBytes ?? stampContentsBytes,
  } as const;
  // Name and time would be words of nobody's: the token says both (EN 319 142-1 table 2).
  const fixed = dictOf({
    Type: nameOf('DocTimeStamp'),
    Filter: nameOf('Adobe.PPKLite'),
    SubFilter: nameOf('ETSI.RFC3161'),
  });
  return prepareField(file, place, fixed);
}

function freeName(file: PdfFile): string {
  const taken = fieldNames(file);
  let number = 1;
  while (taken.has(`DocTimeStamp${number}`)) number += 1;
  return `DocTimeStamp${number}`;
}
