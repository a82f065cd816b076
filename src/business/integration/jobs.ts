/**
 * Work that follows a commit: taken from the queue, done outside, finished in one unit.
 *
 * A job is a row, not a message: it stays due until its own commit marks it done, so a crash at any
 * point means it is done again, and every job is written so that again is the same as once. Two
 * workers never hold one job, because taking it pushes its due time ahead by a lease.
 */
import { addMs, type Clock, type Instant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Commit, TenantId, Unit, Units } from '#base/unit';

/**
 * How long a crashed worker's job rests. A job that takes longer may be taken twice, which costs
 * work and nothing else; a short rest is what the borrower notices.
 */
export const jobLeaseMs = 5_000;
const retryMsMin = 200;
const retryMsMax = 10_000;

export interface Job {
  readonly caseId: string;
  readonly kind: string;
  readonly tries: number;
}

export interface JobStore {
  /** Takes the job due longest and leases it until `leaseUntil`; skips locked ones. */
  take(unit: Unit, now: Instant, leaseUntil: Instant): Promise<Job | undefined>;
  done(unit: Unit, job: Job, at: Instant): Promise<void>;
  /** Gives it back, due again at `dueAt`, with the code of what it waits for. */
  later(unit: Unit, job: Job, wait: { dueAt: Instant; because: string }): Promise<void>;
}

/**
 * Does the outside half of a job and answers the commit that finishes it. A commit that answers an
 * `Again` does not end its job: the same job comes due at that time.
 */
export type JobHand = (tenant: TenantId, caseId: string) => Promise<Commit<unknown>>;

/** When a job that never ends for good is due again, and a word on why it rests until then. */
export class Again {
  readonly at: Instant;
  readonly because: string;

  constructor(at: Instant, because: string) {
    this.at = at;
    this.because = because;
  }
}

export interface JobParts {
  readonly units: Units;
  readonly store: JobStore;
  readonly clock: Clock;
  readonly hands: ReadonlyMap<string, JobHand>;
  /** Told of every job that must wait, so that an operator sees why. */
  readonly onWait: (job: Job, because: string, cause: unknown) => void;
}

export class Jobs {
  readonly #parts: JobParts;

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  /** Does one due job of a tenant; false when nothing is due. */
  async doOne(tenant: TenantId): Promise<boolean> {
    const { units, store, clock } = this.#parts;
    const now = clock.now();
    const job = await units.run(tenant, (unit) => store.take(unit, now, addMs(now, jobLeaseMs)));
    if (job === undefined) return false;
    try {
      const hand = this.#parts.hands.get(job.kind);
      if (hand === undefined) throw new Fault('integration.job_unknown', { kind: job.kind });
      const commit = await hand(tenant, job.caseId);
      await units.run(tenant, async (unit) => {
        const answer = await commit(unit);
        if (answer instanceof Again) {
          await store.later(unit, job, { dueAt: answer.at, because: answer.because });
        } else await store.done(unit, job, clock.now());
      });
    } catch (cause) {
      await this.#giveBack(tenant, job, cause);
    }
    return true;
  }

  async #giveBack(tenant: TenantId, job: Job, cause: unknown): Promise<void> {
    const { units, store, clock, onWait } = this.#parts;
    const because = faultCode(cause) ?? 'integration.job_broke';
    onWait(job, because, cause);
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(job.tries, 8));
    const dueAt = addMs(clock.now(), waitMs);
    await units.run(tenant, (unit) => store.later(unit, job, { dueAt, because }));
  }
}
