/**
 * /v1/approvals: one asks, another allows.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import type { Units } from '#base/unit';
import type { ApprovalRow, Approvals } from '#business/access';
import type { Doors } from '../route.ts';
import { id, instant, withId } from '../schemas.ts';

/** What these routes lean on. */
export interface ApprovalRoutesDesk {
  readonly units: Units;
  readonly approvals: Approvals;
}

const tag = 'approvals';
const standing = z.enum(['asked', 'given', 'refused', 'executed', 'dead']);
const why = z.string().min(1).max(500);
/** An order names ids, codes and lists of them; whatever else is no order of this house. */
const order = z.record(
  z.string().max(32),
  z.union([z.string().max(512), z.int(), z.boolean(), z.array(z.string().max(256)).max(32)]),
);
const row = z.strictObject({ id, kind: z.string(), standing, askedBy: id, until: instant });
const shown = z.strictObject({
  ...row.shape,
  askedAt: instant,
  order: z.unknown(),
  why: z.string(),
});

export function approvalRoutes(doors: Doors, desk: ApprovalRoutesDesk): void {
  listRoute(doors, desk);
  askRoute(doors, desk);
  decideRoute(doors, desk);
}

function listRoute(doors: Doors, { units, approvals }: ApprovalRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/approvals',
      tag,
      summary: { zh: '待处理的审批', en: 'Approvals asked for or given, and not yet over' },
      who: ['staff'],
      needs: 'approval.give',
      answer: { status: 200, body: z.strictObject({ approvals: z.array(shown) }) },
      refusals: [],
    },
    async ({ tenant, caller }) => ({
      approvals: await units.run(tenant, (unit) => approvals.open(unit, caller)),
    }),
  );
}

function askRoute(doors: Doors, { approvals }: ApprovalRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/approvals',
      tag,
      summary: { zh: '申请审批', en: 'Asks for an approval of exactly this order' },
      who: ['staff'],
      body: z.strictObject({ kind: z.string().max(64), order, why }),
      answer: { status: 201, body: row },
      refusals: [
        'access.approval_kind_unknown',
        'access.approval_malformed',
        'access.approvals_too_many',
        'access.not_permitted',
        'access.password_change_due',
        'access.reason_missing',
        'access.strong_factor_needed',
      ],
    },
    async ({ caller, body }) => {
      const commit = approvals.ask(caller, body);
      return async (unit) => ({ body: rowOf(await commit(unit)) });
    },
  );
}

function decideRoute(doors: Doors, { approvals }: ApprovalRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/approvals/:id/decision',
      tag,
      summary: { zh: '同意或拒绝审批', en: 'Gives or refuses what another asked for' },
      who: ['staff'],
      needs: 'approval.give',
      params: withId,
      body: z.strictObject({ give: z.boolean(), why }),
      answer: { status: 200, body: row },
      refusals: [
        'access.approval_not_open',
        'access.approval_unknown',
        'access.own_matter',
        'access.reason_missing',
      ],
    },
    async ({ caller, params, body }) => {
      const commit = approvals.decide(caller, { id: params.id, ...body });
      return async (unit) => ({ body: rowOf(await commit(unit)) });
    },
  );
}

function rowOf(held: ApprovalRow): z.infer<typeof row> {
  const { kind, askedBy, until } = held;
  return { id: held.id, kind, standing: held.standing, askedBy, until: formatInstant(until) };
}
