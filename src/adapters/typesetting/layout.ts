/**
 * What the finished layout says about itself: the places for signatures and how much there is to
 * read. The form leaves both as labelled metadata; typst measures from the upper left corner, a PDF
 * rectangle (ISO 32000-1 §8.3.2.3) from the lower left.
 */
import type { NodeCompiler, NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler';
import { z } from 'zod';
import type { SignaturePlace } from '#business/catalog';
import type { Rect } from '#formats/pdf';

const slotsShape = z.array(
  z.object({
    value: z.object({
      field: z.enum(['borrower', 'lender']),
      page: z.int().positive(),
      x: z.number(),
      y: z.number(),
      width: z.number().positive(),
      height: z.number().positive(),
      pageHeight: z.number().positive(),
    }),
  }),
);
const charactersShape = z.tuple([z.object({ value: z.int().positive() })]);

export interface LayoutFacts {
  readonly slots: readonly SignaturePlace[];
  readonly characters: number;
}

export function layoutFacts(compiler: NodeCompiler, document: NodeTypstDocument): LayoutFacts {
  const slots = slotsShape.parse(compiler.query(document, { selector: '<slot>' }));
  const [characters] = charactersShape.parse(
    compiler.query(document, { selector: '<characters>' }),
  );
  return {
    characters: characters.value,
    slots: slots.map(({ value: { field, page, x, y, width, height, pageHeight } }) => ({
      field,
      page,
      rect: rectOf({ x, y: pageHeight - y, width, height }),
    })),
  };
}

/**
 * In thousandths of a point, as the places are stated in the attached data. Sizes are rounded by
 * themselves, so that a square stays one.
 */
function rectOf(box: { x: number; y: number; width: number; height: number }): Rect {
  const [left, top] = [thousandths(box.x), thousandths(box.y)];
  const [width, height] = [thousandths(box.width), thousandths(box.height)];
  return [left / 1000, (top - height) / 1000, (left + width) / 1000, top / 1000];
}

function thousandths(points: number): number {
  return Math.round(points * 1000);
}
