/** Work that follows a commit: done once, again after a crash, and never forgotten. */
import { beforeEach, describe, expect, test } from 'vitest';

import { addMs, type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import { type Job, type JobHand, type JobStore, Jobs, jobLeaseMs } from './jobs.ts';

const tenant = 'bank' as TenantId;

interface Row extends Job {
  readonly dueAt: Instant;
  readonly doneAt?: Instant;
  readonly waiting?: string;
}

/** One row and a unit that takes everything back when it throws. */
class Queue implements JobStore, Units {
  row: Row | undefined;
  effects: string[] = [];

  async run<T>(of: TenantId, action: (unit: Unit) => Promise<T>): Promise<T> {
    const before = { row: this.row, effects: [...this.effects] };
    try {
      return await action({ tenant: of });
    } catch (thrown) {
      this.row = before.row;
      this.effects = before.effects;
      throw thrown;
    }
  }

  async take(_unit: Unit, now: Instant, leaseUntil: Instant): Promise<Job | undefined> {
    const { row } = this;
    if (row === undefined || row.doneAt !== undefined || row.dueAt > now) return undefined;
    this.row = { ...row, dueAt: leaseUntil, tries: row.tries + 1 };
    return row;
  }

  async done(_unit: Unit, _job: Job, doneAt: Instant): Promise<void> {
    if (this.row !== undefined) this.row = { ...this.row, doneAt };
  }

  async later(_unit: Unit, _job: Job, wait: { dueAt: Instant; because: string }): Promise<void> {
    const { dueAt, because: waiting } = wait;
    if (this.row !== undefined) this.row = { ...this.row, dueAt, waiting };
  }
}

describe('后续任务', () => {
  let now = instantFromMs(1_800_000_000_000);
  let queue = new Queue();
  const working = (hand: JobHand): Jobs =>
    new Jobs({
      units: queue,
      store: queue,
      clock: { source: 'LOCAL_CLOCK', now: () => now },
      hands: new Map([['pay', hand]]),
      onWait: () => undefined,
    });
  const pays: JobHand = async () => async () => {
    queue.effects.push('paid');
  };

  beforeEach(() => {
    queue = new Queue();
    queue.row = { caseId: 'case', kind: 'pay', tries: 0, dueAt: now };
  });

  test('做完即了结，同一个任务不会再做一次', async () => {
    expect(await working(pays).doOne(tenant)).toBe(true);
    now = addMs(now, 10 * jobLeaseMs);
    expect(await working(pays).doOne(tenant)).toBe(false);
    expect(queue.effects).toEqual(['paid']);
  });

  test('做到一半崩溃：租期之内没有人接手，租期一过再做，效果只有一次', async () => {
    // The process dies inside the hand: nothing after it ever runs.
    const dies: JobHand = () => new Promise<Commit<unknown>>(() => undefined);
    void working(dies).doOne(tenant);
    await Promise.resolve();
    now = addMs(now, jobLeaseMs - 1);
    expect(await working(pays).doOne(tenant)).toBe(false);
    now = addMs(now, 1);
    expect(await working(pays).doOne(tenant)).toBe(true);
    expect(queue.effects).toEqual(['paid']);
  });

  test('提交失败时，效果与了结一起不发生；任务带着原因再次到期', async () => {
    const fails: JobHand = async () => async () => {
      queue.effects.push('paid');
      throw new Fault('postgres.conflict', {}, { retryable: true });
    };
    await working(fails).doOne(tenant);
    expect(queue.effects).toEqual([]);
    expect(queue.row).toMatchObject({ waiting: 'postgres.conflict' });
    expect(queue.row?.doneAt).toBeUndefined();
    now = addMs(now, 60_000);
    await working(pays).doOne(tenant);
    expect(queue.effects).toEqual(['paid']);
  });
});
