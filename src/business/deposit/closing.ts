/**
 * A deposit is closed when nothing is missing that it must hold, and refused with the list of what
 * is (S0-02). The seal carries `slots.json`: every slot with the entries that fill it, or why none.
 */
import { toBase64 } from '#base/bytes';
import type { Clock } from '#base/clock';
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
import type { DepositDesk } from './deposit-desk.ts';
import type { DepositRow, DepositStore } from './ports.ts';
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
}

/** Closes a deposit for good, or seals it as it stands. */
export class Closing {
  readonly #parts: ClosingParts;

  constructor(parts: ClosingParts) {
    this.#parts = parts;
  }

  /** From here on nothing is added; deposit.links_missing names every slot that stands empty. */
  close(source: Source, id: string): Commit<{ readonly seq: number; readonly hash: string }> {
    const { store, clock } = this.#parts;
    return async (unit) => {
      const row = await store.lock(unit, id);
      if (row === undefined || row.client !== source.client) throw new Fault('deposit.unknown');
      if (row.closedAt !== undefined) throw new Fault('deposit.closed');
      const sealed = await this.#seal(unit, row, 'case.closed');
      await store.close(unit, id, clock.now());
      return sealed;
    };
  }

  /** Seals the deposit as it stands, for a package; an open one goes on. */
  seal(unit: Unit, row: DepositRow): Promise<{ readonly seq: number; readonly hash: string }> {
    return this.#seal(unit, row, 'case.sealed');
  }

  /** The states of the slots by these entries. */
  async stateOf(unit: Unit, row: DepositRow, entries: readonly Entry[]): Promise<Completeness> {
    const lines = await this.#lines(unit, row);
    const held = { entries, documents: [], isRefused: false };
    return completenessOf(await fillSlots(lines, held, this.#parts.engine));
  }

  async #seal(unit: Unit, row: DepositRow, type: 'case.sealed' | 'case.closed') {
    const { evidence, engine } = this.#parts;
    const list = toBase64(await engine.digest('sha256', row.required));
    return evidence.sealCase(unit, row.id, {
      type,
      slots: async (entries) => {
        const { slots, missing } = await this.stateOf(unit, row, entries);
        if (type === 'case.closed' && missing.length > 0) {
          throw new Fault('deposit.links_missing', { missing: missing.join('、') });
        }
        return printSlots(list, slots);
      },
    });
  }

  async #lines(unit: Unit, row: DepositRow): Promise<readonly SlotLine[]> {
    const listed = readSlots(row.required);
    const known = new Set(listed.map(({ slot }) => slot));
    const all = await this.#parts.desk.slotsOf(unit, row);
    const added = all.filter(({ slot }) => !known.has(slot)).map(({ line }) => readAddedSlot(line));
    return [...listed, ...added];
  }
}

/** Counts what is filled or explained; a chain without slots is whole. */
export function completenessOf(slots: readonly SlotState[]): Completeness {
  const open = slots.filter(({ absent }) => absent === 'not_reached');
  const percent =
    slots.length === 0 ? 100 : Math.floor(((slots.length - open.length) * 100) / slots.length);
  return { slots, percent, missing: open.map(({ line }) => line.title) };
}
