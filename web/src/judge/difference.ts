/**
 * Where two drawn pages differ: rectangles around what a reader would see.
 *
 * Both are compared cell by cell, and neighbouring cells grow together. A few values of difference
 * are the rounding of one renderer, not a change.
 */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, opacity of each pixel, as a canvas gives them. */
  readonly data: Uint8ClampedArray;
}

const cellPixels = 12;
const valueSlack = 24;

export function differences(before: Picture, after: Picture): readonly Box[] {
  const { width, height } = after;
  if (before.width !== width || before.height !== height) return [{ x: 0, y: 0, width, height }];
  const across = Math.ceil(width / cellPixels);
  const down = Math.ceil(height / cellPixels);
  const cells = new Set<number>();
  for (let at = 0; at < after.data.length; at += 4) {
    if (!differsAt(before.data, after.data, at)) continue;
    const pixel = at / 4;
    const column = Math.floor((pixel % width) / cellPixels);
    cells.add(Math.floor(Math.floor(pixel / width) / cellPixels) * across + column);
  }
  const boxes: Box[] = [];
  for (const cell of cells) boxes.push(grown(cell, cells, { across, down }));
  return boxes;
}

function differsAt(before: Uint8ClampedArray, after: Uint8ClampedArray, at: number): boolean {
  for (let part = 0; part < 3; part += 1) {
    if (Math.abs((before[at + part] ?? 0) - (after[at + part] ?? 0)) > valueSlack) return true;
  }
  return false;
}

/** Takes the cell and all that touch it out of the set, and answers the box around them. */
function grown(
  first: number,
  cells: Set<number>,
  { across, down }: { across: number; down: number },
) {
  let [left, right] = [first % across, first % across];
  let [top, bottom] = [Math.floor(first / across), Math.floor(first / across)];
  const open = [first];
  cells.delete(first);
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    const column = cell % across;
    const row = Math.floor(cell / across);
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    for (const [x, y] of neighbours(column, row)) {
      const next = y * across + x;
      if (x < 0 || y < 0 || x >= across || y >= down || !cells.delete(next)) continue;
      open.push(next);
    }
  }
  return {
    x: left * cellPixels,
    y: top * cellPixels,
    width: (right - left + 1) * cellPixels,
    height: (bottom - top + 1) * cellPixels,
  };
}

/** Two cells away still belongs together: letters of one word have gaps. */
function neighbours(column: number, row: number): (readonly [number, number])[] {
  const near: (readonly [number, number])[] = [];
  for (let x = column - 2; x <= column + 2; x += 1) {
    for (let y = row - 2; y <= row + 2; y += 1) near.push([x, y]);
  }
  return near;
}
