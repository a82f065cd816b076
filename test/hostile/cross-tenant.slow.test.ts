/**
 * Two institutions in one house, and nothing of one reaches the other: not over any route of the
 * OpenAPI document, not from any table of pg_catalog. First it is shown that there is something to
 * be found.
 */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '#base/random';
import { databasePasswords, databaseUrlIn, urlOf } from '../../src/main/estate/database-access.ts';
import { World } from '../world.ts';
import { ask, type Heard } from './asker.ts';
import { identityFor, type Operation, operationsIn } from './operations.ts';
import { type Filled, fillers } from './route-fillers.ts';
import { tableFlaws, tenantTables } from './tenant-tables.ts';
import { furnishBoth } from './two-demo-tenants.ts';
import type { Tenant } from './two-tenants.ts';

const openMsMax = 110_000;

let world: World;
let north: Tenant;
let south: Tenant;
let operations: readonly Operation[];

beforeAll(async () => {
  world = await World.open({ seed: 11 });
  [north, south] = await furnishBoth(world);
  operations = operationsIn(
    (await ask(north.house, { method: 'GET', path: '/v1/openapi.json' })).body,
  );
}, openMsMax);
afterAll(() => world.close());

describe('每一条路', () => {
  test('接口说明里的每一条路都有一个例子，没有多余的例子', () => {
    const declared = operations.map(({ id }) => id).toSorted();
    expect(declared.length).toBeGreaterThan(60);
    expect(Object.keys(fillers).toSorted()).toEqual(declared);
  });

  test('本机构的人在本机构问得到：否则以下全部无效', async () => {
    const unheard: string[] = [];
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      const heard = await put(north, operation, {
        of: north,
        token: identityFor(operation, north),
      });
      if (notYet.has(`${operation.id} ${heard.code}`)) continue;
      if (heard.status !== 200) unheard.push(`${operation.id} ${heard.status} ${heard.code}`);
    }
    expect(unheard).toEqual([]);
    const own = await ask(north.house, {
      method: 'GET',
      path: `/v1/applications/${north.ids.application}`,
      token: north.borrower.hand.token,
    });
    expect(leaks(own, north, {})).not.toEqual([]);
  });

  test('另一家机构的人拿着这家的编号，什么也问不到', async () => {
    const found: string[] = [];
    for (const operation of inOrder(operations)) {
      const filled = fillers[operation.id]?.(north.ids) ?? {};
      const machine = operation.who.includes('machine') ? [south.machine] : [];
      for (const token of [identityFor(operation, south), ...machine]) {
        const heard = await put(south, operation, { of: north, token });
        found.push(...told(operation, heard, leaks(heard, north, filled)));
        if (names(filled, north) && heard.status < 400) {
          found.push(`${operation.id}: ${heard.status} for an id of another tenant`);
        }
      }
    }
    expect(found).toEqual([]);
  });

  test('这家的令牌在另一家的域名下谁也不是', async () => {
    const found: string[] = [];
    for (const operation of operations.filter(({ open }) => !open)) {
      for (const token of [
        north.borrower.hand.token,
        north.machine,
        north.staff['administrator'],
      ]) {
        const heard = await put(south, operation, { of: north, token });
        if (heard.status !== 401) found.push(`${operation.id}: ${heard.status} ${heard.code}`);
        found.push(...told(operation, heard, leaks(heard, north, {})));
      }
    }
    expect(found).toEqual([]);
  });

  test('不说自己是谁的人，只进得了人人可进的路', async () => {
    const found: string[] = [];
    for (const operation of operations.filter(({ open }) => !open)) {
      const heard = await put(north, operation, { of: north, token: undefined });
      if (heard.status !== 401) found.push(`${operation.id}: ${heard.status} ${heard.code}`);
    }
    expect(found).toEqual([]);
  });

  test('本机构另一个网点的人，看不到这个网点的案件', async () => {
    const found: string[] = [];
    const token = north.staff[`${north.ids.unit}-clerk`];
    for (const operation of operations.filter(({ who }) => who.includes('staff'))) {
      const filled = fillers[operation.id]?.(north.ids) ?? {};
      if (!JSON.stringify(filled).includes(north.ids.case)) continue;
      const heard = await put(north, operation, { of: north, token });
      if (heard.status < 400) found.push(`${operation.id}: ${heard.status}`);
      found.push(...told(operation, heard, leaks(heard, north, filled)));
    }
    expect(found).toEqual([]);
  });
});

describe('每一张表', () => {
  let owner: Client;
  let app: Client;
  beforeAll(async () => {
    const { estate } = world.house;
    const passwords = await databasePasswords(estate, systemRandom);
    const url = urlOf(estate, 'fubie_owner', { external: undefined, passwords });
    owner = new Client({ connectionString: url });
    app = new Client({ connectionString: await databaseUrlIn(estate, 'serve') });
    await Promise.all([owner, app].map((client) => client.connect()));
  });
  afterAll(async () => {
    await Promise.all([owner, app].map((client) => client.end()));
  });

  test('每张表都有租户列与强制的行级策略，没有视图与函数绕过它', async () => {
    expect(await tableFlaws(owner)).toEqual([]);
  });

  test('新来的表没有租户列、没有策略、向所有人开放，或者绕过的视图与函数，都会被指出', async () => {
    const cases = [
      ['create table loose (id text)', 'has no tenant column that must be filled'],
      ['create table loose (tenant text not null)', 'has no forced row security'],
      [
        `create table loose (tenant text not null);
         alter table loose enable row level security;
         alter table loose force row level security;
         create policy wide on loose using (true)`,
        "policy wide is not the tenant's",
      ],
      [
        `create table loose (tenant text not null);
        select fubie_protect('loose', 'select'); grant select on loose to public`,
        'everybody may SELECT',
      ],
      ['create view loose as select * from vault_value', 'is a view that runs as its owner'],
      [
        `create function loose() returns bigint language sql security definer
         as 'select count(*) from vault_value'`,
        'runs as its owner and is on no list',
      ],
    ] as const;
    for (const [sql, why] of cases) {
      await owner.query('begin');
      try {
        await owner.query(sql);
        expect(
          (await tableFlaws(owner)).map((flaw) => flaw.why),
          sql,
        ).toContain(why);
      } finally {
        await owner.query('rollback');
      }
    }
  });

  test('两家的行都在；一家看不到、改不了、删不掉另一家的，也不能替它写；不是任何一家就什么也看不到', async () => {
    const found: string[] = [];
    const empty: string[] = [];
    for (const table of await tenantTables(owner)) {
      // Without the wall both are there: otherwise it would prove nothing that A sees none of B's.
      const rows = await rowsWithoutWall(owner, table, [north.name, south.name]);
      const other = rows.find(({ tenant }) => tenant === south.name)?.row;
      if (rows.length < 2) empty.push(table);
      found.push(
        ...(await attempts(app, table, { own: north.name, other: south.name, row: other })),
      );
    }
    expect(found).toEqual([]);
    expect(empty.filter((table) => !mayBeEmpty.has(table))).toEqual([]);
  });
});

/** The worker binds rows of the journal to the log in batches, and may not have come by. */
const notYet: ReadonlySet<string> = new Set([
  'getJournalByNumberProof access.journal_unknown',
  'getBuild http.pages_unbuilt',
]);

/** What the two institutions of this suite need have no rows in. */
const mayBeEmpty: ReadonlySet<string> = new Set([
  'log.alarm',
  'log.loose_entry',
  'log.register_text',
  'log.register_vote',
  'log.stamp',
  'public.access_batch',
  'public.capture_chunk',
  'public.case_act',
  'public.case_token',
  'public.clause_confirmation',
  'public.client_nonce',
  'public.deposit_hold',
  'public.epoch_wish',
  'public.handover',
  'public.receipt',
  'public.satisfaction',
  'public.instalment',
  'public.object_check',
  'public.job',
  'public.retention_run',
  'public.sso_attempt',
  'public.webauthn_credential',
]);

/** What the owner sees of a table while its row security is lifted, one row of each tenant. */
async function rowsWithoutWall(
  owner: Client,
  table: string,
  tenants: readonly string[],
): Promise<readonly { tenant: string; row: unknown }[]> {
  for (let tries = 0; ; tries += 1) {
    await owner.query('begin');
    try {
      // The house goes on working meanwhile, and somebody may hold the table for a moment.
      await owner.query(`set local lock_timeout = '2s'`);
      await owner.query(`alter table ${table} no force row level security`);
      const found = await owner.query<{ tenant: string; row: unknown }>(
        `select distinct on (tenant) tenant, to_jsonb(t) as row from ${table} t
         where tenant = any ($1)`,
        [tenants],
      );
      return found.rows;
    } catch (thrown) {
      const isPassing = thrown instanceof Error && 'code' in thrown && lockCodes.has(thrown.code);
      if (!isPassing || tries === lockTriesMax) throw thrown;
    } finally {
      await owner.query('rollback');
    }
  }
}

const lockTriesMax = 20;
/** lock_not_available, deadlock_detected. */
const lockCodes: ReadonlySet<unknown> = new Set(['55P03', '40P01']);

/** Everything that succeeded though it must not, as sentences. */
async function attempts(
  app: Client,
  table: string,
  between: { own: string; other: string; row: unknown },
): Promise<string[]> {
  const { own, other, row } = between;
  const found: string[] = [];
  const as = async (tenant: string, sql: string, values: unknown[] = []) => {
    await app.query('begin');
    try {
      await app.query(`select set_config('fubie.tenant', $1, true)`, [tenant]);
      return (await app.query(sql, values)).rowCount ?? 0;
    } catch (thrown) {
      // Insufficient privilege, or a row that the policy refuses: both are 42501.
      if (thrown instanceof Error && 'code' in thrown && thrown.code === '42501') return 0;
      throw new Error(`${table}: ${sql}`, { cause: thrown });
    } finally {
      await app.query('rollback');
    }
  };
  const must = async (what: string, done: Promise<number>): Promise<void> => {
    const rows = await done;
    if (rows > 0) found.push(`${table}: ${what} (${rows} rows)`);
  };
  await must('sees', as(own, `select 1 from ${table} where tenant <> $1`, [own]));
  await must('changes', as(own, `update ${table} set tenant = tenant where tenant = $1`, [other]));
  await must('deletes', as(own, `delete from ${table} where tenant = $1`, [other]));
  await must('gives away', as(own, `update ${table} set tenant = $1`, [other]));
  await must('sees without tenant', as('', `select 1 from ${table}`));
  if (row !== undefined) {
    const copy = `insert into ${table} overriding system value
      select * from jsonb_populate_record(null::${table}, $1)`;
    await must('writes', as(own, copy, [JSON.stringify(row)]));
  }
  return found;
}

/** One operation as somebody, at somebody's host, on somebody's things. */
function put(
  at: Tenant,
  { id, method, path }: Operation,
  by: { readonly of: Tenant; readonly token: string | undefined },
): Promise<Heard> {
  const { params = {}, query = '', body } = fillers[id]?.(by.of.ids) ?? {};
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'none');
  return ask(at.house, { method, path: place + query, token: by.token, body });
}

/** Marks of a tenant in an answer to somebody else; what he sent himself he may hear back. */
function leaks(heard: Heard, of: Tenant, sent: Filled): string[] {
  const own = heard.status >= 400 ? JSON.stringify(sent) : '';
  return [...of.marks].filter((mark) => heard.text.includes(mark) && !own.includes(mark));
}

function told({ id }: Operation, { status, code }: Heard, found: readonly string[]): string[] {
  return found.map((mark) => `${id}: ${status} ${code} tells ${mark}`);
}

function names(filled: Filled, of: Tenant): boolean {
  const text = JSON.stringify(filled);
  const chosen = new Set(['issuer', 'unit']);
  return Object.entries(of.ids).some(([name, id]) => !chosen.has(name) && text.includes(id));
}

/**
 * Lists first, for a journal tells whoever asked what he asked for; ends of sessions last, for they
 * would turn the rest of the walk into a stranger's.
 */
function inOrder(all: readonly Operation[]): readonly Operation[] {
  const rank = ({ path, method }: Operation): number => {
    if (method === 'GET') return path.includes('{') ? 1 : 0;
    return path.startsWith('/v1/sessions') ? 3 : 2;
  };
  return all.toSorted((a, b) => rank(a) - rank(b));
}
