/**
 * What the finished layout says about itself: the places for signatures and how much there is to
 * read. The form leaves both as labelled metadata; typst measures from the upper left corner, a PDF
 * rectangle (ISO 32000-1 §8.3.2.3) from the lower left.
 */
import type { NodeCompiler, NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler';
import { z } from 'zod';
import type { SignaturePlace } from '#business/catalog';

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
      rect: [x, pageHeight - y - height, x + width, pageHeight - y].map(hundredths) as [
        number,
        number,
        number,
        number,
      ],
    })),
  };
}

function hundredths(points: number): number {
  return Math.round(points * 100) / 100;
}
