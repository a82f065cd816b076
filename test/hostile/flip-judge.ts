/**
 * A thread that judges one file again and again, each time with another byte flipped.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { nodeEngine } from '#adapters/engine';
import { type TrustFiles, verify } from '#trust/verify';
import { type Flip, flipped } from './places.ts';

export interface FlipOrder {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
  readonly flips: readonly Flip[];
}

export interface FlipOutcome {
  readonly flip: Flip;
  /** The verdict, or what was thrown instead of one. */
  readonly is: string;
  readonly because: string;
  readonly parts: readonly string[];
}

export type FlipAnswer = readonly FlipOutcome[];

async function judge({ name, bytes, trust, flips }: FlipOrder): Promise<FlipAnswer> {
  const outcomes: FlipOutcome[] = [];
  for (const flip of flips) {
    try {
      const order = { name, bytes: flipped(bytes, flip), trust };
      const { is, because = '', flaws } = await verify(order, nodeEngine);
      outcomes.push({ flip, is, because, parts: flaws.map(({ part }) => part) });
    } catch (thrown) {
      outcomes.push({ flip, is: `threw ${String(thrown)}`, because: '', parts: [] });
    }
  }
  return outcomes;
}

if (parentPort !== null) parentPort.postMessage(await judge(workerData as FlipOrder), []);
