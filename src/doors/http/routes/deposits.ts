/**
 * /v1/deposits: evidence of systems that keep their contracts elsewhere (S2-32, S2-48).
 *
 * A machine sees its own deposits; staff who may read deposits see all of the institution's.
 */
import { z } from 'zod';
import { type Clock, formatInstant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Units } from '#base/unit';
import type { DepositArchive } from '#business/archive';
import {
  type Closing,
  type Definitions,
  type DepositDesk,
  type DepositRow,
  type FileDesk,
  itemsPerDepositMax,
  type Keeping,
  type RecordDesk,
  recordsPerBatchMax,
  type SlotDesk,
} from '#business/deposit';
import type { Doors } from '../route.ts';
import { numberText } from '../schemas.ts';

import { definitionRoutes } from './deposit-definitions.ts';
import { depositFileRoutes } from './deposit-files.ts';
import { holdRoutes } from './deposit-holds.ts';
import * as shapes from './deposit-shapes.ts';

/** What these routes lean on. */
export interface DepositRoutesDesk {
  readonly units: Units;
  readonly clock: Clock;
  readonly deposits: {
    readonly definitions: Definitions;
    readonly desk: DepositDesk;
    readonly records: RecordDesk;
    readonly slots: SlotDesk;
    readonly files: FileDesk;
    readonly closing: Closing;
    readonly keeping: Keeping;
    readonly archive: DepositArchive;
  };
}

const tag = shapes.tag;
const depositsPerPageMax = 50;
const itemsPerPageMax = 100;
const batchBytesMax = 8 * 1024 * 1024;
const submitting = { who: ['machine'], needs: 'deposit.submit', tag } as const;
const reading = { who: ['machine', 'staff'], needs: 'deposit.read', tag } as const;
/** A package holds every value in clear: whoever sees a masked record may not have it with that. */
const packing = { ...reading, staffNeeds: 'package.build' } as const;
const chainRefusals = ['deposit.closed', 'deposit.unknown', 'vault.erased'];

export function depositRoutes(doors: Doors, desk: DepositRoutesDesk): void {
  definitionRoutes(doors, desk);
  openRoute(doors, desk);
  recordsRoute(doors, desk);
  slotRoutes(doors, desk);
  depositFileRoutes(doors, desk);
  closureRoute(doors, desk);
  holdRoutes(doors, desk);
  listRoute(doors, desk);
  stateRoutes(doors, desk);
  packageRoutes(doors, desk);
}

function openRoute(doors: Doors, { deposits }: DepositRoutesDesk): void {
  doors.once(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/deposits',
      summary: { zh: '开立存证案卷，取得保全号', en: 'Opens a deposit and gives it its number' },
      body: z.strictObject({
        name: shapes.own,
        title: z.string().min(1).max(120),
        scenario: shapes.definitionName.optional(),
        slots: z.array(shapes.slot).max(60).optional(),
      }),
      answer: { status: 201, body: shapes.deposit },
      refusals: [
        'deposit.definition_malformed',
        'deposit.definition_unknown',
        'deposit.name_taken',
        'deposit.record_malformed',
      ],
    },
    async (asked) => {
      const { name: own, title, scenario } = asked.body;
      const slots = shapes.plainJson(asked.body.slots);
      const commit = deposits.desk.open(shapes.sourceOf(asked), { own, title, scenario, slots });
      return async (unit) => ({ body: shownDeposit(await commit(unit)) });
    },
  );
}

function recordsRoute(doors: Doors, { deposits }: DepositRoutesDesk): void {
  doors.joint(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/deposits/records',
      summary: {
        zh: `批量提交存证记录（每批至多 ${recordsPerBatchMax} 条），全部成功或者全部不成功`,
        en: `Takes up to ${recordsPerBatchMax} records: all of them or none`,
      },
      body: z.strictObject({
        records: z.array(shapes.record).min(1).max(recordsPerBatchMax),
        /** Over the tree of all records in this order, instead of a signature on each. */
        batchSignature: shapes.signature.optional(),
      }),
      bytesMax: batchBytesMax,
      answer: { status: 201, body: z.strictObject({ receipts: z.array(shapes.receipt) }) },
      refusals: [
        ...chainRefusals,
        'deposit.definition_unknown',
        'deposit.name_taken',
        'deposit.record_malformed',
        'deposit.signature_missing',
        'deposit.signature_wrong',
        'deposit.batch_wrong',
        'deposit.batch_mixed',
        'deposit.blind_wrong',
        'deposit.slot_unknown',
        'deposit.too_many',
        'evidence.entry_too_long',
      ],
    },
    {
      order(asked) {
        const orders = asked.body.records.map(({ name: own, fields, ...record }) => ({
          ...record,
          own,
          fields: shapes.plainJson(fields),
        }));
        const { batchSignature } = asked.body;
        return deposits.records.batch(shapes.sourceOf(asked), orders, batchSignature);
      },
      weightOf: ({ orders }) => orders.length,
      async commit(unit, batches, how) {
        const outcomes = await deposits.records.submitAll(unit, batches, how);
        return outcomes.map((outcome) => {
          if (outcome.is !== 'ok') return outcome;
          return {
            is: 'ok',
            value: { body: { receipts: outcome.value.map(shapes.shownReceipt) } },
          };
        });
      },
    },
  );
}

function slotRoutes(doors: Doors, { deposits }: DepositRoutesDesk): void {
  doors.once(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/deposits/:id/slots',
      summary: { zh: '增补应存证据项（只增不减）', en: 'Adds a slot; none is ever taken away' },
      params: shapes.withDeposit,
      body: shapes.slot,
      answer: { status: 201, body: shapes.receipt },
      refusals: [...chainRefusals, 'deposit.definition_malformed', 'deposit.name_taken'],
    },
    async (asked) => {
      const order = { deposit: asked.params.id, slot: shapes.plainJson(asked.body) };
      const commit = deposits.slots.add(shapes.sourceOf(asked), order);
      return async (unit) => ({ body: shapes.shownReceipt(await commit(unit)) });
    },
  );
  doors.once(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/deposits/:id/absences',
      summary: { zh: '说明证据项为何缺失', en: 'Says why a slot stays empty' },
      params: shapes.withDeposit,
      body: z.strictObject({ slot: shapes.slotName, reason: z.string().min(1).max(200) }),
      answer: { status: 201, body: shapes.receipt },
      refusals: [...chainRefusals, 'deposit.record_malformed', 'deposit.slot_unknown'],
    },
    async (asked) => {
      const order = { deposit: asked.params.id, ...asked.body };
      const commit = deposits.slots.explain(shapes.sourceOf(asked), order);
      return async (unit) => ({ body: shapes.shownReceipt(await commit(unit)) });
    },
  );
}

function closureRoute(doors: Doors, { deposits }: DepositRoutesDesk): void {
  doors.once(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/deposits/:id/closure',
      summary: {
        zh: '证据链闭合；有缺项、有没传完的文件则不予受理并列出',
        en: 'Closes the chain, or lists every link that is missing and every file that is not whole',
      },
      params: shapes.withDeposit,
      body: z.strictObject({
        outcome: z.enum(['concluded', 'refused']).default('concluded'),
        leavingOut: z.array(shapes.own).max(itemsPerDepositMax).default([]),
      }),
      answer: {
        status: 200,
        body: z.strictObject({ seq: z.int(), hash: z.base64(), keepUntil: z.iso.date() }),
      },
      refusals: [...chainRefusals, 'deposit.links_missing', 'deposit.files_unfinished'],
    },
    async (asked) => {
      const order = { id: asked.params.id, ...asked.body };
      const commit = deposits.closing.close(shapes.sourceOf(asked), order);
      return async (unit) => {
        const { seq, hash, keepUntil } = await commit(unit);
        return { body: { seq, hash, keepUntil } };
      };
    },
  );
}

function listRoute(doors: Doors, { units, deposits: { desk } }: DepositRoutesDesk): void {
  doors.read(
    {
      ...reading,
      method: 'GET',
      path: '/v1/deposits',
      summary: {
        zh: '存证案卷一览：按保全号、名称、数据模式、状态查找，由新到旧',
        en: 'Deposits by number, name, schema or standing, newest first',
      },
      query: z.strictObject({
        before: z.string().max(64).optional(),
        number: numberText.optional(),
        name: shapes.own.optional(),
        schema: shapes.definitionName.optional(),
        standing: z.enum(['open', 'closed', 'held', 'erased']).optional(),
      }),
      answer: {
        status: 200,
        body: z.strictObject({ deposits: z.array(shapes.deposit), next: z.string().nullable() }),
      },
      refusals: ['deposit.cursor_malformed', 'vault.restricted'],
    },
    async (asked) => {
      const { before, name: own, ...query } = asked.query;
      const filter = { ...query, own, client: shapes.clientOf(asked) };
      const page = { filter, before: cursorOf(before), countMax: depositsPerPageMax };
      const rows = await units.run(asked.tenant, (unit) => desk.page(unit, page));
      const last = rows.length < depositsPerPageMax ? undefined : rows.at(-1);
      const next = last === undefined ? null : `${last.openedAt}.${last.id}`;
      return { deposits: rows.map(shownDeposit), next };
    },
  );
}

function stateRoutes(doors: Doors, { units, deposits }: DepositRoutesDesk): void {
  const { archive, desk } = deposits;
  doors.read(
    {
      ...reading,
      method: 'GET',
      path: '/v1/deposits/:id',
      summary: { zh: '案卷及其完整程度：逐项、百分比、三组', en: 'A deposit and how whole it is' },
      params: shapes.withDeposit,
      answer: { status: 200, body: shapes.depositState },
      refusals: ['deposit.unknown', 'vault.erased', 'vault.restricted'],
    },
    (asked) =>
      units.run(asked.tenant, async (unit) => {
        const row = await desk.find(unit, { id: asked.params.id, client: shapes.clientOf(asked) });
        const { holds, ...state } = await archive.stateOf(unit, row);
        return { ...shownDeposit(row), ...state, holds: holds.map(shapes.shownHold) };
      }),
  );
  doors.read(
    {
      ...reading,
      method: 'GET',
      path: '/v1/deposits/:id/records',
      summary: {
        zh: '存证记录与存证级别；个人字段掩码',
        en: 'Records with the level each has reached; personal fields are masked',
      },
      params: shapes.withDeposit,
      query: z.strictObject({
        after: z.coerce.number().int().min(0).max(shapes.seqMax).optional(),
      }),
      answer: {
        status: 200,
        body: z.strictObject({ records: z.array(shapes.shownRecord), next: z.int().nullable() }),
      },
      refusals: ['deposit.unknown', 'vault.erased', 'vault.restricted'],
    },
    (asked) =>
      units.run(asked.tenant, async (unit) => {
        const row = await desk.find(unit, { id: asked.params.id, client: shapes.clientOf(asked) });
        const after = asked.query.after ?? 0;
        const records = await archive.records(unit, row, { after, countMax: itemsPerPageMax });
        const next = records.length < itemsPerPageMax ? null : (records.at(-1)?.seq ?? null);
        return { records, next };
      }),
  );
}

function packageRoutes(doors: Doors, { units, deposits }: DepositRoutesDesk): void {
  doors.each(
    {
      ...packing,
      method: 'POST',
      path: '/v1/deposits/:id/packages',
      summary: { zh: '生成证据包', en: 'Builds the evidence package' },
      why: 'For one state of the deposit there is one package: asked again it is the same.',
      params: shapes.withDeposit,
      answer: { status: 201, body: shapes.builtPackage },
      refusals: [
        'deposit.unknown',
        'evidence.level_not_reached',
        'vault.erased',
        'vault.restricted',
      ],
    },
    async (asked) => {
      const { tenant, params } = asked;
      const client = shapes.clientOf(asked);
      const row = await units.run(tenant, (unit) =>
        deposits.desk.find(unit, { id: params.id, client }),
      );
      return deposits.archive.build(tenant, row);
    },
  );
  doors.file(
    {
      ...packing,
      method: 'GET',
      path: '/v1/deposits/:id/package',
      summary: { zh: '下载最近一次生成的证据包', en: 'The package that was built last' },
      params: shapes.withDeposit,
      answer: { status: 200, media: 'application/zip' },
      refusals: ['deposit.unknown', 'judicial.package_unknown', 'vault.erased', 'vault.restricted'],
    },
    (asked) =>
      units.run(asked.tenant, async (unit) => {
        const row = await deposits.desk.find(unit, {
          id: asked.params.id,
          client: shapes.clientOf(asked),
        });
        return deposits.archive.read(unit, row);
      }),
  );
  doors.each(
    {
      ...reading,
      method: 'POST',
      path: '/v1/verifications',
      summary: { zh: '核验一个证据包或者签名文件', en: 'Judges a package or a signed file' },
      why: 'A judgement changes nothing and is made anew each time.',
      body: z.strictObject({ name: z.string().min(1).max(120), file: z.base64() }),
      bytesMax: 32 * 1024 * 1024,
      answer: { status: 200, body: z.record(z.string(), z.unknown()) },
      refusals: [],
    },
    async ({ body }) => deposits.archive.judge(body),
  );
}

function shownDeposit(row: Omit<DepositRow, 'sealed'> & { readonly title: string | undefined }) {
  const { id, own, title, preservationNumber, openedAt, closedAt, keepUntil, erasedAt } = row;
  return {
    id,
    name: own,
    title: title ?? null,
    preservationNumber,
    openedAt: formatInstant(openedAt),
    closedAt: shown(closedAt),
    keepUntil: keepUntil ?? null,
    erasedAt: shown(erasedAt),
  };
}

function shown(at: DepositRow['closedAt']): string | null {
  return at === undefined ? null : formatInstant(at);
}

function cursorOf(text: string | undefined) {
  if (text === undefined) return undefined;
  const [, ms, id] = /^(\d{1,15})\.([A-Za-z0-9_-]{22})$/.exec(text) ?? [];
  if (ms === undefined || id === undefined) throw new Fault('deposit.cursor_malformed');
  return { at: instantFromMs(Number(ms)), id };
}
