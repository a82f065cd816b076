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
  say(`key and hash alone: ${floor.gain} times`);
  return { perCpuSecond, threads, floor };
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
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (const worker of workers) worker.postMessage('begin', []);
  const signed = await Promise.all(workers.map((worker) => told(worker)));
  delay.disable();
  await Promise.all(workers.map((worker) => worker.terminate()));
  const perSecond = Math.round((1_000 * signed.reduce((sum, one) => sum + one, 0)) / threadMs);
  const late = (share: number): number => rounded(delay.percentile(share) / nanosecondsPerMs);
  return { perSecond, mainThreadLateMs: { p50: late(50), p99: late(99) } };
}

function told(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function work(): Promise<void> {
  const ways = await waysToSign();
  const sign = workerData === 'floor' ? ways.floor : ways.engine;
  const { document, room } = inRoom(makePdf(sizes[0]));
  for (let round = 0; round < rounds / 4; round += 1) await sign(document, room);
  parentPort?.once('message', () => {
    void (async () => {
      const until = performance.now() + threadMs;
      let signed = 0;
      for (; performance.now() < until; signed += 1) await sign(document, room);
      parentPort?.postMessage(signed, []);
    })();
  });
  parentPort?.postMessage(0, []);
}

if (!isMainThread) await work();
