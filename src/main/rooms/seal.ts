/**
 * The book of seals of one process. The seal that was installed with the institution is in it from
 * the start, under the paper that the key store holds.
 */
import { PostgresSeals } from '#adapters/postgres';
import { SealBook } from '#business/seal';
import { drawSeal, type OutlineSource, type SealFigure } from '#formats/pdf';
import { sealName } from '../estate/plan.ts';
import type { Ground } from './ground.ts';

const sealMm = 42;

export function sealBookOf(
  { clock, evidence, recordOf }: Ground,
  outlines: OutlineSource,
): SealBook {
  return new SealBook({
    clock,
    rows: new PostgresSeals(),
    register: evidence,
    draw: (figure) => drawSeal(figure, outlines),
    async installed(unit) {
      const { seal } = await recordOf(unit.tenant);
      const { arc, words, documents } = seal;
      const figure: SealFigure = {
        shape: 'round',
        diameterMm: sealMm,
        name: arc,
        hasStar: true,
        line: words,
      };
      const base = { id: sealName, figure, documents, until: undefined, steps: [] } as const;
      return { ...base, standing: 'active' };
    },
  });
}
