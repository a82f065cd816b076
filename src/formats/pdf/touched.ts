/**
 * Which objects a later revision added, changed or freed, whatever it says about why.
 *
 * Objects are compared by value, not by offset: a cross-reference section that moves an object
 * inside the old bytes changes it like one that writes it again.
 */
import type { PdfFile } from './file.ts';
import { graphObjectsMax, within } from './limits.ts';
import { type PdfValue, sameValue } from './value.ts';
import type { XrefEntry } from './xref.ts';

export type Touch = 'added' | 'changed' | 'freed';

export function touchedObjects(before: PdfFile, after: PdfFile): Map<number, Touch> {
  const touched = new Map<number, Touch>();
  for (const number of new Set([...before.entries.keys(), ...after.entries.keys()])) {
    const touch = touchOf(before, after, number);
    if (touch !== undefined) touched.set(number, touch);
  }
  return touched;
}

function touchOf(before: PdfFile, after: PdfFile, number: number): Touch | undefined {
  const was = inUse(before, number);
  const is = inUse(after, number);
  if (was === undefined && is === undefined) return undefined;
  if (was === undefined) return 'added';
  if (is === undefined) return 'freed';
  if (sameEntry(was, is) && !containerMoved(before, after, is)) return undefined;
  if (generation(was) !== generation(is)) return 'changed';
  return sameValue(before.object(number), after.object(number)) ? undefined : 'changed';
}

function inUse(file: PdfFile, number: number): XrefEntry | undefined {
  const entry = file.entries.get(number);
  return entry === undefined || entry.kind === 'free' ? undefined : entry;
}

function sameEntry(a: XrefEntry, b: XrefEntry): boolean {
  if (a.kind === 'at')
    return b.kind === 'at' && a.offset === b.offset && generation(a) === generation(b);
  return (
    a.kind === 'inside' && b.kind === 'inside' && a.container === b.container && a.index === b.index
  );
}

function containerMoved(before: PdfFile, after: PdfFile, entry: XrefEntry): boolean {
  if (entry.kind !== 'inside') return false;
  const was = before.entries.get(entry.container);
  const is = after.entries.get(entry.container);
  return was === undefined || is === undefined || !sameEntry(was, is);
}

function generation(entry: XrefEntry): number {
  return entry.kind === 'at' ? entry.generation : 0;
}

/** Every object number that `value` leads to, missing objects included. `skip` cuts an edge. */
export function reachable(
  file: PdfFile,
  start: PdfValue,
  skip: (holder: number, key: string) => boolean,
): Set<number> {
  const seen = new Set<number>();
  const waiting: [holder: number, value: PdfValue][] = [[0, start]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [holder, value] = next;
    if (value.kind === 'ref' && !seen.has(value.number)) {
      seen.add(value.number);
      within(seen.size, graphObjectsMax, 'graphObjectsMax');
      waiting.push([value.number, file.object(value.number)]);
    }
    if (value.kind === 'array') for (const item of value.items) waiting.push([holder, item]);
    const dict = value.kind === 'stream' ? value.dict : value;
    if (dict.kind !== 'dict') continue;
    for (const [key, item] of dict.entries) {
      if (!skip(holder, key)) waiting.push([holder, item]);
    }
  }
  return seen;
}
