/**
 * Staff of one institution on real PostgreSQL: two outlets, real evidence, a clock that tests turn.
 */
import { readFile } from 'node:fs/promises';

import { generateSoftKey, nodeEngine, scryptPasswords, softSigner } from '#adapters/engine';
import { toBase64, toHex } from '#base/bytes';
import { addMs, type Clock, type Instant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { fen } from '#base/money';
import { type Random, seededRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import {
  AccessBook,
  Approvals,
  BreakGlass,
  Duties,
  type KeptTexts,
  orgUnit,
  Rights,
  rootUnit,
  Sessions,
  type StaffCaller,
  StaffDesk,
} from '#business/access';
import { CaseDesk, DecisionDesk, type People, UnmaskDesk } from '#business/desk';
import type { Loan } from '#business/lending';
import { Evidence } from '#trust/evidence';
import { PostgresEntries } from '../log/evidence-store.ts';
import { PostgresActs, PostgresApprovals, PostgresGlasses } from '../people/approval-store.ts';
import { PostgresRates } from '../people/rate-store.ts';
import { PostgresSessions } from '../people/session-store.ts';
import { PostgresOrgUnits, PostgresStaff, PostgresTries } from '../people/staff-store.ts';
import { bankA, openScratch, type Scratch } from '../scratch.ts';
import { PostgresCaseRows, PostgresGrants } from './desk-store.ts';
import { PostgresLoans } from './loan-store.ts';

const rolesFile = new URL('../../../../catalog/access/roles.json', import.meta.url);
export const password = 'four words of my own';
export const address = '192.0.2.7';

export class TurnedClock implements Clock {
  readonly source = 'TEST_CLOCK';
  #now = parseInstant('2026-11-21T10:00:00.000+08:00');

  now(): Instant {
    return this.#now;
  }

  turn(ms: number): void {
    this.#now = addMs(this.#now, ms);
  }
}

/** What a process holds; two of them on one database are two replicas. */
export type Replica = ReturnType<typeof openReplica>;

/** Texts of the desks, kept beside the database as the vault would keep them in it. */
export class MemoryTexts implements KeptTexts {
  readonly #texts = new Map<string, string>();

  async put(unit: Unit, at: { subject: string; field: string }, text: string): Promise<void> {
    this.#texts.set(`${unit.tenant} ${at.subject} ${at.field}`, text);
  }

  async get(unit: Unit, at: { subject: string; field: string }): Promise<string | undefined> {
    return this.#texts.get(`${unit.tenant} ${at.subject} ${at.field}`);
  }
}

/** The vault's part of the desks, in memory; its look-ups are proved where the vault is. */
export class MemoryPeople implements People {
  readonly #values = new Map<string, Map<string, string>>();
  /** Subjects whose values answer with this code. */
  readonly closed = new Map<string, 'vault.erased' | 'vault.restricted'>();

  async put(_unit: Unit, at: { subject: string; field: string }, text: string): Promise<void> {
    const held = this.#values.get(at.subject) ?? new Map<string, string>();
    this.#values.set(at.subject, held.set(at.field, text));
  }

  async valuesOf(_unit: Unit, subject: string): Promise<Readonly<Record<string, string>>> {
    const code = this.closed.get(subject);
    if (code !== undefined) throw new Fault(code);
    return Object.fromEntries(this.#values.get(subject) ?? []);
  }

  async find(_unit: Unit, field: string, text: string): Promise<readonly string[]> {
    return this.#holding((values) => values.get(field) === text);
  }

  async findLike(_unit: Unit, field: string, text: string): Promise<readonly string[]> {
    return this.#holding((values) => values.get(field)?.includes(text) === true);
  }

  #holding(fits: (values: Map<string, string>) => boolean): readonly string[] {
    return [...this.#values].filter(([, values]) => fits(values)).map(([subject]) => subject);
  }
}

export class DeskWorld {
  readonly scratch: Scratch;
  readonly clock = new TurnedClock();
  readonly texts = new MemoryTexts();
  readonly people = new MemoryPeople();
  readonly one: Replica;
  readonly ended: string[] = [];
  readonly tenant: TenantId = bankA;
  demandsStrong = false;

  private constructor(scratch: Scratch, rules: string) {
    this.scratch = scratch;
    this.one = openReplica(this, { rules, seed: 7 });
  }

  static async open(): Promise<DeskWorld> {
    const world = new DeskWorld(await openScratch(), await readFile(rolesFile, 'utf8'));
    await world.run(async (unit) => {
      const places = new PostgresOrgUnits();
      const root = orgUnit({ code: rootUnit, name: '总社' }, undefined);
      await places.add(unit, root);
      for (const code of ['nanhu', 'beishan']) {
        const branch = orgUnit({ code, name: code }, root);
        await places.add(unit, branch);
        await places.add(unit, orgUnit({ code: `${code}-1`, name: code }, branch));
      }
    });
    return world;
  }

  async replica(seed: number): Promise<Replica> {
    return openReplica(this, { rules: await readFile(rolesFile, 'utf8'), seed });
  }

  run<T>(action: (unit: Unit) => Promise<T>): Promise<T> {
    return this.scratch.units.run(this.tenant, action);
  }

  /** An account with a password of its own, as if it had been let in long ago. */
  async person(login: string, unit: string, ...roles: string[]): Promise<StaffCaller> {
    const verifier = await this.one.passwords.verifier(password);
    await this.run(this.one.staff.found({ login, unit, roles, verifier, mustChange: false }));
    return this.enter(login);
  }

  async enter(login: string, replica = this.one): Promise<StaffCaller> {
    const { token } = await this.login(login);
    const caller = await replica.sessions.callerOf(this.tenant, token);
    if (caller === undefined) throw new Error(`${login} did not come in`);
    return caller;
  }

  login(login: string, words = password) {
    return this.one.sessions.login({ tenant: this.tenant, login, password: words, address });
  }

  /** A case of a unit, as an application at its counter would have opened it. */
  async loan(at: { id: string; unit: string; person?: Record<string, string> }): Promise<Loan> {
    const { id, unit: code, person } = at;
    const number = id.replaceAll(/[^0-9]/g, '').padStart(8, '0');
    this.clock.turn(1_000);
    const loan: Loan = {
      tenant: this.tenant,
      id: id.padEnd(22, '0'),
      unit: code,
      application: `00000000-0000-7000-8000-0000${number}`,
      preservationNumber: `FB${number}`,
      product: 'rural-loan-demo',
      productVersion: '1',
      state: 'in_review',
      subject: `subject-${id}`,
      tokenSha256: new Uint8Array(32),
      openedAt: this.clock.now(),
      amount: fen(500_000n),
      termMonths: 12,
      purpose: 'farming',
      contractNumber: undefined,
      disbursedOn: undefined,
      decision: undefined,
    };
    await this.run(async (unit) => {
      await new PostgresLoans().add(unit, loan);
      for (const [field, text] of Object.entries(person ?? {})) {
        await this.people.put(unit, { subject: loan.subject, field }, text);
      }
    });
    return loan;
  }

  /** The types of the register's entries, in order. */
  async entries(): Promise<readonly string[]> {
    const { rows } = await this.scratch.owner.transaction(async (tx) => {
      const { sql } = await import('kysely');
      await sql`select set_config('fubie.tenant', ${this.tenant}, true)`.execute(tx);
      return sql<{ type: string }>`select type from evidence_entry order by arrival`.execute(tx);
    });
    return rows.map(({ type }) => type);
  }

  close(): Promise<void> {
    return this.scratch.close();
  }
}

function openReplica(world: DeskWorld, more: { rules: string; seed: number }) {
  const { clock, texts } = world;
  const { units } = world.scratch;
  const random = seededRandom(more.seed);
  const base = { units, clock, random, engine: nodeEngine, texts };
  const register = evidenceOf(world, more.seed);
  const demandsStrong = () => world.demandsStrong;
  const rights = new Rights({ book: AccessBook.parse(more.rules), clock, demandsStrong });
  const places = new PostgresOrgUnits();
  const staffRows = new PostgresStaff();
  const sessionRows = new PostgresSessions();
  const approvalRows = new PostgresApprovals();
  const passwords = scryptPasswords(random);
  const unitPathOfStaff = async (unit: Unit, id: string) =>
    (await staffRows.lock(unit, { id }))?.unitPath ?? '/none/';
  const duty = { ...base, rights, register, unitPathOfStaff };
  const approvals = new Approvals({ ...duty, store: approvalRows });
  const rows = new PostgresCaseRows();
  const glass = new BreakGlass({
    ...duty,
    store: new PostgresGlasses(),
    unitPathOfCase: async (unit, caseId) => (await rows.one(unit, caseId))?.unitPath,
  });
  return {
    rights,
    register,
    places,
    approvals,
    passwords,
    duties: new Duties({ acts: new PostgresActs(), rights, clock }),
    sessions: new Sessions({
      ...base,
      sessions: sessionRows,
      staff: staffRows,
      tries: new PostgresTries(),
      passwords,
      register,
      mark: (tenant, text) =>
        nodeEngine.digest('sha256', new TextEncoder().encode(`${tenant} ${toHex(text)}`)),
    }),
    staff: new StaffDesk({
      ...base,
      staff: staffRows,
      places,
      sessions: sessionRows,
      approvalRows,
      approvals,
      passwords,
      rights,
      register,
      onLeave: [async (_unit, id) => void world.ended.push(id)],
    }),
    glass,
    ...casesOf(world, { rights, register, glass, random }),
  };
}

function casesOf(
  world: DeskWorld,
  made: { rights: Rights; register: Evidence; glass: BreakGlass; random: Random },
) {
  const { clock, people } = world;
  const { rights, glass } = made;
  const { units } = world.scratch;
  const grants = new PostgresGrants();
  const rows = new PostgresCaseRows();
  const duties = new Duties({ acts: new PostgresActs(), rights, clock });
  const parts = { units, clock, rights, glass, people, grants, rates: new PostgresRates() };
  const cases = new CaseDesk({ ...parts, rows, duties });
  const loans = new PostgresLoans();
  const lock = async (unit: Unit, id: string): Promise<Loan> => {
    const loan = await loans.lock(unit, id);
    if (loan === undefined) throw new Fault('lending.case_unknown', { case: id });
    return loan;
  };
  return {
    cases,
    unmask: new UnmaskDesk({ ...made, clock, cases, grants, people }),
    decisions: new DecisionDesk({
      units,
      cases,
      file: { lock },
      // What a decision does to a loan is lending's own story; here it is who may take it.
      review: {
        decide:
          async ({ caseId, decision }) =>
          async (unit) => {
            const loan = { ...(await lock(unit, caseId)), state: decision, decision };
            await loans.save(unit, loan);
            return loan;
          },
      },
    }),
  };
}

function evidenceOf(world: DeskWorld, seed: number): Evidence {
  const keep = async (_unit: unknown, _place: unknown, bytes: Uint8Array) => bytes;
  return new Evidence({
    store: new PostgresEntries(),
    judge: async () => 'L0' as const,
    keeper: { seal: keep, open: keep },
    signer: softSigner(generateSoftKey('ed25519')),
    actor: 'serve',
    environment: toBase64(new Uint8Array(32)),
    engine: nodeEngine,
    clock: world.clock,
    random: seededRandom(seed + 100),
  });
}
