/**
 * Walks the page tree (ISO 32000-1 §7.7.3).
 */
import { Fault } from '#base/fault';
import { depthMax, pagesMax, within } from './limits.ts';
import type { PdfObjects } from './objects.ts';
import { isName, type PdfDict, type PdfValue } from './value.ts';

/** A leaf of the page tree with what it inherits. */
export interface PdfPage {
  /** Of the object; 0 where a loosely read file holds the page directly. */
  readonly number: number;
  readonly dict: PdfDict;
  /** Of the page itself or the nearest node above it: [left, bottom, right, top]. */
  readonly mediaBox: readonly number[];
}

/** The leaves in order. Loosely read, what is no tree ends the branch; else it is refused. */
export function collectPages(file: PdfObjects, loose: boolean): readonly PdfPage[] {
  const pages: PdfPage[] = [];
  collect(file.catalog().entries.get('Pages'), {
    file,
    loose,
    pages,
    seen: new Set(),
    mediaBox: [],
    depth: 0,
  });
  return pages;
}

interface PageWalk {
  readonly file: PdfObjects;
  readonly loose: boolean;
  readonly pages: PdfPage[];
  readonly seen: Set<number>;
  readonly mediaBox: readonly number[];
  readonly depth: number;
}

function collect(node: PdfValue | undefined, walk: PageWalk): void {
  const { file, seen, loose } = walk;
  within(walk.depth, depthMax, 'depthMax');
  const dict = file.dict(node);
  const number = node?.kind === 'ref' ? node.number : 0;
  if (dict === undefined || (number === 0 && !loose) || seen.has(number)) {
    if (loose) return;
    throw new Fault('pdf.tree_malformed', { tree: 'pages' });
  }
  if (number > 0) seen.add(number);
  within(seen.size, pagesMax, 'pagesMax');
  const own = file.list(dict.entries.get('MediaBox')).map((side) => numberIn(file, side));
  const mediaBox = own.length === 4 ? own : walk.mediaBox;
  if (!dict.entries.has('Kids') || (loose && isName(dict.entries.get('Type'), 'Page'))) {
    walk.pages.push({ number, dict, mediaBox });
    within(walk.pages.length, pagesMax, 'pagesMax');
    return;
  }
  for (const kid of file.list(dict.entries.get('Kids'))) {
    collect(kid, { ...walk, mediaBox, depth: walk.depth + 1 });
  }
}

function numberIn(file: PdfObjects, value: PdfValue): number {
  const found = file.resolve(value);
  return found.kind === 'number' ? found.value : Number.NaN;
}

/** What a page says itself, or the nearest node above it does (§7.7.3.4). */
export function inherited(file: PdfObjects, page: PdfPage, key: string): PdfValue | undefined {
  let dict: PdfDict | undefined = page.dict;
  for (let depth = 0; dict !== undefined && depth <= depthMax; depth += 1) {
    const own: PdfValue | undefined = dict.entries.get(key);
    if (own !== undefined) return own;
    dict = file.dict(dict.entries.get('Parent'));
  }
  return undefined;
}
