/**
 * What the evidence bench runs on: a fresh PostgreSQL with the house's own settings and roles,
 * files on the same disk, the real sequencer, and witnesses with journals of their own in this
 * process.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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

export const bank = 'bench-bank' as TenantId;
const voterNames = ['court', 'notary', 'arbitration', 'peer-bank'] as const;
const quorum = 3;
const pollMs = 5;
const ticksASecond = 100; // sysconf(_SC_CLK_TCK) on Linux
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

  async show(name: string): Promise<string> {
    const client = openDatabase(this.embedded.url('fubie_owner'), { connectionsMax: 1 });
    const { rows } = await sql.raw<Record<string, string>>(`show ${name}`).execute(client.kysely);
    await client.close();
    return rows[0]?.[name] ?? 'unknown';
  }

  /** kill -9 of the postmaster and all its children, then a start that recovers. */
  async killDatabase(): Promise<void> {
    await this.#sequencer.close();
    for (const pid of await familyOf(this.embedded.pid)) process.kill(pid, 'SIGKILL');
    while (this.embedded.alive()) await sleep(pollMs);
    this.embedded = await startEmbedded({ folder: join(this.folder, 'pg'), passwords });
    this.#sequencer = openDatabase(this.embedded.url('fubie_sequencer'), { connectionsMax: 1 });
  }

  /** CPU so far of every process of the database, in milliseconds. */
  async databaseCpuMs(): Promise<number> {
    let ticks = 0;
    const { pid: first } = this.embedded;
    for (const pid of await familyOf(first)) ticks += await ticksOf(pid, pid === first);
    return (ticks * 1_000) / ticksASecond;
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

/** The process and its children. */
async function familyOf(pid: number): Promise<readonly number[]> {
  const family = [pid];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = await statOf(Number(name));
    if (Number(fields[1]) === pid) family.push(Number(name));
  }
  return family;
}

/** utime and stime; of the parent also those of children that have ended. */
async function ticksOf(pid: number, withEnded: boolean): Promise<number> {
  const fields = await statOf(pid);
  const own = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return withEnded ? own + Number(fields[13] ?? 0) + Number(fields[14] ?? 0) : own;
}

/** Fields of /proc/pid/stat after the name, state first. */
async function statOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
