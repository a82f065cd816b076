/**
 * `npm run bench -- deposits`: records over HTTP into a whole house of real processes, signed by
 * their source with P-256 and checked, each an entry of its own with a commitment for every field.
 * `batches` are requests under one signature over all of their records, `batchesEach` the same
 * requests with a signature on each record. `levels` is one record at a time in an idle house,
 * until its deposit shows it at L1 and at L2; `levelsLoaded` is single records sampled while
 * `batches` runs, from the call and from the answer to both levels (deposit-levels.ts). The sources
 * have signed before the clock starts: that is not the house's work.
 *
 *   --seconds N   of each measured run (default 10)
 *   --batch N     records of one request (default 250)     --callers N   at once (default 4)
 *   --singles N   callers with one record each, at once (default 48)
 *   --serves N    processes that answer, each caller at one of them (default 1)
 *   --samples N   a second, while levels are measured under load (default 10)
 *   --only batches,batchesEach,single,levels,levelsLoaded
 *
 * The callers are eight systems of one institution, each with a key and a rate of its own. A record
 * counts when its request was answered and the answer names its entry. Five voting witnesses and
 * the sentinel are processes of their own. CPU is that of every process of the house, by its name,
 * and of the callers, who are `client`; each of those keeps one connection. `memoryMb` is resident
 * memory at both ends of a run, `heapMb` what is left after a forced collection.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { socketOf } from '../src/main/estate/estate.ts';
import type { Members } from '../test/journeys/hand.ts';
import { openSources } from '../test/journeys/record-sources.ts';
import { openReplica, type Replica } from '../test/journeys/replica.ts';
import { World } from '../test/world.ts';
import { calibrated } from './calibration.ts';
import { LevelSamples, timesToLevels } from './deposit-levels.ts';
import { lineOf, opened, type Source, sourceOf } from './deposit-line.ts';
import { heapOf } from './heap.ts';
import { cpuMsByName, familyOf, pidOf } from './processes.ts';
import { rounded, summaryOf } from './samples.ts';
import {
  depositRecordsMax,
  type SignedDeposit,
  type SigningWay,
  signedDeposit,
} from './signed-deposits.ts';

const seed = 20_261_122;
const sourcesCount = 8;
/** Made and signed before the clock starts; what goes beyond is signed within the time. */
const signedPerSecond = { batches: 4_000, single: 600 };
const hashLetters = 44;
type Say = (line: string) => void;
const nothing = (): Promise<void> => Promise.resolve();

export async function run(args: readonly string[], say: Say): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      seconds: { type: 'string', default: '10' },
      batch: { type: 'string', default: '250' },
      callers: { type: 'string', default: '4' },
      singles: { type: 'string', default: '48' },
      serves: { type: 'string', default: '1' },
      samples: { type: 'string', default: '10' },
      only: { type: 'string', default: 'batches,batchesEach,single,levels,levelsLoaded' },
    },
  });
  const { seconds, batch, callers, singles, serves, samples, only } = values;
  const world = await World.open({ seed });
  const replicas: Replica[] = [];
  try {
    for (let nth = 2; nth <= Number(serves); nth += 1) {
      replicas.push(await openReplica(world, `serve-${nth}`));
    }
    const sockets = [socketOf(world.house.estate, 'serve'), ...replicas.map((one) => one.socket)];
    const systems = await openSources(world, sourcesCount);
    const sources = systems.map((one) => ({ ...one, world, sockets }));
    const parts = {
      batches: () => loaded(sources, { ...numbers({ seconds, callers, batch }), way: 'batch' }),
      batchesEach: () => loaded(sources, { ...numbers({ seconds, callers, batch }), way: 'each' }),
      single: () => {
        const shape = numbers({ seconds, callers: singles });
        return loaded(sources, { ...shape, batch: 1, way: 'each' });
      },
      levels: () => timesToLevels(sourceOf(sources, 0)),
      levelsLoaded: () => {
        const shape = { ...numbers({ seconds, callers, batch }), way: 'batch' } as const;
        return levelsUnderLoad(sources, shape, Number(samples));
      },
    };
    const measured: Record<string, unknown> = { idle: await idleCpu(seconds) };
    say(JSON.stringify(measured));
    for (const [name, measure] of Object.entries(parts)) {
      if (!only.split(',').includes(name)) continue;
      measured[name] = await measure();
      say(JSON.stringify({ [name]: measured[name] }));
    }
    return { load: loadavg(), ...measured };
  } finally {
    await Promise.all(replicas.map((one) => one.close()));
    await world.close();
  }
}

/** What the house costs a second while nobody asks: a share of it is in every figure below. */
async function idleCpu(seconds: string) {
  const before = await cpuMsByName(process.pid);
  await sleep(Number(seconds) * 500);
  const after = await cpuMsByName(process.pid);
  const ms = [...after].reduce((sum, [name, now]) => sum + now - (before.get(name) ?? 0), 0);
  const { cpuMs, load } = calibrated();
  const idleMs = ms / (Number(seconds) / 2);
  return { cpuMsPerSecond: rounded(idleMs), calibration: { cpuMs, load } };
}

function numbers<Names extends string>(texts: Record<Names, string>): Record<Names, number> {
  const pairs = Object.entries<string>(texts).map(([name, text]) => [name, Number(text)]);
  return Object.fromEntries(pairs) as Record<Names, number>;
}

/** Who brings how much at once, and how it is signed. */
interface Shape {
  readonly seconds: number;
  readonly callers: number;
  /** Records of one request. */
  readonly batch: number;
  readonly way: SigningWay;
}

/** Batches as ever, and beside them a system that brings one record after the other. */
async function levelsUnderLoad(sources: readonly Source[], shape: Shape, perSecond: number) {
  const samples = await LevelSamples.open(sourceOf(sources, -1), shape.seconds * perSecond);
  const under = await loaded(sources, shape, () => samples.run(1_000 / perSecond));
  return { ...samples.told(), under };
}

/**
 * Callers that each fill one deposit after the other, until the time is over; `beside` begins with
 * them, and is waited for when all is counted.
 */
async function loaded(sources: readonly Source[], shape: Shape, beside = nothing) {
  const { callers, batch, seconds } = shape;
  const shelves = await signedAhead(sources, shape);
  const times: number[] = [];
  const failed = new Map<string, number>();
  let records = 0;
  const house = process.pid;
  const memoryBefore = await memoryMb(house);
  const heapBefore = await heaps(house);
  const mark = async (): Promise<Mark> => {
    return { records, at: performance.now(), cpuMs: await cpuMsByName(house) };
  };
  const first = await mark();
  const until = first.at + seconds * 1_000;
  const half = sleep(seconds * 500).then(mark);
  const caller = async (nth: number): Promise<void> => {
    const source = sourceOf(sources, nth);
    const line = lineOf(source, nth);
    while (performance.now() < until) {
      const deposit = shelves[nth]?.shift() ?? (await signedDeposit(source, shape));
      const id = await opened(source, deposit.name);
      for (const request of deposit.requests) {
        if (performance.now() >= until) return;
        const body = request.body(id);
        const asked = performance.now();
        const said = await line.post('/v1/deposits/records', source.hand.freshKey(), body);
        times.push(performance.now() - asked);
        if (said.status === 201 && namesAll(said.body, request.items)) records += batch;
        else {
          const { code = 'unread' } = said.body as { code?: string };
          failed.set(code, (failed.get(code) ?? 0) + 1);
        }
      }
    }
  };
  const besides = beside();
  // Heard where it is waited for.
  besides.catch(() => undefined);
  await Promise.all(Array.from({ length: callers }, (_, nth) => caller(nth)));
  const last = await mark();
  const { count, p50, p99, max } = summaryOf(times);
  await besides;
  return {
    ...shape,
    ...between(first, last),
    /** Without the first half, in which the engine still compiles what has become hot. */
    secondHalf: between(await half, last),
    callMs: { count, p50, p99, max },
    memoryMb: { before: memoryBefore, after: await memoryMb(house) },
    /** After a forced collection, of the two processes every record passes. */
    heapMb: { before: heapBefore, after: await heaps(house) },
    failed: Object.fromEntries(failed),
  };
}

/** How far a run was at a moment. */
interface Mark {
  readonly records: number;
  readonly at: number;
  readonly cpuMs: ReadonlyMap<string, number>;
}

function between(from: Mark, to: Mark) {
  const records = to.records - from.records;
  const each = [...to.cpuMs].map(([name, ms]): [string, number] => {
    return [name, rounded((ms - (from.cpuMs.get(name) ?? 0)) / Math.max(records, 1))];
  });
  return {
    records,
    recordsPerSecond: Math.round((records * 1_000) / (to.at - from.at)),
    /** Of one record: of all processes, and by name. */
    cpuMs: rounded(each.reduce((sum, [, ms]) => sum + ms, 0)),
    cpuMsBy: Object.fromEntries(each),
  };
}

/** What each caller will bring, deposit by deposit. */
async function signedAhead(sources: readonly Source[], shape: Shape): Promise<SignedDeposit[][]> {
  const { callers, batch, seconds } = shape;
  const perSecond = signedPerSecond[batch > 1 ? 'batches' : 'single'];
  const each = Math.ceil((seconds * perSecond) / callers / depositRecordsMax);
  const shelves: SignedDeposit[][] = [];
  for (let nth = 0; nth < callers; nth += 1) {
    const shelf: SignedDeposit[] = [];
    while (shelf.length < each) shelf.push(await signedDeposit(sourceOf(sources, nth), shape));
    shelves.push(shelf);
  }
  return shelves;
}

async function heaps(house: number) {
  const serve = await heapOf(await pidOf(house, 'serve'));
  return { serve, sequencer: await heapOf(await pidOf(house, 'sequencer')) };
}

/** An answer counts when it names an entry for each record that was brought. */
function namesAll(body: Members, items: readonly string[]): boolean {
  const { receipts } = body;
  if (!Array.isArray(receipts) || receipts.length !== items.length) return false;
  return receipts.every((one: unknown, at) => {
    const isReceipt = typeof one === 'object' && one !== null && 'name' in one && 'hash' in one;
    return isReceipt && one.name === items[at] && String(one.hash).length === hashLetters;
  });
}

/** Resident memory of the house's processes, without this one. */
async function memoryMb(house: number): Promise<number> {
  let kilobytes = 0;
  for (const pid of await familyOf(house)) {
    if (pid === house) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    kilobytes += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return rounded(kilobytes / 1_024);
}
