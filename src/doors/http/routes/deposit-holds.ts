/**
 * Holds on deposits: a court, a supervisor or a dispute stops their end until it is over (S2-21).
 */
import { z } from 'zod';
import type { Keeping } from '#business/deposit';
import { staffOf } from '../own.ts';
import type { Doors } from '../route.ts';
import { withId } from '../schemas.ts';
import * as shapes from './deposit-shapes.ts';

interface HoldRoutesDesk {
  readonly deposits: { readonly keeping: Keeping };
}

const words = z.string().min(4).max(200);

export function holdRoutes(doors: Doors, { deposits: { keeping } }: HoldRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/deposits/:id/holds',
      tag: shapes.tag,
      summary: { zh: '对存证案卷作法律保全', en: 'Places a legal hold on a deposit' },
      who: ['staff'],
      needs: 'hold.place',
      params: shapes.withDeposit,
      body: z.strictObject({
        authority: shapes.hold.shape.authority,
        /** The authority's own number of the matter. */
        reference: words,
        reason: words,
      }),
      answer: { status: 201, body: shapes.hold },
      refusals: ['deposit.erased', 'deposit.record_malformed', 'deposit.unknown'],
    },
    async (asked) => {
      const order = { ...asked.body, deposit: asked.params.id, by: `staff:${staffOf(asked)}` };
      const commit = keeping.place(order);
      return async (unit) => ({ body: shapes.shownHold(await commit(unit)) });
    },
  );
  doors.once(
    {
      method: 'POST',
      path: '/v1/deposits/holds/:id/release',
      tag: shapes.tag,
      summary: { zh: '解除保全（须由他人）', en: 'Lifts a hold; not who placed it' },
      who: ['staff'],
      needs: 'hold.lift',
      params: withId,
      body: z.strictObject({ reason: words }),
      answer: { status: 200, body: shapes.hold },
      refusals: [
        'deposit.erased',
        'deposit.hold_own',
        'deposit.hold_unknown',
        'deposit.record_malformed',
        'deposit.unknown',
      ],
    },
    async (asked) => {
      const order = {
        id: asked.params.id,
        reason: asked.body.reason,
        by: `staff:${staffOf(asked)}`,
      };
      const commit = keeping.lift(order);
      return async (unit) => ({ body: shapes.shownHold(await commit(unit)) });
    },
  );
}
