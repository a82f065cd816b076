/**
 * What a loan's chain must hold besides its list, asked for after the fact: never taken away again.
 *
 * A case in dispute may need more than the product's list: the bank's own receipt, an expert's
 * opinion, a notary's deed. Such a slot names the kind of statement that fills it; what is admitted
 * of that kind fills it by itself. Its line carries chance, for its words may be a person's name.
 */
import { toBase64Url } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import type { LoanFile } from '#business/lending';
import type { Engine } from '#formats/crypto';
import { saltBytes } from '#formats/disclosure';
import {
  isPartyStatement,
  readAddedSlot,
  readSlots,
  type SlotLine,
  statementRules,
} from '#formats/entry';
import type { CaseFile, Evidence, Recorded } from '#trust/evidence';
import { openedEntries } from './examination.ts';

const slotsPerCaseMax = 40;
const reasonLettersMax = 200;

/** What the slots of loans lean on. */
export interface CaseSlotParts {
  readonly file: LoanFile;
  readonly cases: Pick<CaseFile, 'openings'>;
  readonly evidence: Pick<Evidence, 'record'>;
  readonly engine: Engine;
  readonly random: Random;
}

/** Adds slots to the chains of loans, and says why one stays empty. */
export class CaseSlots {
  readonly #parts: CaseSlotParts;

  constructor(parts: CaseSlotParts) {
    this.#parts = parts;
  }

  /** `kind`: of which statements, as `notary.deed`; judicial.slot_unknown for a kind of none. */
  add(order: {
    readonly caseId: string;
    readonly slot: string;
    readonly title: string;
    readonly kind: string;
  }): Commit<Recorded> {
    const { slot, title, kind } = order;
    const type = statementRules
      .find((rule) => rule.kind === kind)
      ?.types.find((one) => isPartyStatement(one));
    if (type === undefined) throw new Fault('judicial.slot_unknown', { kind: kind.slice(0, 64) });
    return async (unit) => {
      const loan = await this.#open(unit, order.caseId);
      const held = await this.addedLines(unit, loan.id);
      const isTaken = held.some((line) => line.slot === slot) || held.length >= slotsPerCaseMax;
      if (isTaken) throw new Fault('judicial.slot_taken', { slot, slotsPerCaseMax });
      const salt = toBase64Url(this.#parts.random.bytes(saltBytes));
      const line = { slot, type, kind, min: 1, title, salt };
      readAddedSlot(line);
      return this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'slot.added',
        disclosures: [{ name: 'line', value: line }],
        of: [slotOriginal(slot, line)],
      });
    };
  }

  /** A slot of the list or a later one. */
  explain(order: {
    readonly caseId: string;
    readonly slot: string;
    readonly reason: string;
  }): Commit<Recorded> {
    const { slot, reason } = order;
    if (reason.trim() === '' || reason.length > reasonLettersMax) {
      throw new Fault('judicial.slot_unknown', { why: 'reason' });
    }
    return async (unit) => {
      const loan = await this.#open(unit, order.caseId);
      const listed = readSlots(this.#parts.file.productOf(loan).requiredEvidence);
      const all = [...listed, ...(await this.addedLines(unit, loan.id))];
      const found = all.find((line) => line.slot === slot);
      if (found === undefined) throw new Fault('judicial.slot_unknown', { slot });
      return this.#parts.evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type: 'slot.absent',
        disclosures: [
          { name: 'slot', value: slot },
          { name: 'reason', value: reason },
        ],
        of: [slotOriginal(slot, found.line)],
      });
    };
  }

  /** The lines that entries brought, in their order; of an erased person's case none opens. */
  async addedLines(unit: Unit, caseId: string): Promise<readonly SlotLine[]> {
    const { cases, engine } = this.#parts;
    const stored = (await cases.openings(unit, caseId)).filter(({ type }) => type === 'slot.added');
    return (await openedEntries(stored, engine)).flatMap(({ values }) => {
      const line = values.get('line');
      return line === undefined ? [] : [readAddedSlot(line)];
    });
  }

  /** What an entry that admits a statement of this kind says that it fills. */
  async filledBy(unit: Unit, caseId: string, kind: string) {
    const lines = await this.addedLines(unit, caseId);
    const found = lines.filter(({ line }) => line['kind'] === kind);
    return found.map(({ slot, line }) => slotOriginal(slot, line));
  }

  async #open(unit: Unit, caseId: string) {
    const { file, cases } = this.#parts;
    const loan = await file.lock(unit, caseId);
    await file.personIfKnown(unit, loan);
    const stored = await cases.openings(unit, caseId);
    if (stored.some(({ type }) => type === 'case.closed')) throw new Fault('judicial.chain_closed');
    return loan;
  }
}

function slotOriginal(slot: string, line: Json): { name: string; bytes: Uint8Array } {
  return { name: `slot/${slot}`, bytes: canonicalBytes(line) };
}
