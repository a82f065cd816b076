import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { FileTiles } from '#adapters/tiles';
import { judgeLogProof } from '#formats/tlog';
import { Mirror } from '#trust/witness';
import { txOf } from './database.ts';
import { PostgresLogAudit } from './log-audit.ts';
import { consent, LogWorld } from './log-world.fixture.ts';
import { bankA } from './scratch.ts';

describe('the evidence log on PostgreSQL and files', () => {
  let world: LogWorld;

  beforeAll(async () => {
    world = await LogWorld.open();
  });
  afterAll(() => world.close());

  test('from record to proof: each entry is proved under one checkpoint with all cosignatures', async () => {
    const { units } = world.scratch;
    await world.record(bankA, 'loan-1', 2);
    expect(
      await units.run(bankA, (unit) => world.evidence.caseHasLevel(unit, 'loan-1', 'L1')),
    ).toBe(false);
    await world.runUntil(bankA, 'loan-1');
    const filed = await units.run(bankA, (unit) => world.file().read(unit, 'loan-1', 'L2'));
    expect(filed.entries).toHaveLength(2);
    const keys = { log: world.log(bankA).key, witnesses: world.witnessKeys };
    for (const { proof, bytes } of filed.entries) {
      const judged = await judgeLogProof({ text: proof, entry: bytes }, keys, nodeEngine);
      expect(judged).toMatchObject({ flaw: undefined, signedByLog: true, unknown: [], broken: [] });
      expect(judged.cosigners).toHaveLength(5);
    }
    expect(await world.check(bankA)).toMatchObject({ is: 'sound', entries: 2, cases: 1 });
  });

  test('what is rolled back never happened: no entry, and the chain goes on without a gap', async () => {
    const { units } = world.scratch;
    const failing = units.run(bankA, async (unit) => {
      await world.evidence.record(unit, consent('loan-2'));
      throw new Error('the row could not be written');
    });
    await expect(failing).rejects.toThrow('the row');
    const first = await units.run(bankA, (unit) => world.evidence.record(unit, consent('loan-2')));
    expect(first.seq).toBe(0);
  });

  test('twelve at once on one case: numbers without gap, in the log in their order', async () => {
    await Promise.all(Array.from({ length: 12 }, () => world.record(bankA, 'loan-3')));
    await world.runUntil(bankA, 'loan-3');
    const stored = await world.scratch.units.run(bankA, (unit) =>
      world.store.ofCase(unit, 'loan-3'),
    );
    expect(stored.map(({ seq }) => seq)).toEqual([...Array(12).keys()]);
    const places = stored.map(({ index }) => index ?? -1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect((await world.check(bankA)).flaws).toEqual([]);
  });

  test('rooms can neither change, remove nor place an entry; the sequencer cannot read openings', async () => {
    const as = (text: string) =>
      world.scratch.units.run(bankA, (unit) => sql.raw(text).execute(txOf(unit)));
    for (const text of [
      `update evidence_entry set bytes = '\\x00'`,
      'delete from evidence_entry',
      'update evidence_entry set log_index = 999',
      `update log.checkpoint set level = 'L2'`,
      'update log.heartbeat set at = 0',
    ]) {
      await expect(as(text)).rejects.toThrow('permission denied');
    }
    const asSequencer = (text: string) =>
      world.scratch.sequencer.transaction(async (tx) => {
        await sql`select set_config('fubie.tenant', ${bankA}, true)`.execute(tx);
        return sql.raw(text).execute(tx);
      });
    for (const text of [
      'select sealed from evidence_entry',
      `update evidence_entry set bytes = '\\x00'`,
    ]) {
      await expect(asSequencer(text)).rejects.toThrow('permission denied');
    }
    const moved = await asSequencer(
      'update evidence_entry set log_index = 999 where log_index = 0',
    );
    expect(moved.numAffectedRows).toBe(0n);
  });

  test('one process at a time writes a log; a second one is told to wait', async () => {
    const lease = world.lease(bankA, 0);
    await lease.hold(async () => {
      await expect(lease.hold(async () => 1)).rejects.toMatchObject({
        code: 'evidence.lease_taken',
        retryable: true,
      });
    });
    expect(await lease.hold(async () => 1)).toBe(1);
  });

  test('an entry altered by the owner of the database: witnesses alone name it', async () => {
    await world.record(bankA, 'loan-4');
    await world.runUntil(bankA, 'loan-4');
    const { tiles, key: log } = world.log(bankA);
    const copy = new FileTiles(join(world.folder, 'mirror'));
    const mirror = new Mirror({ source: tiles, copy, log, engine: nodeEngine });
    const entries = await world.scratch.units.run(bankA, (unit) =>
      new PostgresLogAudit(unit).entries(0, 100),
    );
    expect(await mirror.catchUp()).toBe(entries.length);
    expect(await mirror.catchUp()).toBe(entries.length);
    const target = entries.length - 1;
    const altered = `convert_to(replace(convert_from(bytes, 'UTF8'), 'LOCAL_CLOCK', 'OTHER_CLOCK'), 'UTF8')`;
    await world.scratch.owner.transaction(async (tx) => {
      await sql`select set_config('fubie.tenant', ${bankA}, true)`.execute(tx);
      await sql`update evidence_entry set bytes = ${sql.raw(altered)}
        where log_index = ${target}`.execute(tx);
    });
    const report = await world.check(bankA);
    expect(report.is).toBe('broken');
    for (const { differs } of report.witnesses) {
      expect(differs).toMatchObject({ size: entries.length, first: target, last: target });
    }
  });
});
