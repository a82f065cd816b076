import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { addSeconds, type Clock, type Instant, instantFromMs } from '#base/clock';
import type { TenantId } from '#base/unit';
import {
  type AccessEvent,
  AccessJournal,
  AddressMarks,
  JournalBatches,
  type Register,
  rowBytes,
  type StaffCaller,
} from '#business/access';
import { parseEntry } from '#formats/entry';
import { hashLeaf, inclusionFlaw } from '#formats/tlog';
import { DeskWorld } from '../lending/desk-world.fixture.ts';
import { PostgresEntries } from '../log/evidence-store.ts';
import { bankA, bankB, type Scratch } from '../scratch.ts';
import { findPlainText } from '../vault/plain-text.ts';
import { PostgresJournal } from './journal-store.ts';

let now: Instant = instantFromMs(1_795_000_000_000);
const clock: Clock = { now: () => now, source: 'TEST' };
const caseId = 'A'.repeat(22);
const glass = { id: 'g1', permission: 'case.read', caseId, until: now } as const;
const caller: StaffCaller = {
  kind: 'staff',
  session: '01900000-0000-7000-8000-00000000000a',
  factors: ['password'],
  staff: {
    id: '01900000-0000-7000-8000-000000000001',
    tenant: bankA,
    login: 'clerk-1',
    unit: 'head-office',
    unitPath: '/head-office/',
    roles: [],
    state: 'active',
    mustChange: false,
    glass: [glass],
  },
};
const event: AccessEvent = {
  requestId: 'r1',
  caller,
  route: 'GET /v1/cases/:id/timeline',
  ids: { id: caseId },
  status: 200,
  outcome: 'ok',
  address: '192.0.2.7',
};

describe('the access journal', () => {
  let house: DeskWorld;
  let world: Scratch;
  let journal: AccessJournal;
  let batches: JournalBatches;
  const store = new PostgresJournal();
  const entries: { hash: string; sha256: string }[] = [];
  const register: Register = {
    note: async (unit, draft) => {
      const { hash } = await house.one.register.note(unit, draft);
      const entry = await new PostgresEntries().byHash(unit, hash);
      const [statement] = parseEntry(entry?.bytes ?? utf8('')).of;
      entries.push({ hash, sha256: statement?.sha256 ?? '' });
      return { hash };
    },
  };

  beforeAll(async () => {
    house = await DeskWorld.open();
    world = house.scratch;
    const marks = new AddressMarks({
      key: async (tenant) => nodeEngine.digest('sha256', utf8(tenant)),
      engine: nodeEngine,
    });
    // What is sealed here is upside down, which is enough to see that it was.
    const turned = async (_unit: unknown, _place: unknown, bytes: Uint8Array) => bytes.toReversed();
    const secrets = { seal: turned, open: turned };
    journal = new AccessJournal({ store, marks, secrets, clock });
    batches = new JournalBatches({
      units: world.units,
      store,
      register,
      engine: nodeEngine,
      clock,
    });
  });
  afterAll(() => house.close());

  const write = (change: Partial<AccessEvent> = {}, tenant: TenantId = bankA): Promise<void> =>
    world.units.run(tenant, (unit) => journal.write(unit, { ...event, ...change }));
  const page = (tenant: TenantId = bankA, change = {}) =>
    world.units.run(tenant, (unit) => {
      const query = { before: undefined, countMax: 50, id: undefined, caller: undefined };
      return journal.page(unit, { ...query, ...change });
    });
  const flaws = () => world.units.run(bankA, (unit) => batches.check(unit, entries));
  const asOwner = (statement: ReturnType<typeof sql>) =>
    world.owner.transaction(async (tx) => {
      await sql`select set_config('fubie.tenant', ${bankA}, true)`.execute(tx);
      await statement.execute(tx);
    });

  test('says who asked what under which break-glass, and nothing of a person', async () => {
    const idNumber = '990101199003070111';
    await write({ purpose: 'credit-review' });
    await write({ purpose: `为核对 ${idNumber}`, ids: { id: idNumber, key: 'word-1' } });
    const [second, first] = await page();
    expect(first).toMatchObject({
      kind: 'staff',
      caller: caller.staff.id,
      ids: [`id=${caseId}`],
      purpose: 'credit-review',
      glass: 'g1',
    });
    expect(second).toMatchObject({ ids: ['key=word-1'], glass: null });
    expect(second?.purpose).toMatch(/^sealed:/);
    expect(second?.mark).toEqual(first?.mark);
    const search = { tenants: [bankA], words: [idNumber, event.address] };
    expect(await findPlainText(world.owner, search)).toEqual([]);
    expect(await page(bankB)).toEqual([]);
    expect(await page(bankA, { id: `id=${caseId}` })).toHaveLength(1);
  });

  test('no room can change or remove a row', async () => {
    for (const statement of [
      sql`update access_event set outcome = 'ok'`,
      sql`delete from access_event`,
      sql`update access_batch set pruned_at = 1`,
      sql`delete from access_batch`,
    ]) {
      const attempt = world.app.transaction((tx) => statement.execute(tx));
      await expect(attempt).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('every row up to the batch is under its root, also one that was being written meanwhile', async () => {
    let isWritten = false;
    const slow = world.units.run(bankA, async (unit) => {
      await journal.write(unit, { ...event, requestId: 'slow' });
      await new Promise((done) => setTimeout(done, 150));
      isWritten = true;
    });
    await new Promise((done) => setTimeout(done, 50));
    await write({ requestId: 'quick' });
    expect(isWritten).toBe(false);
    const count = await batches.close(bankA);
    expect(isWritten).toBe(true);
    await slow;
    expect(count).toBe(4);
    expect(await batches.close(bankA)).toBe(0);
    expect(entries).toHaveLength(1);
    expect(await flaws()).toEqual([]);
  });

  test('one row is proved under the root without the others', async () => {
    for (let turn = 0; turn < 9; turn += 1) await write({ requestId: `more-${turn}` });
    await batches.close(bankA);
    const [row] = await page();
    const number = row?.number ?? 0;
    const proof = await world.units.run(bankA, (unit) => batches.prove(unit, number));
    const leaf = await hashLeaf(rowBytes(proof.row), nodeEngine);
    const { index, size, hashes } = proof;
    const claim = { leaf, index, size, root: proof.batch.root, proof: hashes };
    expect(await inclusionFlaw(claim, nodeEngine)).toBeUndefined();
    const other = await hashLeaf(rowBytes({ ...proof.row, outcome: 'ok?' }), nodeEngine);
    expect(await inclusionFlaw({ ...claim, leaf: other }, nodeEngine)).toBeDefined();
    await write();
    const unbatched = (await page())[0]?.number ?? 0;
    await expect(world.units.run(bankA, (unit) => batches.prove(unit, unbatched))).rejects.toThrow(
      'access.journal_unknown',
    );
    await expect(world.units.run(bankB, (unit) => batches.prove(unit, number))).rejects.toThrow(
      'access.journal_unknown',
    );
  });

  test('a row changed, removed or slipped in by the owner of the tables is found', async () => {
    const number = (await page())[3]?.number ?? 0;
    await asOwner(
      sql`update access_event set outcome = 'access.not_yours' where number = ${number}`,
    );
    expect(await flaws()).toEqual([{ code: 'rows_differ', at: '2' }]);
    await asOwner(sql`update access_event set outcome = 'ok' where number = ${number}`);
    expect(await flaws()).toEqual([]);
    await asOwner(sql`create table spare as select * from access_event where number = ${number}`);
    await asOwner(sql`delete from access_event where number = ${number}`);
    expect(await flaws()).toEqual([{ code: 'rows_differ', at: '2' }]);
    await asOwner(sql`insert into access_event overriding system value select * from spare`);
    expect(await flaws()).toEqual([]);
    await asOwner(sql`update access_batch set last = last + 1, count = count + 1 where seq = 2`);
    expect(await flaws()).toContainEqual({ code: 'batch_without_entry', at: '2' });
    await asOwner(sql`update access_batch set last = last - 1, count = count - 1 where seq = 2`);
    await asOwner(sql`update access_batch set pruned_at = closed_at + 1 where seq = 1`);
    expect(await flaws()).toContainEqual({ code: 'pruned_early', at: '1' });
    await asOwner(sql`update access_batch set pruned_at = null where seq = 1`);
    const [first] = entries;
    const more = [...entries, { hash: 'f'.repeat(64), sha256: first?.sha256 ?? '' }];
    expect(await world.units.run(bankA, (unit) => batches.check(unit, more))).toEqual([
      { code: 'entry_without_batch', at: 'f'.repeat(64) },
    ]);
  });

  test('L-NS-01 rows stay six months whatever the caller’s clock says, then go, and their root stays', async () => {
    await batches.close(bankA);
    now = addSeconds(now, 400 * 24 * 60 * 60);
    // A clock that runs ahead removes nothing: the function looks at the computer's own.
    const before = (await page()).length;
    await asOwner(
      sql`update access_batch set closed_at = (extract(epoch from now()) * 1000)::bigint`,
    );
    expect(await batches.prune(bankA)).toBe(0);
    expect(await page()).toHaveLength(before);
    const old = (days: number) =>
      asOwner(sql`update access_batch
        set closed_at = (extract(epoch from now()) * 1000)::bigint - ${days}::bigint * 86400000`);
    await old(183);
    expect(await batches.prune(bankA)).toBe(0);
    await old(185);
    expect(await batches.prune(bankA)).toBe(before);
    expect(await page()).toEqual([]);
    expect(await flaws()).toEqual([]);
  });

  test('a unit that holds what the batch needs next may still write its line', async () => {
    await write();
    const held = Promise.withResolvers<void>();
    const acting = world.units.run(bankA, async (unit) => {
      const of = [{ name: 'held', bytes: utf8('held') }];
      await house.one.register.note(unit, { type: 'access.journal', disclosures: [], of });
      held.resolve();
      await new Promise((done) => setTimeout(done, 150));
      await journal.write(unit, { ...event, requestId: 'acting' });
    });
    await held.promise;
    await expect(Promise.all([batches.close(bankA), acting])).resolves.toEqual([1, undefined]);
    expect(await batches.close(bankA)).toBe(1);
    expect(await flaws()).toEqual([]);
  });
});
