/**
 * Signatures and stamps a second: of CPU in one thread, and by the clock in one thread and in two,
 * while the main thread, which would answer requests, tells how late it comes to its turn.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import { generateSoftKey, softSigner } from '#adapters/engine';
import { buildRequest } from '#formats/tsp';
import { cpuMsOf, rounded } from './samples.ts';
import { inRoom, makePdf, sizes, stampingAuthority, waysToSign } from './signing-ways.ts';

const attributesBytes = 240;
const rounds = 2_000;
/** A refusal is an answer, too, and twenty times cheaper. */
const tokenBytesMin = 500;
const threadMs = 4_000;
/** A thread that looks at the clock each millisecond takes three hundredths of a core itself. */
const watchEveryMs = 10;
const nanosecondsPerMs = 1e6;

export async function rates(say: (line: string) => void) {
  const sm2 = softSigner(generateSoftKey('sm2'));
  const { authority } = await stampingAuthority();
  const request = buildRequest({ imprint: { hash: 'sha256', digest: randomBytes(32) }, nonce: 7n });
  const message = randomBytes(attributesBytes);
  const perCpuSecond = {
    sm2: await ratePerCpuSecond(() => sm2.sign(message)),
    stamps: await ratePerCpuSecond(async () => {
      const { length } = await authority.answer(request);
      if (length < tokenBytesMin) throw new Error('the authority refused to stamp');
    }),
  };
  say(`SM2 ${perCpuSecond.sm2} signatures, ${perCpuSecond.stamps} stamps per CPU second`);
  const cores = availableParallelism();
  const threads = { cores, ...(await gainOf('engine')) };
  const { one, two, gain } = threads;
  say(`signatures a second in one thread ${one.perSecond}, in two ${two.perSecond}: ${gain} times`);
  // What the cores themselves give: two that share their arithmetic do not give twice.
  const floor = await gainOf('floor');
  const gainToFloor = rounded(gain / floor.gain);
  say(`key and hash alone: ${floor.gain} times; ours is ${gainToFloor} of it`);
  const [alone, both] = [one, two].map(({ besideShare }) => `${Math.round(100 * besideShare)} %`);
  say(`of the CPU beside the threads (collector, compiler): ${alone} of one, ${both} of two`);
  return { perCpuSecond, threads, floor, gainToFloor };
}

async function gainOf(way: ThreadWay) {
  const [one, two] = [await inThreads(1, way), await inThreads(2, way)];
  return { one, two, gain: rounded(two.perSecond / one.perSecond) };
}

type ThreadWay = 'engine' | 'floor';

async function ratePerCpuSecond(once: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < rounds / 4; round += 1) await once();
  const ms = await cpuMsOf(async () => {
    for (let round = 0; round < rounds; round += 1) await once();
  });
  return Math.round((1_000 * rounds) / ms);
}

/** Threads that sign 100 KB each as fast as they can; this one only watches the clock. */
async function inThreads(count: number, way: ThreadWay) {
  const place = new URL(import.meta.url);
  const workers = Array.from({ length: count }, () => new Worker(place, { workerData: way }));
  await Promise.all(workers.map((worker) => told(worker)));
  const delay = monitorEventLoopDelay({ resolution: watchEveryMs });
  delay.enable();
  let done: readonly Done[] = [];
  const allMs = await cpuMsOf(async () => {
    for (const worker of workers) worker.postMessage('begin', []);
    done = await Promise.all(workers.map((worker) => told(worker)));
  });
  delay.disable();
  await Promise.all(workers.map((worker) => worker.terminate()));
  const sum = (of: (one: Done) => number): number => done.reduce((all, one) => all + of(one), 0);
  const perSecond = Math.round((1_000 * sum(({ signed }) => signed)) / threadMs);
  const late = (share: number): number =>
    rounded(Math.max(0, delay.percentile(share) / nanosecondsPerMs - watchEveryMs));
  // One thread has these for nothing where a second core is free, and two pay for them.
  const besideShare = rounded(1 - sum(({ cpuMs }) => cpuMs) / allMs);
  return { perSecond, besideShare, mainThreadLateMs: { p50: late(50), p99: late(99) } };
}

/** What one thread did while all ran. */
interface Done {
  readonly signed: number;
  /** Of that thread alone. */
  readonly cpuMs: number;
}

function told(worker: Worker): Promise<Done> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function work(): Promise<void> {
  const ways = await waysToSign();
  const sign = workerData === 'floor' ? ways.floor : ways.engine;
  const { document, room } = inRoom(makePdf(sizes[0]));
  // Until all that is hot is compiled: that runs beside the thread, on the core of the second one.
  for (let round = 0; round < rounds; round += 1) await sign(document, room);
  parentPort?.once('message', () => {
    void (async () => {
      const until = performance.now() + threadMs;
      let signed = 0;
      const began = process.threadCpuUsage();
      for (; performance.now() < until; signed += 1) await sign(document, room);
      const { user, system } = process.threadCpuUsage(began);
      parentPort?.postMessage({ signed, cpuMs: (user + system) / 1_000 }, []);
    })();
  });
  parentPort?.postMessage({ signed: 0, cpuMs: 0 }, []);
}

if (!isMainThread) await work();
