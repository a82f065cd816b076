/**
 * A process of the drill that holds the log or waits for it, as the parent sees it.
 */
import { type ChildProcess, fork } from 'node:child_process';

import type { ChildOrder, Told } from './log-child.ts';

/** One such process; whoever waits for its answer when it ends is told that it is gone. */
export class Seat {
  readonly child: ChildProcess;
  readonly held: Promise<void>;
  readonly ended: Promise<string>;
  readonly #waiting = new Map<number, (told: Told) => void>();

  constructor(order: ChildOrder) {
    const program = new URL('./log-child-start.ts', import.meta.url);
    this.child = fork(program, [JSON.stringify(order)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        for (const [id, tell] of this.#waiting) tell({ id, code: 'gone' });
        resolve(signal ?? `exit ${code ?? '?'}`);
      });
    });
    this.held = new Promise((resolve) => {
      this.child.on('message', (told: Told | { is: 'held' }) => {
        if ('is' in told) return resolve();
        this.#waiting.get(told.id)?.(told);
      });
    });
  }

  /** Lets it ask for the lease. */
  take(): void {
    this.child.send('take');
  }

  deposit(id: number, entries: readonly string[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      const fail = (code: string): void => reject(new Error(code));
      this.#waiting.set(id, ({ places, code = 'nothing' }) => {
        this.#waiting.delete(id);
        if (places === undefined) fail(code);
        else resolve(places);
      });
      if (!this.child.connected) return this.#waiting.get(id)?.({ id, code: 'gone' });
      this.child.send({ id, entries }, (failure) => {
        if (failure !== null) this.#waiting.get(id)?.({ id, code: 'gone' });
      });
    });
  }
}
