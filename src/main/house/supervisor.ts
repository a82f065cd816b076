/**
 * Keeps the processes of the house running: starts them in their order, restarts what crashed,
 * ends them in the reverse order.
 *
 * Nothing depends on it but life itself: it holds no key and no secret, and a process that outlives
 * it by a moment ends by itself. A restart waits longer each time; a process that ran quietly for a
 * while has its patience back.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { type Estate, processFolder } from '../estate/estate.ts';
import type { ProcessPlan } from '../estate/plan.ts';
import { Child } from './child.ts';

const backOffMsMin = 100;
const backOffMsMax = 5_000;
/** A process that was ready and ran this long did not crash from its start. */
const settledMs = 1_000;
const stopMsMax = 10_000;
const alarmsMax = 1_000;
/** At the first start a process that cannot come up is an error to tell, not to repeat for ever. */
const firstTriesMax = 3;

export interface Alarm {
  readonly at: Instant;
  readonly process: string;
  readonly what: string;
}

const deadly: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT']);

interface Kept {
  readonly plan: ProcessPlan;
  readonly first: PromiseWithResolvers<string | undefined>;
  child: Child | undefined;
  /** Ready in its present life. */
  up: boolean;
  /** Set while it must stay down; resolves when it may live again. */
  held: Promise<void> | undefined;
  keeping: Promise<void>;
}

export class Supervisor {
  readonly #estate: Estate;
  readonly #clock: Clock;
  readonly #kept: ReadonlyMap<string, Kept>;
  readonly #alarms: Alarm[] = [];
  readonly #stopping = new AbortController();

  private constructor(parts: SupervisorParts) {
    this.#estate = parts.estate;
    this.#clock = parts.clock;
    this.#kept = new Map(
      parts.plans.map((plan) => [
        plan.name,
        {
          plan,
          first: Promise.withResolvers<string | undefined>(),
          child: undefined,
          up: false,
          held: undefined,
          keeping: Promise.resolve(),
        },
      ]),
    );
  }

  /** Resolves when every process is ready; when one cannot be, ends the others and refuses. */
  static async start(parts: SupervisorParts): Promise<Supervisor> {
    const supervisor = new Supervisor(parts);
    const all = [...supervisor.#kept.values()];
    for (const kept of all) kept.first.promise.catch(() => undefined);
    try {
      await Promise.all(
        all.map(async (kept) => {
          await Promise.all(kept.plan.after.map((name) => supervisor.#find(name).first.promise));
          if (supervisor.#stopping.signal.aborted) return;
          kept.keeping = supervisor.#keep(kept);
          await kept.first.promise;
        }),
      );
      return supervisor;
    } catch (thrown) {
      await supervisor.stop();
      throw thrown;
    }
  }

  /** The processes that run at this moment. */
  pids(): ReadonlyMap<string, number> {
    const pids = new Map<string, number>();
    for (const [name, { child }] of this.#kept) {
      if (child?.pid !== undefined) pids.set(name, child.pid);
    }
    return pids;
  }

  has(name: string): boolean {
    return this.#kept.has(name);
  }

  /** Where people reach a process, as it said when it was first ready. */
  async url(name: string): Promise<string | undefined> {
    return this.#find(name).first.promise;
  }

  /** For drills: what it hits comes back by the same way as after a real crash. */
  kill(name: string, signal: NodeJS.Signals): void {
    const kept = this.#find(name);
    if (deadly.has(signal)) kept.up = false;
    kept.child?.kill(signal);
  }

  /** Runs `action` while the process is down, as before its first start; then it lives again. */
  async without<T>(name: string, action: () => Promise<T>): Promise<T> {
    const kept = this.#find(name);
    while (kept.held !== undefined) await kept.held;
    const gate = Promise.withResolvers<void>();
    kept.held = gate.promise;
    try {
      kept.up = false;
      await endChild(kept.child);
      return await action();
    } finally {
      kept.held = undefined;
      gate.resolve();
    }
  }

  /** Resolves when every process is ready in its present life. */
  async settled(): Promise<void> {
    const lookMs = 10;
    for (;;) {
      if ([...this.#kept.values()].every(({ up }) => up)) return;
      await pause(lookMs, undefined, { signal: this.#stopping.signal });
    }
  }

  get alarms(): readonly Alarm[] {
    return this.#alarms;
  }

  /** Ends all processes, each after those that lean on it. Nothing is left when it resolves. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const gone = new Map<string, Promise<void>>();
    const end = (kept: Kept): Promise<void> => {
      const { name } = kept.plan;
      const known = gone.get(name);
      if (known !== undefined) return known;
      const leaning = [...this.#kept.values()].filter(({ plan }) => plan.after.includes(name));
      const ending = Promise.all(leaning.map(end)).then(() => endLife(kept));
      gone.set(name, ending);
      return ending;
    };
    await Promise.all([...this.#kept.values()].map(end));
  }

  /** One process, life after life, until the house is closed. */
  async #keep(kept: Kept): Promise<void> {
    let backOffMs = backOffMsMin;
    let tries = 0;
    while (!this.#stopping.signal.aborted) {
      const how = await this.#live(kept);
      if (this.#stopping.signal.aborted) return;
      if (kept.held !== undefined) {
        // Down on order: no alarm, and no waiting afterwards.
        await kept.held;
        continue;
      }
      tries += 1;
      this.#alarm(kept.plan.name, how.what);
      if (how.failed !== undefined && tries >= firstTriesMax) kept.first.reject(how.failed);
      if (how.readyMs > settledMs) backOffMs = backOffMsMin;
      await pause(backOffMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      backOffMs = Math.min(backOffMs * 2, backOffMsMax);
    }
  }

  async #live(kept: Kept): Promise<{ what: string; readyMs: number; failed?: unknown }> {
    const child = new Child(kept.plan, processFolder(this.#estate, kept.plan.name));
    kept.child = child;
    let failed: unknown;
    let readyAt: number | undefined;
    try {
      kept.first.resolve(await child.ready);
      readyAt = performance.now();
      kept.up = true;
    } catch (thrown) {
      failed = thrown;
    }
    const what = await child.exited;
    kept.up = false;
    kept.child = undefined;
    const readyMs = readyAt === undefined ? 0 : performance.now() - readyAt;
    return failed === undefined ? { what, readyMs } : { what, readyMs, failed };
  }

  #alarm(process: string, what: string): void {
    this.#alarms.push({ at: this.#clock.now(), process, what });
    if (this.#alarms.length > alarmsMax) this.#alarms.shift();
  }

  #find(name: string): Kept {
    const kept = this.#kept.get(name);
    if (kept === undefined) throw new Fault('main.process_unknown', { process: name });
    return kept;
  }
}

export interface SupervisorParts {
  readonly estate: Estate;
  readonly plans: readonly ProcessPlan[];
  readonly clock: Clock;
}

async function endLife(kept: Kept): Promise<void> {
  await endChild(kept.child);
  await kept.keeping;
}

async function endChild(child: Child | undefined): Promise<void> {
  if (child === undefined) return;
  const force = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  child.kill('SIGTERM');
  await child.exited;
  clearTimeout(force);
}
