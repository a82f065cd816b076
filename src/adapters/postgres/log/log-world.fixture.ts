/**
 * For tests: two tenants in one database, a log each, and witnesses that watch both.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { FileTiles, treeHash } from '#adapters/tiles';
import { FileSignedHeads, FileWitnessMemory } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import type { Signer } from '#formats/crypto';
import { type NoteKey, noteKey } from '#formats/tlog';
import { printWitnessRequest, type WitnessedHead } from '#formats/witness';
import {
  CaseFile,
  Evidence,
  type FsckParts,
  type FsckReport,
  fsck,
  type Intake,
  Sequencer,
  type WitnessLine,
} from '#trust/evidence';
import { Witness } from '#trust/witness';
import { bankA, bankB, openScratch, type Scratch } from '../scratch.ts';
import { PostgresEntries } from './evidence-store.ts';
import { PostgresLogAudit } from './log-audit.ts';
import { PostgresLogLease } from './log-store.ts';

export const votes = ['court', 'notary', 'arbitration', 'peer-bank'] as const;

/** One tenant's log: its key, its files, what its process remembers. */
export interface TestLog {
  readonly key: NoteKey;
  readonly signer: Signer;
  readonly tiles: FileTiles;
}

export class LogWorld {
  readonly scratch: Scratch;
  readonly folder: string;
  readonly store = new PostgresEntries();
  readonly actor = softSigner(generateSoftKey('ed25519'));
  readonly logs = new Map<TenantId, TestLog>();
  readonly memories = new Map<string, FileWitnessMemory>();
  readonly lines = new Map<string, WitnessLine>();
  readonly keeper = {
    seal: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes.map((b) => b ^ 1),
    open: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes.map((b) => b ^ 1),
  };
  readonly evidence: Evidence;

  private constructor(scratch: Scratch, folder: string) {
    this.scratch = scratch;
    this.folder = folder;
    this.evidence = new Evidence({
      // The stand-in's own level is believed here; the signatures are judged in the real house.
      judge: async () => 'L2',
      store: this.store,
      keeper: this.keeper,
      signer: this.actor,
      actor: 'serve',
      environment: 'R0VCckNKWVJvYWRUb05vd2hlcmVJc0FTYWx0ZWQzMkI=',
      engine: nodeEngine,
      clock: systemClock,
      random: systemRandom,
    });
  }

  static async open(): Promise<LogWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-log-'));
    const world = new LogWorld(await openScratch(), folder);
    for (const tenant of [bankA, bankB]) await world.#addLog(tenant);
    for (const name of ['sentinel', ...votes]) await world.#addWitness(name);
    return world;
  }

  async close(): Promise<void> {
    await this.scratch.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  log(tenant: TenantId): TestLog {
    const found = this.logs.get(tenant);
    if (found === undefined) throw new Error(tenant);
    return found;
  }

  line(name: string): WitnessLine {
    const found = this.lines.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  }

  get witnessKeys(): readonly NoteKey[] {
    return [...this.lines.values()].map(({ key }) => key);
  }

  headsFile(tenant: TenantId): string {
    return join(this.folder, 'sequencer', tenant, 'signed-heads.jsonl');
  }

  lease(tenant: TenantId, waitMs?: number): PostgresLogLease {
    const database = this.scratch.sequencer;
    return new PostgresLogLease({ database, tenant, ...(waitMs === undefined ? {} : { waitMs }) });
  }

  async sequencer(tenant: TenantId, intake?: Intake): Promise<Sequencer> {
    const { key, signer, tiles } = this.log(tenant);
    return new Sequencer({
      ...(intake === undefined ? {} : { intake }),
      key,
      signer,
      hash: treeHash,
      lease: this.lease(tenant),
      tiles,
      heads: await FileSignedHeads.open(this.headsFile(tenant)),
      sentinel: this.line('sentinel'),
      voters: votes.map((name) => this.line(name)),
      mirrors: [],
      quorum: 3,
      engine: nodeEngine,
      clock: systemClock,
      pause: (ms) => new Promise((resume) => setTimeout(resume, ms)),
    });
  }

  /** Lets a tenant's sequencer live until the case has its level. */
  async runUntil(tenant: TenantId, caseId: string): Promise<void> {
    const stop = new AbortController();
    const running = (await this.sequencer(tenant)).run(stop.signal);
    await Promise.race([running, this.untilL2(tenant, caseId)]);
    stop.abort();
    await running;
  }

  async untilL2(tenant: TenantId, caseId: string): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      const done = await this.scratch.units.run(tenant, (unit) =>
        this.evidence.caseHasLevel(unit, caseId, 'L2'),
      );
      if (done) return;
      await new Promise((resume) => setTimeout(resume, 20));
    }
  }

  async record(tenant: TenantId, caseId: string, count = 1): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      await this.scratch.units.run(tenant, (unit) => this.evidence.record(unit, consent(caseId)));
    }
  }

  file(): CaseFile {
    const { store, keeper } = this;
    const tilesOf = (tenant: TenantId): FileTiles => this.log(tenant).tiles;
    return new CaseFile({ store, keeper, tilesOf, engine: nodeEngine });
  }

  check(tenant: TenantId): Promise<FsckReport> {
    return this.scratch.units.run(tenant, (unit) => this.checkIn(unit));
  }

  /** What an auditor sees within the unit. */
  async checkIn(unit: Unit, more: Partial<FsckParts> = {}): Promise<FsckReport> {
    const { tenant } = unit;
    const { key: log, tiles } = this.log(tenant);
    const published = await tiles.read('checkpoint');
    const witnessed = new Map<string, readonly WitnessedHead[]>();
    for (const [name, memory] of this.memories) witnessed.set(name, await memory.all());
    return fsck({
      tenant,
      audit: new PostgresLogAudit(unit),
      shards: [{ shard: { base: 0, end: undefined }, log, tiles, published }],
      witnessKeys: this.witnessKeys,
      keyOf: () => this.actor.publicKey,
      engine: nodeEngine,
      witnessed,
      ...more,
    });
  }

  async #addLog(tenant: TenantId): Promise<void> {
    const signer = softSigner(generateSoftKey('ed25519'));
    const named = { name: `fubie.test/log/${tenant}`, kind: 'ed25519' } as const;
    const key = await noteKey({ ...named, publicKey: signer.publicKey }, nodeEngine);
    const tiles = new FileTiles(join(this.folder, 'log', tenant));
    this.logs.set(tenant, { key, signer, tiles });
  }

  async #addWitness(name: string): Promise<void> {
    const signer = softSigner(generateSoftKey('ed25519'));
    const memory = await FileWitnessMemory.open(join(this.folder, name, 'heads'));
    const { publicKey } = signer;
    const key = await noteKey({ name, kind: 'cosignature', publicKey }, nodeEngine);
    const keys = [...this.logs.values()].map((log) => log.key);
    const logOf = async (origin: string): Promise<NoteKey | undefined> =>
      keys.find((known) => known.name === origin);
    const parts = { key, signer, logOf, memory, clock: systemClock, engine: nodeEngine };
    const witness = new Witness(parts);
    this.memories.set(name, memory);
    this.lines.set(name, {
      key,
      addCheckpoint: (request) => witness.addCheckpoint(printWitnessRequest(request)),
    });
  }
}

export function consent(caseId: string) {
  const disclosures = [{ name: 'document', value: 'pi-authorisation' }];
  return { caseId, type: 'consent.signed', subject: 's1', disclosures, of: [] } as const;
}
