/**
 * Which objects a later revision added, changed or freed, whatever it says about why.
 *
 * Objects are compared by value, not by offset: a cross-reference section that moves an object
 * inside the old bytes changes it like one that writes it again.
 */
import type { PdfFile } from '../file/file.ts';
import { graphObjectsMax, visitSteps, within } from '../file/limits.ts';
import { type PdfValue, sameValue } from '../file/value.ts';
import type { XrefEntry } from '../file/xref-entries.ts';

export type Touch = 'added' | 'changed' | 'freed';

export function touchedObjects(before: PdfFile, after: PdfFile): Map<number, Touch> {
  const touched = new Map<number, Touch>();
  for (const number of candidates(before, after)) {
    const touch = touchOf(before, after, number);
    if (touch !== undefined) touched.set(number, touch);
  }
  return touched;
}

/** Only what later sections speak of can differ, and what the earlier ones left to later bytes. */
function candidates(before: PdfFile, after: PdfFile): Set<number> {
  const added = after.sections.length - before.sections.length;
  const isChain = before.sections.every((section, at) => after.sections[added + at] === section);
  if (!isChain) return new Set([...before.entries.keys(), ...after.entries.keys()]);
  const numbers = new Set<number>();
  const containers = new Set<number>();
  for (const section of after.sections.slice(0, added)) {
    for (const number of section.entries.keys()) numbers.add(number);
  }
  for (const [number, entry] of before.entries) {
    if (entry.kind === 'at' && entry.offset >= before.bytes.length) numbers.add(number);
    if (entry.kind === 'inside') containers.add(entry.container);
  }
  // A container that is written again takes along whatever is inside it.
  if ([...containers].some((number) => numbers.has(number))) {
    for (const [number, entry] of before.entries) {
      if (entry.kind === 'inside' && numbers.has(entry.container)) numbers.add(number);
    }
  }
  return numbers;
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
  if (entry === undefined || entry.kind === 'free') return undefined;
  // An entry may point behind the end, where only a later revision puts something.
  return entry.kind === 'at' && entry.offset >= file.bytes.length ? undefined : entry;
}

function sameEntry(a: XrefEntry, b: XrefEntry): boolean {
  if (a.kind === 'at') {
    return b.kind === 'at' && a.offset === b.offset && generation(a) === generation(b);
  }
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

/** Every object number that `start` leads to, missing objects included. */
export function reachable(file: PdfFile, start: PdfValue): Set<number> {
  const seen = new Set<number>();
  const waiting: PdfValue[] = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'ref' && !seen.has(next.number)) {
      seen.add(next.number);
      within(seen.size, graphObjectsMax, 'graphObjectsMax');
      file.reading.work.spend(visitSteps);
      waiting.push(file.object(next.number));
    }
    for (const child of childrenOf(next)) {
      if (child.kind === 'ref' || holdsOthers(child)) waiting.push(child);
    }
  }
  return seen;
}

export function holdsOthers({ kind }: PdfValue): boolean {
  return kind === 'array' || kind === 'dict' || kind === 'stream';
}

export function childrenOf(value: PdfValue): Iterable<PdfValue> {
  if (value.kind === 'array') return value.items;
  if (value.kind === 'dict') return value.entries.values();
  return value.kind === 'stream' ? value.dict.entries.values() : [];
}
