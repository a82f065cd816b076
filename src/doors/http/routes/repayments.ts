/**
 * /v1/cases/{id}/repayments: what the core system reports as paid, entered by an operator.
 *
 * Never by the borrower: the date decides what lateness costs.
 */
import { z } from 'zod';
import { parseDate } from '#business/lending';
import type { Desks } from '../desks.ts';
import { requireCase } from '../own.ts';
import type { Doors } from '../route.ts';
import { caseId, caseState, date, fenText } from '../schemas.ts';

const repaying = z.strictObject({ number: z.int().min(1).max(360), paidOn: date });
const repaid = z.strictObject({ state: caseState, penaltyFen: fenText, daysPastDue: z.int() });

export function repaymentRoutes(doors: Doors, { disbursement, cases }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/repayments',
      tag: 'cases',
      summary: { zh: '登记一期还款', en: 'Enters one repayment' },
      who: ['staff', 'machine'],
      needs: 'case.repay',
      params: z.strictObject({ id: caseId }),
      body: repaying,
      answer: { status: 200, body: repaid },
      refusals: [
        'access.duties_apart',
        'lending.case_unknown',
        'lending.date_malformed',
        'lending.instalment_differs',
        'lending.instalment_paid',
        'lending.instalment_unknown',
        'lending.out_of_order',
        'vault.erased',
      ],
    },
    async (asked) => {
      const { number, paidOn } = asked.body;
      await requireCase(asked, { caseId: asked.params.id, permission: 'case.repay' }, cases);
      const repayment = { caseId: asked.params.id, number, paidOn: parseDate(paidOn) };
      const commit = await disbursement.repay({ tenant: asked.tenant, ...repayment });
      return async (unit) => {
        const { loan, row, daysPastDue } = await commit(unit);
        await cases.acted(asked, { caseId: loan.id, act: 'repayment.entered' })(unit);
        const body = { state: loan.state, penaltyFen: String(row.penalty), daysPastDue };
        return { subject: loan.subject, body };
      };
    },
  );
}
