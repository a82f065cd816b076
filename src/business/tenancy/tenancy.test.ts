import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import {
  type Ancestor,
  normalHost,
  OrganisationTypes,
  parsePrices,
  parseTenantRecord,
  printTenantRecord,
  type TenantRow,
  type TenantState,
  Tenants,
  tenantMoves,
} from './index.ts';

const catalog = join(import.meta.dirname, '../../../catalog');
const read = (path: string) => new Uint8Array(readFileSync(join(catalog, path)));
const types = OrganisationTypes.parse(read('tenancy/organisation-types.json'));
const records = readdirSync(join(catalog, 'institutions')).map((name) => ({
  name,
  record: parseTenantRecord(read(`institutions/${name}`)),
}));

const codeOf = (act: Promise<unknown>): Promise<string | undefined> =>
  act.then(() => undefined, faultCode);

const refusal = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Fault) return faultCode(thrown);
    throw thrown;
  }
  return undefined;
};

/** The tenants of one house, in memory. */
function tenantsInMemory(): Tenants {
  const rows = new Map<string, TenantRow>();
  const lineOf = (id: string | undefined): Ancestor[] => {
    const row = id === undefined ? undefined : rows.get(id)?.record;
    if (row === undefined) return [];
    const { type, products, templates, roles } = row;
    return [{ type, products, templates, roles }, ...lineOf(row.parent)];
  };
  return new Tenants({
    directory: { ofHost: async () => undefined, ids: async () => [] },
    store: {
      add: async (unit, row) => void rows.set(unit.tenant, row),
      own: async (unit) => rows.get(unit.tenant),
      move: async () => undefined,
      line: async (unit) => lineOf(rows.get(unit.tenant)?.record.parent),
    },
    register: { note: async () => undefined },
    types,
    clock: { now: () => parseInstant('2026-11-23T09:00:00.000+08:00'), source: 'TEST' },
  });
}

/** Opens a tenant of a kind, under one of a kind that may stand above it; answers its unit. */
async function openedAs(tenants: Tenants, type: string): Promise<Unit> {
  const lender = records.find(({ record }) => record.parent === undefined)?.record;
  if (lender === undefined) throw new Error('the catalogue has institutions');
  const unit = { tenant: `a-${type}` as TenantId };
  await tenants.open(unit, { ...lender, id: unit.tenant, type, products: ['p1'] });
  return unit;
}

describe('kinds of organisation', () => {
  test('S3-40 insurer, bank, trust company, securities company and government unit are tenants', async () => {
    const tenants = tenantsInMemory();
    const kinds = ['insurer', 'bank', 'trust-company', 'securities', 'government-unit'];
    for (const kind of kinds) {
      const unit = await openedAs(tenants, kind);
      expect((await tenants.view(unit)).type.id).toBe(kind);
    }
    // A kind that nobody listed is none.
    expect(await codeOf(openedAs(tenants, 'guild'))).toBe('tenancy.type_unknown');
    // Banks and trust companies lend; whoever may not does not, whatever it claims to offer.
    const lending = async (kind: string) =>
      tenants.requireOffered(await openedAs(tenants, kind), 'p1');
    await lending('bank');
    await lending('trust-company');
    for (const kind of ['government-unit', 'insurer', 'securities']) {
      expect(await codeOf(lending(kind))).toBe('tenancy.not_a_lender');
    }
  });

  test('S4-29 CA operator, financial institution, internet platform and judicial institution each act as what they are', async () => {
    const tenants = tenantsInMemory();
    const actorOf = async (kind: string) =>
      (await tenants.view(await openedAs(tenants, kind))).type.actor;
    expect(await actorOf('ca-operator')).toBe('ca-operator');
    expect(await actorOf('consumer-finance')).toBe('financial-institution');
    expect(await actorOf('internet-platform')).toBe('internet-platform');
    expect(await actorOf('judicial-institution')).toBe('judicial-institution');
    // Only a financial institution lends (L-LN: a platform without a licence is no lender).
    for (const { id, actor, lends } of types.all()) {
      if (lends) expect([id, actor]).toEqual([id, 'financial-institution']);
      if (actor === 'financial-institution') continue;
      const unit = await openedAs(tenants, id);
      expect(await codeOf(tenants.requireOffered(unit, 'p1'))).toBe('tenancy.not_a_lender');
    }
  });

  test.each([
    ['S3-40 保险', 'insurer', '保险'],
    ['S3-40 银行', 'bank', '银行'],
    ['S3-40 信托', 'trust-company', '信托'],
    ['S3-40 证券', 'securities', '证券'],
    ['S3-40 政府单位', 'government-unit', '政府单位'],
    ['S1-01 信用社', 'credit-cooperative', '信用合作社'],
    ['S1-01 联社', 'county-union', '联社'],
    ['S1-01 省联社', 'provincial-union', '省'],
    ['S4-29 电子认证服务', 'ca-operator', '电子认证'],
    ['S4-29 互联网平台', 'internet-platform', '互联网平台'],
    ['S4-29 司法机构', 'judicial-institution', '司法'],
  ])('%s is one of them', (_, id, zh) => {
    expect(types.of(id).zh).toContain(zh);
  });

  test('S1-01 省联社 stands over 联社, 联社 over 信用社, and never the other way', () => {
    types.requirePlace('county-union', 'provincial-union');
    types.requirePlace('credit-cooperative', 'county-union');
    types.requirePlace('bank', undefined);
    for (const [type, parent] of [
      ['provincial-union', 'county-union'],
      ['bank', 'provincial-union'],
      ['county-union', 'county-union'],
    ] as const) {
      expect(refusal(() => types.requirePlace(type, parent))).toBe('tenancy.parent_refused');
    }
  });

  test('a list that names a kind it does not hold is refused', () => {
    const held = JSON.parse(new TextDecoder().decode(read('tenancy/organisation-types.json')));
    held.types[0].under = ['guild'];
    const broken = () => OrganisationTypes.parse(utf8(JSON.stringify(held)));
    expect(refusal(broken)).toBe('tenancy.type_unknown');
    for (const bytes of ['', '[]', '{"types":[]}', '{"basis":"x","types":[{}]}']) {
      expect(refusal(() => OrganisationTypes.parse(utf8(bytes)))).toBe('tenancy.types_malformed');
      expect(refusal(() => parsePrices(utf8(bytes)))).toBe('tenancy.prices_malformed');
    }
  });
});

describe('a tenant record', () => {
  test('of the demo is named by its file, stands where it may, and has hosts nobody else has', () => {
    const hosts = records.flatMap(({ record }) => record.hosts);
    expect(new Set(hosts).size).toBe(hosts.length);
    for (const { name, record } of records) {
      expect(name).toBe(`${record.id}.json`);
      expect(record.synthetic).toBe(true);
      expect(record.code).toMatch(/^91999999MA/);
      const parent = records.find((one) => one.record.id === record.parent)?.record;
      types.requirePlace(record.type, parent?.type);
    }
  });

  test('is read back as it is printed', () => {
    for (const { record } of records) {
      expect(parseTenantRecord(printTenantRecord(record))).toEqual(record);
    }
  });

  test.each<[string, Record<string, unknown>]>([
    ['an id that is a path', { id: '../keystore' }],
    ['an id in capitals', { id: 'Bank' }],
    ['itself as its parent', { parent: 'demo-consumer-finance' }],
    ['a host with a port', { hosts: ['bank.example:80'] }],
    ['a host with a slash', { hosts: ['bank.example/x'] }],
    ['a court that nothing connects with the dispute', { court: '某地人民法院' }],
    ['the hybrid profile without a store of its own', { store: undefined }],
    ['documents of its own without the hybrid profile', { profile: 'shared-saas' }],
    ['an unknown suite', { suite: 'des' }],
    ['a quota of something nobody counts', { quota: { wishes: 3 } }],
    ['a member too many', { owner: '王某' }],
    ['an origin that is no HTTPS', { frameOrigins: ['http://bank.example'] }],
  ])('with %s is malformed', (_, change) => {
    const hybrid = records.find(({ record }) => record.documents === 'own')?.record;
    const bytes = utf8(JSON.stringify({ ...hybrid, ...change }));
    expect(refusal(() => parseTenantRecord(bytes))).toBe('tenancy.record_malformed');
  });

  test('a host is the same with a port, in capitals, with the dot of the root', () => {
    const same = ['Bank.Example', 'bank.example:8710', 'bank.example.', 'BANK.EXAMPLE:1'];
    expect(new Set(same.map(normalHost))).toEqual(new Set(['bank.example']));
    expect(normalHost('[::1]:8710')).toBe('[::1]');
  });
});

test('every state of a tenant is reached, and closed is an end', () => {
  const reached = new Set<TenantState>(['open']);
  for (const state of reached) for (const next of tenantMoves[state]) reached.add(next);
  expect([...reached].toSorted()).toEqual(Object.keys(tenantMoves).toSorted());
  expect(tenantMoves.closed).toEqual([]);
});
