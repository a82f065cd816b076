/**
 * Signatures and stamps a second: of CPU in one thread, and by the clock in one thread and in two,
 * while the main thread, which would answer requests, tells how late it comes to its turn.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

import { generateSoftKey, softSigner } from '#adapters/engine';
import { addMs, type Clock, systemClock } from '#base/clock';
import { buildRequest } from '#formats/tsp';
import { cpuMsOf, rounded } from './samples.ts';
import { makePdf, sizes, stampingAuthority, waysToSign } from './signing-ways.ts';

const attributesBytes = 240;
const rounds = 2_000;
/** A refusal is an answer, too, and twenty times cheaper. */
const tokenBytesMin = 500;
const threadMs = 4_000;
const nanosecondsPerMs = 1e6;

export async function rates(say: (line: string) => void) {
  const sm2 = softSigner(generateSoftKey('sm2'));
  const { authority } = await stampingAuthority(steppingClock());
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
  const one = await inThreads(1);
  const two = await inThreads(2);
  const gain = rounded(two.perSecond / one.perSecond);
  say(`signatures a second in one thread ${one.perSecond}, in two ${two.perSecond}: ${gain} times`);
  return { perCpuSecond, threads: { cores: availableParallelism(), one, two, gain } };
}

/**
 * A millisecond for each look: an authority puts its tokens in an order by their milliseconds and
 * refuses to run ahead, so by a clock on the wall none gives more than a thousand a second.
 */
function steppingClock(): Clock {
  let at = systemClock.now();
  return { source: 'BENCH_CLOCK', now: () => (at = addMs(at, 1)) };
}

async function ratePerCpuSecond(once: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < rounds / 4; round += 1) await once();
  const ms = await cpuMsOf(async () => {
    for (let round = 0; round < rounds; round += 1) await once();
  });
  return Math.round((1_000 * rounds) / ms);
}

/** Threads that sign 100 KB each as fast as they can; this one only watches the clock. */
async function inThreads(count: number) {
  const workers = Array.from({ length: count }, () => new Worker(new URL(import.meta.url)));
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
  const { engine } = await waysToSign();
  const document = new Uint8Array(makePdf(sizes[0]));
  for (let round = 0; round < rounds / 4; round += 1) await engine(document);
  parentPort?.once('message', () => {
    void (async () => {
      const until = performance.now() + threadMs;
      let signed = 0;
      for (; performance.now() < until; signed += 1) await engine(document);
      parentPort?.postMessage(signed, []);
    })();
  });
  parentPort?.postMessage(0, []);
}

if (!isMainThread) await work();
