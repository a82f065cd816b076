/**
 * A case is opened for a person, at a counter or by the institution's app, and goes on in her hand.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import type { Counter, GivenSecret } from '#business/signer';
import type { Doors } from '../route.ts';
import { caseId, instant } from '../schemas.ts';

/** What these routes lean on. */
export interface CounterRoutesDesk {
  readonly counter: Counter;
}

const tag = 'cases';
const secret = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const given = { secret, until: instant, link: z.string() };

export function counterRoutes(doors: Doors, { counter }: CounterRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases',
      tag,
      summary: {
        zh: '柜面或机构的应用开案，交客户续办',
        en: 'Opens a case that goes on at her own device',
      },
      who: ['staff', 'machine'],
      needs: 'case.open',
      body: z.strictObject({ product: z.string().max(64) }),
      answer: {
        status: 201,
        body: z.strictObject({ case: caseId, preservationNumber: z.string(), ...given }),
      },
      refusals: [
        'lending.product_unknown',
        'lending.unit_unknown',
        'tenancy.leaving',
        'tenancy.not_a_lender',
        'tenancy.product_not_offered',
        'tenancy.quota_exceeded',
      ],
    },
    async ({ caller, body }) => {
      const commit = await counter.open(caller, body.product);
      return async (unit) => {
        const { loan, ...made } = await commit(unit);
        const { id, preservationNumber, subject } = loan;
        return { subject, body: { case: id, preservationNumber, ...givenJson(made) } };
      };
    },
  );
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/counter-handovers',
      tag,
      summary: { zh: '再出一个交接码', en: 'Another secret, while she has not begun' },
      who: ['staff', 'machine'],
      needs: 'case.open',
      params: z.strictObject({ id: caseId }),
      answer: { status: 201, body: z.strictObject(given) },
      refusals: ['lending.case_unknown', 'signer.counter_late', 'vault.erased'],
    },
    async ({ caller, params }) => {
      const commit = counter.again(caller, params.id);
      return async (unit) => {
        const { subject, ...made } = await commit(unit);
        return { subject, body: givenJson(made) };
      };
    },
  );
}

function givenJson({ secret: told, until }: GivenSecret) {
  return { secret: told, until: formatInstant(until), link: `/sign#h.${told}` };
}
