/**
 * The words of a page in reading order, for large type, for reading aloud and for a screen reader.
 *
 * A help beside the drawn page, not instead of it: what is signed is the file.
 */
export interface Piece {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

interface Row {
  readonly y: number;
  readonly size: number;
  readonly pieces: Piece[];
}

/** A gap wider than this many line heights begins a new paragraph. */
const gapMin = 1.75;
const sameRow = 0.5;
/** A hole wider than this many letters is a column of a table. */
const columnGap = 1.2;
/** And this wide, a blank between words. */
const wordGap = 0.3;

export function paragraphsOf(pieces: readonly Piece[]): readonly string[] {
  const rows = rowsOf(pieces.filter(({ text }) => text.trim() !== ''));
  const paragraphs: string[] = [];
  let before: Row | undefined;
  for (const row of rows) {
    const text = textOf(row);
    const last = paragraphs[paragraphs.length - 1];
    const near = before !== undefined && before.y - row.y < gapMin * Math.max(row.size, 1);
    if (last === undefined || !near || startsAnew(text)) paragraphs.push(text);
    else paragraphs[paragraphs.length - 1] = joined(last, text);
    before = row;
  }
  return paragraphs;
}

function rowsOf(pieces: readonly Piece[]): readonly Row[] {
  const rows: Row[] = [];
  for (const piece of pieces) {
    const near = rows.find(({ y, size }) => Math.abs(y - piece.y) <= sameRow * Math.max(size, 1));
    if (near === undefined) rows.push({ y: piece.y, size: piece.size, pieces: [piece] });
    else near.pieces.push(piece);
  }
  return rows.toSorted((a, b) => b.y - a.y);
}

function textOf({ pieces, size }: Row): string {
  const ordered = pieces.toSorted((a, b) => a.x - b.x);
  let text = '';
  let end: number | undefined;
  for (const piece of ordered) {
    const gap = end === undefined ? 0 : piece.x - end;
    text += between(text, gap / Math.max(size, 1)) + piece.text;
    end = piece.x + widthOf(piece);
  }
  return text.trim();
}

function between(before: string, gap: number): string {
  if (gap > columnGap) return '　';
  // Chinese letters are set apart to fill a line; after a number a gap is a blank.
  return gap > wordGap && /[0-9A-Za-z.)]$/.test(before) ? ' ' : '';
}

/** Nothing measures the letters here; a Chinese one is as wide as it is high. */
function widthOf({ text, size }: Piece): number {
  return [...text].reduce((sum, letter) => sum + (letter > '⺀' ? size : size * 0.55), 0);
}

function startsAnew(text: string): boolean {
  return /^(第.{1,4}条|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、．])/.test(
    text,
  );
}

function joined(before: string, after: string): string {
  const latin = /[A-Za-z0-9,.]$/.test(before) && /^[A-Za-z0-9]/.test(after);
  return latin ? `${before} ${after}` : before + after;
}
