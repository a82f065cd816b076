/**
 * Everything that one number stands for: number, subject, grant, contract, attachments (S2-19).
 *
 * Put together from the chain of the case and the documents that its entries name by digest. Who
 * the person is stands masked; the package under its own authorisation opens it.
 */
import { toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { formatYuan } from '#base/money';
import type { TenantId, Unit, Units } from '#base/unit';
import type { ContractDesk } from '#business/contract';
import { maskIdNumber } from '#business/identity';
import type { Applicant, Loan, LoanFile } from '#business/lending';
import type { Engine } from '#formats/crypto';
import type { CaseFile } from '#trust/evidence';
import { type OpenedEntry, openedEntries } from './examination.ts';
import { masked, maskedText } from './timeline.ts';

/** A thing of the chain, by the entry in which it stands. */
export interface DossierItem {
  readonly title: string;
  readonly seq: number;
  readonly at: string;
  readonly hash: string;
  readonly facts: { readonly [name: string]: Json };
}

/** A document as it is now. */
export interface DossierDocument {
  readonly document: string;
  readonly kind: string;
  readonly title: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What a number retrieves. */
export interface Dossier {
  readonly preservationNumber: string;
  readonly case: string;
  readonly openedAt: string;
  readonly state: string;
  /** Masked; null where nobody had applied yet, or she is erased. */
  readonly subject: { readonly [name: string]: string } | null;
  readonly grant: DossierItem | null;
  readonly contract: DossierDocument | null;
  readonly attachments: readonly (DossierDocument | DossierItem)[];
  /** How long the chain is, and the hash of its last entry. */
  readonly chain: { readonly entries: number; readonly head: string };
}

/** What dossiers lean on. */
export interface DossierParts {
  readonly units: Units;
  readonly cases: CaseFile;
  readonly file: LoanFile;
  readonly contracts: Pick<ContractDesk, 'documentsOf'>;
  /** Reads the newest revision of a document. */
  readonly shelf: {
    read(
      unit: Unit,
      document: string,
    ): Promise<{ readonly bytes: Uint8Array; readonly sha256: Uint8Array }>;
  };
  readonly engine: Engine;
}

/** Puts dossiers of loans together. */
export class Dossiers {
  readonly #parts: DossierParts;

  constructor(parts: DossierParts) {
    this.#parts = parts;
  }

  async read(tenant: TenantId, caseId: string): Promise<Dossier> {
    const { units, file, cases, engine } = this.#parts;
    return units.run(tenant, async (unit) => {
      const loan = await file.read(unit, caseId);
      const applicant = await file.personIfKnown(unit, loan);
      const opened = await openedEntries(await cases.openings(unit, caseId), engine);
      const documents = await this.#documents(unit, caseId);
      const decided = opened.findLast(({ entry }) => entry.type === 'risk.decided');
      // Where and with what it was taken is told beside a photo, not as one.
      const captures = opened.filter(
        ({ entry, values }) => entry.type === 'capture.stored' && !values.has('of'),
      );
      return {
        preservationNumber: loan.preservationNumber,
        case: loan.id,
        openedAt: formatInstant(loan.openedAt),
        state: loan.state,
        subject: applicant === undefined ? null : maskedPerson(applicant),
        grant: decided === undefined ? null : grantOf(loan, decided),
        contract: documents.find(isContract) ?? null,
        attachments: [
          ...documents.filter((document) => !isContract(document)),
          ...captures.map((one) => itemOf(kindOf(one), one)),
        ],
        chain: { entries: opened.length, head: opened.at(-1)?.hash ?? '' },
      };
    });
  }

  async #documents(unit: Unit, caseId: string): Promise<readonly DossierDocument[]> {
    const { contracts, shelf } = this.#parts;
    const documents: DossierDocument[] = [];
    for (const { id, kind, title } of await contracts.documentsOf(unit, caseId)) {
      const { bytes, sha256 } = await shelf.read(unit, id);
      documents.push({ document: id, kind, title, bytes: bytes.length, sha256: toHex(sha256) });
    }
    return documents;
  }
}

function isContract({ kind }: DossierDocument): boolean {
  return kind === 'loan-contract';
}

function kindOf({ values }: OpenedEntry): string {
  const kind = values.get('kind');
  return typeof kind === 'string' ? kind : '影像';
}

/** What was granted: the decision, and on which terms. */
function grantOf(loan: Loan, decided: OpenedEntry): DossierItem {
  const { facts, ...item } = itemOf('授信', decided);
  return {
    ...item,
    facts: {
      ...facts,
      product: `${loan.product} ${loan.productVersion}`,
      amount: loan.amount === undefined ? null : formatYuan(loan.amount),
      termMonths: loan.termMonths ?? null,
    },
  };
}

function itemOf(title: string, { entry, hash, values }: OpenedEntry): DossierItem {
  const facts: { [name: string]: Json } = {};
  for (const [name, value] of values) facts[name] = masked.has(name) ? maskedText : value;
  return { title, seq: entry.seq, at: formatInstant(entry.at), hash, facts };
}

function maskedPerson({ name, idNumber, phone, card }: Applicant): Record<string, string> {
  const [first = '', ...rest] = [...name];
  return {
    name: `${first}${'*'.repeat(rest.length)}`,
    idNumber: maskIdNumber(idNumber),
    phone: `${'*'.repeat(Math.max(0, phone.length - 4))}${phone.slice(-4)}`,
    card: `${'*'.repeat(Math.max(0, card.length - 4))}${card.slice(-4)}`,
  };
}
