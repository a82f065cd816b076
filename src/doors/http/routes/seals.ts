/** The book of seals: who applies, who approves, what each may be put on and was put on. */
import { z } from 'zod';
import { formatInstant, parseInstant } from '#base/clock';
import type { Units } from '#base/unit';
import { type Seal, type SealAct, type SealBook, sealActs, sealStandings } from '#business/seal';
import { parseSealFigure } from '#formats/pdf';
import { staffOf } from '../own.ts';
import type { Doors } from '../route.ts';
import { instant } from '../schemas.ts';

const tag = 'seals';
const name = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/);
const withName = z.strictObject({ id: name });
const why = z.string().max(400);
const kind = z.string().max(64);
const text = z.string().max(40);
const size = z.number().min(8).max(60);
const ink = z.enum(['red', 'blue']).optional();
const figure = z.union([
  z.strictObject({
    shape: z.literal('round'),
    diameterMm: size,
    name: text,
    hasStar: z.boolean(),
    line: text.optional(),
    code: text.optional(),
    ink,
  }),
  z.strictObject({
    shape: z.literal('oval'),
    widthMm: size,
    heightMm: size,
    name: text,
    middle: text.optional(),
    line: text.optional(),
    code: text.optional(),
    ink,
  }),
  z.strictObject({ shape: z.literal('square'), sideMm: size, text, ink }),
]);
/** Of the steps `make` and `renew`: what the keeper of the keys made, how far its paper goes. */
const made = z.strictObject({
  certificateSha256: z.string(),
  notAfter: instant,
  documents: z.array(kind),
  until: instant,
});
const step = z.strictObject({
  act: z.enum(sealActs),
  at: instant,
  by: z.string(),
  why: z.string(),
  made: made.optional(),
});
const shown = z.strictObject({
  id: name,
  standing: z.enum(sealStandings),
  documents: z.array(kind),
  until: instant.nullable(),
  steps: z.array(step),
  /** SVG, in millimetres. */
  picture: z.string(),
});
const refusals = [
  'seal.beyond_paper',
  'seal.malformed',
  'seal.same_person',
  'seal.standing_differs',
  'seal.taken',
  'seal.unknown',
] as const;

/**
 * What an applicant may do by himself, and what takes another's word. A seal is made and renewed by
 * neither: `fubie seal make` and `renew` are ceremonies at the key store.
 */
const asks = ['suspend'] as const satisfies readonly SealAct[];
const decides = [
  'approve',
  'refuse',
  'authorise',
  'resume',
  'destroy',
] as const satisfies readonly SealAct[];

/** The services behind these routes. */
export interface SealRoutesDesk {
  readonly units: Units;
  readonly seals: SealBook;
}

const asking = { tag, who: ['staff'], needs: 'seal.manage' } as const;
const deciding = { tag, who: ['staff'], needs: 'seal.decide' } as const;

export function sealRoutes(doors: Doors, desk: SealRoutesDesk): void {
  bookRoutes(doors, desk);
  applicationRoute(doors, desk);
  stepRoutes(doors, desk);
}

function bookRoutes(doors: Doors, { units, seals }: SealRoutesDesk): void {
  doors.read(
    {
      ...asking,
      method: 'GET',
      path: '/v1/seals',
      summary: { zh: '印章台账', en: 'The book of seals' },
      answer: { status: 200, body: z.strictObject({ seals: z.array(shown) }) },
      refusals: [],
    },
    async (asked) => {
      const all = await units.run(asked.tenant, (unit) => seals.list(unit));
      return { seals: all.map((seal) => shownOf(seals, seal)) };
    },
  );
  const use = z.strictObject({ at: instant, kind, entry: z.string() });
  doors.read(
    {
      ...asking,
      method: 'GET',
      path: '/v1/seals/:id/uses',
      summary: { zh: '用印记录', en: 'What a seal was put on' },
      params: withName,
      answer: { status: 200, body: z.strictObject({ uses: z.array(use) }) },
      refusals: ['seal.unknown'],
    },
    async (asked) => {
      const found = await units.run(asked.tenant, (unit) => seals.uses(unit, asked.params.id));
      return {
        uses: found.map(({ at, kind: of, entry }) => ({ at: formatInstant(at), kind: of, entry })),
      };
    },
  );
}

function applicationRoute(doors: Doors, { seals }: SealRoutesDesk): void {
  doors.once(
    {
      ...asking,
      method: 'POST',
      path: '/v1/seals',
      summary: { zh: '申请一枚印章', en: 'Applies for a seal' },
      body: z.strictObject({ id: name, figure, why }),
      answer: { status: 201, body: shown },
      refusals: [...refusals, 'pdf.seal_malformed', 'catalog.glyph_missing'],
    },
    async (asked) => {
      const { id, why: reason } = asked.body;
      const wanted = parseSealFigure(asked.body.figure);
      const commit = seals.apply({ id, figure: wanted, why: reason, by: staffOf(asked) });
      return async (unit) => ({ body: shownOf(seals, await commit(unit)) });
    },
  );
}

function stepRoutes(doors: Doors, { seals }: SealRoutesDesk): void {
  doors.once(
    {
      ...asking,
      method: 'POST',
      path: '/v1/seals/:id/requests',
      summary: { zh: '停用印章', en: 'Suspends a seal' },
      params: withName,
      body: z.strictObject({ act: z.enum(asks), why }),
      answer: { status: 200, body: shown },
      refusals,
    },
    async (asked) => {
      const commit = seals.step(asked.params.id, { ...asked.body, by: staffOf(asked) });
      return async (unit) => ({ body: shownOf(seals, await commit(unit)) });
    },
  );
  doors.once(
    {
      ...deciding,
      method: 'POST',
      path: '/v1/seals/:id/decisions',
      summary: { zh: '批准、授权、恢复或者销毁印章', en: 'Approves, authorises, destroys a seal' },
      params: withName,
      body: z.strictObject({
        act: z.enum(decides),
        why,
        documents: z.array(kind).max(32).optional(),
        until: instant.optional(),
      }),
      answer: { status: 200, body: shown },
      refusals,
    },
    async (asked) => {
      const { until, ...order } = asked.body;
      const commit = seals.step(asked.params.id, {
        ...order,
        until: until === undefined ? undefined : parseInstant(until),
        by: staffOf(asked),
      });
      return async (unit) => ({ body: shownOf(seals, await commit(unit)) });
    },
  );
}

function shownOf(seals: SealBook, seal: Seal): z.infer<typeof shown> {
  return {
    id: seal.id,
    standing: seal.standing,
    documents: [...seal.documents],
    until: seal.until === undefined ? null : formatInstant(seal.until),
    steps: seal.steps.map(stepOf),
    picture: seals.picture(seal),
  };
}

function stepOf({ made: what, ...one }: Seal['steps'][number]): z.infer<typeof step> {
  const shownStep = { ...one, at: formatInstant(one.at) };
  if (what === undefined) return shownStep;
  const [notAfter, until] = [formatInstant(what.notAfter), formatInstant(what.until)];
  return { ...shownStep, made: { ...what, documents: [...what.documents], notAfter, until } };
}
