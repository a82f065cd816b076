/**
 * The lending rooms' stores in memory: maps with the promises of the ports and nothing else.
 */
import { equal, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import type { ConsentDecision, ConsentStore } from '#business/consent';
import type {
  CaseReadingEvent,
  ConfirmedClause,
  DocumentRecord,
  DocumentStore,
  ReadingEvent,
} from '#business/contract';
import type {
  InstalmentRow,
  InstalmentStore,
  JobQueue,
  Loan,
  LoanStore,
  PersonalValues,
} from '#business/lending';
import { parseEntry } from '#formats/entry';
import { atLeast, type Level } from '#formats/tlog';
import {
  type Chain,
  type EntryStore,
  type NewEntry,
  type StoredCheckpoint,
  type StoredEntry,
  shardsOf,
} from '#trust/evidence';

export const testUnit: Unit = { tenant: 'bank' as TenantId };

export class MemoryLoans implements LoanStore {
  readonly rows = new Map<string, Loan>();
  /** Every state that was ever stored, in order. */
  readonly states: Loan[] = [];

  async add(_unit: Unit, loan: Loan): Promise<void> {
    this.states.push(loan);
    this.rows.set(loan.id, loan);
  }

  async lock(_unit: Unit, id: string) {
    return this.rows.get(id);
  }

  async find(_unit: Unit, id: string) {
    return this.rows.get(id);
  }

  async save(_unit: Unit, loan: Loan): Promise<void> {
    this.states.push(loan);
    this.rows.set(loan.id, loan);
  }

  async byToken(_unit: Unit, tokenSha256: Uint8Array) {
    return [...this.rows.values()].find((loan) => equal(loan.tokenSha256, tokenSha256));
  }
}

export class MemoryInstalments implements InstalmentStore {
  rows: readonly InstalmentRow[] = [];

  async plan(_unit: Unit, _caseId: string, rows: readonly InstalmentRow[]): Promise<void> {
    this.rows = rows;
  }

  async ofCase(): Promise<readonly InstalmentRow[]> {
    return this.rows;
  }

  async pay(_unit: Unit, _caseId: string, paid: InstalmentRow): Promise<void> {
    this.rows = this.rows.map((row) => (row.number === paid.number ? paid : row));
  }
}

export class MemoryDocuments implements DocumentStore {
  readonly rows: DocumentRecord[] = [];
  readonly #events: CaseReadingEvent[] = [];
  readonly #clauses: ConfirmedClause[] = [];

  async add(_unit: Unit, document: DocumentRecord): Promise<void> {
    this.rows.push(document);
  }

  async find(_unit: Unit, id: string): Promise<DocumentRecord | undefined> {
    return this.rows.find((row) => row.id === id);
  }

  async ofCase(_unit: Unit, caseId: string): Promise<readonly DocumentRecord[]> {
    return this.rows.filter((row) => row.caseId === caseId);
  }

  async shown(_unit: Unit, document: string, event: ReadingEvent) {
    this.#events.push({ document, ...event });
  }

  async readingsOf(_unit: Unit, caseId: string) {
    return this.#events.filter((event) => this.#isOf(caseId, event.document));
  }

  async confirmClause(_unit: Unit, { document, clause }: ConfirmedClause): Promise<boolean> {
    const held = this.#clauses.some((one) => one.document === document && one.clause === clause);
    if (!held) this.#clauses.push({ document, clause });
    return !held;
  }

  async confirmedClauses(_unit: Unit, caseId: string) {
    return this.#clauses.filter((one) => this.#isOf(caseId, one.document));
  }

  #isOf(caseId: string, document: string): boolean {
    return this.rows.some((row) => row.id === document && row.caseId === caseId);
  }

  async markRead(_unit: Unit, document: string, readAt: Instant): Promise<void> {
    const at = this.rows.findIndex((row) => row.id === document);
    const row = this.rows[at];
    if (row !== undefined) this.rows[at] = { ...row, readAt };
  }
}

export class MemoryConsents implements ConsentStore {
  #rows: readonly ConsentDecision[] = [];

  async put(_unit: Unit, decision: ConsentDecision): Promise<void> {
    const { caseId, kind, recipient } = decision;
    const others = this.#rows.filter(
      (one) => one.caseId !== caseId || one.kind !== kind || one.recipient !== recipient,
    );
    this.#rows = [...others, decision];
  }

  async ofCase(_unit: Unit, caseId: string): Promise<readonly ConsentDecision[]> {
    return this.#rows.filter((one) => one.caseId === caseId);
  }
}

export class MemoryPersons implements PersonalValues {
  readonly #values = new Map<string, string>();

  async put(_unit: Unit, place: { subject: string; field: string }, value: string) {
    this.#values.set(`${place.subject} ${place.field}`, value);
  }

  async get(_unit: Unit, place: { subject: string; field: string }) {
    return this.#values.get(`${place.subject} ${place.field}`);
  }

  /** Everybody of whom there is a value. */
  subjects(): readonly string[] {
    return [...new Set([...this.#values.keys()].map((place) => place.split(' ')[0] ?? ''))];
  }

  /** Every value of a subject, by field. */
  of(subject: string): Record<string, string> {
    const own = [...this.#values].filter(([place]) => place.startsWith(`${subject} `));
    return Object.fromEntries(
      own.map(([place, value]) => [place.slice(subject.length + 1), value]),
    );
  }

  forget(subject: string): void {
    for (const field of Object.keys(this.of(subject))) this.#values.delete(`${subject} ${field}`);
  }
}

export class MemoryJobs implements JobQueue {
  readonly kinds: string[] = [];

  async add(_unit: Unit, job: { kind: string }): Promise<void> {
    this.kinds.push(job.kind);
  }
}

/** The entries of all cases, and up to which level a test lets the log have come. */
export class MemoryEntries implements EntryStore {
  readonly rows: NewEntry[] = [];
  level: Level = 'L0';
  readonly #chains = new Map<string, Chain>();

  async lockChains(
    _unit: Unit,
    cases: Parameters<EntryStore['lockChains']>[1],
  ): Promise<readonly Chain[]> {
    return cases.map(
      ({ caseId, freshTag }) =>
        this.#chains.get(caseId) ?? { caseTag: freshTag, seq: 0, head: null },
    );
  }

  async append(_unit: Unit, entries: readonly NewEntry[]): Promise<void> {
    for (const entry of entries) {
      const { caseTag } = parseEntry(entry.bytes);
      this.#chains.set(entry.caseId, { caseTag, seq: entry.seq + 1, head: entry.hash });
      this.rows.push(entry);
    }
  }

  async ofCase(_unit: Unit, caseId: string): Promise<readonly StoredEntry[]> {
    return this.rows.flatMap((row, index) => (row.caseId === caseId ? [{ ...row, index }] : []));
  }

  async byHash(_unit: Unit, hash: string): Promise<StoredEntry | undefined> {
    const index = this.rows.findIndex((row) => row.hash === hash);
    const row = this.rows[index];
    return row === undefined ? undefined : { ...row, index };
  }

  async newestCheckpoint(_unit: Unit, level: Level): Promise<StoredCheckpoint | undefined> {
    if (!atLeast(this.level, level)) return undefined;
    return { size: this.rows.length, note: this.level, level: this.level };
  }

  async shards() {
    return shardsOf([]);
  }
}

/** What a simulator remembers, written once under a name. */
export class MemoryRegister {
  readonly #held = new Map<string, Uint8Array>();

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.#held.get(name);
  }

  async putOnce(name: string, bytes: Uint8Array): Promise<void> {
    const held = this.#held.get(name);
    if (held !== undefined && !equal(held, bytes)) throw new Error(`${name}: ${toHex(held)}`);
    this.#held.set(name, bytes);
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...this.#held.keys()].filter((name) => name.startsWith(`${folder}/`)).toSorted();
  }
}
