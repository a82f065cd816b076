import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import { Answered } from './answered-store.ts';
import { openDatabase, PostgresUnits, txOf } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';
import { bankA, bankB, openScratch, type Scratch, scratchPasswords } from './scratch.ts';

interface Tables {
  answered: { tenant: string; caller: string; key: string };
}

describe('units on PostgreSQL', () => {
  let world: Scratch;
  const answered = new Answered();
  const question = (key: string, route = 'POST /v1/applications') => ({
    caller: 'teller-7',
    key,
    route,
  });
  const answer = { status: 201, answer: utf8('sealed'), at: instantFromMs(1) };
  const keysOf = async (unit: Unit): Promise<string[]> => {
    const rows = await txOf<Tables>(unit).selectFrom('answered').select('key').execute();
    return rows.map((row) => row.key).toSorted();
  };
  beforeAll(async () => {
    world = await openScratch();
  });
  afterAll(() => world.close());

  test('every table carries its tenant under FORCE ROW LEVEL SECURITY', async () => {
    const { rows } = await sql<{
      name: string;
      forced: boolean;
      tenant: boolean;
      policies: bigint;
    }>`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
        exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant'
          and a.attnotnull) as tenant,
        (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p')`.execute(world.owner.kysely);
    expect(rows.length).toBeGreaterThanOrEqual(4);
    expect(rows.filter((row) => !row.forced || !row.tenant || row.policies < 1n)).toEqual([]);
  });

  test('rooms connect as a role that neither owns nor bypasses', async () => {
    const { rows } = await sql`
      select rolname from pg_roles where rolname like 'fubie%' and (rolsuper or rolbypassrls)
      union select 'owner of ' || relname from pg_class c join pg_roles r on r.oid = c.relowner
      where r.rolname in ('fubie_app', 'fubie_sequencer')`.execute(world.owner.kysely);
    expect(rows).toEqual([]);
    const tamper = sql`alter table answered no force row level security`.execute(world.app.kysely);
    await expect(tamper).rejects.toMatchObject({ code: '42501' });
  });

  test('one tenant neither reads nor writes rows of another', async () => {
    await world.units.run(bankA, (unit) => answered.keep(unit, question('mine'), answer));
    expect(await world.units.run(bankA, keysOf)).toContain('mine');
    expect(await world.units.run(bankB, keysOf)).toEqual([]);
    const bare = await sql`select key from answered`.execute(world.app.kysely);
    expect(bare.rows).toEqual([]);
    const forged = world.units.run(bankB, (unit) =>
      sql`insert into answered (tenant, caller, key, route, status, answer, at)
        values ('bank-a', 'c', 'forged', 'r', 200, '', 0)`.execute(txOf<Tables>(unit)),
    );
    await expect(forged).rejects.toMatchObject({ code: '42501' });
  });

  test('the tenant does not outlive its unit on a pooled connection', async () => {
    const one = openDatabase(world.embedded.url('fubie_app'), { connectionsMax: 1 });
    await new PostgresUnits({ database: one }).run(bankA, keysOf);
    const { rows } = await sql<{ tenant: string | null }>`
      select fubie_tenant() as tenant`.execute(one.kysely);
    expect(rows[0]?.tenant).toBeNull();
    await one.close();
  });

  test('what throws leaves nothing, and a unit ends with its action', async () => {
    let kept: Unit | undefined;
    const failing = world.units.run(bankA, async (unit) => {
      kept = unit;
      await answered.keep(unit, question('undone'), answer);
      throw new Fault('test.refused');
    });
    await expect(failing).rejects.toMatchObject({ code: 'test.refused' });
    expect(await world.units.run(bankA, keysOf)).not.toContain('undone');
    expect(() => kept && txOf(kept)).toThrow('a unit is used only inside the action');
  });

  test('whole numbers are bigint, bytes are Uint8Array, times are text', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select 9007199254740993::int8 as big, '\\x00ff'::bytea as bytes, count(*) as n,
        '2026-11-21'::date as day from (values (1)) v`.execute(world.app.kysely);
    expect(rows[0]).toEqual({
      big: 9_007_199_254_740_993n,
      bytes: Uint8Array.of(0, 255),
      n: 1n,
      day: '2026-11-21',
    });
    expect(Buffer.isBuffer(rows[0]?.['bytes'])).toBe(false);
  });

  test('a deadlock is a conflict that may be tried again', async () => {
    const lock = (unit: Unit, key: number) =>
      sql`select pg_advisory_xact_lock(${key})`.execute(txOf(unit));
    const both = Promise.withResolvers<void>();
    let holding = 0;
    const cross = (first: number, second: number) =>
      world.units.run(bankA, async (unit) => {
        await lock(unit, first);
        holding += 1;
        if (holding === 2) both.resolve();
        await both.promise;
        await lock(unit, second);
      });
    const outcomes = await Promise.allSettled([cross(1, 2), cross(2, 1)]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: 'postgres.conflict', retryable: true });
  });

  test('waiting for a lock and long statements have an end', async () => {
    const limits = { lockMsMax: 50, statementMsMax: 200 };
    const quick = openDatabase(world.embedded.url('fubie_app'), limits);
    const units = new PostgresUnits({ database: quick });
    await world.units.run(bankA, async (unit) => {
      await sql`select pg_advisory_xact_lock(7)`.execute(txOf(unit));
      const waiting = units.run(bankB, (other) =>
        sql`select pg_advisory_xact_lock(7)`.execute(txOf(other)),
      );
      await expect(waiting).rejects.toMatchObject({ code: 'postgres.conflict', retryable: true });
    });
    const slow = units.run(bankA, (unit) => sql`select pg_sleep(5)`.execute(txOf(unit)));
    await expect(slow).rejects.toMatchObject({ code: 'postgres.timeout', retryable: true });
    await quick.close();
  });

  test('a connection lost in the middle, or at commit, may be tried again', async () => {
    const cut = (unit: Unit) =>
      sql<{ pid: number }>`select pg_backend_pid() as pid`
        .execute(txOf(unit))
        .then(({ rows }) => process.kill(rows[0]?.pid ?? 0, 'SIGTERM'));
    const middle = world.units.run(bankA, async (unit) => {
      await cut(unit);
      await new Promise((resume) => setTimeout(resume, 100));
      await keysOf(unit);
    });
    await expect(middle).rejects.toMatchObject({ code: 'postgres.unavailable', retryable: true });
    const atCommit = world.units.run(bankA, async (unit) => {
      await cut(unit);
      await new Promise((resume) => setTimeout(resume, 100));
    });
    await expect(atCommit).rejects.toMatchObject({ code: 'postgres.unavailable', retryable: true });
    expect(await world.units.run(bankA, async () => 'alive')).toBe('alive');
  });

  test('a failure that nobody heeded is no commit', async () => {
    const heedless = world.units.run(bankA, async (unit) => {
      await answered.keep(unit, question('heedless'), answer);
      await sql`select 1 / 0`.execute(txOf(unit)).catch(() => undefined);
    });
    await expect(heedless).rejects.toThrow('assertion');
    expect(await world.units.run(bankA, async () => 'next')).toBe('next');
  });

  test('what a unit says is heard once it commits, after a lost connection too', async () => {
    const heard: string[] = [];
    const hearing = world.app.hear('fubie_test', (payload) => heard.push(payload));
    const say = (what: string, fails = false) =>
      world.units
        .run(bankA, async (unit) => {
          await sql`select pg_notify('fubie_test', ${what})`.execute(txOf(unit));
          if (fails) throw new Fault('test.stop');
        })
        .catch(() => undefined);
    const saidUntilHeard = async (what: string): Promise<void> => {
      await say(`${what}, not at all`, true);
      while (!heard.includes(what)) {
        await say(what);
        await new Promise((resume) => setTimeout(resume, 50));
      }
    };
    await saidUntilHeard('first');
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'fubie-hearing'`.execute(world.app.kysely);
    await saidUntilHeard('second');
    expect(heard.filter((one) => one.endsWith('not at all'))).toEqual([]);
    await hearing.close();
  });

  test('a database that is not there is postgres.unavailable', async () => {
    const nowhere = openDatabase('postgres://u:p@/fubie?host=%2Fnonexistent');
    await expect(
      new PostgresUnits({ database: nowhere }).run(bankA, async () => 1),
    ).rejects.toMatchObject({ code: 'postgres.unavailable', retryable: true });
    await nowhere.close();
  });

  test('of equal requests at once one makes the effect and all get its answer', async () => {
    const request = () =>
      world.units.run(bankA, async (unit) => {
        const before = await answered.claim(unit, question('twice'));
        if (before !== undefined) return before.answer;
        const given = { ...answer, answer: utf8(`effect ${performance.now()}`) };
        await answered.keep(unit, question('twice'), given);
        return given.answer;
      });
    const answers = await Promise.all([request(), request(), request()]);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const other = world.units.run(bankA, (unit) =>
      answered.claim(unit, question('twice', 'POST /v1/x')),
    );
    await expect(other).rejects.toMatchObject({ code: 'access.idempotency_key_reused' });
  });

  test('what comes again is prepared once; a table that changes under it costs one repeatable try', async () => {
    const app = openDatabase(world.embedded.url('fubie_app'), { connectionsMax: 1 });
    const all = (key: string) => sql`select * from answered where key = ${key}`.execute(app.kysely);
    const prepared = async () => {
      const { rows } = await sql<{ n: bigint }>`select count(*) as n from pg_prepared_statements
        where statement like 'select * from answered%'`.execute(app.kysely);
      return rows[0]?.n;
    };
    for (let times = 0; times < 2; times += 1) await all('x');
    expect(await prepared()).toBe(0n);
    for (let times = 0; times < 3; times += 1) await all('x');
    expect(await prepared()).toBe(1n);
    // A list that is spelled out anew each time ends up with no more names than there may be.
    for (let length = 1; length <= 300; length += 1) {
      const list = sql.join(Array.from({ length }, () => 'x'));
      for (let times = 0; times < 3; times += 1) {
        await sql`select 1 from answered where key in (${list})`.execute(app.kysely);
      }
    }
    const { rows } = await sql<{
      n: bigint;
    }>`select count(*) as n from pg_prepared_statements`.execute(app.kysely);
    expect(rows[0]?.n).toBe(256n);
    await sql`alter table answered add column later text`.execute(world.owner.kysely);
    const asked = app.transaction((tx) =>
      sql`select * from answered where key = ${'x'}`.execute(tx),
    );
    await expect(asked).rejects.toMatchObject({ code: 'postgres.conflict', retryable: true });
    expect((await all('x')).rows).toEqual([]);
    await sql`alter table answered drop column later`.execute(world.owner.kysely);
    await app.close();
  });

  test('migrations run once, one migrator at a time, and a changed one is refused', async () => {
    const url = world.embedded.url('fubie_owner');
    const all = await readMigrations();
    const again = await Promise.all([1, 2].map(() => migrate(url, scratchPasswords)));
    expect(again).toEqual([[], []]);
    const changed = all.map((one, at) => (at === 0 ? { ...one, text: `${one.text} ` } : one));
    await expect(migrate(url, undefined, changed)).rejects.toMatchObject({
      code: 'postgres.migration_changed',
    });
    const failing = [...all, { name: '99-bad.sql', text: 'create table half (x int); select 1/0' }];
    await expect(migrate(url, undefined, failing)).rejects.toThrow('division by zero');
    const { rows } = await sql`select to_regclass('half') as half`.execute(world.owner.kysely);
    expect(rows).toEqual([{ half: null }]);
  });
});
