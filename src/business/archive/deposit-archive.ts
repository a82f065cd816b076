/**
 * Deposits as they are read: how whole they are, record by record with levels, and as a package.
 *
 * A deposit has no contract rooms behind it; its package is judged by the same verifier and holds
 * the same proofs, with its schemas and its files in the place of documents (S2-48).
 */
import { fromBase64, fromUtf8, toBase64, toHex } from '#base/bytes';
import { type Json, parseCanonical } from '#base/canonical';
import { type Clock, formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import {
  type Closing,
  type DefinitionStore,
  type Deposit,
  type DepositStore,
  type FileDesk,
  readDefinition,
} from '#business/deposit';
import { buildPackage, type CaseMaterial } from '#business/judicial';
import type { Lender } from '#business/tenancy';
import { type BundleFile, bundleBytesMax, digestName, numbered } from '#formats/bundle';
import { parseDisclosure } from '#formats/disclosure';
import { type Entry, isSeal, parseEntry, printSlots, sourceMix } from '#formats/entry';
import type { CaseFile, Evidence, FiledCase } from '#trust/evidence';
import type { CipherPlace } from '#trust/signing';
import { type EnvironmentShelf, environmentFiles, slotsFile } from './beside.ts';
import { examinerFlags, openedEntries, shownMix } from './examination.ts';
import type { PackageParts } from './packages.ts';
import type { ReportSubject } from './report-desk.ts';
import { onceProved, type ReportSealParts, sealedReport, underOneSeal } from './sealed-report.ts';

/** Files are carried as far as a package has room; larger ones are handed in beside it. */
const carriedBytesMax = bundleBytesMax / 4;
const masked = '***';

/** A package of one state of a deposit. */
export interface BuiltPackage {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Packages of deposits, each once for each state of its chain, as ciphertext. */
export interface DepositPackages {
  ofHead(unit: Unit, deposit: string, head: string): Promise<BuiltPackage | undefined>;
  /** The first package of one state stands. */
  add(
    unit: Unit,
    row: BuiltPackage & { readonly deposit: string; readonly head: string },
    sealed: Uint8Array,
  ): Promise<void>;
  /** The ciphertext of the one that was built last. */
  newest(unit: Unit, deposit: string): Promise<Uint8Array | undefined>;
}

/** What the archive of deposits leans on. */
export interface DepositArchiveParts extends ReportSealParts {
  readonly clock: Clock;
  readonly store: DepositStore;
  readonly definitionRows: DefinitionStore;
  readonly packages: DepositPackages;
  readonly closing: Closing;
  readonly files: FileDesk;
  readonly cases: CaseFile;
  readonly evidence: Evidence;
  readonly environments: EnvironmentShelf;
  readonly papers: PackageParts['papers'];
  readonly cipher: PackageParts['cipher'];
  readonly policy: PackageParts['policy'];
  readonly authority: PackageParts['authority'];
  readonly pause: PackageParts['pause'];
  readonly lenderOf: (tenant: TenantId) => Promise<Lender>;
  /** Judges any file as a stranger would. */
  readonly judge: (file: { name: string; bytes: Uint8Array }) => Promise<{ [name: string]: Json }>;
}

/** One record as it is shown. */
export interface ShownRecord {
  readonly name: string;
  readonly seq: number;
  readonly hash: string;
  readonly schema: string;
  readonly slot: string | null;
  readonly at: string;
  readonly level: string;
  readonly fields: { readonly [name: string]: Json };
}

/** Reads deposits and makes their packages. */
export class DepositArchive {
  readonly #parts: DepositArchiveParts;

  constructor(parts: DepositArchiveParts) {
    this.#parts = parts;
  }

  /** Every slot with what fills it, of whose words it is made, and what an examiner must see. */
  async stateOf(unit: Unit, row: Deposit) {
    const { store, cases, closing, engine } = this.#parts;
    const opened = await openedEntries(await cases.openings(unit, row.id), engine);
    const { slots, percent, missing } = await closing.stateOf(
      row,
      opened.map(({ entry }) => entry),
    );
    return {
      percent,
      missing: [...missing],
      slots: slots.map(({ line, filled, absent }) => ({
        slot: line.slot,
        title: line.title,
        filled: [...filled],
        absent: absent ?? null,
      })),
      sources: shownMix(sourceMix(slots, opened)),
      flags: examinerFlags(opened),
      holds: await store.holds(unit, row.id),
    };
  }

  /** Records and files after a number, personal fields masked. */
  async records(
    unit: Unit,
    row: Deposit,
    page: { readonly after: number; readonly countMax: number },
  ): Promise<ShownRecord[]> {
    const { store, cases, evidence } = this.#parts;
    const items = await store.itemsAfter(unit, row.id, page);
    if (items.length === 0) return [];
    const entries = await cases.openings(unit, row.id);
    const shown: ShownRecord[] = [];
    for (const { own, seq, hash, slot, schema, at } of items) {
      const disclosures = entries.find((entry) => entry.seq === seq)?.disclosures ?? [];
      const level = await evidence.levelOf(unit, hash);
      const fields = await this.#fields(unit, schema, disclosures);
      const stated = formatInstant(at);
      shown.push({ name: own, seq, hash, schema, slot: slot ?? null, at: stated, level, fields });
    }
    return shown;
  }

  /** Seals the deposit as it stands, proves all of it, reports on it, closes the file. */
  async build(tenant: TenantId, row: Deposit): Promise<BuiltPackage> {
    const { units, packages, engine, cipher, lenderOf } = this.#parts;
    const sealed = () => units.run(tenant, (unit) => this.#sealed(unit, row));
    const known = await sealed();
    const earlier = await units.run(tenant, (unit) => packages.ofHead(unit, row.id, known));
    if (earlier !== undefined) return earlier;
    const { head, material } = await underOneSeal(async () => {
      const state = await sealed();
      const read = () => this.#material(tenant, row);
      return { head: state, material: await onceProved(read, this.#parts) };
    });
    const about = await this.#about(row, await lenderOf(tenant), material);
    const report = await sealedReport(
      { tenant, subject: row.subject, about, material },
      this.#parts,
    );
    const zip = await buildPackage({ material, report }, engine);
    return units.run(tenant, async (unit) => {
      const sha256 = toHex(await engine.digest('sha256', zip));
      const built = { deposit: row.id, head, sha256, bytes: zip.length };
      await packages.add(unit, built, await cipher.seal(unit, placeOf(row), zip));
      return (await packages.ofHead(unit, row.id, head)) ?? { sha256, bytes: zip.length };
    });
  }

  /** The package that was built last, or judicial.package_unknown. */
  async read(unit: Unit, row: Deposit): Promise<Uint8Array> {
    const sealed = await this.#parts.packages.newest(unit, row.id);
    if (sealed === undefined) throw new Fault('judicial.package_unknown', { package: row.id });
    return this.#parts.cipher.open(unit, placeOf(row), sealed);
  }

  judge({ name, file }: { readonly name: string; readonly file: string }) {
    return this.#parts.judge({ name, bytes: fromBase64(file) });
  }

  async #sealed(unit: Unit, row: Deposit): Promise<string> {
    const { store, cases, closing } = this.#parts;
    await store.lock(unit, row.id);
    const last = (await cases.openings(unit, row.id)).at(-1);
    if (last !== undefined && isSeal(last.type)) return last.hash;
    return (await closing.seal(unit, row)).hash;
  }

  async #material(tenant: TenantId, row: Deposit): Promise<CaseMaterial> {
    const { units, cases, papers } = this.#parts;
    await papers.settle(tenant, row.id);
    const policy = await this.#parts.policy();
    const authority = await this.#parts.authority();
    return units.run(tenant, async (unit) => {
      const [filed, adopted] = await cases.readTogether(unit, [row.id, policy.caseId], 'L2');
      const entry = adopted?.entries[0];
      if (filed === undefined || entry === undefined) throw new Fault('evidence.case_unknown');
      return {
        documents: [],
        entries: filed.entries,
        checkpoint: filed.checkpoint,
        policy: { bytes: policy.bytes, entry: entry.bytes, proof: entry.proof },
        requiredEvidence: row.required,
        authority: authority.certificate,
        revocationLists: authority.revocationLists,
        more: [...(await this.#beside(unit, row, filed)), ...(await papers.of(unit, filed))],
      };
    });
  }

  async #beside(unit: Unit, row: Deposit, filed: FiledCase): Promise<readonly BundleFile[]> {
    const { engine, files, closing, environments } = this.#parts;
    const entries = filed.entries.map(({ bytes }) => parseEntry(bytes));
    const list = toBase64(await engine.digest('sha256', row.required));
    const slots = await slotsFile(
      entries,
      async (before) => printSlots(list, (await closing.stateOf(row, before)).slots),
      engine,
    );
    const carried = await files.small(unit, row, carriedBytesMax);
    return [
      ...slots,
      ...[...carried].map(([seq, bytes]) => ({ name: numbered('file', seq), bytes })),
      ...(await this.#schemaFiles(unit, entries)),
      ...(await environmentFiles(unit, filed.entries, environments)),
    ];
  }

  /** Every definition that an entry names, once. */
  async #schemaFiles(unit: Unit, entries: readonly Entry[]): Promise<readonly BundleFile[]> {
    const { definitionRows, engine } = this.#parts;
    const names = entries.flatMap(({ of }) => of.map(({ name }) => name));
    const files = new Map<string, BundleFile>();
    for (const name of new Set(names)) {
      const [, id, version] = /^(?:schema|scenario)\/([a-z0-9-]+)@(\d+)$/.exec(name) ?? [];
      if (id === undefined) continue;
      const row = await definitionRows.definition(unit, id, Number(version));
      if (row === undefined) continue;
      const file = digestName('schema', toHex(await engine.digest('sha256', row.bytes)));
      files.set(file, { name: file, bytes: row.bytes });
    }
    return [...files.values()];
  }

  async #fields(
    unit: Unit,
    schema: string,
    disclosures: readonly string[],
  ): Promise<{ [name: string]: Json }> {
    const open = await this.#openNames(unit, schema);
    const fields: { [name: string]: Json } = {};
    for (const encoded of disclosures) {
      const { name, value } = await parseDisclosure(encoded, this.#parts.engine);
      if (name.startsWith('@')) continue;
      fields[name] = open(name) ? value : masked;
    }
    return fields;
  }

  async #openNames(unit: Unit, schema: string): Promise<(name: string) => boolean> {
    if (schema === 'file') return (name) => name !== 'name';
    const [id = '', version] = schema.split('@');
    const row = await this.#parts.definitionRows.definition(unit, id, Number(version));
    const definition = row && readDefinition(parseCanonical(row.bytes));
    const fields = definition?.kind === 'schema' ? definition.fields : [];
    return (name) => fields.some((one) => one.name === name && one.sensitivity !== 'personal');
  }

  async #about(row: Deposit, institution: Lender, material: CaseMaterial): Promise<ReportSubject> {
    const { id, version } = JSON.parse(fromUtf8(row.required)) as { id: string; version: string };
    const count = (type: Entry['type']): string =>
      String(
        material.entries.map(({ bytes }) => parseEntry(bytes)).filter((one) => one.type === type)
          .length,
      );
    const facts = [
      ['案卷名称', row.title],
      ['存证记录', `${count('deposit.item')} 条`],
      ['存证文件', `${count('deposit.file')} 件`],
      ['状态', row.closedAt === undefined ? '存证进行中' : '证据链已闭合'],
    ] as const;
    return {
      preservationNumber: row.preservationNumber,
      institution,
      case: {
        title: '存证案卷',
        contractNumber: '—',
        openedAt: formatInstant(row.openedAt),
        facts: facts.map(([name, value]) => ({ name, value })),
      },
      parties: [],
      label: undefined,
      list: { id, version },
    };
  }
}

function placeOf({ id, subject }: Deposit): CipherPlace {
  return { subject, field: `deposit-package:${id}` };
}
