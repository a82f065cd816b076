/**
 * Slots that come later, and why one stays empty: each is an entry, and none is ever taken away.
 */
import { toBase64Url } from '#base/bytes';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Commit } from '#base/unit';
import { saltBytes } from '#formats/disclosure';
import { readAddedSlot } from '#formats/entry';
import { type DepositDesk, type DepositParts, slotsOf } from './deposit-desk.ts';
import type { ItemReceipt } from './record-desk.ts';
import { readScenarioSlots, slotLine } from './scenario.ts';
import { sealedFacts } from './sealed-facts.ts';
import { slotOriginal, taken } from './slot-lines.ts';
import type { Source } from './source-signature.ts';

const reasonLettersMax = 200;

/** Where the list of a deposit grows. */
export class SlotDesk {
  readonly #parts: DepositParts & { readonly desk: DepositDesk };

  constructor(parts: DepositParts & { readonly desk: DepositDesk }) {
    this.#parts = parts;
  }

  /** One more thing that it must hold. Its line carries chance, for its words may be a name. */
  add(
    source: Source,
    order: { readonly deposit: string; readonly slot: Json },
  ): Commit<ItemReceipt> {
    const { desk, store, seal, random, evidence } = this.#parts;
    const [slot] = readScenarioSlots([order.slot], 'slot');
    if (slot === undefined) throw new Fault('deposit.slot_unknown');
    return async (unit) => {
      const row = await desk.writable(unit, source, order.deposit);
      if (slotsOf(row).some((one) => one.slot === slot.slot)) throw taken(slot.slot);
      const line = { ...slotLine(slot), salt: toBase64Url(random.bytes(saltBytes)) };
      readAddedSlot(line);
      const added = [...row.added, line];
      await store.reseal(unit, row.id, await sealedFacts(unit, { ...row, added }, seal));
      const recorded = await evidence.record(unit, {
        caseId: row.id,
        subject: row.subject,
        type: 'slot.added',
        disclosures: [{ name: 'line', value: line }],
        of: [slotOriginal(line)],
      });
      return { deposit: row.id, own: slot.slot, ...recorded, flags: [] };
    };
  }

  /** Says why a slot stays empty. */
  explain(
    source: Source,
    order: { readonly deposit: string; readonly slot: string; readonly reason: string },
  ): Commit<ItemReceipt> {
    const { desk, evidence } = this.#parts;
    const { reason } = order;
    if (reason.length === 0 || reason.length > reasonLettersMax) {
      throw new Fault('deposit.record_malformed', { field: 'reason', why: 'length' });
    }
    return async (unit) => {
      const row = await desk.writable(unit, source, order.deposit);
      const found = slotsOf(row).find((one) => one.slot === order.slot);
      if (found === undefined) {
        throw new Fault('deposit.slot_unknown', { slot: order.slot.slice(0, 64) });
      }
      const recorded = await evidence.record(unit, {
        caseId: row.id,
        subject: row.subject,
        type: 'slot.absent',
        disclosures: [
          { name: 'slot', value: order.slot },
          { name: 'reason', value: reason },
        ],
        of: [slotOriginal(found.line)],
      });
      return { deposit: row.id, own: order.slot, ...recorded, flags: [] };
    };
  }
}
