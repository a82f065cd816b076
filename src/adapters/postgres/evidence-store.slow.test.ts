import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { FileTiles } from '#adapters/tiles';
import { FileSignedHeads, FileWitnessMemory } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { Unit } from '#base/unit';
import { judgeLogProof, type NoteKey, noteKey } from '#formats/tlog';
import { printWitnessRequest, type WitnessedHead } from '#formats/witness';
import { CaseFile, Evidence, fsck, Sequencer, type WitnessLine } from '#trust/evidence';
import { Mirror, Witness } from '#trust/witness';
import { txOf } from './database.ts';
import { PostgresEntries } from './evidence-store.ts';
import { PostgresLogAudit, PostgresLogLease } from './log-store.ts';
import { bankA, bankB, openScratch, type Scratch } from './scratch.ts';

const origin = 'log.fubie.test/pg';
const votes = ['court', 'notary', 'arbitration', 'peer-bank'];

describe('the evidence log on PostgreSQL and files', () => {
  let world: Scratch;
  let folder = '';
  let log: NoteKey;
  let tiles: FileTiles;
  const store = new PostgresEntries({ origin });
  const keeper = {
    seal: async (_unit: Unit, _subject: string, bytes: Uint8Array) => bytes.map((b) => b ^ 1),
    open: async (_unit: Unit, _subject: string, bytes: Uint8Array) => bytes.map((b) => b ^ 1),
  };
  const actor = softSigner(generateSoftKey('ed25519'));
  const logSigner = softSigner(generateSoftKey('ed25519'));
  const memories = new Map<string, FileWitnessMemory>();
  const lines = new Map<string, WitnessLine>();
  let evidence: Evidence;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fubie-log-'));
    world = await openScratch();
    log = await noteKey(
      { name: origin, kind: 'ed25519', publicKey: logSigner.publicKey },
      nodeEngine,
    );
    tiles = new FileTiles(join(folder, 'tiles'));
    for (const name of ['sentinel', ...votes]) await addWitness(name);
    evidence = new Evidence({
      // The stand-in's own level is believed here; the signatures are judged in the real house.
      judge: async () => 'L2',
      store,
      keeper,
      signer: actor,
      actor: 'serve',
      environment: 'R0VCckNKWVJvYWRUb05vd2hlcmVJc0FTYWx0ZWQzMkI=',
      engine: nodeEngine,
      clock: systemClock,
      random: systemRandom,
    });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function addWitness(name: string): Promise<void> {
    const signer = softSigner(generateSoftKey('ed25519'));
    const memory = await FileWitnessMemory.open(join(folder, name, 'heads'));
    const key = await noteKey(
      { name, kind: 'cosignature', publicKey: signer.publicKey },
      nodeEngine,
    );
    const parts = { key, signer, logs: [log], memory, clock: systemClock, engine: nodeEngine };
    const witness = new Witness(parts);
    memories.set(name, memory);
    lines.set(name, {
      key,
      addCheckpoint: (request) => witness.addCheckpoint(printWitnessRequest(request)),
    });
  }

  const line = (name: string): WitnessLine => {
    const found = lines.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  async function sequencer(): Promise<Sequencer> {
    return new Sequencer({
      key: log,
      signer: logSigner,
      lease: new PostgresLogLease({ database: world.sequencer, origin }),
      tiles,
      heads: await FileSignedHeads.open(join(folder, 'sequencer', 'signed')),
      sentinel: line('sentinel'),
      voters: votes.map(line),
      mirrors: [],
      quorum: 3,
      engine: nodeEngine,
      clock: systemClock,
      pause: (ms) => new Promise((resume) => setTimeout(resume, ms)),
    });
  }

  /** Lets a sequencer live until the case has its level. */
  async function runUntil(caseId: string, tenant = bankA): Promise<void> {
    const stop = new AbortController();
    const running = (await sequencer()).run(stop.signal);
    for (let tries = 0; tries < 200; tries += 1) {
      const done = await world.units.run(tenant, (u) => evidence.caseHasLevel(u, caseId, 'L2'));
      if (done) break;
      await new Promise((resume) => setTimeout(resume, 20));
    }
    stop.abort();
    await running;
  }

  const consent = (caseId: string) => ({
    caseId,
    type: 'consent.signed' as const,
    subject: 's1',
    disclosures: [{ name: 'document', value: 'pi-authorisation' }],
    of: [],
  });
  const witnessed = async (): Promise<Map<string, readonly WitnessedHead[]>> => {
    const all = new Map<string, readonly WitnessedHead[]>();
    for (const [name, memory] of memories) all.set(name, await memory.all());
    return all;
  };
  const check = async () =>
    fsck({
      audit: new PostgresLogAudit({ database: world.sequencer, origin }),
      log,
      witnessKeys: [...lines.values()].map(({ key }) => key),
      keyOf: () => actor.publicKey,
      engine: nodeEngine,
      tiles,
      witnessed: await witnessed(),
    });

  test('from record to proof: two tenants, one log, each sees its own case', async () => {
    for (const tenant of [bankA, bankB]) {
      await world.units.run(tenant, async (unit) => {
        await evidence.record(unit, consent('loan-1'));
        await evidence.record(unit, consent('loan-1'));
      });
    }
    expect(await world.units.run(bankA, (u) => evidence.caseHasLevel(u, 'loan-1', 'L1'))).toBe(
      false,
    );
    await runUntil('loan-1');
    const file = new CaseFile({ store, keeper, tiles, engine: nodeEngine });
    const filed = await world.units.run(bankA, (unit) => file.read(unit, 'loan-1', 'L2'));
    expect(filed.entries).toHaveLength(2);
    const keys = { log, witnesses: [...lines.values()].map(({ key }) => key) };
    for (const { proof, bytes } of filed.entries) {
      const judged = await judgeLogProof({ text: proof, entry: bytes }, keys, nodeEngine);
      expect(judged).toMatchObject({ flaw: undefined, signedByLog: true, unknown: [], broken: [] });
      expect(judged.cosigners).toHaveLength(5);
    }
    expect(await check()).toMatchObject({ is: 'sound', entries: 4, cases: 2 });
  });

  test('what is rolled back never happened: no entry, and the chain goes on without a gap', async () => {
    const failing = world.units.run(bankA, async (unit) => {
      await evidence.record(unit, consent('loan-2'));
      throw new Error('the row could not be written');
    });
    await expect(failing).rejects.toThrow('the row');
    const first = await world.units.run(bankA, (unit) => evidence.record(unit, consent('loan-2')));
    expect(first.seq).toBe(0);
  });

  test('twelve at once on one case: numbers without gap, in the log in their order', async () => {
    await Promise.all(
      Array.from({ length: 12 }, () =>
        world.units.run(bankA, (unit) => evidence.record(unit, consent('loan-3'))),
      ),
    );
    await runUntil('loan-3');
    const stored = await world.units.run(bankA, (unit) => store.ofCase(unit, 'loan-3'));
    expect(stored.map(({ seq }) => seq)).toEqual([...Array(12).keys()]);
    const places = stored.map(({ index }) => index ?? -1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect((await check()).flaws).toEqual([]);
  });

  test('rooms can neither change, remove nor place an entry; the sequencer cannot read openings', async () => {
    const as = (text: string) =>
      world.units.run(bankA, (unit) => sql.raw(text).execute(txOf(unit)));
    for (const text of [
      `update evidence_entry set bytes = '\\x00'`,
      'delete from evidence_entry',
      'update evidence_entry set log_index = 999',
      `update log.checkpoint set level = 'L2'`,
    ]) {
      await expect(as(text)).rejects.toThrow('permission denied');
    }
    const asSequencer = (text: string) => sql.raw(text).execute(world.sequencer.kysely);
    await expect(asSequencer('select sealed from evidence_entry')).rejects.toThrow(
      'permission denied',
    );
    await expect(asSequencer(`update evidence_entry set bytes = '\\x00'`)).rejects.toThrow(
      'permission denied',
    );
    const moved = await asSequencer(
      'update evidence_entry set log_index = 999 where log_index = 0',
    );
    expect(moved.numAffectedRows).toBe(0n);
  });

  test('one process at a time writes the log; a second one is told to wait', async () => {
    const lease = new PostgresLogLease({ database: world.sequencer, origin, waitMs: 0 });
    await lease.hold(async () => {
      await expect(lease.hold(async () => 1)).rejects.toMatchObject({
        code: 'evidence.lease_taken',
        retryable: true,
      });
    });
    expect(await lease.hold(async () => 1)).toBe(1);
  });

  test('an entry altered by the owner of the database: witnesses alone name it', async () => {
    await world.units.run(bankA, (unit) => evidence.record(unit, consent('loan-4')));
    await runUntil('loan-4');
    const mirror = new Mirror({
      source: tiles,
      copy: new FileTiles(join(folder, 'mirror')),
      log,
      engine: nodeEngine,
    });
    const audit = new PostgresLogAudit({ database: world.sequencer, origin });
    const entries = await audit.entries(0, 100);
    expect(await mirror.catchUp()).toBe(entries.length);
    expect(await mirror.catchUp()).toBe(entries.length);
    const target = entries.length - 1;
    const altered = `convert_to(replace(convert_from(bytes, 'UTF8'), 'LOCAL_CLOCK', 'OTHER_CLOCK'), 'UTF8')`;
    await world.owner.transaction(async (tx) => {
      await sql`select set_config('fubie.tenant', ${bankA}, true)`.execute(tx);
      await sql`update evidence_entry set bytes = ${sql.raw(altered)}
        where log_index = ${target}`.execute(tx);
    });
    const report = await check();
    expect(report.is).toBe('broken');
    for (const { differs } of report.witnesses) {
      expect(differs).toMatchObject({ size: entries.length, first: target, last: target });
    }
  });
});
