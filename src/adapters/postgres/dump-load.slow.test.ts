/** Rows go out and come back: nothing left out, nothing half, and every guard stands again. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { concat, fromUtf8 } from '#base/bytes';
import { type DumpedTable, type Snapshot, withSnapshot } from './dump.ts';
import { type Loading, loadInto } from './load.ts';
import { bankA, bankB, openScratch, type Scratch } from './scratch.ts';

interface Copied {
  readonly snapshot: Pick<Snapshot, 'migrations' | 'tables' | 'sequences'>;
  readonly texts: ReadonlyMap<string, Uint8Array>;
}

const odd = "quote ' back \\ slash \t tab \n line ¥ 𠮷";

async function copyAll(world: Scratch): Promise<Copied> {
  return withSnapshot(world.embedded.url('fubie_backup'), async (snapshot) => {
    const texts = new Map<string, Uint8Array>();
    for (const table of snapshot.tables) {
      const parts: Uint8Array[] = [];
      for await (const part of snapshot.rows(table)) parts.push(part);
      texts.set(table.name, concat(...parts));
    }
    const { migrations, tables, sequences } = snapshot;
    return { snapshot: { migrations, tables, sequences }, texts };
  });
}

async function loadAll(loading: Loading, copied: Copied): Promise<void> {
  for (const table of copied.snapshot.tables) {
    const source = [copied.texts.get(table.name) ?? new Uint8Array(0)];
    await loading.rows(table, source as unknown as AsyncIterable<Uint8Array>);
  }
  for (const { name, value } of copied.snapshot.sequences) await loading.sequence(name, value);
}

async function fill(world: Scratch): Promise<void> {
  for (const tenant of [bankA, bankB]) {
    await world.units.run(tenant, async (unit) => {
      const { txOf } = await import('./database.ts');
      const tx = txOf(unit);
      await sql`insert into evidence_case (tenant, case_id, tag)
        values (${tenant}, 'case-1', ${`tag-${tenant}`})`.execute(tx);
      for (const seq of [0, 1, 2]) {
        await sql`insert into evidence_entry (tenant, case_id, seq, hash, type, bytes, sealed)
          values (${tenant}, 'case-1', ${seq}, ${`${tenant}-${seq}`}, 'applied',
            ${Buffer.from([0, 9, 10, 13, 92, 255, seq])}, null)`.execute(tx);
      }
      await sql`insert into reading_event (tenant, document, page, at)
        values (${tenant}, '00000000-0000-4000-8000-000000000001', 1, 5)`.execute(tx);
      await sql`insert into consent (tenant, case_id, kind, version, accepted, at)
        values (${tenant}, 'case-1', ${odd}, '1', true, 7)`.execute(tx);
    });
  }
}

describe('整库导出与装回', () => {
  let old: Scratch;
  let fresh: Scratch;
  let copied: Copied;
  beforeAll(async () => {
    [old, fresh] = await Promise.all([openScratch(), openScratch()]);
    await fill(old);
    copied = await copyAll(old);
  });
  afterAll(async () => {
    await old.close();
    await fresh.close();
  });

  test('备份角色看得见每一张表的每一行，却一行也写不了', async () => {
    const { rows } = await sql<{ tables: bigint }>`
      select count(*) as tables from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname in ('public', 'log', 'house')`.execute(
      old.owner.kysely,
    );
    expect(copied.snapshot.tables.length).toBe(Number(rows[0]?.tables) - 1);
    expect(lines(copied, 'public.evidence_entry')).toBe(6);
    const { rows: rights } = await sql`
      select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'S') and n.nspname in ('public', 'log', 'house')
        and has_table_privilege('fubie_backup', c.oid, 'insert, update, delete, truncate')`.execute(
      old.owner.kysely,
    );
    expect(rights).toEqual([]);
  });

  test('一张表若没有备份策略，整个备份被拒绝，而不是悄悄少一张表', async () => {
    const world = old.owner.kysely;
    await sql`create table forgotten (tenant text not null)`.execute(world);
    await expect(copyAll(old)).rejects.toMatchObject({ code: 'postgres.dump_blind' });
    await sql`grant select on forgotten to fubie_backup`.execute(world);
    await sql`alter table forgotten enable row level security`.execute(world);
    await expect(copyAll(old)).rejects.toMatchObject({
      code: 'postgres.dump_blind',
      details: { hidden: 'forgotten' },
    });
    await sql`drop table forgotten`.execute(world);
  });

  test('装到一半失败，库仍是空的，行级安全照旧', async () => {
    const broken = loadInto(fresh.embedded.url('fubie_owner'), copied.snapshot, async (loading) => {
      await loadAll(loading, copied);
      throw new Error('the lights went out');
    });
    await expect(broken).rejects.toThrow('the lights went out');
    expect(lines(await copyAll(fresh), 'public.evidence_entry')).toBe(0);
    expect(await guards(fresh)).toEqual(await guards(old));
  });

  test('缺了外键所指的行，装不进去', async () => {
    const partly = copied.snapshot.tables.filter(({ name }) => name !== 'public.evidence_case');
    const some = { ...copied, snapshot: { ...copied.snapshot, tables: partly } };
    const torn = loadInto(fresh.embedded.url('fubie_owner'), copied.snapshot, (loading) =>
      loadAll(loading, some),
    );
    await expect(torn).rejects.toMatchObject({ code: '23503' });
  });

  test('别的迁移造出来的库不收这些行', async () => {
    const [first, ...rest] = copied.snapshot.migrations;
    const other = [{ name: first?.name ?? '', sha256: 'f'.repeat(64) }, ...rest];
    const form = { ...copied.snapshot, migrations: other };
    const refused = loadInto(fresh.embedded.url('fubie_owner'), form, async () => undefined);
    await expect(refused).rejects.toMatchObject({ code: 'postgres.load_form_differs' });
    const wrong: DumpedTable = { name: 'public.consent; drop table consent', columns: ['tenant'] };
    const spoken = loadInto(fresh.embedded.url('fubie_owner'), copied.snapshot, (loading) =>
      loading.rows(wrong, [] as unknown as AsyncIterable<Uint8Array>),
    );
    await expect(spoken).rejects.toMatchObject({ code: 'postgres.load_form_differs' });
  });

  test('装回的库与原库逐字节相同，序号接着走，第二次装被拒绝', async () => {
    const ownerUrl = fresh.embedded.url('fubie_owner');
    await loadInto(ownerUrl, copied.snapshot, (loading) => loadAll(loading, copied));
    const again = await copyAll(fresh);
    for (const { name } of copied.snapshot.tables) {
      expect(sorted(again, name), name).toEqual(sorted(copied, name));
    }
    expect(again.snapshot.sequences).toEqual(copied.snapshot.sequences);
    expect(await guards(fresh)).toEqual(await guards(old));
    const twice = loadInto(ownerUrl, copied.snapshot, (loading) => loadAll(loading, copied));
    await expect(twice).rejects.toMatchObject({ code: 'postgres.load_not_empty' });
    const arrivals = await fresh.units.run(bankA, async (unit) => {
      const { txOf } = await import('./database.ts');
      const { rows } = await sql<{ arrival: bigint }>`
        insert into evidence_entry (tenant, case_id, seq, hash, type, bytes)
        values (${bankA}, 'case-1', 3, 'next', 'applied', '\\x00') returning arrival`.execute(
        txOf(unit),
      );
      return rows.map(({ arrival }) => Number(arrival));
    });
    expect(arrivals[0]).toBeGreaterThan(6);
  });
});

function lines(copied: Copied, table: string): number {
  return sorted(copied, table).length;
}

function sorted(copied: Copied, table: string): string[] {
  const text = fromUtf8(copied.texts.get(table) ?? new Uint8Array(0));
  return text.split('\n').slice(0, -1).toSorted();
}

async function guards(world: Scratch): Promise<unknown> {
  const { rows } = await sql`
    select c.oid::regclass::text as name, c.relforcerowsecurity as forced,
      (select string_agg(f.conname || f.condeferrable, ' ' order by f.conname)
        from pg_constraint f where f.conrelid = c.oid) as constraints
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('public', 'log') order by 1`.execute(
    world.owner.kysely,
  );
  return rows;
}
