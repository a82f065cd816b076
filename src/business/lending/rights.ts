/**
 * The right out of a contract as an asset: created with the money, pledged, assigned, settled
 * (S2-84).
 *
 * There is no row of it. Its state is what the entries of its case say, in their order, so that the
 * register of assets is the log itself; who holds it stands in the openings only.
 */
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, Unit } from '#base/unit';
import type { EntryType } from '#formats/entry';
import type { Evidence } from '#trust/evidence';
import type { LoanFile } from './file.ts';
import type { Loan } from './ports.ts';

const wordsMax = 120;

/** How a right stands. */
export type RightState = 'created' | 'pledged' | 'assigned' | 'settled';

/** What can be done with a right; created and settled come of themselves with the money. */
export const rightActs = ['pledged', 'released', 'assigned'] as const;

/** One thing that can be done with a right. */
export type RightAct = (typeof rightActs)[number];

/** One entry about a right, as it stands in the log. */
export interface RightEntry {
  readonly type: EntryType;
  readonly seq: number;
  readonly hash: string;
  readonly at: Instant;
}

/** Reads what the log says of rights. */
export interface RightRows {
  /** By case, in the order of their numbers; a case without a right is not there. */
  ofCases(
    unit: Unit,
    caseIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RightEntry[]>>;
}

/** A right as it stands now, and since which entry. */
export interface ContractRight {
  readonly caseId: string;
  readonly state: RightState;
  readonly since: Instant;
  readonly seq: number;
  readonly hash: string;
}

/** From which states an act may come. */
const allowed: Readonly<Record<RightAct, readonly RightState[]>> = {
  pledged: ['created', 'assigned'],
  released: ['pledged'],
  // What is pledged is not sold behind the pledgee's back (民法典 445).
  assigned: ['created', 'assigned'],
};

/** Undefined where no right was ever created. */
export function rightOf(caseId: string, entries: readonly RightEntry[]): ContractRight | undefined {
  const last = entries.at(-1);
  if (last === undefined) return undefined;
  const { at: since, seq, hash } = last;
  return { caseId, state: stateAfter(entries), since, seq, hash };
}

function stateAfter(entries: readonly RightEntry[]): RightState {
  const types = entries.map(({ type }) => type);
  if (types.includes('right.settled')) return 'settled';
  if (types.lastIndexOf('right.pledged') > types.lastIndexOf('right.released')) return 'pledged';
  return types.includes('right.assigned') ? 'assigned' : 'created';
}

/** What the rights lean on. */
export interface RightsParts {
  readonly file: LoanFile;
  readonly evidence: Pick<Evidence, 'record'>;
  readonly rows: RightRows;
}

/** Where a right is pledged, released or assigned. */
export class ContractRights {
  readonly #parts: RightsParts;

  constructor(parts: RightsParts) {
    this.#parts = parts;
  }

  /** Refuses with lending.right_unknown before the money, lending.right_out_of_order otherwise. */
  change(order: {
    readonly caseId: string;
    readonly act: RightAct;
    /** To whom it is pledged or assigned. */
    readonly counterparty: string;
    /** The contract by which it is done. */
    readonly reference: string;
    readonly by: string;
  }): Commit<ContractRight> {
    const { act, counterparty, reference, by } = order;
    for (const text of [counterparty, reference]) {
      if (text.trim() === '' || text.length > wordsMax) throw new Fault('lending.right_malformed');
    }
    return async (unit) => {
      const { file, evidence, rows } = this.#parts;
      const loan = await file.lock(unit, order.caseId);
      const held = (await rows.ofCases(unit, [loan.id])).get(loan.id) ?? [];
      const before = rightOf(loan.id, held);
      if (before === undefined) throw new Fault('lending.right_unknown');
      if (!allowed[act].includes(before.state)) {
        throw new Fault('lending.right_out_of_order', { act, state: before.state });
      }
      const type = `right.${act}` as const;
      const { seq, hash, at } = await evidence.record(unit, {
        caseId: loan.id,
        subject: loan.subject,
        type,
        disclosures: [
          { name: 'counterparty', value: counterparty },
          { name: 'reference', value: reference },
          { name: 'by', value: by },
        ],
        of: [],
      });
      const state = stateAfter([...held, { type, seq, hash, at }]);
      return { caseId: loan.id, state, since: at, seq, hash };
    };
  }
}

/** The money is out: from here on there is somebody who owes. */
export function createdRight(loan: Loan) {
  return {
    subject: loan.subject,
    type: 'right.created',
    disclosures: [
      { name: 'holder', value: loan.tenant },
      { name: 'contractNumber', value: loan.contractNumber ?? '' },
      { name: 'amountFen', value: String(loan.amount) },
    ],
    of: [],
  } as const;
}
