import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import type { Unit, Units } from '#base/unit';
import {
  Metering,
  metered,
  OrganisationTypes,
  parsePrices,
  parseTenantRecord,
  type TenantStore,
  Tenants,
  type UsageStore,
  type UsageSums,
} from '#business/tenancy';
import type { Asked, Doors, RouteHead } from './route.ts';
import { tenancyRoutes } from './routes/tenancy.ts';

const catalog = new URL('../../../catalog/', import.meta.url);
const now = instantFromMs(Date.parse('2026-11-22T10:00:00+08:00'));
const read = async (path: string) => new Uint8Array(await readFile(new URL(path, catalog)));
const record = parseTenantRecord(await read('institutions/demo-credit-cooperative.json'));
const units: Units = { run: (tenant, action) => action({ tenant }) };
const sums = (contracts: bigint): UsageSums =>
  Object.fromEntries(
    metered.map((what) => [what, what === 'contracts' ? contracts : 0n]),
  ) as UsageSums;

const store: TenantStore = {
  add: async () => undefined,
  own: async (unit: Unit) =>
    unit.tenant === record.id ? { record, state: 'open', openedAt: now } : undefined,
  move: async () => undefined,
  line: async () => [
    { type: 'provincial-union', products: ['p1'], templates: undefined, roles: 'rural' },
  ],
};
const usage: UsageStore = {
  add: async () => undefined,
  ofMonth: async (_, month) => sums(month === '2026-11' ? 7n : 0n),
  below: async () => ({ tenants: 2, sums: sums(5n) }),
  months: async () => [],
  fold: async () => undefined,
};

type Deed = (asked: Asked) => Promise<unknown>;

/** What a door does with a route: parse what goes in, check what comes out. */
async function routes(): Promise<(path: string, params?: object) => Promise<unknown>> {
  const clock = { now: () => now, source: 'TEST' };
  const types = OrganisationTypes.parse(await read('tenancy/organisation-types.json'));
  const directory = { ofHost: async () => undefined, ids: async () => [] };
  const register = { note: async () => undefined };
  const tenants = new Tenants({ directory, store, register, types, clock });
  const prices = parsePrices(await read('tenancy/prices.json'));
  const engine = nodeEngine;
  const metering = new Metering({ units, usage, tenants: store, prices, engine, clock });
  const declared = new Map<string, { head: RouteHead; act: Deed }>();
  const take = (head: unknown, act: unknown) => {
    declared.set((head as RouteHead).path, { head: head as RouteHead, act: act as Deed });
  };
  tenancyRoutes({ read: take, once: take, each: take, file: take } as Doors, {
    units,
    tenants,
    metering,
    faces: { of: async () => ({ persons: 3, filedFrom: 100_000, dueOn: null }) },
  });
  return async (path, params = {}) => {
    const route = declared.get(path);
    if (route === undefined) throw new Error(path);
    const asked = { tenant: record.id, params } as unknown as Asked;
    const told = await route.act(asked);
    return 'body' in route.head.answer ? route.head.answer.body.parse(told) : told;
  };
}

describe("an institution's own view", () => {
  test('S2-12 the review of the evidence product that nobody made is shown as not reviewed', async () => {
    const ask = await routes();
    expect(await ask('/v1/tenant')).toMatchObject({
      review: { zh: '未经审查', en: 'not reviewed' },
    });
  });

  test('S0-47 S1-01 residency, suite, kind and what it takes over from above are shown', async () => {
    const ask = await routes();
    expect(await ask('/v1/tenant')).toMatchObject({
      tenant: record.id,
      residency: 'CN-demo',
      suite: 'aes-256-gcm',
      type: { id: 'county-union' },
      parent: 'demo-provincial-union',
      products: ['p1'],
      roles: 'rural',
    });
  });

  test('S2-85 use with its quota, and a bill in both forms with one digest', async () => {
    const ask = await routes();
    expect(await ask('/v1/usage/:month', { month: '2026-11' })).toMatchObject({
      own: { contracts: '7' },
      below: { tenants: 2, sums: { contracts: '5' } },
      quota: { contracts: 100_000 },
    });
    const bill = (await ask('/v1/billing/:month', { month: '2026-11' })) as { sha256: string };
    expect(bill).toMatchObject({ totalFen: '1400', currency: 'CNY' });
    const csv = (await ask('/v1/billing/:month/csv', { month: '2026-11' })) as Uint8Array;
    expect(fromUtf8(csv)).toContain(bill.sha256);
    expect(await ask('/v1/billing/:month', { month: '2025-01' })).toMatchObject({ totalFen: '0' });
  });
});
