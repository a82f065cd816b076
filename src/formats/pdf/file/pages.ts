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
  /** Of the page itself or the nearest node above it. */
  readonly mediaBox: Box;
}

/** The sides of a rectangle: left, bottom, right, top. */
export type Box = readonly [left: number, bottom: number, right: number, top: number];

/** What viewers show where no page says its size, or one without an area: US Letter. */
const unsaidBox: Box = [0, 0, 612, 792];

/** The leaves in order. Loosely read, what is no tree ends the branch; else it is refused. */
export function collectPages(file: PdfObjects, loose: boolean): readonly PdfPage[] {
  const pages: PdfPage[] = [];
  collect(file.catalog().entries.get('Pages'), {
    file,
    loose,
    pages,
    seen: new Set(),
    mediaBox: unsaidBox,
    depth: 0,
  });
  return pages;
}

interface PageWalk {
  readonly file: PdfObjects;
  readonly loose: boolean;
  readonly pages: PdfPage[];
  readonly seen: Set<number>;
  readonly mediaBox: Box;
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
  const mediaBox = boxOf(file, dict.entries.get('MediaBox')) ?? walk.mediaBox;
  if (!dict.entries.has('Kids') || (loose && isName(dict.entries.get('Type'), 'Page'))) {
    walk.pages.push({ number, dict, mediaBox });
    within(walk.pages.length, pagesMax, 'pagesMax');
    return;
  }
  for (const kid of file.list(dict.entries.get('Kids'))) {
    collect(kid, { ...walk, mediaBox, depth: walk.depth + 1 });
  }
}

/** Any two opposite corners make a rectangle (§7.9.5); undefined where there is no area. */
export function boxOf(file: PdfObjects, value: PdfValue | undefined): Box | undefined {
  const sides = file.list(value).map((side) => {
    const found = file.resolve(side);
    return found.kind === 'number' ? found.value : Number.NaN;
  });
  const [a = 0, b = 0, c = 0, d = 0] = sides;
  const isBox = sides.length === 4 && Math.abs((c - a) * (d - b)) > 0;
  return isBox ? [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)] : undefined;
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
