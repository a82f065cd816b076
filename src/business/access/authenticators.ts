/**
 * Security keys and passkeys of staff as a second factor (WebAuthn Level 3), bound to the tenant's
 * host.
 *
 * A challenge is used once, by the member of staff it was made for, for the one thing it was made
 * for. A proof opens a fresh session with the factor added and ends the one that asked: what
 * somebody may have learned of the weaker session is worth nothing in the stronger one.
 */
import { toBase64Url, utf8 } from '#base/bytes';
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Commit, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { StaffCaller } from './caller.ts';
import type { Register, StaffStore } from './ports.ts';
import type { OpenedSession, Sessions } from './session.ts';

/** A registered authenticator of one member of staff. */
export interface Credential {
  /** base64url, as the authenticator named it. */
  readonly id: string;
  readonly staff: string;
  /** COSE_Key (RFC 9052 §7). */
  readonly publicKey: Uint8Array;
  /** How often it has signed, if it counts. */
  readonly counter: number;
  readonly addedAt: Instant;
}

/** What a challenge was made for. */
export type ChallengePurpose = 'register' | 'assert';

/** Credentials and open challenges of one tenant. */
export interface CredentialStore {
  /** Refuses an id that is there, whosever it is, with access.credential_refused. */
  add(unit: Unit, credential: Credential): Promise<void>;
  /** Living ones only. */
  of(unit: Unit, staff: string): Promise<readonly Credential[]>;
  /** Locked until the unit ends. */
  lock(unit: Unit, id: string): Promise<Credential | undefined>;
  used(unit: Unit, id: string, use: { counter: number; at: Instant }): Promise<void>;
  revoke(unit: Unit, id: string, at: Instant): Promise<void>;
  addChallenge(unit: Unit, challenge: Challenge): Promise<void>;
  /** Removes it: a challenge is taken once. */
  takeChallenge(unit: Unit, challengeSha256: Uint8Array): Promise<Challenge | undefined>;
  forgetChallenges(unit: Unit, before: Instant): Promise<void>;
}

/** One open challenge, by its digest. */
export interface Challenge {
  readonly challengeSha256: Uint8Array;
  readonly staff: string;
  readonly purpose: ChallengePurpose;
  readonly until: Instant;
}

/** The host a proof must be for: the tenant's, as the request was sent to it. */
export interface RelyingParty {
  /** A domain, such as `bank.example`. */
  readonly id: string;
  /** With scheme and port: `https://bank.example`. */
  readonly origin: string;
}

/** What an authenticator answered to a challenge, as the browser's API gives it. */
export type AuthenticatorAnswer = Readonly<Record<string, unknown>>;

/** Checks what authenticators answer; access.credential_refused for anything that does not hold. */
export interface AuthenticatorJudge {
  /** The challenge inside an answer, unchecked, so that its row can be found. */
  challengeIn(answer: AuthenticatorAnswer): string;
  registered(
    answer: AuthenticatorAnswer,
    expected: { readonly challenge: string; readonly party: RelyingParty },
  ): Promise<Pick<Credential, 'id' | 'publicKey' | 'counter'>>;
  /** The counter after this use. */
  asserted(
    answer: AuthenticatorAnswer,
    expected: {
      readonly challenge: string;
      readonly party: RelyingParty;
      readonly credential: Credential;
    },
  ): Promise<number>;
}

export interface AuthenticatorParts {
  readonly units: Units;
  readonly store: CredentialStore;
  readonly judge: AuthenticatorJudge;
  readonly staff: StaffStore;
  readonly sessions: Sessions;
  readonly register: Register;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** What the browser's API is called with, beyond the constants of the guide. */
export interface AuthenticatorAsk {
  readonly challenge: string;
  readonly rpId: string;
  /** base64url of a handle that says nothing about the person. */
  readonly userHandle: string;
  /** Ids of credentials that are there already. */
  readonly credentials: readonly string[];
}

const challengeBytes = 32;
const challengeSecondsMax = 5 * 60;
const credentialsPerStaffMax = 8;
const idPattern = /^[A-Za-z0-9_-]{16,1024}$/;

/** Registers authenticators of staff and takes their proofs. */
export class Authenticators {
  readonly #parts: AuthenticatorParts;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /** A fresh challenge of one purpose for one member of staff. */
  async ask(
    caller: StaffCaller,
    purpose: ChallengePurpose,
    party: RelyingParty,
  ): Promise<AuthenticatorAsk> {
    const { units, store, random, clock, engine } = this.#parts;
    const challenge = toBase64Url(random.bytes(challengeBytes));
    const now = clock.now();
    const { id: staff, tenant } = caller.staff;
    const held = await units.run(tenant, async (unit) => {
      await store.forgetChallenges(unit, now);
      const challengeSha256 = await engine.digest('sha256', utf8(challenge));
      const until = addSeconds(now, challengeSecondsMax);
      await store.addChallenge(unit, { challengeSha256, staff, purpose, until });
      return store.of(unit, staff);
    });
    return {
      challenge,
      rpId: party.id,
      userHandle: toBase64Url(utf8(staff)),
      credentials: held.map(({ id }) => id),
    };
  }

  /**
   * Keeps a new authenticator. Who has one already shows it first: otherwise a stolen password
   * would be enough to bring one's own second factor.
   */
  async register(
    caller: StaffCaller,
    answer: AuthenticatorAnswer,
    party: RelyingParty,
  ): Promise<Commit<string>> {
    const { store, judge, clock } = this.#parts;
    const { id: staff, mustChange } = caller.staff;
    // Whoever made his first password knows it: a key of theirs would outlast it.
    if (mustChange) throw new Fault('access.password_change_due');
    const challenge = await this.#take(caller, answer, 'register');
    const fresh = await judge.registered(answer, { challenge, party });
    if (!idPattern.test(fresh.id)) throw refused('id');
    return async (unit) => {
      const held = await store.of(unit, staff);
      const isStrong = caller.factors.some((factor) => factor !== 'password');
      if (held.length > 0 && !isStrong) throw refused('factor');
      if (held.length >= credentialsPerStaffMax) throw refused('many');
      await store.add(unit, { ...fresh, staff, addedAt: clock.now() });
      await this.#note(unit, { staff, change: 'authenticator_added' });
      return fresh.id;
    };
  }

  /** A proof with a living authenticator of his own: a stronger session in place of this one. */
  async stepUp(
    caller: StaffCaller,
    answer: AuthenticatorAnswer,
    party: RelyingParty,
  ): Promise<OpenedSession> {
    const { units, store, judge, staff, sessions, clock } = this.#parts;
    const challenge = await this.#take(caller, answer, 'assert');
    return units.run(caller.staff.tenant, async (unit) => {
      const account = await staff.lock(unit, { id: caller.staff.id });
      const id = idIn(answer);
      const credential = id === undefined ? undefined : await store.lock(unit, id);
      if (account === undefined || credential?.staff !== account.id) throw refused('credential');
      const counter = await judge.asserted(answer, { challenge, party, credential });
      await store.used(unit, credential.id, { counter, at: clock.now() });
      const factors = [...new Set([...caller.factors, 'webauthn' as const])];
      await sessions.logout(unit, caller);
      return sessions.open(unit, { account, factors });
    });
  }

  /** Takes one of his own away; the last one may go only with a strong session. */
  remove(caller: StaffCaller, id: string): Commit<void> {
    return async (unit) => {
      const { store, clock } = this.#parts;
      const credential = await store.lock(unit, id);
      const isStrong = caller.factors.includes('webauthn');
      if (credential?.staff !== caller.staff.id || !isStrong) throw refused('credential');
      await store.revoke(unit, id, clock.now());
      await this.#note(unit, { staff: caller.staff.id, change: 'authenticator_removed' });
    };
  }

  async list(unit: Unit, staff: string): Promise<readonly Credential[]> {
    return this.#parts.store.of(unit, staff);
  }

  /** The challenge an answer names, used up by asking, if it was this person's and for this. */
  async #take(
    caller: StaffCaller,
    answer: AuthenticatorAnswer,
    purpose: ChallengePurpose,
  ): Promise<string> {
    const { units, store, judge, engine, clock } = this.#parts;
    const challenge = judge.challengeIn(answer);
    const challengeSha256 = await engine.digest('sha256', utf8(challenge));
    const taken = await units.run(caller.staff.tenant, (unit) =>
      store.takeChallenge(unit, challengeSha256),
    );
    const isHis = taken?.staff === caller.staff.id && taken.purpose === purpose;
    if (!isHis || taken.until <= clock.now()) throw refused('challenge');
    return challenge;
  }

  async #note(unit: Unit, what: Readonly<Record<string, string>>): Promise<void> {
    const disclosures = Object.entries(what).map(([name, value]) => ({ name, value }));
    await this.#parts.register.note(unit, { type: 'staff.changed', disclosures, of: [] });
  }
}

function idIn(answer: AuthenticatorAnswer): string | undefined {
  const id = answer['id'];
  return typeof id === 'string' && idPattern.test(id) ? id : undefined;
}

function refused(why: string): Fault {
  return new Fault('access.credential_refused', { why });
}
