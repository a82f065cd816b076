/**
 * One signature as the house makes it: the document opened from its shelf, a ticket prepared and
 * durable, the intention and the end as two entries, a visible seal, a stamp before the key and one
 * after it, the sealed revision encrypted and on the disk. PostgreSQL, files and vault are real;
 * the stamping authority and the key (P-256, as a phone's) are in this process.
 *
 * Alone: one signature after the other, nobody beside it. Waiting: `blockFiles` contracts at once,
 * as when an institution's seal is put on what came meanwhile. Each with stamps, and without: then
 * a token made beforehand stands where an answer would, for the engine's row has none either.
 * `Elsewhere`: another process drafted the documents than signs them.
 * Each way has a process and a database of its own and is charged for no garbage but its own; they
 * take turns block by block, and with them the engine's row (RSA-2048, `signDocument`, no database)
 * and the floor: keys, digests and ciphers alone.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { rounded, summaryOf } from './samples.ts';
import { type BlockCost, blockFiles } from './signing-product-way.ts';

/** Not counted: the engine compiles what is hot over some 500 signatures. */
const warmBlocks = 10;
const wayFile = fileURLToPath(new URL('./signing-product-way.ts', import.meta.url));
const names = [
  'alone',
  'waiting',
  'aloneUnstamped',
  'waitingUnstamped',
  'waitingElsewhere',
  'floor',
  'engine',
] as const;

interface Row {
  readonly name: string;
  readonly process: ChildProcess;
  readonly costs: BlockCost[];
}

export async function product(files: number, say: (line: string) => void) {
  const blocks = warmBlocks + Math.max(2, Math.ceil(files / blockFiles));
  const rows: Row[] = [];
  try {
    for (const name of names) rows.push({ name, process: await started(name, blocks), costs: [] });
    for (let block = 0; block < blocks; block += 1) {
      for (const { process, costs } of rows) {
        process.send(block);
        costs.push(await answerOf<BlockCost>(process));
      }
    }
    return reported(rows, say);
  } finally {
    await Promise.all(rows.map((row) => ended(row.process)));
  }
}

async function started(name: string, blocks: number): Promise<ChildProcess> {
  const process = fork(wayFile, [name, String(blocks)]);
  await answerOf(process);
  return process;
}

/** Its next word; fails when it ends without one. */
async function answerOf<T>(process: ChildProcess): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const lost = once(process, 'exit', { signal }).then(([code]) => {
    throw new Error(`a way of the product row ended with ${String(code)}`);
  });
  lost.catch(() => undefined);
  const [answer] = await Promise.race([once(process, 'message', { signal }), lost]);
  over.abort();
  return answer;
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return;
  const exit = once(process, 'exit');
  process.disconnect();
  await exit;
}

function reported(rows: readonly Row[], say: (line: string) => void) {
  const found = rows.map(({ name, costs }) => {
    const warm = costs.slice(warmBlocks);
    const nodeCpuMs = summaryOf(warm.map((cost) => cost.nodeCpuMs));
    // Counted in steps of 10 ms a block: the mean says more than the median.
    const database = warm.reduce((sum, cost) => sum + cost.databaseCpuMs, 0) / warm.length;
    const min = rounded(Math.min(...warm.map((cost) => cost.nodeCpuMs)));
    const peakRssMb = costs.at(-1)?.peakRssMb;
    const cold = rounded(costs[0]?.nodeCpuMs ?? 0);
    return { name, nodeCpuMs, min, databaseCpuMs: rounded(database), peakRssMb, cold };
  });
  const engine = found.find(({ name }) => name === 'engine')?.nodeCpuMs.p50 ?? 0;
  return Object.fromEntries(
    found.map(({ name, ...row }) => {
      const { nodeCpuMs, databaseCpuMs, min } = row;
      const ratio = {
        node: rounded(nodeCpuMs.p50 / engine),
        withDatabase: rounded((nodeCpuMs.p50 + databaseCpuMs) / engine),
      };
      const node = `${nodeCpuMs.p50} CPU ms (quietest ${min}), ${ratio.node} × engine`;
      say(`product, ${name}: ${node}; database ${databaseCpuMs}, both ${ratio.withDatabase} ×`);
      return [name, { ...row, ratio }];
    }),
  );
}
