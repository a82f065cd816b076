/**
 * Builds the evidence package of a case: seal the case, prove it, report on it, close the file.
 *
 * Same case, same package: while nothing is added to the case, asking again answers the file that
 * was built first. The report is sealed by ticket like every document of the house; what its seal
 * leaves in the log stands in a case of its own, for the case it speaks of is closed.
 */
import { toBase64, toHex } from '#base/bytes';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { TenantId, Unit, Units } from '#base/unit';
import type { ContractDesk } from '#business/contract';
import { buildPackage, type CaseMaterial } from '#business/judicial';
import type { Loan, LoanFile, SigningDesk } from '#business/lending';
import type { BundleFile } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import {
  type Entry,
  fillSlots,
  isSeal,
  parseEntry,
  printSlots,
  readSlots,
  type SlotDocument,
  type SlotState,
} from '#formats/entry';
import { openPdf, readSignatures } from '#formats/pdf';
import type { CaseFile, Evidence, FiledEntry } from '#trust/evidence';
import type { Cipher, CipherPlace, RevisionShelf } from '#trust/signing';
import {
  type EnvironmentShelf,
  environmentFiles,
  type PackagePapers,
  slotsFile,
} from './beside.ts';
import type { CaseSlots } from './case-slots.ts';
import type { ReportDesk } from './report-desk.ts';
import { onceProved, sealedReport, underOneSeal } from './sealed-report.ts';

export interface PackageRow {
  readonly id: string;
  readonly caseId: string;
  /** Hash of the case's last entry when it was built. */
  readonly head: string;
  readonly subject: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Says whether the tenant has room for one more package, and counts those that are built. */
export interface PackageMeter {
  requireRoom(unit: Unit): Promise<void>;
  count(unit: Unit): Promise<void>;
}

export interface PackageStore {
  /**
   * Keeps the ZIP, which is ciphertext under the subject's key. The first package of one state of a
   * case stands; another one is not added.
   */
  add(unit: Unit, row: PackageRow, sealed: Uint8Array): Promise<void>;
  find(unit: Unit, id: string): Promise<PackageRow | undefined>;
  ofHead(unit: Unit, caseId: string, head: string): Promise<PackageRow | undefined>;
  /** The ciphertext of a package that `find` knows. */
  sealed(unit: Unit, id: string): Promise<Uint8Array>;
}

export interface PackageParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: Engine;
  readonly store: PackageStore;
  readonly cipher: Cipher;
  readonly file: LoanFile;
  readonly contracts: ContractDesk;
  readonly shelf: RevisionShelf;
  readonly cases: CaseFile;
  readonly evidence: Evidence;
  readonly signing: SigningDesk;
  readonly environments: EnvironmentShelf;
  readonly papers: PackagePapers;
  readonly slots: CaseSlots;
  readonly report: ReportDesk;
  readonly meter: PackageMeter;
  /** Which case of the log adopted the policy in force, and the policy's bytes. */
  readonly policy: () => Promise<{ caseId: string; bytes: Uint8Array }>;
  readonly authority: () => Promise<{ certificate: Uint8Array; revocationLists: Uint8Array[] }>;
  readonly pause: (ms: number) => Promise<void>;
}

export class Packages {
  readonly #parts: PackageParts;

  constructor(parts: PackageParts) {
    this.#parts = parts;
  }

  async build(tenant: TenantId, caseId: string): Promise<PackageRow> {
    const { units, store, engine, cipher } = this.#parts;
    // Step 1: the case is sealed; what was built for this state of it already is the answer.
    const sealed = () => units.run(tenant, (unit) => this.#sealed(unit, caseId));
    const known = (await sealed()).head;
    const earlier = await units.run(tenant, (unit) => store.ofHead(unit, caseId, known));
    if (earlier !== undefined) return earlier;
    await units.run(tenant, (unit) => this.#parts.meter.requireRoom(unit));
    // Step 2: all of it is proved under one checkpoint that a quorum of witnesses has cosigned.
    const { loan, head, material } = await underOneSeal(async () => {
      const state = await sealed();
      const read = () => this.#material(tenant, state.loan);
      return { ...state, material: await onceProved(read, this.#parts) };
    });
    // Step 3: the report, which names the digest of every other file, sealed by the institution.
    const report = await this.#sealedReport(tenant, loan, material);
    const zip = await buildPackage({ material, report }, engine);
    // Step 4, one transaction. Of two that built at once the first one's file stands.
    return units.run(tenant, async (unit) => {
      const id = uuidv7(this.#parts);
      const { subject } = loan;
      const row: PackageRow = {
        id,
        caseId,
        head,
        subject,
        bytes: zip.length,
        sha256: toHex(await engine.digest('sha256', zip)),
      };
      await store.add(unit, row, await cipher.seal(unit, cipherPlace({ id, subject }), zip));
      const stands = (await store.ofHead(unit, caseId, head)) ?? row;
      if (stands.id === id) await this.#parts.meter.count(unit);
      return stands;
    });
  }

  /** Closes the chain for good; judicial.links_missing lists every link that is missing. */
  async close(tenant: TenantId, caseId: string): Promise<{ seq: number; hash: string }> {
    const { units, file, cases, evidence } = this.#parts;
    return units.run(tenant, async (unit) => {
      const loan = await file.lock(unit, caseId);
      await file.personIfKnown(unit, loan);
      const held = await cases.openings(unit, caseId);
      const closed = held.find(({ type }) => type === 'case.closed');
      if (closed !== undefined) return { seq: closed.seq, hash: closed.hash };
      const entries = held.map(({ bytes }) => parseEntry(bytes));
      const open = (await this.#states(unit, loan, entries)).filter(
        ({ absent }) => absent === 'not_reached',
      );
      const missing = [
        ...open.map(({ line }) => line.title),
        ...(ends.includes(loan.state) ? [] : [endMissing]),
      ];
      if (missing.length > 0) {
        throw new Fault('judicial.links_missing', { missing: missing.join('、') });
      }
      const slots = (before: readonly Entry[]) => this.#slots(unit, loan, before);
      return evidence.sealCase(unit, caseId, { type: 'case.closed', slots });
    });
  }

  /** Whose package it is, without opening it. */
  async caseOf(tenant: TenantId, id: string): Promise<string | undefined> {
    const { units, store } = this.#parts;
    return (await units.run(tenant, (unit) => store.find(unit, id)))?.caseId;
  }

  async read(tenant: TenantId, id: string): Promise<Uint8Array> {
    const { units, store, cipher } = this.#parts;
    return units.run(tenant, async (unit) => {
      const row = await store.find(unit, id);
      if (row === undefined) throw new Fault('judicial.package_unknown', { package: id });
      return cipher.open(unit, cipherPlace(row), await store.sealed(unit, id));
    });
  }

  async #sealed(unit: Unit, caseId: string): Promise<{ loan: Loan; head: string }> {
    const { file, cases, evidence } = this.#parts;
    const loan = await file.lock(unit, caseId);
    // Whoever may not open her record, or comes too late to, leaves no trace in her case.
    await file.personIfKnown(unit, loan);
    const last = (await cases.openings(unit, caseId)).at(-1);
    if (last !== undefined && isSeal(last.type)) return { loan, head: last.hash };
    const slots = (before: readonly Entry[]) => this.#slots(unit, loan, before);
    return { loan, head: (await evidence.sealCase(unit, caseId, { slots })).hash };
  }

  async #material(tenant: TenantId, loan: Loan): Promise<CaseMaterial> {
    const { units, cases, contracts, shelf, file, papers } = this.#parts;
    await papers.settle(tenant, loan.id);
    const policy = await this.#parts.policy();
    const authority = await this.#parts.authority();
    return units.run(tenant, async (unit) => {
      const both = await cases.readTogether(unit, [loan.id, policy.caseId], 'L2');
      const [filed, adopted] = both;
      const entry = adopted?.entries[0];
      if (filed === undefined || entry === undefined) throw new Fault('evidence.case_unknown');
      const documents = [];
      for (const { id, kind, title } of await contracts.documentsOf(unit, loan.id)) {
        documents.push({ name: kind, title, bytes: (await shelf.read(unit, id)).bytes });
      }
      return {
        documents,
        entries: filed.entries,
        checkpoint: filed.checkpoint,
        policy: { bytes: policy.bytes, entry: entry.bytes, proof: entry.proof },
        requiredEvidence: file.productOf(loan).requiredEvidence,
        authority: authority.certificate,
        revocationLists: authority.revocationLists,
        more: [
          ...(await this.#beside(unit, loan, filed.entries)),
          ...(await papers.of(unit, filed)),
        ],
      };
    });
  }

  async #beside(
    unit: Unit,
    loan: Loan,
    filed: readonly FiledEntry[],
  ): Promise<readonly BundleFile[]> {
    const { engine, environments } = this.#parts;
    const entries = filed.map(({ bytes }) => parseEntry(bytes));
    const slots = await slotsFile(entries, (before) => this.#slots(unit, loan, before), engine);
    return [...slots, ...(await environmentFiles(unit, filed, environments))];
  }

  async #sealedReport(tenant: TenantId, loan: Loan, material: CaseMaterial): Promise<Uint8Array> {
    const { units, file, report } = this.#parts;
    const applicant = await units.run(tenant, (unit) => file.personIfKnown(unit, loan));
    const about = await report.ofLoan(loan, applicant);
    return sealedReport({ tenant, subject: loan.subject, about, material }, this.#parts);
  }

  /** `slots.json` by the entries before the seal and the documents as they are now. */
  async #slots(unit: Unit, loan: Loan, before: readonly Entry[]): Promise<Uint8Array> {
    const { file, engine } = this.#parts;
    const list = file.productOf(loan).requiredEvidence;
    const states = await this.#states(unit, loan, before);
    return printSlots(toBase64(await engine.digest('sha256', list)), states);
  }

  async #states(unit: Unit, loan: Loan, entries: readonly Entry[]): Promise<readonly SlotState[]> {
    const { contracts, shelf, file, engine } = this.#parts;
    const documents: SlotDocument[] = [];
    for (const { id, kind } of await contracts.documentsOf(unit, loan.id)) {
      const { bytes, number } = await shelf.read(unit, id);
      const signatures = readSignatures(await openPdf(bytes, engine));
      const fields = signatures.map(({ field }) => field);
      const revisions: string[] = [];
      for (let at = 0; at <= number; at += 1) {
        revisions.push(toBase64((await shelf.read(unit, id, at)).sha256));
      }
      documents.push({ name: kind, revisions, fields });
    }
    const isRefused = loan.state === 'refused';
    const listed = readSlots(file.productOf(loan).requiredEvidence);
    const lines = [...listed, ...(await this.#parts.slots.addedLines(unit, loan.id))];
    return fillSlots(lines, { entries, documents, isRefused }, engine);
  }
}

/** A loan ends by being paid back or by being refused; until then its chain is open. */
const ends: readonly Loan['state'][] = ['settled', 'refused'];
const endMissing = '结清或者拒绝';

function cipherPlace(row: { id: string; subject: string }): CipherPlace {
  return { subject: row.subject, field: `package:${row.id}` };
}
