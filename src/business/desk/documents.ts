/**
 * The documents of a case as a desk lists them: what they are and who signed, not what they say.
 *
 * The text of a document names a person, and leaves the house inside the evidence package only,
 * which has a permission, a purpose and an entry in the access journal of its own.
 */
import type { Instant } from '#base/clock';
import type { Unit, Units } from '#base/unit';
import type { Asker, CaseDesk } from './cases.ts';

/** One party's place in a document, and the revision that holds its signature once there is one. */
export interface ListedSignature {
  readonly field: string;
  readonly revision: number | undefined;
}

/** One document of a case without its text. */
export interface ListedDocument {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly pages: number;
  /** Size in bytes and SHA-256 in lower-case hex of the revision that was read and confirmed. */
  readonly bytes: number;
  readonly sha256: string;
  readonly draftedAt: Instant;
  readonly readAt: Instant | undefined;
  /** The newest revision's number; 0 is the base. */
  readonly revision: number;
  readonly signatures: readonly ListedSignature[];
}

/** Rows of documents, in the order in which they were drafted. */
export interface DocumentRows {
  ofCase(unit: Unit, caseId: string): Promise<readonly ListedDocument[]>;
}

/** Lists the documents of a case to those whose case it is. */
export class DocumentList {
  readonly #parts: { units: Units; cases: CaseDesk; rows: DocumentRows };

  constructor(parts: { units: Units; cases: CaseDesk; rows: DocumentRows }) {
    this.#parts = parts;
  }

  /** Refuses any case out of the asker's reach: lending.case_unknown. */
  ofCase({ tenant, caller }: Asker, caseId: string): Promise<readonly ListedDocument[]> {
    const { units, cases, rows } = this.#parts;
    return units.run(tenant, async (unit) => {
      await cases.admit(unit, caller, { caseId, permission: 'case.read' });
      return rows.ofCase(unit, caseId);
    });
  }
}
