/**
 * Where the revisions of a file end, as its cross-references tell (ISO 32000-1 §7.5.6).
 */
import { fromLatin1, latin1 } from '#base/bytes';
import type { PdfFile } from './file.ts';
import { xrefSectionsMax } from './limits.ts';
import { findWord } from './scan.ts';

const endMark = fromLatin1('%%EOF');
const chainPattern = /startxref\s+(\d{1,15})\s+$/;
const chainBytesMax = 64;

/** The ends, oldest first, each behind `%%EOF` and the line end that follows it. */
export function revisionEnds(file: PdfFile): readonly number[] {
  const { bytes, reading, sections } = file;
  const starts = new Set(sections.map(({ offset }) => offset));
  const ends: number[] = [];
  reading.work.scanned(bytes.length);
  let at = findWord(bytes, endMark, 0);
  while (at >= 0 && ends.length < xrefSectionsMax) {
    // The mark counts behind a section of the chain: a font's CMap ends with the same letters.
    const before = bytes.subarray(Math.max(0, at - chainBytesMax), at);
    const start = isNumbered(before) ? chainPattern.exec(latin1(before))?.[1] : undefined;
    let end = at + endMark.length;
    if (bytes[end] === 0x0d) end += 1;
    if (bytes[end] === 0x0a) end += 1;
    if (start !== undefined && starts.has(Number(start) + reading.shift)) ends.push(end);
    at = findWord(bytes, endMark, end);
  }
  return ends;
}

/** Spares the pattern where millions of marks stand one behind the other. */
function isNumbered(before: Uint8Array): boolean {
  const last = before.findLast((byte) => byte > 0x20) ?? 0;
  return last >= 0x30 && last <= 0x39;
}
