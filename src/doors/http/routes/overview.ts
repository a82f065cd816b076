/**
 * /v1/desk/…: how many cases got how far, what waits for whom, who signs the log, what one may do.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import type { TenantId } from '#base/unit';
import {
  type Days,
  type DeskRulebook,
  dayOf,
  funnelSteps,
  type Glance,
  type Overview,
  satisfactionScores,
} from '#business/desk';
import { entrances } from '#business/lending';
import type { Doors } from '../route.ts';
import { caseState, date, instant } from '../schemas.ts';

/** What these routes lean on. */
export interface OverviewRoutesDesk {
  readonly overview: Overview;
  readonly glance: Glance;
  readonly rulebook: DeskRulebook;
  /** Held until the log's stand is another than `after`, or some seconds are over. */
  readonly changes: (tenant: TenantId, after: string | undefined) => Promise<string>;
}

const tag = 'desk';
const count = z.int().min(0);
const steps = Object.fromEntries(Object.keys(funnelSteps).map((step) => [step, count]));
const funnel = z.strictObject({
  product: z.string(),
  /** Null for cases that are older than the question. */
  entrance: z.enum(entrances).nullable(),
  steps: z.strictObject(steps),
  abandoned: count,
});
const days = z.strictObject({ from: date.optional(), to: date.optional() });
const satisfaction = z.strictObject({
  product: z.string(),
  entrance: z.enum(entrances).nullable(),
  /** How many gave 1, 2, 3, 4 and 5. */
  scores: z.array(count).length(satisfactionScores.length),
});
const waiting = z.strictObject({
  state: caseState,
  waitsFor: z.enum(['person', 'staff', 'house']),
  cases: count,
  since: instant,
});

/** Counts of cases within reach: nothing of a person, so whoever may list cases may see them. */
const counts = { method: 'GET', tag, who: ['staff', 'machine'], needs: 'case.list' } as const;

export function overviewRoutes(doors: Doors, desk: OverviewRoutesDesk): void {
  funnelRoute(doors, desk);
  satisfactionRoute(doors, desk);
  waitingRoute(doors, desk);
  changesRoute(doors, desk);
  glanceRoute(doors, desk);
  rulesRoute(doors, desk);
}

function funnelRoute(doors: Doors, { overview }: OverviewRoutesDesk): void {
  doors.read(
    {
      ...counts,
      path: '/v1/desk/funnel',
      summary: { zh: '各产品走到哪一步的案件数', en: 'How far the cases of each product got' },
      query: days,
      answer: { status: 200, body: z.strictObject({ products: z.array(funnel) }) },
      refusals: ['desk.search_malformed'],
    },
    async ({ tenant, caller, query: { from, to } }) => {
      const products = await overview.funnel({ tenant, caller }, daysOf({ from, to }));
      return {
        products: products.map((one) => ({
          ...one,
          entrance: one.entrance ?? null,
          steps: { ...one.steps },
        })),
      };
    },
  );
}

function satisfactionRoute(doors: Doors, { overview }: OverviewRoutesDesk): void {
  doors.read(
    {
      ...counts,
      path: '/v1/desk/satisfaction',
      summary: { zh: '各产品、各渠道的满意度', en: 'How people found it, by product and channel' },
      query: days,
      answer: { status: 200, body: z.strictObject({ products: z.array(satisfaction) }) },
      refusals: ['desk.search_malformed'],
    },
    async ({ tenant, caller, query }) => {
      const products = await overview.satisfaction({ tenant, caller }, daysOf(query));
      return {
        products: products.map(({ product, entrance, scores }) => ({
          product,
          entrance: entrance ?? null,
          scores: [...scores],
        })),
      };
    },
  );
}

function daysOf({ from, to }: z.infer<typeof days>): Days {
  return {
    from: from === undefined ? undefined : dayOf(from).from,
    before: to === undefined ? undefined : dayOf(to).before,
  };
}

function waitingRoute(doors: Doors, { overview }: OverviewRoutesDesk): void {
  doors.read(
    {
      ...counts,
      path: '/v1/desk/waiting',
      summary: { zh: '哪些案件在等谁', en: 'What waits for whom, and since when' },
      answer: { status: 200, body: z.strictObject({ waiting: z.array(waiting) }) },
      refusals: [],
    },
    async ({ tenant, caller }) => {
      const rows = await overview.waiting({ tenant, caller });
      return { waiting: rows.map((row) => ({ ...row, since: formatInstant(row.since) })) };
    },
  );
}

function changesRoute(doors: Doors, { changes }: OverviewRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/desk/changes',
      tag,
      summary: {
        zh: '有新情况时答复（长轮询）',
        en: 'Answers when something happened, or after some seconds',
      },
      // It tells how far the log is and nothing else: whoever works here may wait for news.
      who: ['staff'],
      query: z.strictObject({
        after: z
          .string()
          .regex(/^\d{1,16}-\d{1,16}$/)
          .optional(),
      }),
      answer: { status: 200, body: z.strictObject({ stand: z.string() }) },
      refusals: [],
    },
    async ({ tenant, query: { after } }) => ({ stand: await changes(tenant, after) }),
  );
}

const glance = z.strictObject({
  signers: z.array(
    z.strictObject({ name: z.string(), isLog: z.boolean(), size: count, at: instant }),
  ),
  work: z.array(z.strictObject({ kind: z.string(), count, due: instant, triesMax: count })),
  stamps: z.strictObject({ open: count, missing: count }),
});

function glanceRoute(doors: Doors, desk: OverviewRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/desk/glance',
      tag,
      summary: {
        zh: '见证方最近的联署、待办的后台任务与时间戳',
        en: 'Who last signed the log, and what work and stamps still wait',
      },
      who: ['staff', 'machine'],
      needs: 'status.read',
      answer: { status: 200, body: glance },
      refusals: [],
    },
    async ({ tenant }) => {
      const { signers, work, stamps } = await desk.glance.of(tenant);
      return {
        signers: signers.map((one) => ({ ...one, at: formatInstant(one.at) })),
        work: work.map((one) => ({ ...one, due: formatInstant(one.due) })),
        stamps,
      };
    },
  );
}

const named = z.array(z.strictObject({ code: z.string(), zh: z.string(), en: z.string() }));
const rules = z.strictObject({
  permissions: z.array(z.string()),
  roles: named,
  unmask: z.strictObject({ minutesMax: count, purposes: named }),
  legal: named,
  units: z.array(z.strictObject({ code: z.string(), name: z.string() })),
});

function rulesRoute(doors: Doors, { rulebook }: OverviewRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/desk/rules',
      tag,
      summary: {
        zh: '本人的权限，以及可选的用途与网点名称',
        en: 'What one may do here, and the closed lists to choose from',
      },
      who: ['staff'],
      answer: { status: 200, body: rules },
      refusals: [],
    },
    ({ tenant, caller }) => rulebook.of({ tenant, caller }),
  );
}
