/**
 * Accounts of staff: who is let in, what changes, who leaves.
 *
 * Nobody manages himself, and nobody alone makes or becomes a person with power: roles on the list
 * of privileged ones are given, taken and reset under four eyes only, or one could make himself an
 * approver. Who leaves is out in the same transaction: sessions, approvals asked for, what hangs on
 * him elsewhere. Every change is an entry `staff.changed`.
 */
import { type Clock, formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit, Units } from '#base/unit';
import type { Approvals, Approved } from './approval.ts';
import type { Caller } from './caller.ts';
import { requireCompatible } from './duties.ts';
import type { ApprovalStore } from './duty-ports.ts';
import { type OrgUnit, type OrgUnitStore, orgUnit, rootPath } from './org-unit.ts';
import { firstPassword } from './password.ts';
import type {
  KeptTexts,
  Passwords,
  Register,
  SessionStore,
  StaffAccount,
  StaffStore,
} from './ports.ts';
import type { Rights } from './rights.ts';
import { requireLogin, type StaffState, staffMoved } from './staff.ts';
import { requireStaff, staffSubject } from './subjects.ts';

const pageRowsMax = 100;
const nameCharactersMax = 50;

export interface StaffDeskParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly random: Random;
  readonly staff: StaffStore;
  readonly places: OrgUnitStore;
  readonly sessions: SessionStore;
  readonly approvalRows: ApprovalStore;
  readonly approvals: Approvals;
  readonly passwords: Passwords;
  readonly texts: KeptTexts;
  readonly rights: Rights;
  readonly register: Register;
  /** What else ends with him, in the same unit: keys of devices, machines in his name. */
  readonly onLeave: readonly ((unit: Unit, staff: string) => Promise<void>)[];
}

/** Who is to be let in. Name and phone go to the vault and nowhere else. */
export interface Enrolment {
  readonly login: string;
  readonly unit: string;
  readonly roles: readonly string[];
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
}

/** Manages accounts and units of one tenant. */
export class StaffDesk {
  readonly #parts: StaffDeskParts;

  constructor(parts: StaffDeskParts) {
    this.#parts = parts;
  }

  /** A new account with a password for one login. */
  async add(
    caller: Caller,
    order: Enrolment & Approved,
  ): Promise<Commit<{ account: StaffAccount; password: string }>> {
    const { staff: by } = requireStaff(caller);
    const { rights, approvals } = this.#parts;
    rights.require(caller, 'staff.manage');
    const made = await this.#prepare(order);
    return async (unit) => {
      const account = await this.#enrol(unit, { order, made, mustChange: true });
      rights.requireOn(caller, 'staff.manage', {
        unitPath: account.unitPath,
        staffId: account.id,
      });
      if (this.#privileged(order.roles)) {
        const { login, roles, unit: code } = order;
        const asked = { act: 'add', login, roles, unit: code };
        await approvals.take(unit, {
          id: order.approval,
          kind: 'staff.manage',
          order: asked,
          by: by.id,
        });
      }
      await this.#note(unit, { account, change: 'added', by: by.id });
      return { account, password: made.password };
    };
  }

  /**
   * The first accounts of a tenant, by whoever owns the computer; never a route. The verifier was
   * made elsewhere, so that a password need not come here to let somebody in.
   */
  found(order: Enrolment & { verifier: string; mustChange: boolean }): Commit<StaffAccount> {
    requireLogin(order.login);
    requireCompatible(order.roles, this.#parts.rights.rules);
    return async (unit) => {
      const { verifier, mustChange } = order;
      const made = { id: uuidv7(this.#parts), verifier };
      const account = await this.#enrol(unit, { order, made, mustChange });
      await this.#note(unit, { account, change: 'added', by: 'founder' });
      return account;
    };
  }

  /** Other roles or another unit. Power is given and taken under four eyes. */
  change(
    caller: Caller,
    order: { id: string; roles: readonly string[]; unit: string } & Approved,
  ): Commit<StaffAccount> {
    const { staff: by } = requireStaff(caller);
    requireCompatible(order.roles, this.#parts.rights.rules);
    return async (unit) => {
      const account = await this.#manage(unit, caller, order.id);
      const place = await this.#place(unit, order.unit);
      // He must see both ends, or an account could be carried out of its manager's sight.
      const target = { unitPath: place.path, staffId: account.id };
      this.#parts.rights.requireOn(caller, 'staff.manage', target);
      if (this.#privileged([...account.roles, ...order.roles])) {
        const { id, roles, unit: code } = order;
        const asked = { act: 'change', staff: id, roles, unit: code };
        await this.#takeApproval(unit, { order, asked, by: by.id });
      }
      const { roles } = order;
      const next = { ...account, roles, unit: place.code, unitPath: place.path };
      return this.#save(unit, { account: next, change: 'changed', by: by.id });
    };
  }

  /** Locks, unlocks, or lets leave: at once and everywhere. */
  move(caller: Caller, order: { id: string; to: StaffState }): Commit<StaffAccount> {
    const { staff: by } = requireStaff(caller);
    return async (unit) => {
      const account = await this.#manage(unit, caller, order.id);
      const state = staffMoved(account.state, order.to);
      const left = state === 'left';
      const next: StaffAccount = {
        ...account,
        state,
        verifier: left ? undefined : account.verifier,
        leftAt: left ? this.#parts.clock.now() : undefined,
      };
      await this.#parts.sessions.endOf(unit, account.id, 0);
      if (left) {
        await this.#parts.approvalRows.endOf(unit, account.id);
        for (const end of this.#parts.onLeave) await end(unit, account.id);
      }
      return this.#save(unit, { account: next, change: state, by: by.id });
    };
  }

  /** A password for one login, for who forgot his. His sessions end. */
  async resetPassword(
    caller: Caller,
    order: { id: string } & Approved,
  ): Promise<Commit<{ account: StaffAccount; password: string }>> {
    const { staff: by } = requireStaff(caller);
    this.#parts.rights.require(caller, 'staff.manage');
    const password = firstPassword(this.#parts.random);
    const verifier = await this.#parts.passwords.verifier(password);
    return async (unit) => {
      const account = await this.#manage(unit, caller, order.id);
      if (account.state === 'left') throw new Fault('access.staff_out_of_order', { state: 'left' });
      // Who resets a password can log in with it: for an approver's account that is his power.
      if (this.#privileged(account.roles)) {
        const asked = { act: 'reset', staff: order.id };
        await this.#takeApproval(unit, { order, asked, by: by.id });
      }
      await this.#parts.sessions.endOf(unit, account.id, 0);
      const next = { ...account, verifier, mustChange: true };
      await this.#save(unit, { account: next, change: 'password_reset', by: by.id });
      return { account: next, password };
    };
  }

  async list(unit: Unit, caller: Caller, after = ''): Promise<readonly StaffAccount[]> {
    const reach = this.#parts.rights.reachOf(caller, 'staff.read');
    if (reach === undefined) throw new Fault('access.not_permitted', { permission: 'staff.read' });
    const path = reach.kind === 'tenant' ? rootPath : reach.unitPath;
    return this.#parts.staff.list(unit, { path, after, countMax: pageRowsMax });
  }

  /** A unit below another one. */
  addUnit(caller: Caller, order: { code: string; name: string; parent: string }): Commit<OrgUnit> {
    const { staff: by } = requireStaff(caller);
    return async (unit) => {
      const parent = await this.#place(unit, order.parent);
      this.#parts.rights.requireOn(caller, 'tenant.manage', { unitPath: parent.path });
      const place = orgUnit(order, parent);
      if ((await this.#parts.places.get(unit, place.code)) !== undefined) {
        throw new Fault('access.unit_taken');
      }
      await this.#parts.places.add(unit, place);
      await this.#parts.register.note(unit, {
        type: 'staff.changed',
        disclosures: [
          { name: 'change', value: 'unit_added' },
          { name: 'unit', value: place.path },
          { name: 'by', value: by.id },
        ],
        of: [],
      });
      return place;
    };
  }

  async unitsBelow(unit: Unit, caller: Caller): Promise<readonly OrgUnit[]> {
    return this.#parts.places.below(unit, requireStaff(caller).staff.unitPath);
  }

  async #prepare(order: Enrolment) {
    requireLogin(order.login);
    requireCompatible(order.roles, this.#parts.rights.rules);
    if ([...(order.name ?? '')].length > nameCharactersMax) throw new Fault('access.name_too_long');
    const password = firstPassword(this.#parts.random);
    const verifier = await this.#parts.passwords.verifier(password);
    return { id: uuidv7(this.#parts), password, verifier };
  }

  async #enrol(
    unit: Unit,
    filed: {
      order: Enrolment;
      made: { id: string; verifier: string };
      mustChange: boolean;
    },
  ): Promise<StaffAccount> {
    const { order, made, mustChange } = filed;
    const place = await this.#place(unit, order.unit);
    const account: StaffAccount = {
      id: made.id,
      login: order.login,
      unit: place.code,
      unitPath: place.path,
      roles: order.roles,
      state: 'active',
      verifier: made.verifier,
      mustChange,
      addedAt: this.#parts.clock.now(),
      leftAt: undefined,
    };
    await this.#parts.staff.add(unit, account);
    const subject = staffSubject(account.id);
    // Names of their own: a look-up by a customer's phone never answers with a clerk.
    for (const [field, text] of [
      ['staffName', order.name],
      ['staffPhone', order.phone],
    ] as const) {
      if (text !== undefined) await this.#parts.texts.put(unit, { subject, field }, text);
    }
    return account;
  }

  async #manage(unit: Unit, caller: Caller, id: string): Promise<StaffAccount> {
    const account = await this.#parts.staff.lock(unit, { id });
    this.#parts.rights.require(caller, 'staff.manage');
    if (account === undefined) throw new Fault('access.staff_unknown');
    const target = { unitPath: account.unitPath, staffId: id };
    this.#parts.rights.requireOn(caller, 'staff.manage', target);
    return account;
  }

  async #place(unit: Unit, code: string): Promise<OrgUnit> {
    const place = await this.#parts.places.get(unit, code);
    if (place === undefined) throw new Fault('access.unit_unknown');
    return place;
  }

  #privileged(roles: readonly string[]): boolean {
    return roles.some((role) => this.#parts.rights.rules.privileged.includes(role));
  }

  #takeApproval(
    unit: Unit,
    act: { order: Approved; asked: Parameters<Approvals['take']>[1]['order']; by: string },
  ): Promise<void> {
    const { order, asked, by } = act;
    const kind = 'staff.manage';
    return this.#parts.approvals.take(unit, { id: order.approval, kind, order: asked, by });
  }

  async #save(
    unit: Unit,
    done: { account: StaffAccount; change: string; by: string },
  ): Promise<StaffAccount> {
    await this.#parts.staff.save(unit, done.account);
    await this.#note(unit, done);
    return done.account;
  }

  async #note(
    unit: Unit,
    done: { account: StaffAccount; change: string; by: string },
  ): Promise<void> {
    const { account, change, by } = done;
    await this.#parts.register.note(unit, {
      type: 'staff.changed',
      disclosures: [
        { name: 'staff', value: account.id },
        { name: 'change', value: change },
        { name: 'roles', value: [...account.roles] },
        { name: 'unit', value: account.unitPath },
        { name: 'state', value: account.state },
        { name: 'at', value: formatInstant(this.#parts.clock.now()) },
        { name: 'by', value: by },
      ],
      of: [],
    });
  }
}
