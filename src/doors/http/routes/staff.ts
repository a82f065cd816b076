/**
 * /v1/staff and /v1/units: who works here, where, with which roles; who leaves.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import type { Units } from '#base/unit';
import { type StaffAccount, type StaffDesk, staffSubject } from '#business/access';
import type { Doors } from '../route.ts';
import { id, instant, withId } from '../schemas.ts';

/** What these routes lean on. */
export interface StaffRoutesDesk {
  readonly units: Units;
  readonly staff: StaffDesk;
}

const tag = 'staff';
const code = z.string().min(1).max(32);
const loginName = z.string().min(3).max(32);
const roles = z.array(z.string().min(1).max(32)).min(1).max(8);
const approval = id.optional();
const account = z.strictObject({
  id,
  login: z.string(),
  unit: z.string(),
  unitPath: z.string(),
  roles: z.array(z.string()),
  state: z.enum(['active', 'locked', 'left']),
  mustChange: z.boolean(),
  addedAt: instant,
});
const withPassword = z.strictObject({ account, password: z.string() });
const place = z.strictObject({ code: z.string(), path: z.string(), name: z.string() });
const changeRefusals = ['access.not_permitted', 'access.staff_unknown'];
const approvalRefusals = [
  'access.approval_differs',
  'access.approval_needed',
  'access.approval_not_open',
  'access.approval_unknown',
];
const roleRefusals = ['access.role_unknown', 'access.roles_apart', 'access.roles_malformed'];

export function staffRoutes(doors: Doors, desk: StaffRoutesDesk): void {
  listRoute(doors, desk);
  addRoute(doors, desk);
  changeRoute(doors, desk);
  stateRoute(doors, desk);
  resetRoute(doors, desk);
  unitRoutes(doors, desk);
}

function listRoute(doors: Doors, { units, staff }: StaffRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/staff',
      tag,
      summary: { zh: '工作人员一览', en: 'The accounts within reach, by login' },
      who: ['staff'],
      needs: 'staff.read',
      query: z.strictObject({ after: loginName.optional() }),
      answer: { status: 200, body: z.strictObject({ staff: z.array(account) }) },
      refusals: [],
    },
    async ({ tenant, caller, query }) => {
      const rows = await units.run(tenant, (unit) => staff.list(unit, caller, query.after));
      return { staff: rows.map(shown) };
    },
  );
}

function addRoute(doors: Doors, { staff }: StaffRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/staff',
      tag,
      summary: { zh: '新增工作人员', en: 'Lets somebody in, with a password for one login' },
      who: ['staff'],
      needs: 'staff.manage',
      body: z.strictObject({
        login: loginName,
        unit: code,
        roles,
        name: z.string().min(1).max(50).optional(),
        phone: z.string().min(1).max(20).optional(),
        approval,
      }),
      answer: { status: 201, body: withPassword },
      refusals: [
        ...approvalRefusals,
        ...roleRefusals,
        'access.login_malformed',
        'access.login_taken',
        'access.unit_unknown',
      ],
    },
    async ({ caller, body }) => {
      const commit = await staff.add(caller, body);
      return async (unit) => {
        const made = await commit(unit);
        const told = { account: shown(made.account), password: made.password };
        return { subject: staffSubject(made.account.id), body: told };
      };
    },
  );
}

function changeRoute(doors: Doors, { staff }: StaffRoutesDesk): void {
  doors.once(
    {
      method: 'PUT',
      path: '/v1/staff/:id',
      tag,
      summary: { zh: '调整角色或网点', en: 'Other roles, or another unit' },
      who: ['staff'],
      needs: 'staff.manage',
      params: withId,
      body: z.strictObject({ roles, unit: code, approval }),
      answer: { status: 200, body: account },
      refusals: [
        ...changeRefusals,
        ...approvalRefusals,
        ...roleRefusals,
        'access.staff_out_of_order',
        'access.unit_unknown',
      ],
    },
    async ({ caller, params, body }) => {
      const commit = staff.change(caller, { id: params.id, ...body });
      return async (unit) => ({ body: shown(await commit(unit)) });
    },
  );
}

function stateRoute(doors: Doors, { staff }: StaffRoutesDesk): void {
  doors.once(
    {
      method: 'PUT',
      path: '/v1/staff/:id/state',
      tag,
      summary: { zh: '锁定、解锁或离职', en: 'Locks, unlocks, or lets leave, at once' },
      who: ['staff'],
      needs: 'staff.manage',
      params: withId,
      body: z.strictObject({ to: z.enum(['active', 'locked', 'left']) }),
      answer: { status: 200, body: account },
      refusals: [...changeRefusals, 'access.staff_out_of_order'],
    },
    async ({ caller, params, body }) => {
      const commit = staff.move(caller, { id: params.id, to: body.to });
      return async (unit) => ({ body: shown(await commit(unit)) });
    },
  );
}

function resetRoute(doors: Doors, { staff }: StaffRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/staff/:id/password',
      tag,
      summary: { zh: '重置密码', en: 'A password for one login, for who forgot his' },
      who: ['staff'],
      needs: 'staff.manage',
      params: withId,
      body: z.strictObject({ approval }),
      answer: { status: 201, body: withPassword },
      refusals: [...changeRefusals, ...approvalRefusals, 'access.staff_out_of_order'],
    },
    async ({ caller, params, body }) => {
      const commit = await staff.resetPassword(caller, { id: params.id, ...body });
      return async (unit) => {
        const made = await commit(unit);
        const told = { account: shown(made.account), password: made.password };
        return { subject: staffSubject(made.account.id), body: told };
      };
    },
  );
}

function unitRoutes(doors: Doors, { units, staff }: StaffRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/units',
      tag,
      summary: { zh: '本网点及下级网点', en: 'One’s own unit and all below it' },
      who: ['staff'],
      answer: { status: 200, body: z.strictObject({ units: z.array(place) }) },
      refusals: [],
    },
    async ({ tenant, caller }) => ({
      units: await units.run(tenant, (unit) => staff.unitsBelow(unit, caller)),
    }),
  );
  doors.once(
    {
      method: 'POST',
      path: '/v1/units',
      tag,
      summary: { zh: '新增网点', en: 'A unit below another one' },
      who: ['staff'],
      needs: 'tenant.manage',
      body: z.strictObject({ code, name: z.string().min(1).max(80), parent: code }),
      answer: { status: 201, body: place },
      refusals: ['access.unit_malformed', 'access.unit_taken', 'access.unit_unknown'],
    },
    async ({ caller, body }) => {
      const commit = staff.addUnit(caller, body);
      return async (unit) => ({ body: await commit(unit) });
    },
  );
}

function shown(row: StaffAccount): z.infer<typeof account> {
  const { id: name, login, unit, unitPath, state, mustChange } = row;
  const addedAt = formatInstant(row.addedAt);
  return { id: name, login, unit, unitPath, roles: [...row.roles], state, mustChange, addedAt };
}
