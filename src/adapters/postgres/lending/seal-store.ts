/**
 * Rows of seals and of their uses. Figure, kinds and steps are JSON columns: nobody looks for them
 * by a part.
 */
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import {
  type Seal,
  type SealRows,
  type SealStep,
  type SealUse,
  sealActs,
  sealStandings,
} from '#business/seal';
import { parseSealFigure } from '#formats/pdf';
import { txOf } from '../database.ts';

interface Tables {
  seal: {
    tenant: string;
    id: string;
    figure: unknown;
    standing: string;
    documents: unknown;
    until: bigint | null;
    steps: unknown;
  };
  seal_use: { tenant: string; entry: string; seal: string; kind: string; at: bigint };
}

const madeShape = z.strictObject({
  certificateSha256: z.string(),
  notAfter: z.number(),
  documents: z.array(z.string()),
  until: z.number(),
});
const stepsShape = z.array(
  z.strictObject({
    act: z.enum(sealActs),
    at: z.number(),
    by: z.string(),
    why: z.string(),
    made: madeShape.optional(),
  }),
);
const standingShape = z.enum(sealStandings);
const documentsShape = z.array(z.string());

export class PostgresSeals implements SealRows {
  async put(unit: Unit, seal: Seal): Promise<void> {
    const changing = {
      standing: seal.standing,
      documents: json(seal.documents),
      until: seal.until === undefined ? null : BigInt(seal.until),
      steps: json(seal.steps),
    };
    await txOf<Tables>(unit)
      .insertInto('seal')
      .values({ tenant: unit.tenant, id: seal.id, figure: json(seal.figure), ...changing })
      .onConflict((clash) => clash.columns(['tenant', 'id']).doUpdateSet(changing))
      .execute();
  }

  async seal(unit: Unit, id: string): Promise<Seal | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('seal')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : sealOf(row);
  }

  async seals(unit: Unit): Promise<readonly Seal[]> {
    const rows = await txOf<Tables>(unit).selectFrom('seal').selectAll().orderBy('id').execute();
    return rows.map(sealOf);
  }

  async addUse(unit: Unit, use: SealUse): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('seal_use')
      .values({ ...use, tenant: unit.tenant, at: BigInt(use.at) })
      .onConflict((clash) => clash.columns(['tenant', 'entry']).doNothing())
      .execute();
  }

  async uses(unit: Unit, seal: string, countMax: number): Promise<readonly SealUse[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('seal_use')
      .selectAll()
      .where('seal', '=', seal)
      .orderBy('at', 'desc')
      .orderBy('entry', 'desc')
      .limit(countMax)
      .execute();
    return rows.map(({ entry, kind, at }) => ({
      seal,
      entry,
      kind,
      at: instantFromMs(Number(at)),
    }));
  }
}

function json(value: unknown) {
  return sql`${JSON.stringify(value)}::jsonb`;
}

function sealOf(row: Selectable<Tables['seal']>): Seal {
  return {
    id: row.id,
    figure: parseSealFigure(row.figure),
    standing: standingShape.parse(row.standing),
    documents: documentsShape.parse(row.documents),
    until: row.until === null ? undefined : instantFromMs(Number(row.until)),
    steps: stepsShape.parse(row.steps).map(stepOf),
  };
}

function stepOf({ made, ...step }: z.infer<typeof stepsShape>[number]): SealStep {
  const at = instantFromMs(step.at);
  if (made === undefined) return { ...step, at };
  const [notAfter, until] = [instantFromMs(made.notAfter), instantFromMs(made.until)];
  return { ...step, at, made: { ...made, notAfter, until } };
}
