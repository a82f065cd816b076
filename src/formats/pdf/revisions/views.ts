/**
 * What a viewer sees that looks for objects itself instead of following cross-references: the last
 * definition of each object counts, wherever it stands (ISO 32000-1 annex C.2 leaves it free).
 *
 * Where that view differs from the other in anything that is shown, two people are shown two
 * documents by one file, and no signature can say which of them was meant.
 */
import type { PdfFile } from '../file/file.ts';
import { type Definition, scanDefinitions, scanTrailers } from '../file/scan.ts';
import { SyntaxReader } from '../file/syntax.ts';
import { sameValue } from '../file/value.ts';
import type { RevisionJudge } from './revision-judge.ts';
import { reachable } from './touched.ts';

/** What the bytes behind a signed state define, in the order of the file. */
export interface RecoveringView {
  readonly definitions: readonly Definition[];
  /** Where each word `trailer` ends. */
  readonly trailers: readonly number[];
}

export function recoveringView(file: PdfFile, from: number): RecoveringView {
  const { bytes, reading } = file;
  return {
    definitions: scanDefinitions(bytes, reading.work, from),
    trailers: scanTrailers(bytes, reading.work, from),
  };
}

export function judgeViews(judge: RevisionJudge, view: RecoveringView): void {
  const { after } = judge;
  const last = new Map<number, Definition>();
  for (const definition of view.definitions) {
    const known = last.get(definition.number);
    if (known !== undefined) judgeRepeated(judge, known, definition);
    last.set(definition.number, definition);
  }
  const stray = [...last.values()].filter(
    ({ number, offset }) => (after.placeOf(number) ?? -1) < offset,
  );
  judgeTrailers(judge, view.trailers);
  if (stray.length === 0) return;
  const inside = insideStreams(after);
  const shown = reachable(after, after.trailer);
  for (const definition of stray) {
    const { number, offset } = definition;
    if (!shown.has(number) || inside(offset)) continue;
    if (!sameValue(after.definedAt(number, offset), after.object(number))) {
      const what = 'viewers that look for objects themselves are shown another one';
      judge.object(number, what, 'viewers_differ');
    }
  }
}

/** One revision that defines an object twice: its section can name only one of them. */
function judgeRepeated(judge: RevisionJudge, first: Definition, second: Definition): void {
  const { after } = judge;
  const between = after.sections.some(
    ({ offset }) => offset > first.offset && offset < second.offset,
  );
  const place = after.placeOf(first.number);
  if (between || place === undefined || place === second.offset) return;
  const other = after.definedAt(second.number, second.offset);
  if (place === first.offset && !sameValue(other, after.object(first.number))) {
    judge.object(first.number, 'one revision defines it twice', 'duplicate');
  }
}

/** The last trailer counts for them, whatever section it belongs to. */
function judgeTrailers(judge: RevisionJudge, trailers: readonly number[]): void {
  const { after } = judge;
  const at = trailers.at(-1);
  if (at === undefined) return;
  const reader = new SyntaxReader(after.bytes, at, { ...after.reading, loose: true });
  const trailer = reader.value();
  after.reading.work.spend(reader.at - at);
  const root = trailer.kind === 'dict' ? trailer.entries.get('Root') : undefined;
  if (root?.kind === 'ref' && root.number !== after.rootRef().number && !insideStreams(after)(at)) {
    const what = 'viewers that look for trailers themselves are shown another document';
    judge.object('trailer', what, 'viewers_differ');
  }
}

/** A whole PDF may lie inside a stream as an attachment: nobody looks for objects in there. */
function insideStreams(file: PdfFile): (offset: number) => boolean {
  const spans: [number, number][] = [];
  for (const [number, entry] of file.entries) {
    if (entry.kind !== 'at') continue;
    const value = file.object(number);
    if (value.kind !== 'stream' || value.raw.length === 0) continue;
    const from = value.raw.byteOffset - file.bytes.byteOffset;
    if (value.raw.buffer === file.bytes.buffer) spans.push([from, from + value.raw.length]);
  }
  return (offset) => spans.some(([from, to]) => offset >= from && offset < to);
}
