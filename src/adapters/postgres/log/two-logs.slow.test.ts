/**
 * Two institutions in one database, a log each: what belongs to one is nowhere in the other's.
 */
import { rename, rm, writeFile } from 'node:fs/promises';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { judgeLogProof, parseCheckpoint } from '#formats/tlog';
import { alarmsOf, registerCaseId } from '#trust/evidence';
import { bankA, bankB } from '../scratch.ts';
import { PostgresAlarms } from './alarm-store.ts';
import { PostgresLogAudit } from './log-audit.ts';
import { LogWorld } from './log-world.fixture.ts';

const tables = ['head', 'checkpoint', 'signature', 'alarm', 'heartbeat'];

describe('S0-47 a log for each institution', () => {
  let world: LogWorld;

  beforeAll(async () => {
    world = await LogWorld.open();
    // Interleaved: the arrival of one institution's entries says nothing in the other's log.
    for (let at = 0; at < 4; at += 1) {
      await world.record(bankA, 'loan-1');
      await world.record(bankB, 'loan-1');
      await world.record(bankB, `loan-${at}`);
    }
    await Promise.all([world.runUntil(bankA, 'loan-1'), world.runUntil(bankB, 'loan-1')]);
  });
  afterAll(() => world.close());

  const entriesOf = (tenant: TenantId) =>
    world.scratch.units.run(tenant, (unit) => new PostgresLogAudit(unit).entries(0, 100));

  test('interleaved entries land in two logs, each numbered from nought, with files of its own', async () => {
    for (const [tenant, count] of [
      [bankA, 4],
      [bankB, 8],
    ] as const) {
      const entries = await entriesOf(tenant);
      expect(entries.map(({ index }) => index)).toEqual([...Array(count).keys()]);
      const { tiles, key } = world.log(tenant);
      const note = parseCheckpoint(fromUtf8((await tiles.read('checkpoint')) ?? new Uint8Array()));
      expect(note).toMatchObject({ origin: key.name, size: count });
      expect(await world.check(tenant)).toMatchObject({ is: 'sound', entries: count, flaws: [] });
    }
    const a = (await entriesOf(bankA)).map(({ bytes }) => fromUtf8(bytes));
    const b = (await entriesOf(bankB)).map(({ bytes }) => fromUtf8(bytes));
    expect(a.filter((entry) => b.includes(entry))).toEqual([]);
  });

  test('a proof of one institution does not hold under the log of the other', async () => {
    const filed = await world.scratch.units.run(bankA, (unit) =>
      world.file().read(unit, 'loan-1', 'L2'),
    );
    for (const { proof: text, bytes: entry } of filed.entries) {
      const judge = (tenant: TenantId) => {
        const keys = { log: world.log(tenant).key, witnesses: world.witnessKeys };
        return judgeLogProof({ text, entry }, keys, nodeEngine);
      };
      expect(await judge(bankA)).toMatchObject({ flaw: undefined, signedByLog: true });
      expect(await judge(bankB)).toMatchObject({ signedByLog: false });
    }
  });

  test('S0-47 neither rooms nor sequencer see a row of the other log; the owner proves there are some', async () => {
    await world.lease(bankB).hold(async (log) => {
      const at = systemClock.now();
      const raise = (code: string) =>
        log.checkpoints.alarm({ code, detail: '1 of 3', at, stands: true });
      for (const code of ['quorum_missing', 'witness_opposed.a', 'witness_opposed.b']) {
        await raise(code);
      }
      const but = ['witness_opposed.b'];
      await log.checkpoints.alarm({ endsBelow: 'witness_opposed.', but, at });
    });
    const counted = async (as: 'app' | 'sequencer', of: TenantId, seen: TenantId) => {
      const counts: number[] = [];
      for (const table of tables) {
        const text = `select count(*)::int as n from log.${table} where tenant = '${of}'`;
        const rows = await world.scratch[as].transaction(async (tx) => {
          await sql`select set_config('fubie.tenant', ${seen}, true)`.execute(tx);
          return (await sql.raw<{ n: number }>(text).execute(tx)).rows;
        });
        counts.push(rows[0]?.n ?? -1);
      }
      return counts;
    };
    for (const as of ['app', 'sequencer'] as const) {
      expect(
        (await counted(as, bankB, bankB)).every((count) => count > 0),
        as,
      ).toBe(true);
      expect(await counted(as, bankB, bankA), as).toEqual(tables.map(() => 0));
    }
    const board = new PostgresAlarms();
    const alarms = (tenant: TenantId) =>
      world.scratch.units.run(tenant, (unit) => board.standing(unit));
    // Of those about witnesses only the one about who is still a witness.
    const standing = (await alarms(bankB)).map(({ code }) => code);
    expect(standing).toEqual(['quorum_missing', 'witness_opposed.b']);
    expect(await alarms(bankA)).toEqual([]);
  });

  test('a sequencer that speaks for one tenant cannot place, draft or sign for the other', async () => {
    await world.record(bankB, 'loan-9');
    await world.lease(bankA).hold(async (log) => {
      expect(await log.pending(100)).toEqual([]);
    });
    const forged = world.scratch.sequencer.transaction(async (tx) => {
      await sql`select set_config('fubie.tenant', ${bankA}, true)`.execute(tx);
      const placed = await sql`update evidence_entry set log_index = 77
        where tenant = ${bankB}`.execute(tx);
      expect(placed.numAffectedRows).toBe(0n);
      await sql`insert into log.checkpoint (tenant, size, root, text, drafted_at)
        values (${bankB}, 99, ${new Uint8Array(32)}, 'x', 1)`.execute(tx);
    });
    await expect(forged).rejects.toThrow('row-level security');
    await world.runUntil(bankB, 'loan-9');
  });

  test('one log stands still, the other goes on: a damaged file of one is nobody else’s trouble', async () => {
    const damaged = `${world.folder}/log/${bankA}/tile/entries/000.p/5`;
    await writeFile(damaged, 'not what the log will want to write here');
    await world.record(bankA, 'loan-5');
    await world.record(bankB, 'loan-5');
    const stop = new AbortController();
    const failing = (await world.sequencer(bankA)).run(stop.signal);
    const other = (await world.sequencer(bankB)).run(stop.signal);
    await expect(failing).rejects.toThrow('evidence.tile_differs');
    await world.untilL2(bankB, 'loan-5');
    stop.abort();
    await other;
    const { units } = world.scratch;
    const level = (tenant: TenantId) =>
      units.run(tenant, (unit) => world.evidence.caseHasLevel(unit, 'loan-5', 'L2'));
    expect([await level(bankA), await level(bankB)]).toEqual([false, true]);
    const board = new PostgresAlarms();
    const alarms = await units.run(bankA, (unit) => alarmsOf(unit, board, systemClock.now()));
    expect(alarms).toContainEqual({ code: 'log_stopped', detail: 'evidence.tile_differs' });
    await rm(damaged);
    await world.runUntil(bankA, 'loan-5');
    expect(await level(bankA)).toBe(true);
    const standing = await units.run(bankA, (unit) => board.standing(unit));
    expect(standing.map(({ code }) => code)).not.toContain('log_stopped');
  });

  test('a log set back to an older back-up is refused by its own memory, and only it', async () => {
    const asOwner = <T>(action: (tx: Transaction<unknown>) => Promise<T>): Promise<T> =>
      world.scratch.owner.transaction(async (tx) => {
        await sql`select set_config('fubie.tenant', ${bankA}, true)`.execute(tx);
        return action(tx);
      });
    const head = sql<{ size: bigint; root: Uint8Array; edge: Uint8Array }>`
      select size, root, edge from log.head`;
    const [backup] = (await asOwner((tx) => head.execute(tx))).rows;
    if (backup === undefined) throw new Error('no head');
    await world.record(bankA, 'loan-7');
    await world.runUntil(bankA, 'loan-7');
    const { size, root, edge } = backup;
    await asOwner(async (tx) => {
      for (const text of [
        sql`delete from log.signature where size > ${size}`,
        sql`delete from log.checkpoint where size > ${size}`,
        sql`update log.head set size = ${size}, root = ${root}, edge = ${edge}`,
        sql`update evidence_entry set log_index = null where log_index >= ${size}`,
      ]) {
        await text.execute(tx);
      }
    });
    const stop = new AbortController();
    await expect((await world.sequencer(bankA)).run(stop.signal)).rejects.toMatchObject({
      code: 'evidence.rolled_back',
      details: { ours: Number(size), seen: Number(size) + 1 },
    });
    // Without its own memory the witnesses still know more than the database does.
    await rename(world.headsFile(bankA), `${world.headsFile(bankA)}.lost`);
    await expect((await world.sequencer(bankA)).run(stop.signal)).rejects.toThrow(
      'evidence.rolled_back',
    );
    await world.record(bankB, 'loan-7');
    await world.runUntil(bankB, 'loan-7');
    expect(await world.check(bankB)).toMatchObject({ is: 'sound' });
  });

  test('the register opens itself, once for each tenant, under a name of its own', async () => {
    const { units } = world.scratch;
    const note = (tenant: TenantId) =>
      units.run(tenant, (unit) =>
        world.evidence.note(unit, { type: 'staff.changed', disclosures: [], of: [] }),
      );
    await Promise.all([note(bankB), note(bankB), note(bankB)]);
    await note(bankA);
    for (const [tenant, count] of [
      [bankB, 4],
      [bankA, 2],
    ] as const) {
      const caseId = await registerCaseId(tenant, nodeEngine);
      const types = await units.run(tenant, async (unit) => {
        return (await world.store.ofCase(unit, caseId)).map(({ type }) => type);
      });
      expect(types).toEqual(['tenant.opened', ...Array(count - 1).fill('staff.changed')]);
    }
    const foreign = await units.run(bankA, async (unit) => {
      const caseId = await registerCaseId(bankB, nodeEngine);
      return world.store.ofCase(unit, caseId);
    });
    expect(foreign).toEqual([]);
  });
});
