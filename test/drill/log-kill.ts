/**
 * The sequencer killed at every point of its ceremony while parties deposit, and what is left.
 *
 * Of the processes one holds the log and the next already waits for it: two sequencers at once are
 * the rule here and not the exception. The parties never learn more than answers and silence.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createKeyFile, nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import {
  type Embedded,
  migrate,
  openDatabase,
  PostgresLogLease,
  startEmbedded,
} from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { FileWitnessMemory } from '#adapters/witnesses';
import { equal, fromUtf8, toHex } from '#base/bytes';
import type { TenantId } from '#base/unit';
import { judgeCheckpoint, noteKey, parseCheckpoint } from '#formats/tlog';
import { judgeTwin, twinKey, twinOrigin } from '#formats/twin';
import type { SequencerStep } from '#trust/evidence';
import type { ChildOrder } from './log-child.ts';
import { type Receipt, receiptsIn, runClient } from './log-clients.ts';
import { judgeLeft, type LeftJudged } from './log-judge.ts';
import { Seat } from './log-seat.ts';

const origin = 'log.drill.test';
const tenant = 'drill' as TenantId;
const witnesses = ['sentinel', 'court', 'notary'] as const;
const clients = [
  { name: 'single', most: 1 },
  { name: 'few', most: 7 },
  { name: 'many', most: 60 },
] as const;
const roundMsMax = 60_000;
const startedAhead = 2;
const passwords = {
  postgres: 'drill-postgres',
  fubie_owner: 'drill-owner',
  fubie_app: 'drill-app',
  fubie_sequencer: 'drill-sequencer',
  fubie_backup: 'drill-backup',
};

/** Where a round ends the process. */
export interface Kill {
  readonly step: SequencerStep;
  readonly nth: number;
}

/** What was found after all rounds; every list names what is wrong. */
export interface KillReport extends Omit<LeftJudged, 'root' | 'twinRoot'> {
  readonly rounds: number;
  readonly twoRoots: readonly number[];
  /** The published checkpoint and its twin are signed, and are those of the stored entries. */
  readonly published: readonly string[];
}

export class LogKill {
  readonly #folder: string;
  readonly #embedded: Embedded;
  #held: Seat | undefined;
  #asked = 0;

  private constructor(folder: string, embedded: Embedded) {
    this.#folder = folder;
    this.#embedded = embedded;
  }

  static async open(): Promise<LogKill> {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-logkill-'));
    const embedded = await startEmbedded({ folder: join(folder, 'pg'), passwords });
    await migrate(embedded.url('fubie_owner'), passwords);
    await createKeyFile(join(folder, 'log.pem'), 'ed25519');
    await createKeyFile(join(folder, 'twin.pem'), 'sm2');
    for (const name of witnesses) await createKeyFile(join(folder, `${name}.pem`), 'ed25519');
    return new LogKill(folder, embedded);
  }

  async close(): Promise<void> {
    await this.#embedded.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** One process for each kill, and a last one that lives to finish. */
  async run(kills: readonly Kill[]): Promise<KillReport> {
    const stop = new AbortController();
    const send = (entries: readonly string[]) => this.#send(entries);
    const running = clients.map((client) =>
      runClient(this.#folder, { ...client, send }, stop.signal),
    );
    // Started ahead, because a start costs more than a round; each asks for the lease when the one
    // before it holds the log.
    const seats: Seat[] = [];
    const seatAt = (at: number): Seat => {
      while (seats.length <= Math.min(at + startedAhead, kills.length)) {
        seats.push(this.#seat(kills[seats.length]));
      }
      const seat = seats[at];
      if (seat === undefined) throw new Error(`no seat ${at}`);
      return seat;
    };
    seatAt(0).take();
    for (const [at] of kills.entries()) {
      const seat = seatAt(at);
      await seat.held;
      this.#held = seat;
      seatAt(at + 1).take();
      if ((await within(seat.ended)) !== 'SIGKILL') throw new Error(`round ${at}: not killed`);
    }
    const last = seatAt(kills.length);
    await last.held;
    this.#held = last;
    stop.abort();
    await this.#untilPublished(Math.max(...(await Promise.all(running))));
    last.child.send('stop');
    if ((await within(last.ended)) !== 'exit 0') throw new Error('the last one did not end well');
    return this.#report(kills.length);
  }

  #seat(killAt: Kill | undefined): Seat {
    const order: ChildOrder = {
      url: this.#embedded.url('fubie_sequencer'),
      folder: this.#folder,
      origin,
      tenant,
      witnesses,
      ...(killAt === undefined ? {} : { killAt }),
    };
    return new Seat(order);
  }

  #send(entries: readonly string[]): Promise<readonly number[]> {
    this.#asked += 1;
    if (this.#held === undefined) return Promise.reject(new Error('nobody holds the log'));
    return this.#held.deposit(this.#asked, entries);
  }

  async #untilPublished(size: number): Promise<void> {
    const until = performance.now() + roundMsMax;
    while (performance.now() < until) {
      const shown = await new FileTiles(join(this.#folder, 'log')).read('checkpoint');
      if (shown !== undefined && parseCheckpoint(fromUtf8(shown)).size >= size) return;
      await new Promise((resume) => setTimeout(resume, 20));
    }
    // A place that was promised and never came is in the report, among the lost.
  }

  async *#receipts(): AsyncIterable<Receipt> {
    for (const { name } of clients) yield* receiptsIn(this.#folder, name);
  }

  async #report(rounds: number): Promise<KillReport> {
    const { root, twinRoot, ...left } = await this.#judged();
    const published = await this.#publishedFlaws({ size: left.size, root, twinRoot });
    return { ...left, rounds, twoRoots: await this.#twoRoots(), published };
  }

  async #judged(): Promise<LeftJudged> {
    const database = openDatabase(this.#embedded.url('fubie_sequencer'), { connectionsMax: 1 });
    try {
      return await new PostgresLogLease({ database, tenant }).hold(async (log) => {
        const size = (await log.head())?.size ?? 0;
        const page = (start: number, end: number) => log.entries(start, end);
        return judgeLeft({ size, page, receipts: this.#receipts() });
      });
    } finally {
      await database.close();
    }
  }

  /** Sizes for which witnesses between them have cosigned two roots. */
  async #twoRoots(): Promise<readonly number[]> {
    const roots = new Map<number, Set<string>>();
    for (const name of witnesses) {
      const memory = await FileWitnessMemory.open(join(this.#folder, `${name}.jsonl`));
      for (const { size, root } of await memory.all()) {
        roots.set(size, (roots.get(size) ?? new Set()).add(toHex(root)));
      }
    }
    return [...roots].filter(([, of]) => of.size > 1).map(([size]) => size);
  }

  async #publishedFlaws(
    stored: Pick<LeftJudged, 'size' | 'root' | 'twinRoot'>,
  ): Promise<readonly string[]> {
    const flaws: string[] = [];
    const key = async (file: string) =>
      softSigner(await openKeyFile(join(this.#folder, file))).publicKey;
    const log = await noteKey(
      { name: origin, kind: 'ed25519', publicKey: await key('log.pem') },
      nodeEngine,
    );
    const named = { name: twinOrigin(origin), publicKey: await key('twin.pem') };
    const twin = await twinKey(named, nodeEngine);
    const main = await judgeCheckpoint(
      await this.#shown('log'),
      { log, witnesses: [] },
      nodeEngine,
    );
    const second = await judgeTwin(await this.#shown('log-sm3'), twin, nodeEngine);
    for (const [judged, own] of [
      [main, stored.root],
      [second, stored.twinRoot],
    ] as const) {
      const { origin: of, size, root } = judged.checkpoint;
      if (!judged.signedByLog) flaws.push(`${of}: not signed`);
      if (size !== stored.size) flaws.push(`${of}: ${size} of ${stored.size}`);
      if (!equal(own, root)) flaws.push(`${of}: root`);
    }
    return flaws;
  }

  async #shown(folder: string): Promise<string> {
    const bytes = await new FileTiles(join(this.#folder, folder)).read('checkpoint');
    return fromUtf8(bytes ?? new Uint8Array(0));
  }
}

async function within<T>(promise: Promise<T>): Promise<T | 'time'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'time'>((resolve) => {
    timer = setTimeout(() => resolve('time'), roundMsMax);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
