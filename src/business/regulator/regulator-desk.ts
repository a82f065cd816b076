/**
 * The look through (穿透式监管): from sums to institution, product, contract, party and evidence.
 *
 * A supervisor is a client of the institution with the scope `regulator.look`. Every look is a
 * signed request with a purpose of the closed list and a number it is accounted for under; the door
 * writes both into the access journal, refused looks too. What is shown names nobody: values are
 * masked whoever asks, and no way leads from here to a value as it is (PIPL 6, S0-48).
 */
import { type Clock, chinaDate, type Instant, instantFromMs, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Caller, Rights } from '#business/access';
import type { DocumentRecord } from '#business/contract';
import type { ProductShelf } from '#business/lending';
import type { Metering, Tenants, TenantView } from '#business/tenancy';
import { type CaseEvidence, evidenceOf, type LookedLog } from './contract-evidence.ts';
import { partyOf, type ShownParty } from './party.ts';
import type {
  ContractCursor,
  ContractFilter,
  ContractRow,
  Parties,
  RegulatorRows,
  RevisionDigest,
  Span,
} from './ports.ts';
import { lookPurpose } from './purpose.ts';
import { houseSums, type ProductSums, productSums } from './sums.ts';

const pageRowsMax = 50;
const proofLevel = 'L2';

/** Documents of a case by their rows, which name nobody. */
export interface DocumentRows {
  documentsOf(unit: Unit, caseId: string): Promise<readonly DocumentRecord[]>;
}

export interface RegulatorParts extends LookedLog {
  readonly units: Units;
  readonly clock: Clock;
  readonly rights: Rights;
  readonly rows: RegulatorRows;
  readonly people: Parties;
  readonly tenants: Pick<Tenants, 'view'>;
  readonly metering: Pick<Metering, 'usage'>;
  readonly contracts: DocumentRows;
  readonly shelf: Pick<ProductShelf, 'version'>;
}

/** Who looks at which institution, and why, as the request said it. */
export interface Look {
  readonly tenant: TenantId;
  readonly caller: Caller;
  readonly purpose: string | undefined;
}

/** An institution with its counts, and sums of those that stand below it. */
export interface ShownInstitution extends TenantView {
  readonly cases: number;
  readonly contracts: number;
  readonly below: { readonly month: string; readonly tenants: number; readonly contracts: bigint };
}

/** A product's sums beside its name as the catalogue has it. */
export interface ShownProduct extends ProductSums {
  readonly name: string;
}

/** A document of a contract: what was shown, what it was signed as, all by digests. */
export interface ShownDocument extends DocumentRecord {
  readonly revisions: readonly (RevisionDigest & { readonly sealedAt: Instant | undefined })[];
}

/** One contract looked through down to its evidence. */
export interface ShownContract extends ContractRow {
  readonly party: ShownParty;
  readonly documents: readonly ShownDocument[];
  readonly evidence: CaseEvidence;
}

/** Shows supervisors what they may see, and nobody else anything. */
export class RegulatorDesk {
  readonly #parts: RegulatorParts;

  constructor(parts: RegulatorParts) {
    this.#parts = parts;
  }

  async institution(look: Look): Promise<ShownInstitution> {
    this.#admit(look);
    const { units, tenants, rows, metering, clock } = this.#parts;
    const month = chinaDate(clock.now()).slice(0, 7);
    const { below } = await metering.usage(look.tenant, month);
    return units.run(look.tenant, async (unit) => ({
      ...(await tenants.view(unit)),
      ...houseSums(await rows.states(unit, undefined)),
      below: { month, tenants: below.tenants, contracts: below.sums.contracts },
    }));
  }

  /** All products, or what of them was opened in one month (`2026-11`, China). */
  async products(look: Look, month: string | undefined): Promise<readonly ShownProduct[]> {
    this.#admit(look);
    const { units, rows, shelf, clock } = this.#parts;
    const opened = month === undefined ? undefined : spanOf(month);
    const today = chinaDate(clock.now());
    return units.run(look.tenant, async (unit) => {
      const states = await rows.states(unit, opened);
      const debts = await rows.debts(unit, { today, opened });
      return productSums(states, debts).map((sums) => {
        const name = shelf.version(sums.product, sums.version)?.name ?? sums.product;
        return { ...sums, name };
      });
    });
  }

  /** A page of contracts, newest first, and the cursor of the next one. */
  async contracts(
    look: Look,
    question: {
      filter: Omit<ContractFilter, 'opened'> & { month?: string | undefined };
      cursor?: string | undefined;
    },
  ): Promise<{ rows: readonly ContractRow[]; next: string | undefined }> {
    this.#admit(look);
    const { month, ...rest } = question.filter;
    const filter = { ...rest, opened: month === undefined ? undefined : spanOf(month) };
    const after = question.cursor === undefined ? undefined : cursorOf(question.cursor);
    const rows = await this.#parts.units.run(look.tenant, (unit) =>
      this.#parts.rows.contracts(unit, { filter, after, countMax: pageRowsMax + 1 }),
    );
    const page = rows.slice(0, pageRowsMax);
    const last = page.at(-1);
    const isLast = rows.length <= pageRowsMax || last === undefined;
    return { rows: page, next: isLast ? undefined : printCursor(last) };
  }

  async contract(look: Look, contractNumber: string): Promise<ShownContract> {
    this.#admit(look);
    return this.#parts.units.run(look.tenant, async (unit) => {
      const row = await this.#row(unit, contractNumber);
      const evidence = await evidenceOf(unit, row.caseId, this.#parts);
      const documents = await this.#documents(unit, row.caseId, evidence);
      const party = await partyOf(unit, row.subject, this.#parts.people);
      return { ...row, party, documents, evidence };
    });
  }

  /** What anybody needs to check the entries against the log, and not one opening of them. */
  async proof(look: Look, contractNumber: string) {
    this.#admit(look);
    return this.#parts.units.run(look.tenant, async (unit) => {
      const { caseId } = await this.#row(unit, contractNumber);
      return this.#parts.cases.readClosed(unit, caseId, proofLevel);
    });
  }

  /** Asked first by every look; what is refused here stands in the journal, too. */
  #admit({ tenant, caller, purpose }: Look): void {
    const { rights } = this.#parts;
    if (caller.kind !== 'machine' || caller.client.tenant !== tenant) {
      throw new Fault('access.not_yours');
    }
    rights.require(caller, 'regulator.look');
    // Whatever the client's own setting says: an API key alone can be copied by whoever sees it.
    if (!caller.client.signed) throw new Fault('regulator.signature_required');
    lookPurpose(purpose, rights.rules.regulator.purposes);
  }

  async #row(unit: Unit, contractNumber: string): Promise<ContractRow> {
    const row = await this.#parts.rows.contract(unit, contractNumber);
    if (row === undefined) throw new Fault('regulator.contract_unknown');
    return row;
  }

  /** When a revision was sealed its entry says, which names it by the digest. */
  async #documents(
    unit: Unit,
    caseId: string,
    { seals }: CaseEvidence,
  ): Promise<readonly ShownDocument[]> {
    const { contracts, rows } = this.#parts;
    const revisions = await rows.revisions(unit, caseId);
    const documents = await contracts.documentsOf(unit, caseId);
    return documents.map((document) => ({
      ...document,
      revisions: revisions
        .filter((revision) => revision.document === document.id)
        .map((revision) => ({ ...revision, sealedAt: seals.get(revision.sha256) })),
    }));
  }
}

function spanOf(month: string): Span {
  const [year = 0, at = 0] = month.split('-').map(Number);
  const next = at === 12 ? `${year + 1}-01` : `${year}-${String(at + 1).padStart(2, '0')}`;
  return { from: firstOf(month), before: firstOf(next) };
}

function firstOf(month: string): Instant {
  return parseInstant(`${month}-01T00:00:00.000+08:00`);
}

function printCursor({ openedAt, contractNumber }: ContractCursor): string {
  return `${openedAt}.${contractNumber}`;
}

function cursorOf(text: string): ContractCursor {
  const [, ms, contractNumber] = /^(\d{1,15})\.(HT\d{18}(?:\d{6})?)$/.exec(text) ?? [];
  if (ms === undefined || contractNumber === undefined) {
    throw new Fault('regulator.cursor_malformed');
  }
  return { openedAt: instantFromMs(Number(ms)), contractNumber };
}
