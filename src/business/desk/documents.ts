/**
 * The documents of a case as a desk lists them: what they are and who signed, not what they say.
 *
 * The text of a document names a person. Staff read it under a grant of their own, given for a
 * stated purpose and minutes and stated in the register (`unmask.granted`), and each opening
 * stands in the access journal.
 */
import type { Clock, Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit, Units } from '#base/unit';
import { requireStaff } from '#business/access';
import type { RevisionShelf } from '#trust/signing';
import type { Asker, CaseDesk } from './cases.ts';
import type { GrantStore } from './ports.ts';

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

/** What listing and reading documents leans on. */
export interface DocumentParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly cases: Pick<CaseDesk, 'admit'>;
  readonly rows: DocumentRows;
  readonly grants: Pick<GrantStore, 'live'>;
  readonly shelf: Pick<RevisionShelf, 'read'>;
}

/** Lists the documents of a case to those whose case it is, and opens one under a grant. */
export class DocumentList {
  readonly #parts: DocumentParts;

  constructor(parts: DocumentParts) {
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

  /** The newest revision of one document; desk.grant_missing where nothing lets him see it now. */
  read(
    { tenant, caller }: Asker,
    { caseId, document }: { caseId: string; document: string },
  ): Promise<Uint8Array> {
    const { units, clock, cases, rows, grants, shelf } = this.#parts;
    const { staff } = requireStaff(caller);
    return units.run(tenant, async (unit) => {
      await cases.admit(unit, caller, { caseId, permission: 'case.unmask' });
      const live = await grants.live(unit, { staff: staff.id, caseId, now: clock.now() });
      if (!live.some(({ fields }) => fields.includes('documents'))) {
        throw new Fault('desk.grant_missing');
      }
      const listed = await rows.ofCase(unit, caseId);
      if (!listed.some(({ id }) => id === document)) throw new Fault('contract.document_unknown');
      return (await shelf.read(unit, document)).bytes;
    });
  }
}
