/**
 * Work that goes on beside a process's door: until it is told to stop, or until it fails for good.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Fault } from '#base/fault';
import { onBug } from './process.ts';

export interface Running {
  stop(): Promise<void>;
}

/** Sleeps, or wakes early and quietly when told to stop. */
export async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch(() => undefined);
}

/**
 * Runs `work` until stopped. When it ends by itself the whole process ends: the supervisor then
 * starts it again with its patience, and raises an alarm.
 */
export function runBeside(work: (stop: AbortSignal) => Promise<void>): Running {
  const control = new AbortController();
  const running = work(control.signal).catch((thrown: unknown) => {
    onBug(thrown);
    process.exit(1);
  });
  return {
    stop: async () => {
      control.abort();
      await running;
    },
  };
}

/** Every so often, whatever one round says; what may be well the next time is not written down. */
export function everyMs(ms: number, round: () => Promise<unknown>): Running {
  return runBeside(async (stop) => {
    while (!stop.aborted) {
      await round().catch((thrown: unknown) => {
        if (!(thrown instanceof Fault && thrown.retryable)) onBug(thrown);
      });
      await pause(ms, stop);
    }
  });
}
