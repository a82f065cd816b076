/**
 * Sessions of staff as rows: open after a login, checked with the account at every request.
 *
 * Promises: whoever left, was locked or lost a role is met by that at his next request, on every
 * replica, for session and account are read in one statement. A wrong password, an unknown login
 * and a closed account get the same answer after the same work. Tries are counted before the
 * password is looked at (see lockout.ts).
 */
import { concat, utf8 } from '#base/bytes';
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { lineBytes } from './address.ts';
import type { StaffCaller } from './caller.ts';
import { type Charge, chargeAddress, chargeLogin, triesPerLoginMax } from './lockout.ts';
import { requireNewPassword } from './password.ts';
import type {
  Passwords,
  Register,
  SessionStore,
  StaffAccount,
  StaffStore,
  TryKey,
  TryStore,
} from './ports.ts';
import type { Factor } from './staff.ts';
import { freshToken } from './token.ts';

/** A working day; then everybody logs in again. */
const sessionSecondsMax = 10 * 60 * 60;
const idleSecondsMax = 30 * 60;
/** A session that was seen this recently is not written again. */
const seenSecondsMin = 60;
/** Longer than any wait that a try can cause. */
const triesKeptSeconds = 86_400;
const sessionsPerStaffMax = 8;
/** Slow digests at once in one process: more logins than this wait for another moment. */
const loginsAtOnceMax = 16;

export interface SessionParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: Engine;
  readonly sessions: SessionStore;
  readonly staff: StaffStore;
  readonly tries: TryStore;
  readonly passwords: Passwords;
  readonly register: Register;
  /** A keyed digest of 32 bytes, for logins and addresses must not be guessed from the rows. */
  readonly mark: (tenant: TenantId, text: Uint8Array) => Promise<Uint8Array>;
}

/** What a login answers; the token is told this once. */
export interface OpenedSession {
  readonly token: string;
  readonly session: string;
  readonly until: Instant;
  readonly mustChange: boolean;
}

/** Logins, sessions and passwords of staff. */
export class Sessions {
  readonly #parts: SessionParts;
  #atOnce = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Refuses with access.unauthenticated, or access.login_delayed and the seconds to wait. */
  async login(attempt: {
    tenant: TenantId;
    login: string;
    password: string;
    address: string;
  }): Promise<OpenedSession> {
    const { units, staff } = this.#parts;
    const { tenant, login } = attempt;
    // Step 1: the try is counted, durably, before anything is learned from it.
    const key = await this.#charge(attempt);
    // Step 2: the slow digest, outside any transaction, for known and unknown logins alike.
    const account = await units.run(tenant, (unit) => staff.lock(unit, { login }));
    const right = await this.#matches(account?.verifier, attempt.password);
    // Step 3: the account as it is now; who was locked or left meanwhile does not come in.
    return units.run(tenant, async (unit) => {
      const current = await staff.lock(unit, { login });
      const unchanged = current?.verifier === account?.verifier;
      if (!right || !unchanged || current?.state !== 'active') {
        throw new Fault('access.unauthenticated');
      }
      await this.#parts.tries.forget(unit, key);
      return this.open(unit, { account: current, factors: ['password'] });
    });
  }

  /** Opens a session for somebody whom another factor has proved; the caller has done the proof. */
  async open(
    unit: Unit,
    proved: { account: StaffAccount; factors: readonly Factor[] },
  ): Promise<OpenedSession> {
    const { account, factors } = proved;
    if (account.state !== 'active') throw new Fault('access.unauthenticated');
    const openedAt = this.#parts.clock.now();
    const until = addSeconds(openedAt, sessionSecondsMax);
    const token = freshToken(this.#parts.random);
    const id = uuidv7(this.#parts);
    const tokenSha256 = await this.#digest(token);
    await this.#parts.sessions.endOf(unit, account.id, sessionsPerStaffMax - 1);
    const session = { tokenSha256, id, staff: account.id, factors, openedAt, until };
    await this.#parts.sessions.open(unit, session);
    return { token, session: id, until, mustChange: account.mustChange };
  }

  /** Whose token it is, as his row stands now; undefined for any token that opens nothing. */
  async callerOf(tenant: TenantId, token: string): Promise<StaffCaller | undefined> {
    const { units, sessions, clock } = this.#parts;
    const tokenSha256 = await this.#digest(token);
    const now = clock.now();
    return units.run(tenant, async (unit) => {
      const seenAfter = addSeconds(now, -idleSecondsMax);
      const found = await sessions.find(unit, { tokenSha256, now, seenAfter });
      if (found === undefined) return undefined;
      if (now >= addSeconds(found.seenAt, seenSecondsMin)) {
        await sessions.seen(unit, tokenSha256, now);
      }
      const { staff, factors } = found;
      return { kind: 'staff', staff, session: found.id, factors };
    });
  }

  async logout(unit: Unit, caller: StaffCaller): Promise<void> {
    await this.#parts.sessions.end(unit, caller.session);
  }

  /** Ends every session of his, this one too. */
  async logoutEverywhere(unit: Unit, caller: StaffCaller): Promise<void> {
    await this.#parts.sessions.endOf(unit, caller.staff.id, 0);
  }

  /** A password of his own: every session ends, and he logs in with it. */
  async changePassword(
    caller: StaffCaller,
    words: { old: string; fresh: string; address: string },
  ): Promise<(unit: Unit) => Promise<void>> {
    const { units, staff, passwords } = this.#parts;
    const { tenant, id, login } = caller.staff;
    requireNewPassword(words.fresh, login);
    const key = await this.#charge({ tenant, login, address: words.address });
    const account = await units.run(tenant, (unit) => staff.lock(unit, { id }));
    if (!(await this.#matches(account?.verifier, words.old)) || words.old === words.fresh) {
      throw new Fault('access.password_refused');
    }
    const verifier = await passwords.verifier(words.fresh);
    return async (unit) => {
      const current = await staff.lock(unit, { id });
      if (current?.state !== 'active' || current.verifier !== account?.verifier) {
        throw new Fault('access.password_refused');
      }
      await staff.save(unit, { ...current, verifier, mustChange: false });
      await this.#parts.sessions.endOf(unit, id, 0);
      await this.#parts.tries.forget(unit, key);
      await this.#note(unit, { staff: id, change: 'password_changed' });
    };
  }

  /** Removes sessions that are over, and tries nobody waits for any more. */
  async forget(unit: Unit): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#parts.sessions.forgetBefore(unit, now);
    await this.#parts.tries.forgetBefore(unit, addSeconds(now, -triesKeptSeconds));
  }

  /** Counts one try for the login and one for the address; answers the key of the login's row. */
  async #charge(attempt: { tenant: TenantId; login: string; address: string }): Promise<TryKey> {
    const { units, clock, mark, staff } = this.#parts;
    const { tenant, login, address } = attempt;
    const byLogin = { kind: 'login', mark: await mark(tenant, utf8(`login ${login}`)) } as const;
    const byAddress = {
      kind: 'address',
      mark: await mark(tenant, concat(utf8('address '), lineBytes(address))),
    } as const;
    const now = clock.now();
    const wait = await units.run(tenant, async (unit) => {
      const addressWait = await this.#chargeOne(unit, byAddress, now);
      if (addressWait > 0) return addressWait;
      const loginWait = await this.#chargeOne(unit, byLogin, now);
      const tries = await this.#parts.tries.lock(unit, byLogin);
      if (loginWait === 0 && tries?.count === triesPerLoginMax) {
        const known = await staff.lock(unit, { login });
        await this.#note(unit, { staff: known?.id ?? 'unknown', change: 'locked_out' });
      }
      return loginWait;
    });
    if (wait > 0) throw new Fault('access.login_delayed', { seconds: Math.ceil(wait / 1000) });
    return byLogin;
  }

  /** Milliseconds to wait; 0 when the try was counted. */
  async #chargeOne(unit: Unit, key: TryKey, now: Instant): Promise<number> {
    const held = await this.#parts.tries.lock(unit, key);
    const charge: Charge = key.kind === 'login' ? chargeLogin(held, now) : chargeAddress(held, now);
    if ('notBefore' in charge) return Math.max(1, charge.notBefore - now);
    await this.#parts.tries.put(unit, key, charge.tries);
    return 0;
  }

  async #matches(verifier: string | undefined, password: string): Promise<boolean> {
    if (this.#atOnce >= loginsAtOnceMax) {
      throw new Fault('access.logins_busy', {}, { retryable: true });
    }
    this.#atOnce += 1;
    try {
      return await this.#parts.passwords.matches(verifier, password);
    } finally {
      this.#atOnce -= 1;
    }
  }

  async #note(unit: Unit, what: { staff: string; change: string }): Promise<void> {
    const disclosures = Object.entries(what).map(([name, value]) => ({ name, value }));
    await this.#parts.register.note(unit, { type: 'staff.changed', disclosures, of: [] });
  }

  #digest(token: string): Promise<Uint8Array> {
    return this.#parts.engine.digest('sha256', utf8(token));
  }
}
