import { expect, test } from 'vitest';
import { Pad, pointsMax, strokePointsMax, strokesMax } from './pad.ts';

test('a drawing is whole numbers inside the pad, and its clock never goes back', () => {
  const pad = new Pad({ width: 300, height: 120.05 });
  pad.begin({ x: 10.04, y: 20, at: 1_000.6 });
  pad.move({ x: 310, y: -5, at: 1_040.2 });
  pad.move({ x: 30, y: 30, at: 1_030 });
  pad.begin({ x: 40, y: 40, at: 2_000 });
  expect(pad.drawing()).toEqual({
    v: 1,
    width: 3000,
    height: 1201,
    strokes: [
      [100, 200, 0, 3000, 0, 40, 300, 300, 40],
      [400, 400, 999],
    ],
  });
});

test('a hand that does not stop is not drawn on for ever', () => {
  const pad = new Pad({ width: 300, height: 100 });
  for (let stroke = 0; stroke < strokesMax + 9; stroke += 1) {
    pad.begin({ x: 1, y: 1, at: 0 });
    for (let point = 0; point < strokePointsMax + 9; point += 1) pad.move({ x: 2, y: 2, at: 1 });
  }
  const { strokes } = pad.drawing();
  expect(strokes.length).toBeLessThanOrEqual(strokesMax);
  expect(Math.max(...strokes.map(({ length }) => length / 3))).toBe(strokePointsMax);
  expect(strokes.reduce((sum, { length }) => sum + length / 3, 0)).toBe(pointsMax);
});
