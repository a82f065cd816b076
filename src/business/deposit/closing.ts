/**
 * A deposit is closed when nothing is missing that it must hold, and refused with the list of what
 * is (S0-02). The seal carries `slots.json`: every slot with the entries that fill it, or why none.
 */
import { toBase64 } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import {
  type Entry,
  fillSlots,
  printSlots,
  readAddedSlot,
  readSlots,
  type SlotLine,
  type SlotState,
} from '#formats/entry';
import type { Evidence } from '#trust/evidence';
import { type DepositDesk, slotsOf } from './deposit-desk.ts';
import { lastDayAfter } from './keeping.ts';
import type { DepositStore, DepositTerms } from './ports.ts';
import type { Deposit } from './sealed-facts.ts';
import type { Source } from './source-signature.ts';

/** How complete a chain is, slot by slot (S4-01). */
export interface Completeness {
  readonly slots: readonly SlotState[];
  /** Slots that are filled or explained, in percent of all, rounded down. */
  readonly percent: number;
  readonly missing: readonly string[];
}

/** What the closing leans on. */
export interface ClosingParts {
  readonly desk: DepositDesk;
  readonly store: DepositStore;
  readonly evidence: Evidence;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly termsAt: (at: Instant) => DepositTerms;
}

/** How a business ended whose chain is closed: what was refused is kept for a shorter time. */
export type Outcome = 'concluded' | 'refused';

/** What is closed, and how. */
export interface CloseOrder {
  readonly id: string;
  readonly outcome: Outcome;
  /** Files that were announced, by their own names, and are not to become part of the chain. */
  readonly leavingOut: readonly string[];
}

/** Closes a deposit for good, or seals it as it stands. */
export class Closing {
  readonly #parts: ClosingParts;

  constructor(parts: ClosingParts) {
    this.#parts = parts;
  }

  /**
   * From here on nothing is added; deposit.links_missing names every slot that stands empty,
   * deposit.files_unfinished every file that was announced and would be lost without a word.
   */
  close(
    source: Source,
    order: CloseOrder,
  ): Commit<{ readonly seq: number; readonly hash: string; readonly keepUntil: string }> {
    const { desk, store, clock, termsAt } = this.#parts;
    return async (unit) => {
      const row = await desk.writable(unit, source, order.id);
      await this.#requireWhole(unit, row, order.leavingOut);
      const sealed = await this.#seal(unit, row, 'case.closed');
      const at = clock.now();
      const { concludedMonths, refusedMonths } = termsAt(at);
      const months = order.outcome === 'refused' ? refusedMonths : concludedMonths;
      const keepUntil = lastDayAfter(at, months);
      await store.close(unit, row.id, { at, keepUntil });
      return { ...sealed, keepUntil };
    };
  }

  /** Seals the deposit as it stands, for a package; an open one goes on. */
  seal(unit: Unit, row: Deposit): Promise<{ readonly seq: number; readonly hash: string }> {
    return this.#seal(unit, row, 'case.sealed');
  }

  /** The states of the slots by these entries. */
  async stateOf(row: Deposit, entries: readonly Entry[]): Promise<Completeness> {
    const lines = linesOf(row);
    const held = { entries, documents: [], isRefused: false };
    return completenessOf(await fillSlots(lines, held, this.#parts.engine));
  }

  async #requireWhole(unit: Unit, row: Deposit, leavingOut: readonly string[]): Promise<void> {
    const files = await this.#parts.store.files(unit, row.id);
    const lost = files.filter(({ own, seq }) => seq === undefined && !leavingOut.includes(own));
    if (lost.length === 0) return;
    throw new Fault('deposit.files_unfinished', { files: lost.map(({ own }) => own).join('、') });
  }

  async #seal(unit: Unit, row: Deposit, type: 'case.sealed' | 'case.closed') {
    const { evidence, engine } = this.#parts;
    const list = toBase64(await engine.digest('sha256', row.required));
    return evidence.sealCase(unit, row.id, {
      type,
      slots: async (entries) => {
        const { slots, missing } = await this.stateOf(row, entries);
        if (type === 'case.closed' && missing.length > 0) {
          throw new Fault('deposit.links_missing', { missing: missing.join('、') });
        }
        return printSlots(list, slots);
      },
    });
  }
}

/** Counts what is filled or explained; a chain without slots is whole. */
export function completenessOf(slots: readonly SlotState[]): Completeness {
  const open = slots.filter(({ absent }) => absent === 'not_reached');
  const percent =
    slots.length === 0 ? 100 : Math.floor(((slots.length - open.length) * 100) / slots.length);
  return { slots, percent, missing: open.map(({ line }) => line.title) };
}

/** The lines of the list and of what was added, as the format reads them. */
function linesOf(deposit: Deposit): readonly SlotLine[] {
  const listed = readSlots(deposit.required);
  const known = new Set(listed.map(({ slot }) => slot));
  const added = slotsOf(deposit).filter(({ slot }) => !known.has(slot));
  return [...listed, ...added.map(({ line }) => readAddedSlot(line))];
}
