/** The register of breaches, for the one who answers for personal information (PIPL 52, 57). */
import { z } from 'zod';
import { formatInstant, parseInstant } from '#base/clock';
import type { Units } from '#base/unit';
import { type Breach, type Breaches, breachAudiences, noticeOf, untold } from '#business/privacy';
import { staffOf } from '../own.ts';
import type { Doors } from '../route.ts';
import { id, instant, withId } from '../schemas.ts';

const tag = 'privacy';
const words = z.string().max(1_000);
const personsMax = 2_000_000_000;
const audience = z.enum(breachAudiences);
const shown = z.strictObject({
  id,
  foundAt: instant,
  recordedAt: instant,
  persons: z.int(),
  averted: z.string().nullable(),
  notice: z.string(),
  told: z.array(z.strictObject({ audience, at: instant, reference: z.string() })),
  untold: z.array(audience),
});

/** The services behind these routes. */
export interface BreachDesks {
  readonly units: Units;
  readonly breaches: Breaches;
}

const head = { tag, who: ['staff'], needs: 'breach.record' } as const;

export function breachRoutes(doors: Doors, desks: BreachDesks): void {
  registerRoutes(doors, desks);
  tidingsRoute(doors, desks);
}

/** What happened, and what its notice says. */
function registerRoutes(doors: Doors, { units, breaches }: BreachDesks): void {
  doors.read(
    {
      ...head,
      method: 'GET',
      path: '/v1/breaches',
      summary: { zh: '个人信息安全事件登记', en: 'Breaches of personal information' },
      answer: { status: 200, body: z.strictObject({ breaches: z.array(shown) }) },
      refusals: [],
    },
    async (asked) => {
      const all = await units.run(asked.tenant, (unit) => breaches.list(unit));
      return { breaches: all.map(shownOf) };
    },
  );
  doors.once(
    {
      ...head,
      method: 'POST',
      path: '/v1/breaches',
      summary: { zh: '登记一起事件并生成通知', en: 'Records a breach and words its notice' },
      body: z.strictObject({
        foundAt: instant,
        words: z.strictObject({
          kinds: words,
          cause: words,
          harm: words,
          remedy: words,
          advice: words,
          contact: words,
        }),
        persons: z.int().min(0).max(personsMax),
        averted: words.optional(),
      }),
      answer: { status: 201, body: shown },
      refusals: ['privacy.breach_malformed'],
    },
    async (asked) => {
      const { foundAt, averted, ...order } = asked.body;
      const commit = breaches.record({
        ...order,
        averted,
        foundAt: parseInstant(foundAt),
        by: staffOf(asked),
      });
      return async (unit) => ({ body: shownOf(await commit(unit)) });
    },
  );
}

/** That the notice was handed over. */
function tidingsRoute(doors: Doors, { breaches }: BreachDesks): void {
  doors.once(
    {
      ...head,
      method: 'POST',
      path: '/v1/breaches/:id/tidings',
      summary: { zh: '记录已经通知了谁', en: 'Records who was told, and when' },
      params: withId,
      body: z.strictObject({ audience, reference: words }),
      answer: { status: 200, body: shown },
      refusals: ['privacy.breach_malformed', 'privacy.breach_told', 'privacy.breach_unknown'],
    },
    async (asked) => {
      const commit = breaches.tell({ ...asked.body, id: asked.params.id, by: staffOf(asked) });
      return async (unit) => ({ body: shownOf(await commit(unit)) });
    },
  );
}

function shownOf(breach: Breach): z.infer<typeof shown> {
  const { id: number, foundAt, recordedAt, persons, averted, told } = breach;
  return {
    id: number,
    foundAt: formatInstant(foundAt),
    recordedAt: formatInstant(recordedAt),
    persons,
    averted: averted ?? null,
    notice: noticeOf(breach),
    told: told.map(({ audience: whom, at, reference }) => ({
      audience: whom,
      at: formatInstant(at),
      reference,
    })),
    untold: [...untold(breach)],
  };
}
