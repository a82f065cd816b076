/**
 * Finds signature dictionaries that no field of the form holds: left over, put aside, or granting
 * usage rights (ISO 32000-1 §12.8.2.3). They sign nothing that a reader is shown; they are facts.
 */
import { fromLatin1 } from '#base/bytes';
import type { PdfFile } from '../file/file.ts';
import { type Definition, findWord, scanDefinitions } from '../file/scan.ts';
import type { PdfSignature } from './signatures.ts';

/** A signature dictionary outside the form. */
export interface LooseSignature {
  readonly object: number;
  /** `superseded`: a later revision defines that object anew. */
  readonly place: 'orphan' | 'superseded' | 'usage_rights';
  /** Where its definition starts in the file. */
  readonly at: number;
}

const rangeKey = fromLatin1('/ByteRange');
const looseSignaturesMax = 256;

export function readLooseSignatures(
  file: PdfFile,
  signatures: readonly PdfSignature[],
): readonly LooseSignature[] {
  const places = rangePlaces(file);
  if (
    places.length <= signatures.length &&
    signatures.every(({ object }) => object !== undefined)
  ) {
    return [];
  }
  const definitions = scanDefinitions(file.bytes, file.reading.work);
  const known = new Set(signatures.map(({ object }) => object));
  const usage = usageRights(file);
  const found = new Map<number, LooseSignature>();
  for (const place of places) {
    const holder = definitionBefore(definitions, place);
    if (holder === undefined) continue;
    const { number, offset } = holder;
    const isCurrent = file.placeOf(number) === offset;
    if (isCurrent && known.has(number)) continue;
    const kind = usage === number ? 'usage_rights' : 'orphan';
    found.set(offset, { object: number, place: isCurrent ? kind : 'superseded', at: offset });
  }
  return [...found.values()];
}

function rangePlaces(file: PdfFile): number[] {
  const places: number[] = [];
  file.reading.work.scanned(file.bytes.length);
  let at = findWord(file.bytes, rangeKey, 0);
  while (at >= 0 && places.length < looseSignaturesMax) {
    places.push(at);
    at = findWord(file.bytes, rangeKey, at + rangeKey.length);
  }
  return places;
}

function definitionBefore(definitions: readonly Definition[], at: number): Definition | undefined {
  let [low, high] = [0, definitions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((definitions[middle]?.offset ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return definitions[low - 1];
}

function usageRights(file: PdfFile): number | undefined {
  const rights = file.dict(file.catalog().entries.get('Perms'))?.entries;
  const holder = rights?.get('UR3') ?? rights?.get('UR');
  return holder?.kind === 'ref' ? holder.number : undefined;
}
