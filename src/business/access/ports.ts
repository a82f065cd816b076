/**
 * What the desks' access leans on, with the promises: rows of one tenant in the unit's transaction.
 */
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { EntryDraft } from '#trust/evidence';
import type { Factor, Staff, StaffState } from './staff.ts';

/** An account as its row stands. */
export interface StaffAccount {
  readonly id: string;
  readonly login: string;
  readonly unit: string;
  readonly unitPath: string;
  readonly roles: readonly string[];
  readonly state: StaffState;
  /** Undefined for who logs in elsewhere only, and for who has left. */
  readonly verifier: string | undefined;
  readonly mustChange: boolean;
  readonly addedAt: Instant;
  readonly leftAt: Instant | undefined;
}

/** Accounts of one tenant. None is ever removed: entries name them. */
export interface StaffStore {
  /** Refuses a login that was ever used with access.login_taken. */
  add(unit: Unit, account: StaffAccount): Promise<void>;
  /** Locked until the unit ends. */
  lock(unit: Unit, key: { id: string } | { login: string }): Promise<StaffAccount | undefined>;
  save(unit: Unit, account: StaffAccount): Promise<void>;
  /** Those whose unit's path begins with `path`, by login, after `after`. */
  list(
    unit: Unit,
    page: { path: string; after: string; countMax: number },
  ): Promise<readonly StaffAccount[]>;
}

/** A session found together with the account as it is at this moment. */
export interface FoundSession {
  readonly id: string;
  readonly staff: Staff;
  readonly factors: readonly Factor[];
  readonly seenAt: Instant;
}

/** Sessions of staff; tokens are known by their SHA-256 only. */
export interface SessionStore {
  open(
    unit: Unit,
    session: {
      readonly tokenSha256: Uint8Array;
      readonly id: string;
      readonly staff: string;
      readonly factors: readonly Factor[];
      readonly openedAt: Instant;
      readonly until: Instant;
    },
  ): Promise<void>;
  /**
   * The living session of an active account: one statement over session, account and open
   * break-glasses, so that whatever was changed before it began is what it sees.
   */
  find(
    unit: Unit,
    question: { tokenSha256: Uint8Array; now: Instant; seenAfter: Instant },
  ): Promise<FoundSession | undefined>;
  seen(unit: Unit, tokenSha256: Uint8Array, at: Instant): Promise<void>;
  end(unit: Unit, session: string): Promise<void>;
  /** Ends all of one person's but the newest `keep`. */
  endOf(unit: Unit, staff: string, keep: number): Promise<void>;
  /** Removes those that ended before an instant and open nothing any more. */
  forgetBefore(unit: Unit, before: Instant): Promise<void>;
}

/** Counted tries to log in. */
export interface TryStore {
  /** The row of a mark, locked until the unit ends. */
  lock(unit: Unit, key: TryKey): Promise<Tries | undefined>;
  put(unit: Unit, key: TryKey, tries: Tries): Promise<void>;
  forget(unit: Unit, key: TryKey): Promise<void>;
  /** Forgets all that were last tried before an instant. */
  forgetBefore(unit: Unit, before: Instant): Promise<void>;
}

/** By login or by address; the mark is a keyed digest. */
export interface TryKey {
  readonly kind: 'login' | 'address';
  readonly mark: Uint8Array;
}

/** How often it was tried since when. */
export interface Tries {
  readonly count: number;
  readonly since: Instant;
  readonly lastAt: Instant;
}

/** Slow salted digests of passwords. */
export interface Passwords {
  verifier(password: string): Promise<string>;
  /** In the same time for any verifier; without one it works as long and answers false. */
  matches(verifier: string | undefined, password: string): Promise<boolean>;
}

/** Texts that may name somebody: they stand in the vault. */
export interface KeptTexts {
  put(unit: Unit, place: { subject: string; field: string }, text: string): Promise<void>;
  get(unit: Unit, place: { subject: string; field: string }): Promise<string | undefined>;
}

/** The tenant's register in the evidence log: facts that belong to no loan case. */
export interface Register {
  /** What is noted commits with the unit or never happened. */
  note(unit: Unit, draft: Omit<EntryDraft, 'caseId'>): Promise<{ readonly hash: string }>;
}
