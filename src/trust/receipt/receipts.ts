/**
 * What is held for an entry, level by level, and what is not and why: never more than was checked
 * just now.
 *
 * L0 durable · L1 cosigned by the sentinel · L2 by the witness quorum · L3 anchored on a chain ·
 * L4 time-stamped. `level` rises only without a gap: an entry that is stamped and not anchored has
 * level L2, and L4 among what is held.
 */
import { utf8 } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import type { Engine, HashName } from '#formats/crypto';
import { type CheckStamp, parseEvidenceRecord, verifyEvidenceRecord } from '#formats/ers';
import { atLeast, type Level, parseCheckpoint } from '#formats/tlog';
import { type EntryStore, shardHolding } from '#trust/evidence';
import type { StampedHead, StampStore } from './stamps.ts';

/** In their order. */
export const receiptLevels = ['L0', 'L1', 'L2', 'L3', 'L4'] as const;

/** How much stands behind an entry: from a durable row (L0) to a stamp years can rely on (L4). */
export type ReceiptLevel = (typeof receiptLevels)[number];

/** Why a level is not held. */
export type NotHeld =
  | 'not_placed'
  | 'not_cosigned'
  | 'no_anchor'
  | 'not_anchored'
  | 'not_stamped'
  | 'stamp_invalid';

/** What is held for one entry at one moment. */
export interface Receipt {
  readonly hash: string;
  /** Its place in the log, through all shards. */
  readonly index: number | undefined;
  /** The highest level under which none is missing. */
  readonly level: ReceiptLevel;
  readonly held: readonly ReceiptLevel[];
  readonly missing: readonly { readonly level: ReceiptLevel; readonly why: NotHeld }[];
  /** The note under which L1 or L2 was found. */
  readonly checkpoint: string | undefined;
  /** Since when trusted time vouches for the entry. */
  readonly stampedAt: Instant | undefined;
  /** The anchor file (docs/specs/anchor.md) under which L3 was found. */
  readonly anchor: Uint8Array | undefined;
}

export interface ReceiptsParts {
  readonly entries: Pick<EntryStore, 'byHash' | 'newestCheckpoint' | 'shards'>;
  readonly stamps: Pick<StampStore, 'covering'>;
  /** The level of a note by its own signatures, under the keys and the policy in trust. */
  readonly judge: (note: string, tenant: TenantId) => Promise<Level>;
  readonly checkStamp: CheckStamp;
  readonly fallenSince: (hash: HashName) => Instant | undefined;
  /**
   * The anchor of a head that covers this place, judged; undefined while there is none. A house
   * without a contract in trust has no such part.
   */
  readonly anchored?: (unit: Unit, index: number) => Promise<Uint8Array | undefined>;
  readonly engine: Engine;
  readonly clock: Clock;
}

type Findings = Map<ReceiptLevel, NotHeld | undefined>;

export class Receipts {
  readonly #parts: ReceiptsParts;

  constructor(parts: ReceiptsParts) {
    this.#parts = parts;
  }

  /** evidence.entry_unknown where there is no such entry. */
  async of(unit: Unit, hash: string): Promise<Receipt> {
    const entry = await this.#parts.entries.byHash(unit, hash);
    if (entry === undefined) throw new Fault('evidence.entry_unknown');
    const { index } = entry;
    const found: Findings = new Map([['L0', undefined]]);
    const checkpoint = await this.#cosigned(unit, index, found);
    const anchor = await this.#anchored(unit, index, found);
    const stampedAt = await this.#stamped(unit, index, found);
    const missing = receiptLevels.flatMap((level) => {
      const why = found.get(level);
      return why === undefined ? [] : [{ level, why }];
    });
    const gap = receiptLevels.findIndex((level) => found.get(level) !== undefined);
    const level = receiptLevels[gap < 0 ? receiptLevels.length - 1 : gap - 1] ?? 'L0';
    const held = receiptLevels.filter((one) => found.get(one) === undefined);
    return { hash, index, level, held, missing, checkpoint, stampedAt, anchor };
  }

  async #cosigned(
    unit: Unit,
    index: number | undefined,
    found: Findings,
  ): Promise<string | undefined> {
    const why = index === undefined ? 'not_placed' : 'not_cosigned';
    let shown: string | undefined;
    for (const level of ['L2', 'L1'] as const) {
      shown ??= await this.#noteFor(unit, index, level);
      found.set(level, shown === undefined ? why : undefined);
    }
    return shown;
  }

  async #noteFor(unit: Unit, index: number | undefined, level: Level): Promise<string | undefined> {
    if (index === undefined) return undefined;
    const checkpoint = await this.#parts.entries.newestCheckpoint(unit, level, index);
    if (checkpoint === undefined || checkpoint.size <= index) return undefined;
    const judged = await this.#parts.judge(checkpoint.note, unit.tenant);
    return atLeast(judged, level) ? checkpoint.note : undefined;
  }

  async #anchored(
    unit: Unit,
    index: number | undefined,
    found: Findings,
  ): Promise<Uint8Array | undefined> {
    const { anchored } = this.#parts;
    const anchor = index === undefined ? undefined : await anchored?.(unit, index);
    const why = index === undefined ? 'not_placed' : 'not_anchored';
    const missing = anchored === undefined ? 'no_anchor' : why;
    found.set('L3', anchor === undefined ? missing : undefined);
    return anchor;
  }

  async #stamped(
    unit: Unit,
    index: number | undefined,
    found: Findings,
  ): Promise<Instant | undefined> {
    const head = index === undefined ? undefined : await this.#parts.stamps.covering(unit, index);
    if (index === undefined || head === undefined) {
      found.set('L4', index === undefined ? 'not_placed' : 'not_stamped');
      return undefined;
    }
    const since = await this.#since(unit, index, head);
    found.set('L4', since === undefined ? 'stamp_invalid' : undefined);
    return since;
  }

  /** The stamp must be over a head of this very log that covers the entry, and must stand now. */
  async #since(unit: Unit, index: number, head: StampedHead): Promise<Instant | undefined> {
    const { entries, judge, checkStamp, fallenSince, engine, clock } = this.#parts;
    const { base } = shardHolding(await entries.shards(unit), index);
    try {
      if (base + parseCheckpoint(head.note).size <= index) return undefined;
      if (!atLeast(await judge(head.note, unit.tenant), 'L1')) return undefined;
      const record = parseEvidenceRecord(head.record);
      const check = { record, data: utf8(head.note), now: clock.now(), checkStamp, fallenSince };
      const verdict = await verifyEvidenceRecord(check, engine);
      return verdict.is === 'valid' ? verdict.since : undefined;
    } catch (thrown) {
      if (thrown instanceof Fault && !thrown.retryable) return undefined;
      throw thrown;
    }
  }
}
