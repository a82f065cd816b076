/**
 * The house at a glance: who signed the log how far and when, and what work still waits.
 *
 * A witness is trusted because it is seen to sign; one that has fallen silent is shown by the last
 * checkpoint that it did sign. Counts and names of machines only.
 */
import { addSeconds, type Clock, type Instant } from '#base/clock';
import type { TenantId, Unit, Units } from '#base/unit';

/** How many of the newest checkpoints are looked through for each signer's last signature. */
export const glanceCheckpointsMax = 500;
const daySeconds = 86_400;

/** The last checkpoint that one signer of the log signed. */
export interface LastSigned {
  /** The signer's name as it stands on its line of the note. */
  readonly name: string;
  readonly isLog: boolean;
  readonly size: number;
  /** When that checkpoint was drafted. */
  readonly at: Instant;
}

/** Work of one kind that follows a commit and is not done. */
export interface WaitingWork {
  readonly kind: string;
  readonly count: number;
  /** When the oldest of it was, or will be, due. */
  readonly due: Instant;
  readonly triesMax: number;
}

/** Signatures that are being made: prepared and not yet stamped, or lost for want of a stamp. */
export interface StampsWaiting {
  readonly open: number;
  /** Attempts that ended because no time stamp came, of the last day. */
  readonly missing: number;
}

/** Reads the tenant's own rows only. */
export interface GlanceRows {
  lastSigned(unit: Unit, checkpointsMax: number): Promise<readonly LastSigned[]>;
  work(unit: Unit): Promise<readonly WaitingWork[]>;
  /** Attempts lost for want of a stamp count from `since` on. */
  stamps(unit: Unit, since: Instant): Promise<StampsWaiting>;
}

/** What `Glance` answers. */
export interface HouseGlance {
  readonly signers: readonly LastSigned[];
  readonly work: readonly WaitingWork[];
  readonly stamps: StampsWaiting;
}

/** Says at a glance whether the log is signed and the queues are short. */
export class Glance {
  readonly #units: Units;
  readonly #clock: Clock;
  readonly #rows: GlanceRows;

  constructor(parts: { units: Units; clock: Clock; rows: GlanceRows }) {
    this.#units = parts.units;
    this.#clock = parts.clock;
    this.#rows = parts.rows;
  }

  of(tenant: TenantId): Promise<HouseGlance> {
    return this.#units.run(tenant, async (unit) => ({
      signers: await this.#rows.lastSigned(unit, glanceCheckpointsMax),
      work: await this.#rows.work(unit),
      stamps: await this.#rows.stamps(unit, addSeconds(this.#clock.now(), -daySeconds)),
    }));
  }
}
