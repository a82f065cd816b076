/**
 * How long a record takes to L1 and to L2: one at a time in an idle house, as its source sees it at
 * the door; and sampled while others bring batches.
 *
 * Under load asking the door at every moment would be a load of its own. Samples are single records
 * brought at a fixed rate, whether or not the ones before were answered. All that wait for a level
 * are looked up together, by one statement on one session: where they stand in the log, and which
 * sizes have a level. That is what the door would read. A time is up to one look too long.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';

import { openDatabase } from '#adapters/postgres';
import { databaseUrlIn } from '../src/main/estate/database-access.ts';
import { coop } from '../test/journeys/door-hand.ts';
import { well } from '../test/journeys/walks.ts';
import { lineOf, opened, type Source } from './deposit-line.ts';
import type { KeptAnswer, KeptLine } from './kept-line.ts';
import { summaryOf } from './samples.ts';
import { signedDeposit } from './signed-deposits.ts';

const idleSamples = 20;
const idleLookMs = 10;
const loadedLookMs = 20;
const levelMsMax = 10_000;
/** In turns: records of one deposit wait for each other, for they are one chain. */
const sampledDeposits = 50;

type Levels = Record<'L1' | 'L2', number[]>;

/** From the call that brings one record until its deposit shows it at L1, and at L2. */
export async function timesToLevels(source: Source) {
  const times: Levels = { L1: [], L2: [] };
  const line = lineOf(source);
  for (let sample = 0; sample < idleSamples; sample += 1) {
    const { name, requests } = await signedDeposit(source, { batch: 1, way: 'each' });
    const deposit = await opened(source, name);
    const body = requests[0]?.body(deposit) ?? new Uint8Array();
    const began = performance.now();
    const said = await line.post('/v1/deposits/records', source.hand.freshKey(), body);
    if (said.status !== 201) throw new Error(JSON.stringify(said.body));
    for (const level of ['L1', 'L2'] as const) {
      while (!(await reached(source, deposit, level))) {
        if (performance.now() - began > levelMsMax) break;
        await sleep(idleLookMs);
      }
      times[level].push(performance.now() - began);
    }
  }
  return { L1: told(times.L1), L2: told(times.L2), samples: idleSamples };
}

async function reached(source: Source, deposit: string, level: string): Promise<boolean> {
  const { body } = well(await source.hand.get(`/v1/deposits/${deposit}/records`));
  const [record] = Array.isArray(body['records']) ? body['records'] : [];
  const has = typeof record === 'object' && record !== null && 'level' in record;
  return has && String(record['level']) >= level;
}

/** One record that was brought, by the moments of the call and of its answer. */
interface Sample {
  readonly calledAt: number;
  readonly answeredAt: number;
  place: number | undefined;
  isL1: boolean;
}

interface Looked {
  readonly l1: bigint | null;
  readonly l2: bigint | null;
  readonly hashes: readonly string[] | null;
  readonly places: readonly string[] | null;
}

/** Brings single records beside whatever else goes on, and sees when each has its levels. */
export class LevelSamples {
  readonly #source: Source;
  readonly #bodies: Uint8Array[] = [];
  readonly #waiting = new Map<string, Sample>();
  readonly #fromCall: Levels = { L1: [], L2: [] };
  readonly #fromAnswer: Levels = { L1: [], L2: [] };
  readonly #calls: number[] = [];
  readonly #failed = new Map<string, number>();
  #looks = 0;

  private constructor(source: Source) {
    this.#source = source;
  }

  /** Signs what it will bring. */
  static async open(source: Source, count: number): Promise<LevelSamples> {
    const samples = new LevelSamples(source);
    const shelves: Uint8Array[][] = [];
    for (let made = 0; made < sampledDeposits; made += 1) {
      const { name, requests } = await signedDeposit(source, { batch: 1, way: 'each' });
      const deposit = await opened(source, name);
      shelves.push(requests.map((one) => one.body(deposit)));
    }
    for (let at = 0; at < count; at += 1) {
      const body = shelves[at % sampledDeposits]?.[Math.floor(at / sampledDeposits)];
      if (body !== undefined) samples.#bodies.push(body);
    }
    return samples;
  }

  /** Brings one after the other at this pace, and looks until each has its levels. */
  async run(everyMs: number): Promise<void> {
    const over = new AbortController();
    const bringing = this.#bring(everyMs).finally(() => over.abort());
    const url = await databaseUrlIn(this.#source.world.house.estate, 'serve');
    const database = openDatabase(url, { connectionsMax: 1 });
    try {
      await database.kysely.connection().execute(async (session) => {
        await sql`select set_config('fubie.tenant', ${coop.tenant}, false)`.execute(session);
        for (let until = Number.POSITIVE_INFINITY; performance.now() < until; ) {
          await this.#look(session);
          await sleep(loadedLookMs);
          if (!over.signal.aborted) continue;
          if (this.#waiting.size === 0) break;
          until = Math.min(until, performance.now() + levelMsMax);
        }
      });
    } finally {
      await database.close();
      await bringing;
    }
  }

  /** Samples that never had their level are `missing`, and in no figure. */
  told() {
    const { L1, L2 } = this.#fromCall;
    return {
      samples: this.#calls.length,
      missing: this.#waiting.size,
      failed: Object.fromEntries(this.#failed),
      callMs: told(this.#calls),
      fromCallMs: { L1: told(L1), L2: told(L2) },
      fromAnswerMs: { L1: told(this.#fromAnswer.L1), L2: told(this.#fromAnswer.L2) },
      looks: this.#looks,
      lookMs: loadedLookMs,
    };
  }
  /** By the clock and not by the answers: a house that answers late is not asked less. */
  async #bring(everyMs: number): Promise<void> {
    // Lines that are free, the last used first: one that rests for seconds is closed by the house.
    const free: KeptLine[] = [];
    const began = performance.now();
    const calls = this.#bodies.map(async (body, at) => {
      await sleep(Math.max(began + at * everyMs - performance.now(), 0));
      const line = free.pop() ?? lineOf(this.#source);
      await this.#call(line, body).catch(() => this.#fail('unreached'));
      free.push(line);
    });
    await Promise.all(calls);
    for (const line of free) line.close();
  }

  async #call(line: KeptLine, body: Uint8Array): Promise<void> {
    const calledAt = performance.now();
    const said = await line.post('/v1/deposits/records', this.#source.hand.freshKey(), body);
    const answeredAt = performance.now();
    const hash = hashIn(said);
    if (hash === undefined) {
      const { code = 'unread' } = said.body as { code?: string };
      return this.#fail(code);
    }
    this.#calls.push(answeredAt - calledAt);
    this.#waiting.set(hash, { calledAt, answeredAt, place: undefined, isL1: false });
  }

  #fail(code: string): void {
    this.#failed.set(code, (this.#failed.get(code) ?? 0) + 1);
  }

  async #look(session: Kysely<unknown>): Promise<void> {
    if (this.#waiting.size === 0) return;
    this.#looks += 1;
    const placeless = [...this.#waiting].filter(([, { place }]) => place === undefined);
    const { rows } = await sql<Looked>`select
        (select max(size) from log.checkpoint
          where tenant = ${coop.tenant} and level >= 'L1') as l1,
        (select max(size) from log.checkpoint
          where tenant = ${coop.tenant} and level >= 'L2') as l2,
        array_agg(hash) as hashes, array_agg(log_index::text) as places
      from evidence_entry where tenant = ${coop.tenant} and log_index is not null
        and hash = any (${placeless.map(([hash]) => hash)}::text[])`.execute(session);
    const [row] = rows;
    const now = performance.now();
    for (const [at, hash] of (row?.hashes ?? []).entries()) {
      const sample = this.#waiting.get(hash);
      if (sample !== undefined) sample.place = Number(row?.places?.[at]);
    }
    for (const [hash, sample] of this.#waiting) {
      const { place, isL1 } = sample;
      if (place === undefined) continue;
      if (!isL1 && place < Number(row?.l1 ?? 0)) {
        sample.isL1 = true;
        this.#seen('L1', sample, now);
      }
      if (place < Number(row?.l2 ?? 0)) {
        this.#seen('L2', sample, now);
        this.#waiting.delete(hash);
      }
    }
  }

  #seen(level: keyof Levels, { calledAt, answeredAt }: Sample, now: number): void {
    this.#fromCall[level].push(now - calledAt);
    this.#fromAnswer[level].push(now - answeredAt);
  }
}

/** The entry that the answer names. */
function hashIn({ status, body }: KeptAnswer): string | undefined {
  const [receipt] = status === 201 && Array.isArray(body['receipts']) ? body['receipts'] : [];
  const isNamed = typeof receipt === 'object' && receipt !== null && 'hash' in receipt;
  return isNamed ? String(receipt.hash) : undefined;
}

function told(times: readonly number[]) {
  const { count, p50, p99, max } = summaryOf(times);
  return { count, p50, p99, max };
}
