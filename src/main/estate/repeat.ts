/**
 * Work that goes on beside a process's door: until it is told to stop, or until it fails for good.
 */
import { Fault } from '#base/fault';
import { onBug } from './process.ts';

export interface Running {
  stop(): Promise<void>;
}

/**
 * Sleeps, or wakes early and quietly when told to stop. A log rests some twenty times a second, and
 * most rests end early: a timer that is cleared costs a tenth of a sleep that is refused.
 */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    if (stop.aborted) return resume();
    const wake = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', wake);
      resume();
    };
    const timer = setTimeout(wake, ms);
    stop.addEventListener('abort', wake);
  });
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
