/**
 * Trusted time over the log's heads: once an hour, carried on for as long as it must stand.
 *
 * The authority's token is over the whole note, so it also says by when the witnesses had cosigned.
 * It is the beginning of an evidence record (RFC 4998), which outlives certificates by time-stamp
 * renewal and hashes by hash-tree renewal. Nobody waits for a stamp: it makes level L4, later.
 */
import { utf8 } from '#base/bytes';
import { addMs, type Clock, type Instant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Engine, HashName } from '#formats/crypto';
import {
  type EvidenceRecord,
  firstImprint,
  parseEvidenceRecord,
  printEvidenceRecord,
  rehashed,
  rehashImprint,
  renewalImprint,
  renewed,
} from '#formats/ers';
import type { Imprint } from '#formats/tsp';
import { type EntryStore, levelNotReached, type StoredCheckpoint } from '#trust/evidence';

/** How old the newest stamp may be before the next head is stamped. */
export const stampEveryMs = 3_600_000;
const firstHash: HashName = 'sha256';

/** A stamped head: the note as it was then, and the record over it in its newest version. */
export interface StampedHead {
  readonly size: number;
  readonly version: number;
  readonly note: string;
  /** DER EvidenceRecord. */
  readonly record: Uint8Array;
  readonly at: Instant;
}

/** Stamped heads of one tenant's log. Append-only: a renewal adds a version. */
export interface StampStore {
  newest(unit: Unit): Promise<StampedHead | undefined>;
  /**
   * The smallest stamped head of the shard of this place that covers it: the earliest proof of its
   * time.
   */
  covering(unit: Unit, index: number): Promise<StampedHead | undefined>;
  /** Every stamped head in its newest version, smallest first. */
  all(unit: Unit): Promise<readonly StampedHead[]>;
  /** Refuses with receipt.stamp_exists if the version is there. */
  add(unit: Unit, stamped: StampedHead): Promise<void>;
}

/** A time-stamping authority that answers for any imprint with a checked token. */
export interface Stamper {
  /** The DER token and the time it says; a retryable Fault when nobody answered. */
  stamp(imprint: Imprint): Promise<{ readonly der: Uint8Array; readonly time: Instant }>;
}

export interface HeadStampsParts {
  readonly units: Units;
  readonly entries: Pick<EntryStore, 'newestCheckpoint' | 'shards'>;
  readonly store: StampStore;
  readonly stamper: Stamper;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** Takes stamps and renews them. Between reading and writing the authority is asked, in no unit. */
export class HeadStamps {
  readonly #parts: HeadStampsParts;

  constructor(parts: HeadStampsParts) {
    this.#parts = parts;
  }

  /**
   * Stamps the newest witnessed head, if it is new and the last stamp is an hour old; the final
   * head of a shard at once, for no later head holds its entries.
   */
  async take(tenant: TenantId): Promise<StampedHead | undefined> {
    const { units, entries, store, clock } = this.#parts;
    const due = await units.run(tenant, async (unit) => {
      const final = await this.#finalHead(unit);
      if (final !== undefined) return final;
      const last = await store.newest(unit);
      if (last !== undefined && clock.now() < addMs(last.at, stampEveryMs)) return undefined;
      const head = await entries.newestCheckpoint(unit, 'L1');
      return head === undefined || head.size <= (last?.size ?? 0) ? undefined : head;
    });
    return due && this.#stamp(tenant, due);
  }

  /** The last head of a closed shard that nobody has stamped yet. */
  async #finalHead(unit: Unit): Promise<StoredCheckpoint | undefined> {
    const { entries, store } = this.#parts;
    for (const { end } of await entries.shards(unit)) {
      if (end === undefined || (await store.covering(unit, end - 1)) !== undefined) continue;
      const final = await entries.newestCheckpoint(unit, 'L1', end - 1);
      if (final?.size === end) return final;
    }
    return undefined;
  }

  async #stamp(tenant: TenantId, due: StoredCheckpoint): Promise<StampedHead> {
    const { stamper, engine } = this.#parts;
    const imprint = await firstImprint(utf8(due.note), firstHash, engine);
    const token = await stamper.stamp(imprint);
    const record = { chains: [[{ hash: firstHash, tree: [], token: token.der }]] };
    const { size, note } = due;
    return this.#add(tenant, { size, note, version: 0 }, { record, at: token.time });
  }

  /**
   * The earliest stamped head that covers this place of the log; the newest witnessed one is
   * stamped now if none does. evidence.level_not_reached while no quorum has seen the place.
   */
  async cover(tenant: TenantId, index: number): Promise<StampedHead> {
    const { units, entries, store } = this.#parts;
    const covering = (unit: Unit) => store.covering(unit, index);
    const covered = await units.run(tenant, covering);
    if (covered !== undefined) return covered;
    const head = await units.run(tenant, (unit) => entries.newestCheckpoint(unit, 'L2', index));
    if (head === undefined || head.size <= index) throw levelNotReached('L2');
    try {
      return await this.#stamp(tenant, head);
    } catch (thrown) {
      // Of two that came at once one has stamped: its head covers the place as well.
      const theirs = faultCode(thrown) === 'receipt.stamp_exists';
      const found = theirs ? await units.run(tenant, covering) : undefined;
      if (found === undefined) throw thrown;
      return found;
    }
  }

  /** Time-stamp renewal of every record: before a certificate or signature loses its strength. */
  async renew(tenant: TenantId): Promise<number> {
    return this.#carryOn(tenant, async (_head, record) => {
      const imprint = await renewalImprint(record, this.#parts.engine);
      const token = await this.#parts.stamper.stamp(imprint);
      return { record: renewed(record, token.der), at: token.time };
    });
  }

  /** Hash-tree renewal of every record under another hash: before the old one falls. */
  async rehash(tenant: TenantId, hash: HashName): Promise<number> {
    return this.#carryOn(tenant, async ({ note }, record) => {
      const by = { data: utf8(note), hash };
      const token = await this.#parts.stamper.stamp(
        await rehashImprint(record, by, this.#parts.engine),
      );
      return { record: rehashed(record, hash, token.der), at: token.time };
    });
  }

  /** One record after the other: who is interrupted carries on what is left. */
  async #carryOn(
    tenant: TenantId,
    next: (head: StampedHead, record: EvidenceRecord) => Promise<Carried>,
  ): Promise<number> {
    const { units, store } = this.#parts;
    const all = await units.run(tenant, (unit) => store.all(unit));
    for (const head of all) {
      const carried = await next(head, parseEvidenceRecord(head.record));
      await this.#add(tenant, { ...head, version: head.version + 1 }, carried);
    }
    return all.length;
  }

  async #add(
    tenant: TenantId,
    head: Pick<StampedHead, 'size' | 'note' | 'version'>,
    { record, at }: Carried,
  ): Promise<StampedHead> {
    const { size, note, version } = head;
    const stamped = { size, note, version, record: printEvidenceRecord(record), at };
    await this.#parts.units.run(tenant, (unit) => this.#parts.store.add(unit, stamped));
    return stamped;
  }
}

interface Carried {
  readonly record: EvidenceRecord;
  readonly at: Instant;
}

/** The refusal of a version that somebody else has added meanwhile. */
export function stampExists(size: number, version: number): Fault {
  return new Fault('receipt.stamp_exists', { size, version }, { retryable: true });
}
