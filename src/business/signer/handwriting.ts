/**
 * What she draws on a pad: how her signature will look, and never by itself a signature (S2-06).
 *
 * The strokes stand in her vault and go when she is erased; `capture.stored` commits to their
 * digest. No step of a case is done by drawing: what signs is her key, after a code.
 */
import { fromUtf8, toHex } from '#base/bytes';
import { type Clock, formatInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Unit } from '#base/unit';
import {
  type CaseState,
  handwritingField,
  type Loan,
  type LoanFile,
  type PersonalValues,
} from '#business/lending';
import type { Engine } from '#formats/crypto';
import { parseStrokes } from '#formats/pdf';
import type { Evidence } from '#trust/evidence';

/** What the pad leans on. */
export interface HandwritingParts {
  readonly file: Pick<LoanFile, 'lock' | 'productOf'>;
  readonly persons: PersonalValues;
  readonly evidence: Pick<Evidence, 'record'>;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** Before the agreement nothing is collected; a contract that is signed looks as it looks. */
const open: ReadonlySet<CaseState> = new Set<CaseState>([
  'agreed',
  'applied',
  'pi_authorised',
  'credit_authorised',
  'in_review',
  'approved',
  'sheet_confirmed',
  'loan_read',
]);

/** Keeps what she drew. */
export class Handwriting {
  readonly #parts: HandwritingParts;

  constructor(parts: HandwritingParts) {
    this.#parts = parts;
  }

  /** May she draw one now, and is there one? */
  async standing(unit: Unit, loan: Loan): Promise<{ asked: boolean; kept: boolean }> {
    const asked = this.#isAsked(loan) && open.has(loan.state);
    return { asked, kept: asked && (await this.#isKept(unit, loan)) };
  }

  async #isKept(unit: Unit, { subject }: Loan): Promise<boolean> {
    try {
      const place = { subject, field: handwritingField };
      return (await this.#parts.persons.get(unit, place)) !== undefined;
    } catch (thrown) {
      // Where her record is closed nothing can be shown; where she stands she is still told.
      if (faultCode(thrown)?.startsWith('vault.') === true) return false;
      throw thrown;
    }
  }

  /** Drawn again it replaces; pdf.strokes_malformed for what no pad draws. */
  async keep(unit: Unit, caseId: string, strokes: Uint8Array): Promise<Loan> {
    const { file, persons, evidence, engine, clock } = this.#parts;
    const loan = await file.lock(unit, caseId);
    if (!this.#isAsked(loan)) throw new Fault('signer.capture_kind', { kind: handwritingField });
    if (!open.has(loan.state)) {
      throw new Fault('lending.out_of_order', { state: loan.state, wanted: 'loan_read' });
    }
    parseStrokes(strokes);
    const { subject } = loan;
    await persons.put(unit, { subject, field: handwritingField }, fromUtf8(strokes));
    const at = formatInstant(clock.now());
    await evidence.record(unit, {
      caseId: loan.id,
      subject,
      type: 'capture.stored',
      disclosures: [
        { name: 'kind', value: handwritingField },
        { name: 'sha256', value: toHex(await engine.digest('sha256', strokes)) },
        { name: 'bytes', value: strokes.length },
        { name: 'takenAt', value: at },
        { name: 'storedAt', value: at },
        { name: 'device', value: null },
        { name: 'place', value: null },
      ],
      of: [],
    });
    return loan;
  }

  #isAsked(loan: Loan): boolean {
    const { fields } = this.#parts.file.productOf(loan).minimisation;
    return fields.some(({ field }) => field === handwritingField);
  }
}
