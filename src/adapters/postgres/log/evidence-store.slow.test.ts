import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { FileTiles, treeHash } from '#adapters/tiles';
import { utf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import type { Unit } from '#base/unit';
import { judgeLogProof } from '#formats/tlog';
import { Intake } from '#trust/evidence';
import { Mirror } from '#trust/witness';
import { PostgresUnits, txOf } from '../database.ts';
import { bankA, bankB } from '../scratch.ts';
import { PostgresLogAudit } from './log-audit.ts';
import { consent, LogWorld } from './log-world.fixture.ts';
import { partyShelf } from './party-shelf.ts';
import { PostgresRegisters } from './register-store.ts';
import { PostgresStamps } from './stamp-store.ts';
import { unplacedEntry } from './unplaced-store.ts';

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

  test('an entry without its case, a record without its deposit and a case of another name are refused by the database itself', async () => {
    const as = (text: string) =>
      world.scratch.units.run(bankA, (unit) => sql.raw(text).execute(txOf(unit)));
    const { rows } = await as('select case_id from evidence_case limit 1');
    const held = (rows as { case_id: string }[])[0]?.case_id ?? '';
    for (const text of [
      `insert into evidence_entry (case_id, seq, hash, type, bytes)
        values ('${held}', 999, 'x', 'consent.signed', ''),
          ('no-case', 0, 'y', 'consent.signed', '')`,
      `insert into deposit_item (deposit, own, seq, hash, schema, at)
        values ('no-deposit', 'r', 1, 'x', 's@1', 1)`,
    ]) {
      await expect(as(text)).rejects.toMatchObject({ code: '23503' });
    }
    for (const text of [
      `update evidence_case set case_id = 'other' where case_id = '${held}'`,
      `delete from evidence_case where case_id = '${held}'`,
      `update deposit set id = 'other'`,
      'delete from deposit',
    ]) {
      await expect(as(text)).rejects.toThrow('permission denied');
    }
  });

  test('entries of no unit stand among those of units, once each; only the sequencer adds them', async () => {
    const intake = new Intake();
    const stop = new AbortController();
    const running = (await world.sequencer(bankA, intake)).run(stop.signal);
    const strangers = Array.from({ length: 40 }, (_, at) => utf8(`a stranger's entry ${at}`));
    const first = await intake.bring(strangers);
    await world.record(bankA, 'loan-loose');
    const again = await intake.bring([...strangers.slice(7, 9), utf8('a new one')]);
    await world.untilL2(bankA, 'loan-loose');
    stop.abort();
    await running;
    expect(again.map((place) => place.again)).toEqual([true, true, false]);
    expect(again.slice(0, 2).map(({ index }) => index)).toEqual(
      first.slice(7, 9).map(({ index }) => index),
    );
    const report = await world.check(bankA);
    expect(report).toMatchObject({ is: 'sound', flaws: [] });
    const audited = await world.scratch.units.run(bankA, (unit) =>
      new PostgresLogAudit(unit).entries(first[0]?.index ?? -1, 2),
    );
    expect(audited.map(({ caseId, bytes }) => [caseId, bytes])).toEqual([
      [undefined, strangers[0]],
      [undefined, strangers[1]],
    ]);
    const byRoom = world.scratch.units.run(bankA, (unit) =>
      sql`insert into log.loose_entry (log_index, leaf, bytes)
        values (9999, ${new Uint8Array(32)}, ${new Uint8Array(1)})`.execute(txOf(unit)),
    );
    await expect(byRoom).rejects.toThrow('permission denied');
  });

  test('what waits for its place is promised by the process that will place it, and nobody else’s', async () => {
    const asSequencer = new PostgresUnits({ database: world.scratch.sequencer });
    const { hash } = await world.scratch.units.run(bankA, (unit) =>
      world.evidence.record(unit, consent('promised')),
    );
    const waits = await unplacedEntry(asSequencer, bankA, hash);
    const stored = await world.scratch.units.run(bankA, (unit) => world.store.byHash(unit, hash));
    expect(waits?.bytes).toEqual(stored?.bytes);
    expect(waits?.signedSize).toBeGreaterThan(0);
    expect(await unplacedEntry(asSequencer, bankB, hash)).toBeUndefined();
    await world.runUntil(bankA, 'promised');
    expect(await unplacedEntry(asSequencer, bankA, hash)).toBeUndefined();
    const placed = await world.scratch.units.run(bankA, (unit) => world.store.byHash(unit, hash));
    expect(placed?.index).toBeGreaterThanOrEqual(waits?.signedSize ?? Number.POSITIVE_INFINITY);
    const { rows } = await world.scratch.units.run(bankA, (unit) =>
      sql<{ tag: string }>`select tag from evidence_case where case_id = 'promised'`.execute(
        txOf(unit),
      ),
    );
    const tag = rows[0]?.tag ?? '';
    expect(await partyShelf(asSequencer, bankA).ours([tag, 'nobody'])).toEqual([tag]);
    expect(await partyShelf(asSequencer, bankB).ours([tag])).toEqual([]);
  });

  test('votes stand as they were cast, and a register gets its note once', async () => {
    const registers = new PostgresRegisters();
    const run = <T>(action: (unit: Unit) => Promise<T>) => world.scratch.units.run(bankA, action);
    const at = systemClock.now();
    const digest = 'a'.repeat(64);
    const text = { digest, number: 1, text: 'a register', proposedAt: at };
    await run((unit) => registers.propose(unit, text));
    await run((unit) => registers.propose(unit, { ...text, text: 'another' }));
    for (const line of ['first', 'second']) {
      await run((unit) => registers.vote(unit, { digest, member: 'bank-a', line, at }));
    }
    await run((unit) => registers.adopt(unit, { digest, note: 'note', at }));
    await run((unit) => registers.adopt(unit, { digest, note: 'other', at }));
    expect(await run((unit) => registers.all(unit))).toEqual([
      { ...text, note: 'note', adoptedAt: at, votes: [{ member: 'bank-a', line: 'first' }] },
    ]);
    expect(await world.scratch.units.run(bankB, (unit) => registers.all(unit))).toEqual([]);
    for (const change of [
      `update log.register_vote set line = 'x'`,
      'delete from log.register_vote',
      `update log.register_text set text = 'x'`,
      'delete from log.register_text',
    ]) {
      await expect(run((unit) => sql.raw(change).execute(txOf(unit)))).rejects.toThrow(
        'permission denied',
      );
    }
  });

  test('a witnessed head that waits for trusted time is told by the time of the oldest one', async () => {
    const stamps = new PostgresStamps();
    const run = <T>(action: (unit: Unit) => Promise<T>) => world.scratch.units.run(bankA, action);
    const began = systemClock.now();
    await world.record(bankA, 'loan-unstamped');
    await world.runUntil(bankA, 'loan-unstamped');
    const since = await run((unit) => stamps.unstampedSince(unit));
    expect(since).toBeLessThanOrEqual(systemClock.now());
    const newest = await run((unit) => world.store.newestCheckpoint(unit, 'L1'));
    const size = newest?.size ?? 0;
    const record = Uint8Array.of(1);
    const head = { size, version: 0, note: newest?.note ?? '', record, at: began };
    await run((unit) => stamps.add(unit, head));
    expect(await run((unit) => stamps.unstampedSince(unit))).toBeUndefined();
    await world.record(bankA, 'loan-unstamped');
    await world.runUntil(bankA, 'loan-unstamped');
    expect(await run((unit) => stamps.unstampedSince(unit))).toBeGreaterThanOrEqual(began);
  });

  test('stamps are kept in versions, of each head the newest counts, and none is replaced', async () => {
    const stamps = new PostgresStamps();
    const at = systemClock.now();
    const stamp = (size: number, version: number) => ({
      size,
      version,
      note: `note ${size}`,
      record: Uint8Array.of(size, version),
      at,
    });
    const run = <T>(action: (unit: Unit) => Promise<T>) => world.scratch.units.run(bankB, action);
    expect(await run((unit) => stamps.newest(unit))).toBeUndefined();
    for (const one of [stamp(5, 0), stamp(9, 0), stamp(5, 1)]) {
      await run((unit) => stamps.add(unit, one));
    }
    expect(await run((unit) => stamps.newest(unit))).toEqual(stamp(9, 0));
    expect(await run((unit) => stamps.covering(unit, 4))).toEqual(stamp(5, 1));
    expect(await run((unit) => stamps.covering(unit, 9))).toBeUndefined();
    expect(await run((unit) => stamps.all(unit))).toEqual([stamp(5, 1), stamp(9, 0)]);
    await expect(run((unit) => stamps.add(unit, stamp(5, 1)))).rejects.toThrow(
      'receipt.stamp_exists',
    );
    await expect(
      run((unit) => sql`update log.stamp set note = 'x'`.execute(txOf(unit))),
    ).rejects.toThrow('permission denied');
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
    const mirror = new Mirror({ source: tiles, copy, log, hash: treeHash, engine: nodeEngine });
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
