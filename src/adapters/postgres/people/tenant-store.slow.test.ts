import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { instantFromMs, systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import {
  Metering,
  OrganisationTypes,
  parsePrices,
  type TenantRecord,
  type TenantRegister,
  Tenants,
} from '#business/tenancy';
import { openScratch, type Scratch } from '../scratch.ts';
import { PostgresTenantDirectory, PostgresTenants } from './tenant-store.ts';
import { PostgresUsage } from './usage-store.ts';

const catalog = new URL('../../../../catalog/tenancy/', import.meta.url);
const month = '2026-11';
const now = instantFromMs(Date.parse('2026-11-22T10:00:00+08:00'));
const noted: string[] = [];
const register: TenantRegister = {
  async note(unit, { type }) {
    noted.push(`${unit.tenant} ${type}`);
  },
};

let world: Scratch;
let tenants: Tenants;
let metering: Metering;
const union = record({ id: 'union', type: 'provincial-union', products: ['p1'], roles: 'rural' });
const county = record({ id: 'county', type: 'county-union', parent: 'union' });
const stranger = record({ id: 'stranger', type: 'consumer-finance', products: ['p2'] });

function record(differs: Partial<Record<keyof TenantRecord, unknown>>): TenantRecord {
  const seal = { arc: '示例', words: '合同专用章', grantedBy: '理事会', documents: ['report'] };
  return {
    v: 1,
    name: '示例机构',
    code: '91999999MA00000079',
    address: '示例省',
    phone: '000',
    court: '贷款人住所地有管辖权的人民法院',
    synthetic: true,
    hosts: [`${String(differs.id)}.localhost`],
    suite: 'aes-256-gcm',
    residency: 'CN-demo',
    profile: 'private-cloud',
    documents: 'house',
    seal,
    quota: { contracts: 3 },
    review: null,
    ...differs,
  } as TenantRecord;
}

function inTenant<T>(tenant: string, action: (unit: Unit) => Promise<T>): Promise<T> {
  return world.units.run(tenant as TenantId, action);
}

const refusal = (action: Promise<unknown>): Promise<string | undefined> =>
  action.then(() => undefined, faultCode);

beforeAll(async () => {
  world = await openScratch();
  const types = OrganisationTypes.parse(
    await readFile(new URL('organisation-types.json', catalog)),
  );
  const store = new PostgresTenants();
  const clock = { ...systemClock, now: () => now };
  const directory = new PostgresTenantDirectory({ database: world.app });
  tenants = new Tenants({ directory, store, register, types, clock });
  metering = new Metering({
    units: world.units,
    usage: new PostgresUsage(),
    tenants: store,
    prices: parsePrices(await readFile(new URL('prices.json', catalog))),
    engine: nodeEngine,
    clock,
  });
  for (const one of [union, county, stranger]) {
    await inTenant(one.id, (unit) => tenants.open(unit, one));
  }
});

afterAll(() => world.close());

describe('tenants in their rows', () => {
  test('S0-47 a tenant sees its own row and no other, whoever stands above or below', async () => {
    for (const { id } of [union, county, stranger]) {
      const rows = await inTenant(id, async () => world.units).then((units) =>
        units.run(id, async (unit) => (await tenants.view(unit)).record.id),
      );
      expect(rows).toBe(id);
    }
    const seen = await world.app.transaction(async (tx) => {
      await sql`select set_config('fubie.tenant', 'county', true)`.execute(tx);
      const found = await sql<{ tenant: string }>`select tenant from tenant`.execute(tx);
      const hosts = await sql<{ tenant: string }>`select tenant from tenant_host`.execute(tx);
      return [...found.rows, ...hosts.rows].map(({ tenant }) => tenant);
    });
    expect(new Set(seen)).toEqual(new Set(['county']));
    // The owner of the tables does see them: the rows above were hidden, not absent.
    const all = await sql`select tenant from tenant`.execute(world.owner.kysely);
    expect(all.rows).toHaveLength(3);
  });

  test('a host decides the tenant; a host of nobody decides nothing', async () => {
    expect(await tenants.ofHost('County.localhost:8710')).toBe('county');
    expect(await tenants.ofHost('county.localhost.')).toBe('county');
    expect(await tenants.ofHost('elsewhere.example')).toBeUndefined();
    expect(await tenants.ofHost("x' or '1'='1")).toBeUndefined();
    expect(await tenants.ids()).toEqual(['county', 'stranger', 'union']);
  });

  test('a host that another tenant has is refused, and nothing of the newcomer stays', async () => {
    const thief = record({ id: 'thief', type: 'bank', hosts: ['county.localhost'] });
    const opening = inTenant('thief', (unit) => tenants.open(unit, thief));
    expect(await refusal(opening)).toBe('tenancy.host_taken');
    expect(await tenants.ofHost('county.localhost')).toBe('county');
    expect(await tenants.ids()).not.toContain('thief');
  });

  test('S1-01 a 联社 takes over products and role table of its 省联社, and no more', async () => {
    const view = await inTenant('county', (unit) => tenants.view(unit));
    expect(view).toMatchObject({
      products: ['p1'],
      roles: 'rural',
      type: { zh: '农村信用合作联社' },
    });
    const other = inTenant('county', (unit) => tenants.requireOffered(unit, 'p2'));
    expect(await refusal(other)).toBe('tenancy.product_not_offered');
    await inTenant('stranger', (unit) => tenants.requireOffered(unit, 'p2'));
  });

  test('S1-01 S3-40 S4-29 who may not stand there is refused, with nothing written', async () => {
    const wrong = [
      record({ id: 'x1', type: 'trust-company', parent: 'union' }),
      record({ id: 'x2', type: 'county-union', parent: 'nobody' }),
      record({ id: 'x3', type: 'guild' }),
    ];
    const codes = await Promise.all(
      wrong.map((one) => refusal(inTenant(one.id, (unit) => tenants.open(unit, one)))),
    );
    expect(codes).toEqual([
      'tenancy.parent_refused',
      'tenancy.parent_unknown',
      'tenancy.type_unknown',
    ]);
    expect(await tenants.ids()).toHaveLength(3);
  });

  test('opening twice is one opening; another record under the same id is refused', async () => {
    const before = noted.length;
    await inTenant('county', (unit) => tenants.open(unit, county));
    expect(noted).toHaveLength(before);
    const other = { ...county, name: '另一家' };
    const opening = inTenant('county', (unit) => tenants.open(unit, other));
    expect(await refusal(opening)).toBe('tenancy.exists_differently');
  });
});

describe('what tenants use', () => {
  test('S2-85 use is counted with the fact, stands after folding, and is billed', async () => {
    await inTenant('county', (unit) => metering.count(unit, 'contracts', 2));
    await inTenant('county', (unit) => metering.count(unit, 'sms', 40));
    const lost = inTenant('county', async (unit) => {
      await metering.count(unit, 'contracts', 100);
      throw new Error('the fact did not happen');
    });
    await expect(lost).rejects.toThrow('did not happen');
    const bill = await metering.bill('county' as TenantId, month);
    expect(bill.json).toMatchObject({ totalFen: '600' });
    await inTenant('county', (unit) => new PostgresUsage().fold(unit));
    await inTenant('county', (unit) => new PostgresUsage().fold(unit));
    expect(await metering.bill('county' as TenantId, month)).toEqual(bill);
    expect(bill.csv).toContain(`county,${month},contracts,2,200,400\r\n`);
    expect(bill.csv).toContain(bill.sha256);
  });

  test('S2-85 a used-up quota refuses before work begins', async () => {
    await inTenant('county', (unit) => metering.requireRoom(unit, 'contracts'));
    await inTenant('county', (unit) => metering.count(unit, 'contracts', 1));
    const more = inTenant('county', (unit) => metering.requireRoom(unit, 'contracts'));
    expect(await refusal(more)).toBe('tenancy.quota_exceeded');
    await inTenant('county', (unit) => metering.requireRoom(unit, 'packages'));
  });

  test('S1-01 a parent sees sums of those below, and a child nothing of its parent', async () => {
    const above = await metering.usage('union' as TenantId, month);
    expect(above.below).toMatchObject({ tenants: 1, sums: { contracts: 3n, sms: 40n } });
    expect(above.own.contracts).toBe(0n);
    await inTenant('union', (unit) => metering.count(unit, 'stamps', 5));
    const child = await metering.usage('county' as TenantId, month);
    expect(child.below).toMatchObject({ tenants: 0, sums: { stamps: 0n } });
    const rows = await world.app.transaction(async (tx) => {
      await sql`select set_config('fubie.tenant', 'union', true)`.execute(tx);
      return (await sql<{ tenant: string }>`select tenant from usage_count`.execute(tx)).rows;
    });
    expect(new Set(rows.map(({ tenant }) => tenant))).toEqual(new Set(['union']));
  });

  test('a tenant that leaves is found by nobody, still worked for, and then closed for ever', async () => {
    await inTenant('stranger', (unit) => tenants.leave(unit));
    expect(await tenants.ofHost('stranger.localhost')).toBeUndefined();
    expect(await tenants.ids()).toContain('stranger');
    const room = inTenant('stranger', (unit) => metering.requireRoom(unit, 'contracts'));
    expect(await refusal(room)).toBe('tenancy.leaving');
    await inTenant('stranger', (unit) => tenants.close(unit, utf8('{}')));
    await inTenant('stranger', (unit) => tenants.close(unit, utf8('{}')));
    expect(noted.filter((line) => line.endsWith('tenant.closed'))).toEqual([
      'stranger tenant.closed',
    ]);
    expect(await tenants.ids()).not.toContain('stranger');
    const back = inTenant('stranger', (unit) => tenants.leave(unit));
    expect(await refusal(back)).toBe('tenancy.leaving');
  });
});
