/**
 * /v1/break-glass: beyond one's role for minutes, and the review by another person.
 */
import { z } from 'zod';
import { formatInstant, instantFromMs } from '#base/clock';
import type { Units } from '#base/unit';
import { type BreakGlass, type GlassRow, permissions } from '#business/access';
import type { Doors } from '../route.ts';
import { caseId, id, instant, withId } from '../schemas.ts';

/** What these routes lean on. */
export interface GlassRoutesDesk {
  readonly units: Units;
  readonly glass: BreakGlass;
}

const tag = 'break-glass';
const why = z.string().min(1).max(500);
const verdict = z.enum(['justified', 'not_justified']);
const row = z.strictObject({
  id,
  staff: id,
  permission: z.enum(permissions),
  case: caseId,
  openedAt: instant,
  until: instant,
  reviewUntil: instant,
  verdict: verdict.nullable(),
});
const shown = z.strictObject({
  ...row.shape,
  why: z.string(),
  overdue: z.boolean(),
  uses: z.array(z.strictObject({ at: instant, act: z.string() })),
});

export function glassRoutes(doors: Doors, { units, glass }: GlassRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/break-glass',
      tag,
      summary: { zh: '紧急授权', en: 'Opens a permission beyond one’s role for one case' },
      who: ['staff'],
      needs: 'breakglass.open',
      body: z.strictObject({
        permission: z.enum(permissions),
        case: caseId,
        why,
        minutes: z.int().min(1).max(240),
      }),
      answer: { status: 201, body: row },
      refusals: ['access.glass_refused', 'access.glass_unreviewed', 'access.reason_missing'],
    },
    async ({ caller, body }) => {
      const { case: of, ...rest } = body;
      const commit = glass.open(caller, { ...rest, caseId: of });
      return async (unit) => ({ body: rowOf(await commit(unit)) });
    },
  );
  doors.read(
    {
      method: 'GET',
      path: '/v1/break-glass',
      tag,
      summary: { zh: '待复核的紧急授权', en: 'What nobody has reviewed yet' },
      who: ['staff'],
      needs: 'breakglass.review',
      answer: { status: 200, body: z.strictObject({ unreviewed: z.array(shown) }) },
      refusals: [],
    },
    async ({ tenant, caller }) => {
      const held = await units.run(tenant, (unit) => glass.unreviewed(unit, caller));
      const unreviewed = held.map((one) => ({
        ...rowOf(one),
        why: one.why,
        overdue: one.overdue,
        uses: one.uses.map(({ at, act }) => ({ at: formatInstant(instantFromMs(at)), act })),
      }));
      return { unreviewed };
    },
  );
  reviewRoute(doors, glass);
}

function reviewRoute(doors: Doors, glass: BreakGlass): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/break-glass/:id/review',
      tag,
      summary: { zh: '复核紧急授权', en: 'Another person’s verdict' },
      who: ['staff'],
      needs: 'breakglass.review',
      params: withId,
      body: z.strictObject({ verdict, why }),
      answer: { status: 200, body: row },
      refusals: [
        'access.glass_reviewed',
        'access.glass_unknown',
        'access.own_matter',
        'access.reason_missing',
      ],
    },
    async ({ caller, params, body }) => {
      const commit = glass.review(caller, { id: params.id, ...body });
      return async (unit) => ({ body: rowOf(await commit(unit)) });
    },
  );
}

function rowOf(held: GlassRow): z.infer<typeof row> {
  return {
    id: held.id,
    staff: held.staff,
    permission: held.permission,
    case: held.caseId,
    openedAt: formatInstant(held.openedAt),
    until: formatInstant(held.until),
    reviewUntil: formatInstant(held.reviewUntil),
    verdict: held.verdict ?? null,
  };
}
