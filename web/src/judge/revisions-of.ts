/**
 * The revisions of a PDF that can be laid side by side: a later one begins with an earlier one's bytes.
 */
import { fromLatin1, indexOf, pageEngine, readPdf, readSignatures } from 'fubie-core';
import type { Revision } from './messages.ts';

const endMark = fromLatin1('%%EOF');
const firstPageMark = fromLatin1('/Linearized');
const headBytes = 1024;
/** More than a reader compares; the newest ones count. */
const revisionsMax = 40;

export async function revisionsOf(bytes: Uint8Array): Promise<readonly Revision[]> {
  const fields = await fieldsByEnd(bytes);
  const ends = new Set([...endsIn(bytes), ...fields.keys(), bytes.length]);
  return [...ends]
    .toSorted((a, b) => a - b)
    .slice(-revisionsMax)
    .map((end) => ({ end, fields: fields.get(end) ?? [] }));
}

async function fieldsByEnd(bytes: Uint8Array): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  try {
    for (const { field, revisionEnd } of readSignatures(await readPdf(bytes, pageEngine))) {
      if (revisionEnd <= 0 || revisionEnd > bytes.length) continue;
      found.set(revisionEnd, [...(found.get(revisionEnd) ?? []), field]);
    }
  } catch {
    // What cannot be read is named in the report; there are no fields to name here.
  }
  return found;
}

function endsIn(bytes: Uint8Array): number[] {
  const ends: number[] = [];
  for (let at = indexOf(bytes, endMark); at >= 0; at = indexOf(bytes, endMark, at + 5)) {
    let end = at + endMark.length;
    if (bytes[end] === 13) end += 1;
    if (bytes[end] === 10) end += 1;
    ends.push(end);
  }
  // A linearized file ends twice; its first end is not a revision of its own (ISO 32000-1 Annex F).
  return indexOf(bytes.subarray(0, headBytes), firstPageMark) < 0 ? ends : ends.slice(1);
}
