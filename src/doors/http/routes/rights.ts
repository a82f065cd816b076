/**
 * Rights out of contracts: the asset view, what is done with one; and slots that a chain gets after
 * the fact (S2-84, S0-66).
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import type { Units } from '#base/unit';
import type { CaseDesk, CaseRow } from '#business/desk';
import {
  type ContractRight,
  type ContractRights,
  type RightRows,
  rightActs,
  rightOf,
} from '#business/lending';
import type { Desks } from '../desks.ts';
import { requireCase, staffOf } from '../own.ts';
import type { Asked, Doors } from '../route.ts';
import { caseId, fenText, instant, numberText } from '../schemas.ts';
import { slotName } from './deposit-shapes.ts';

const words = z.string().min(1).max(120);
const state = z.enum(['created', 'pledged', 'assigned', 'settled']);
const right = z.strictObject({
  case: caseId,
  state,
  since: instant,
  /** The entry by which it stands so. */
  seq: z.int(),
  hash: z.base64(),
});
const asset = z.strictObject({
  ...right.shape,
  preservationNumber: numberText,
  product: z.string(),
  amountFen: fenText.nullable(),
});
const change = z.strictObject({
  type: z.string(),
  seq: z.int(),
  hash: z.base64(),
  at: instant,
});
const withCase = z.strictObject({ id: caseId });
const recorded = z.strictObject({ seq: z.int(), hash: z.base64() });

/** What these routes lean on. */
export interface RightRoutesDesk extends Pick<Desks, 'archive'> {
  readonly units: Units;
  readonly cases: CaseDesk;
  readonly assets: { readonly rights: ContractRights; readonly rows: RightRows };
}

export function rightRoutes(doors: Doors, desk: RightRoutesDesk): void {
  assetRoute(doors, desk);
  rightRoute(doors, desk);
  changeRoute(doors, desk);
  slotRoutes(doors, desk);
}

function assetRoute(doors: Doors, { units, cases, assets }: RightRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/rights',
      tag: 'rights',
      summary: {
        zh: '资产视图：合同债权及其状态（设立、出质、转让、消灭）',
        en: 'Rights out of contracts and how they stand, within reach',
      },
      who: ['staff', 'machine'],
      needs: 'case.list',
      query: z.strictObject({ cursor: z.string().max(120).optional(), state: state.optional() }),
      answer: {
        status: 200,
        body: z.strictObject({ rights: z.array(asset), next: z.string().nullable() }),
      },
      refusals: ['desk.cursor_malformed'],
    },
    async ({ tenant, caller, query }) => {
      const { rows, next } = await cases.list(
        { tenant, caller },
        { filter: {}, cursor: query.cursor },
      );
      const ids = rows.map(({ id }) => id);
      const held = await units.run(tenant, (unit) => assets.rows.ofCases(unit, ids));
      const rights = rows.flatMap((row) => {
        const one = rightOf(row.id, held.get(row.id) ?? []);
        return one === undefined ? [] : [assetOf(row, one)];
      });
      const asked = rights.filter((one) => one.state === (query.state ?? one.state));
      return { rights: asked, next: next ?? null };
    },
  );
}

function rightRoute(doors: Doors, { units, cases, assets }: RightRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/cases/:id/rights',
      tag: 'rights',
      summary: {
        zh: '一份合同的债权：现状与每一次变动',
        en: 'The right out of one contract, and every change of it',
      },
      who: ['borrower', 'staff', 'machine'],
      needs: 'case.read',
      params: withCase,
      answer: {
        status: 200,
        body: z.strictObject({ right: right.nullable(), changes: z.array(change) }),
      },
      refusals: ['lending.case_unknown'],
    },
    async (asked) => {
      const { id } = asked.params;
      await requireCase(asked, { caseId: id, permission: 'case.read' }, cases);
      const held = await units.run(asked.tenant, (unit) => assets.rows.ofCases(unit, [id]));
      const entries = held.get(id) ?? [];
      const one = rightOf(id, entries);
      const changes = entries.map(({ at, ...entry }) => ({ ...entry, at: formatInstant(at) }));
      return { right: one === undefined ? null : shown(one), changes };
    },
  );
}

function changeRoute(doors: Doors, { cases, assets }: RightRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/rights',
      tag: 'rights',
      summary: { zh: '债权出质、解质、转让登记', en: 'Pledges, releases or assigns a right' },
      who: ['staff'],
      needs: 'case.decide',
      params: withCase,
      body: z.strictObject({ act: z.enum(rightActs), counterparty: words, reference: words }),
      answer: { status: 201, body: right },
      refusals: [
        'lending.case_unknown',
        'lending.right_malformed',
        'lending.right_out_of_order',
        'lending.right_unknown',
        'vault.erased',
      ],
    },
    async (asked) => {
      const about = { caseId: asked.params.id, permission: 'case.decide' } as const;
      await requireCase(asked, about, cases);
      const order = { ...asked.body, caseId: about.caseId, by: `staff:${staffOf(asked)}` };
      const commit = assets.rights.change(order);
      return async (unit) => ({ body: shown(await commit(unit)) });
    },
  );
}

function slotRoutes(doors: Doors, { archive, cases }: RightRoutesDesk): void {
  const refusals = [
    'judicial.chain_closed',
    'judicial.slot_taken',
    'judicial.slot_unknown',
    'lending.case_unknown',
    'vault.erased',
    'vault.restricted',
  ];
  const kept = { who: ['staff'], needs: 'package.build', tag: 'packages' } as const;
  const reached = async (asked: Asked & { params: { id: string } }) => {
    const { id } = asked.params;
    await requireCase(asked, { caseId: id, permission: 'package.build' }, cases);
    return id;
  };
  doors.once(
    {
      ...kept,
      method: 'POST',
      path: '/v1/cases/:id/slots',
      summary: {
        zh: '为一案增补应存证据项（只增不减）；由所列第三方的陈述填满',
        en: 'Adds a slot that a statement of this kind fills; none is ever taken away',
      },
      params: withCase,
      body: z.strictObject({ slot: slotName, title: words, kind: z.string().max(64) }),
      answer: { status: 201, body: recorded },
      refusals,
    },
    async (asked) => {
      const commit = archive.addSlot({ ...asked.body, caseId: await reached(asked) });
      return async (unit) => ({ body: placeOf(await commit(unit)) });
    },
  );
  doors.once(
    {
      ...kept,
      method: 'POST',
      path: '/v1/cases/:id/absences',
      summary: { zh: '说明一案的证据项为何缺失', en: 'Says why a slot of a case stays empty' },
      params: withCase,
      body: z.strictObject({ slot: z.string().max(64), reason: z.string().min(1).max(200) }),
      answer: { status: 201, body: recorded },
      refusals,
    },
    async (asked) => {
      const commit = archive.explain({ ...asked.body, caseId: await reached(asked) });
      return async (unit) => ({ body: placeOf(await commit(unit)) });
    },
  );
}

function assetOf(row: CaseRow, held: ContractRight): z.infer<typeof asset> {
  const { preservationNumber, product, amount } = row;
  const amountFen = amount === undefined ? null : String(amount);
  return { ...shown(held), preservationNumber, product, amountFen };
}

function shown({ caseId: of, state: stands, since, seq, hash }: ContractRight) {
  return { case: of, state: stands, since: formatInstant(since), seq, hash };
}

function placeOf({ seq, hash }: { readonly seq: number; readonly hash: string }) {
  return { seq, hash };
}
