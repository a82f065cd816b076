/**
 * Moves a tenant from one epoch to the next, while everybody goes on reading and writing.
 *
 * Erasure takes a person's wrapped key from the newest rows; old pages, logs and back-ups still
 * hold it. So once a week, or at once on order, every living person's key is wrapped anew and her
 * index rows are made anew under the next epoch, and then the old epoch's secret is destroyed:
 * what is left anywhere under it opens nothing and confirms no guess. Where the change stands is
 * read from the key store and the rows each time, so a crash anywhere is answered by going on.
 */
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import { BlindIndex } from './blind-index.ts';
import { boundTo } from './place.ts';
import type { EpochOrders, EpochStore, OwnedKey, WrappedKey } from './ports.ts';
import { SubjectKeys } from './subject-keys.ts';
import { indexedPieces, type VaultParts } from './vault.ts';

/** Who is erased today opens nowhere after this long, in back-ups neither. */
export const epochSecondsMax = 7 * 86_400;
const movedCountMax = 500; // subjects in one unit: so long do writers of theirs wait

/** Where a change of epoch stands. */
export interface EpochStanding {
  /** The epoch of the day. */
  readonly epoch: string;
  /** Persons still to be moved; exact when a change was begun or resumed, then counted down. */
  readonly left: number;
  /** False while an older epoch lives. */
  readonly done: boolean;
}

/** Says in the tenant's register that epochs are over; one entry for one change. */
export interface EpochRecorder {
  turned(unit: Unit, change: { readonly closed: readonly string[]; epoch: string }): Promise<void>;
}

export interface EpochChangeParts extends VaultParts {
  readonly units: Units;
  readonly rows: EpochStore;
  readonly orders: EpochOrders;
  readonly recorder: EpochRecorder;
  readonly clock: Clock;
}

/** Where this process is in its walk over a tenant's subjects. */
interface Walk {
  readonly epoch: string;
  readonly older: readonly string[];
  after: string;
  left: number;
  /** Where in the index rows the sweep is; a walk begun anew begins it anew. */
  swept: number;
}

export class EpochChange {
  readonly #parts: EpochChangeParts;
  readonly #keys: SubjectKeys;
  readonly #index: BlindIndex;
  readonly #walks = new Map<TenantId, Walk>();

  constructor(parts: EpochChangeParts) {
    this.#parts = parts;
    this.#keys = new SubjectKeys(parts);
    this.#index = new BlindIndex(parts);
  }

  /** Begins a change; while one is under way, changes nothing. */
  async order(tenant: TenantId): Promise<EpochStanding> {
    const { orders, units, rows, clock } = this.#parts;
    const epochs = await orders.epochs(tenant);
    const from = epochs.at(-1) ?? '';
    if (epochs.length === 1) {
      // Step 1: the old epoch stands in the rows before there is a new one. So whoever still writes
      // under it holds its row, and `close` waits for him.
      await units.run(tenant, (unit) => rows.open(unit, from, clock.now()));
      // Step 2: the key store wraps under the next epoch from here on. After a crash before the
      // rows know it, the first step or the first person who is written under it tells them.
      const epoch = await orders.turn(tenant, from);
      await units.run(tenant, (unit) => rows.open(unit, epoch, clock.now()));
    }
    return this.standing(tenant);
  }

  /** Where it stands, without doing anything about it. */
  async standing(tenant: TenantId): Promise<EpochStanding> {
    const { epoch, older, left } = await this.#walk(
      tenant,
      await this.#parts.orders.epochs(tenant),
    );
    return { epoch, left, done: older.length === 0 };
  }

  /** One unit's worth of work. Repeat it until it is done; any process may. */
  async step(tenant: TenantId): Promise<EpochStanding> {
    const { orders, units, rows } = this.#parts;
    const walk = await this.#walk(tenant, await orders.epochs(tenant));
    const { epoch, older } = walk;
    if (older.length === 0) return { epoch, left: 0, done: true };
    if (await this.#move(tenant, walk)) return { epoch, left: Math.max(1, walk.left), done: false };
    const swept = await units.run(tenant, (unit) => rows.sweep(unit, epoch, walk.swept));
    if (swept !== undefined) {
      walk.swept = swept;
      return { epoch, left: 0, done: false };
    }
    // Nobody is left. The entry and the end of the epoch are one unit, and come before the secret
    // is destroyed: a crash in between destroys it at the next step, without a second entry.
    await units.run(tenant, async (unit) => {
      const closed = await rows.close(unit, older);
      if (closed.length > 0) await this.#parts.recorder.turned(unit, { closed, epoch });
    });
    for (const name of older) await orders.retire(tenant, name);
    this.#walks.delete(tenant);
    return { epoch, left: 0, done: true };
  }

  /** What a worker calls now and then: goes on with a change, begins one that is due. */
  async tend(tenant: TenantId): Promise<EpochStanding> {
    const { orders, units, rows, clock } = this.#parts;
    const epochs = await orders.epochs(tenant);
    if (epochs.length > 1) return this.step(tenant);
    const newest = await units.run(tenant, (unit) => rows.newest(unit));
    const epoch = epochs.at(-1) ?? '';
    if (newest === undefined || !isDue(newest.at, clock)) return { epoch, left: 0, done: true };
    return this.order(tenant);
  }

  async #walk(tenant: TenantId, epochs: readonly string[]): Promise<Walk> {
    const epoch = epochs.at(-1) ?? '';
    const older = epochs.slice(0, -1);
    const held = this.#walks.get(tenant);
    if (held?.epoch === epoch && older.length > 0) return held;
    const { units, rows, clock } = this.#parts;
    const left = await units.run(tenant, async (unit) => {
      if (older.length === 0) return 0;
      // A crash may have come between the turn and its row.
      await rows.open(unit, epoch, clock.now());
      return rows.count(unit, older);
    });
    const walk = { epoch, older, after: '', left, swept: 0 };
    this.#walks.set(tenant, walk);
    return walk;
  }

  /** Moves some; false once nobody of an older epoch is left. */
  async #move(tenant: TenantId, walk: Walk): Promise<boolean> {
    const { units, rows } = this.#parts;
    const { epoch, older: epochs, after } = walk;
    const moved = await units.run(tenant, async (unit) => {
      const old = await rows.subjectsOf(unit, { epochs, after, countMax: movedCountMax });
      if (old.length > 0) await this.#moveAll(unit, epoch, old);
      return old;
    });
    walk.after = moved.at(-1)?.subject ?? '';
    walk.left -= moved.length;
    if (moved.length > 0) return true;
    // The end of the walk. Those whom others held, or who came meanwhile, are met on the next one.
    walk.left = await units.run(tenant, (unit) => rows.count(unit, epochs));
    return walk.left > 0;
  }

  async #moveAll(
    unit: Unit,
    epoch: string,
    old: readonly (WrappedKey & { readonly subject: string })[],
  ): Promise<void> {
    const { keys, rows, store, indexed } = this.#parts;
    const opened = await this.#keys.unwrapped(unit, old);
    if (opened.size < old.length) throw new Fault('vault.epoch_over', {}, { retryable: true });
    const subjects = [...opened.keys()];
    const values = await store.values(unit, subjects, Object.keys(indexed));
    const wanted = values.flatMap(({ subject, field, cipher }) => {
      const plain = opened.get(subject)?.open(boundTo(unit, { subject, field }), cipher);
      return indexedPieces(indexed, field, plain).map((piece) => ({ ...piece, subject }));
    });
    await this.#index.file(unit, { epoch, purpose: 'change' }, wanted);
    const owned = [...opened].map(([subject, key]): OwnedKey => ({ subject, key: key.raw() }));
    const suite = (await this.#keys.suiteOf(unit.tenant)).name;
    const again = await keys.wrap(unit.tenant, { suite, keys: owned });
    // Two workers at once: the other one was faster, and has turned again since.
    if (again.epoch !== epoch) throw new Fault('vault.epoch_over', {}, { retryable: true });
    const wrapped = subjects.map((subject, at) => ({
      subject,
      wrapped: again.wrapped[at] ?? new Uint8Array(),
    }));
    await rows.replaceKeys(unit, epoch, wrapped);
  }
}

function isDue(since: Instant, clock: Clock): boolean {
  return addSeconds(since, epochSecondsMax) <= clock.now();
}
