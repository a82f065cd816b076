/**
 * /v1/tenant, /v1/usage, /v1/billing/{month}: what an institution's own people see of it.
 *
 * Of those that stand below it they see sums; of nobody else anything.
 */
import { z } from 'zod';
import { utf8 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import type { Units } from '#base/unit';
import type { FaceFiling } from '#business/privacy';
import { type Metering, metered, sumsJson, type Tenants } from '#business/tenancy';
import type { Doors } from '../route.ts';
import { date, fenText, sha256Hex } from '../schemas.ts';

/** The desks of the tenancy. */
export interface TenancyDesks {
  readonly units: Units;
  readonly tenants: Tenants;
  readonly metering: Metering;
  readonly faces: Pick<FaceFiling, 'of'>;
}

const tag = 'tenancy';
const who = ['staff', 'machine'] as const;
/** S2-12: what is shown while nobody outside has reviewed the evidence product. */
const notReviewed = { zh: '未经审查', en: 'not reviewed' };

const word = z.string().max(200);
const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const withMonth = z.strictObject({ month });
const count = z.string().regex(/^\d{1,20}$/);
const sums = z.record(z.enum(metered), count);
const quota = z.partialRecord(z.enum(metered), z.int().nonnegative());
const bothWords = z.strictObject({ zh: word, en: word });
const review = z.strictObject({ authority: word, certificate: word, issuedOn: date, until: date });

const tenantBody = z.strictObject({
  tenant: word,
  name: word,
  code: word,
  type: z.strictObject({ id: word, actor: word, zh: word, en: word }),
  parent: word.nullable(),
  state: z.enum(['open', 'leaving', 'closed']),
  openedAt: z.string(),
  hosts: z.array(word),
  residency: word,
  profile: word,
  documents: z.enum(['house', 'own']),
  suite: word,
  synthetic: z.boolean(),
  quota,
  /** The outside review of the evidence product, or the words that there is none. */
  review: z.union([review, bothWords]),
  /** Null where the institution takes whatever the house offers. */
  products: z.array(word).nullable(),
  templates: z.array(word).nullable(),
  roles: word,
  /** L-PI-15: persons whose face is kept, and until when a filing is due. */
  faces: z.strictObject({
    persons: z.int().nonnegative(),
    filedFrom: z.int().positive(),
    dueOn: date.nullable(),
  }),
});

const usageBody = z.strictObject({
  month,
  quota,
  own: sums,
  below: z.strictObject({ tenants: z.int().nonnegative(), sums }),
});

const billBody = z.strictObject({
  v: z.literal(1),
  tenant: word,
  month,
  currency: word,
  basis: word,
  lines: z.array(z.strictObject({ what: z.enum(metered), count, fenEach: fenText, fen: fenText })),
  totalFen: fenText,
  /** Of the members above as canonical JSON (RFC 8785). */
  sha256: sha256Hex,
});

export function tenancyRoutes(doors: Doors, desks: TenancyDesks): void {
  tenantRoute(doors, desks);
  usageRoute(doors, desks);
  billingRoutes(doors, desks);
}

function tenantRoute(doors: Doors, { units, tenants, faces }: TenancyDesks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/tenant',
      tag,
      summary: { zh: '本机构的登记信息', en: 'What the house knows of this institution' },
      who,
      needs: 'tenant.read',
      answer: { status: 200, body: tenantBody },
      refusals: ['tenancy.tenant_unknown'],
    },
    async ({ tenant }) => {
      const { record, type, openedAt, kept, ...seen } = await units.run(tenant, async (unit) => ({
        ...(await tenants.view(unit)),
        kept: await faces.of(unit),
      }));
      const { id, name, code, hosts, residency, profile, documents, suite, synthetic } = record;
      return {
        tenant: id,
        name,
        code,
        hosts,
        residency,
        profile,
        documents,
        suite,
        synthetic,
        type: { id: type.id, actor: type.actor, zh: type.zh, en: type.en },
        parent: record.parent ?? null,
        state: seen.state,
        openedAt: formatInstant(openedAt),
        quota: record.quota,
        review: record.review ?? notReviewed,
        products: seen.products ?? null,
        templates: seen.templates ?? null,
        roles: seen.roles,
        faces: kept,
      };
    },
  );
}

function usageRoute(doors: Doors, { metering }: TenancyDesks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/usage/:month',
      tag,
      summary: { zh: '某月用量与配额；下级机构只有合计', en: 'Use and quota; sums of those below' },
      who,
      needs: 'usage.read',
      params: withMonth,
      answer: { status: 200, body: usageBody },
      refusals: [],
    },
    async ({ tenant, params }) => {
      const { own, below, quota: limits } = await metering.usage(tenant, params.month);
      return {
        month: params.month,
        quota: limits,
        own: sumsJson(own),
        below: { tenants: below.tenants, sums: sumsJson(below.sums) },
      };
    },
  );
}

function billingRoutes(doors: Doors, { metering }: TenancyDesks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/billing/:month',
      tag,
      summary: { zh: '某月账单', en: 'The bill of a month' },
      who,
      needs: 'usage.read',
      params: withMonth,
      answer: { status: 200, body: billBody },
      refusals: [],
    },
    async ({ tenant, params }) => {
      const { json, sha256 } = await metering.bill(tenant, params.month);
      return billBody.parse({ ...json, sha256 });
    },
  );
  doors.file(
    {
      method: 'GET',
      path: '/v1/billing/:month/csv',
      tag,
      summary: { zh: '某月账单（CSV）', en: 'The bill of a month as CSV' },
      who,
      needs: 'usage.read',
      params: withMonth,
      answer: { status: 200, media: 'text/csv' },
      refusals: [],
    },
    async ({ tenant, params }) => utf8((await metering.bill(tenant, params.month)).csv),
  );
}
