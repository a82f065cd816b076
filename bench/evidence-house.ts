/**
 * What the evidence bench runs on: a fresh PostgreSQL with the house's own settings and roles,
 * files on the same disk, the real sequencer, and witnesses with journals of their own in this
 * process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import {
  type Database,
  type Embedded,
  migrate,
  openDatabase,
  PostgresLogLease,
  startEmbedded,
} from '#adapters/postgres';
import { FileTiles, treeHash, twinTreeHash } from '#adapters/tiles';
import { FileSignedHeads, FileWitnessMemory } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { type NoteKey, noteKey, parseCheckpoint } from '#formats/tlog';
import { twinKey, twinOrigin } from '#formats/twin';
import { printWitnessRequest } from '#formats/witness';
import {
  Intake,
  Sequencer,
  type SequencerStep,
  type TwinParts,
  type WitnessLine,
} from '#trust/evidence';
import { Witness } from '#trust/witness';
import { familyCpuMs, familyOf } from './processes.ts';

export const bank = 'bench-bank' as TenantId;
const voterNames = ['court', 'notary', 'arbitration', 'peer-bank'] as const;
const quorum = 3;
/** Of write-ahead log, before anything is measured: what the house's settings keep for re-use. */
const settledMegabytes = 512;
const pollMs = 5;
const passwords = {
  postgres: 'bench-postgres',
  fubie_owner: 'bench-owner',
  fubie_app: 'bench-app',
  fubie_sequencer: 'bench-sequencer',
  fubie_backup: 'bench-backup',
};

type SequencerParts = ConstructorParameters<typeof Sequencer>[0];
type HouseParts = Omit<SequencerParts, 'lease' | 'intake' | 'twin' | 'heads'>;

export class EvidenceHouse {
  readonly folder: string;
  embedded: Embedded;
  readonly key: NoteKey;
  readonly tiles: FileTiles;
  readonly #parts: HouseParts;
  #sequencer: Database;

  private constructor(
    parts: HouseParts,
    at: { folder: string; embedded: Embedded; tiles: FileTiles },
  ) {
    this.#parts = parts;
    this.key = parts.key;
    this.folder = at.folder;
    this.embedded = at.embedded;
    this.tiles = at.tiles;
    this.#sequencer = openDatabase(at.embedded.url('fubie_sequencer'), { connectionsMax: 1 });
  }

  static async open(): Promise<EvidenceHouse> {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-bench-'));
    const embedded = await startEmbedded({ folder: join(folder, 'pg'), passwords });
    await migrate(embedded.url('fubie_owner'), passwords);
    const signer = softSigner(generateSoftKey('ed25519'));
    const named = { name: 'log.bench.test', kind: 'ed25519', publicKey: signer.publicKey } as const;
    const key = await noteKey(named, nodeEngine);
    const lines = new Map<string, WitnessLine>();
    for (const name of ['sentinel', ...voterNames]) lines.set(name, await line(folder, name, key));
    const of = (name: string): WitnessLine => {
      const found = lines.get(name);
      if (found === undefined) throw new Error(name);
      return found;
    };
    const tiles = new FileTiles(join(folder, 'log'));
    const parts = {
      key,
      signer,
      hash: treeHash,
      tiles,
      sentinel: of('sentinel'),
      voters: voterNames.map(of),
      mirrors: [],
      quorum,
      engine: nodeEngine,
      clock: systemClock,
      pause: (ms: number, stop: AbortSignal) =>
        sleep(ms, undefined, { signal: stop }).catch(() => undefined),
    };
    return new EvidenceHouse(parts, { folder, embedded, tiles });
  }

  /** The real sequencer over the whole of `work`; then it is stopped. */
  async running<T>(
    more: { twin?: TwinParts; observe?: (step: SequencerStep) => void },
    work: (intake: Intake) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    const intake = new Intake();
    const lease = new PostgresLogLease({ database: this.#sequencer, tenant: bank });
    const heads = await FileSignedHeads.open(join(this.folder, 'signed-heads.jsonl'));
    const sequencer = new Sequencer({ ...this.#parts, ...more, lease, heads, intake });
    const running = sequencer.run(stop.signal);
    // Heard here too, so that a failure while `work` waits for something else ends the bench.
    const failed = running.then(() => new Promise<never>(() => undefined));
    try {
      return await Promise.race([work(intake), failed]);
    } finally {
      stop.abort();
      await running;
    }
  }

  async twin(): Promise<TwinParts> {
    const signer = softSigner(generateSoftKey('sm2'));
    const name = twinOrigin(this.key.name);
    return {
      key: await twinKey({ name, publicKey: signer.publicKey }, nodeEngine),
      signer,
      hash: twinTreeHash,
      tiles: new FileTiles(join(this.folder, 'log-sm3')),
      heads: await FileSignedHeads.open(join(this.folder, 'twin-heads.jsonl')),
    };
  }

  /** The published checkpoint, when a quorum of voters and the sentinel have cosigned it. */
  async witnessedSize(): Promise<number> {
    const bytes = await this.tiles.read('checkpoint');
    if (bytes === undefined) return 0;
    const { size, note } = parseCheckpoint(new TextDecoder().decode(bytes));
    const names = note.signatures.map(({ name }) => name);
    const votes = voterNames.filter((voter) => names.includes(voter)).length;
    return names.includes('sentinel') && votes >= quorum ? size : 0;
  }

  async untilWitnessed(size: number): Promise<void> {
    while ((await this.witnessedSize()) < size) await sleep(pollMs);
  }

  /**
   * A database that has run for a while: its write-ahead log goes on in segments that are there.
   * In a fresh one a batch now and then waits until the server has filled the next with zeros.
   */
  async settle(): Promise<void> {
    const address = this.embedded.url('fubie_owner');
    const url = address
      .replaceAll('fubie_owner', 'postgres')
      .replaceAll(passwords.fubie_owner, passwords.postgres);
    const superuser = openDatabase(url, { connectionsMax: 1 });
    const filled = sql`select pg_logical_emit_message(false, 'bench', repeat('0123', ${2 ** 20}))`;
    for (let at = 0; at < settledMegabytes; at += 4) await filled.execute(superuser.kysely);
    await sql`checkpoint`.execute(superuser.kysely);
    await superuser.close();
  }

  async show(name: string): Promise<string> {
    const client = openDatabase(this.embedded.url('fubie_owner'), { connectionsMax: 1 });
    const { rows } = await sql.raw<Record<string, string>>(`show ${name}`).execute(client.kysely);
    await client.close();
    return rows[0]?.[name] ?? 'unknown';
  }

  /** kill -9 of the postmaster and all its children, then a start that recovers. */
  async killDatabase(): Promise<void> {
    await this.#sequencer.close();
    for (const pid of await familyOf(this.embedded.pid)) kill(pid);
    while (this.embedded.alive()) await sleep(pollMs);
    this.embedded = await startEmbedded({ folder: join(this.folder, 'pg'), passwords });
    this.#sequencer = openDatabase(this.embedded.url('fubie_sequencer'), { connectionsMax: 1 });
  }

  /** CPU so far of every process of the database, in milliseconds. */
  databaseCpuMs(): Promise<number> {
    return familyCpuMs(this.embedded.pid);
  }

  lease(): PostgresLogLease {
    return new PostgresLogLease({ database: this.#sequencer, tenant: bank });
  }

  async close(): Promise<void> {
    await this.#sequencer.close();
    await this.embedded.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function line(folder: string, name: string, log: NoteKey): Promise<WitnessLine> {
  const signer = softSigner(generateSoftKey('ed25519'));
  const memory = await FileWitnessMemory.open(join(folder, name, 'heads.jsonl'));
  const named = { name, kind: 'cosignature', publicKey: signer.publicKey } as const;
  const key = await noteKey(named, nodeEngine);
  const logOf = async (origin: string) => (origin === log.name ? log : undefined);
  const parts = { key, signer, logOf, memory, clock: systemClock, engine: nodeEngine };
  const witness = new Witness(parts);
  return { key, addCheckpoint: (request) => witness.addCheckpoint(printWitnessRequest(request)) };
}

/** A child that has ended by itself meanwhile is as dead as the others. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown;
  }
}
