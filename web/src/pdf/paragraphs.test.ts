import { expect, test } from 'vitest';
import { paragraphsOf } from './paragraphs.ts';

const at = (text: string, x: number, y: number) => ({ text, x, y, size: 10 });

test('rows become paragraphs in reading order, however the file lists them', () => {
  expect(
    paragraphsOf([
      at('第二行接着说。', 50, 686),
      at('第一条', 50, 740),
      at('甲方', 50, 700),
      at('与乙方', 70, 700),
      at('一、另一段', 50, 672),
      at('金额', 50, 640),
      at('5,000.00', 300, 640),
    ]),
  ).toEqual(['第一条', '甲方与乙方第二行接着说。', '一、另一段', '金额　5,000.00']);
});
