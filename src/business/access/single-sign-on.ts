/**
 * Staff who prove elsewhere who they are: OpenID Connect with code, PKCE, state and nonce (OIDC
 * Core 1.0, RFC 7636, RFC 9207, RFC 9700).
 *
 * An attempt belongs to one tenant, one issuer and one browser. Its secrets stay in that browser
 * (the `binding`); the row holds digests and is used up by the first answer that names it, right or
 * wrong. Whoever throws his own answer into another's browser has no binding there (login CSRF). No
 * account is ever made here: a login that nobody has is refused.
 */
import { toBase64Url, utf8 } from '#base/bytes';
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { equalSecrets, hmacSha256 } from '#formats/httpsig';
import type { Approvals, Approved } from './approval.ts';
import type { SecretBox } from './machine-ports.ts';
import type { Register, StaffStore } from './ports.ts';
import type { OpenedSession, Sessions } from './session.ts';
import type { Factor } from './staff.ts';

/** Where a tenant's staff may prove themselves, and how its answers are read. */
export interface SsoIssuer {
  /** A word of the tenant's, such as `head-office`. */
  readonly id: string;
  readonly issuer: string;
  readonly clientId: string;
  /** The client secret as ciphertext of the vault; undefined for a public client. */
  readonly sealed: Uint8Array | undefined;
  readonly redirectUri: string;
  /** The claim that holds the login of a member of staff. */
  readonly loginClaim: string;
  /** Values of `acr` or `amr` that say a second factor was used there. */
  readonly strong: readonly string[];
  readonly active: boolean;
}

/** One sign-on under way. */
export interface SsoAttempt {
  readonly stateSha256: Uint8Array;
  readonly bindingSha256: Uint8Array;
  readonly issuer: string;
  readonly until: Instant;
}

/** Issuers and attempts of one tenant. */
export interface SsoStore {
  put(unit: Unit, issuer: SsoIssuer): Promise<void>;
  get(unit: Unit, id: string): Promise<SsoIssuer | undefined>;
  list(unit: Unit): Promise<readonly SsoIssuer[]>;
  addAttempt(unit: Unit, attempt: SsoAttempt): Promise<void>;
  /** Removes it: the first who asks gets it, and nobody after him. */
  takeAttempt(unit: Unit, stateSha256: Uint8Array): Promise<SsoAttempt | undefined>;
  forgetAttempts(unit: Unit, before: Instant): Promise<void>;
}

/** What is needed to talk to an issuer as its client. */
export type SsoClient = Pick<SsoIssuer, 'issuer' | 'clientId' | 'redirectUri' | 'loginClaim'> & {
  readonly secret: string | undefined;
};

/** The secrets of one attempt. */
export interface SsoSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What an issuer's ID token says, as far as it counts here. */
export interface SsoClaims {
  readonly login: string | undefined;
  /** `acr` and all of `amr`. */
  readonly methods: readonly string[];
}

/**
 * Issuers outside. A token that is not the issuer's, not for this client, not for this nonce, or an
 * answer of another issuer is access.sso_refused; silence is access.sso_unreachable, retryable.
 */
export interface IdentityProviders {
  authorizationUrl(client: SsoClient, secrets: SsoSecrets): Promise<string>;
  /** `query` is what the browser was sent back with. */
  claims(client: SsoClient, secrets: SsoSecrets, query: string): Promise<SsoClaims>;
}

/** An issuer as an order states it. */
export type SsoOrder = Omit<SsoIssuer, 'sealed'> & { readonly secret?: string };

export interface SsoParts {
  readonly units: Units;
  readonly store: SsoStore;
  readonly providers: IdentityProviders;
  readonly staff: StaffStore;
  readonly sessions: Sessions;
  readonly secrets: SecretBox;
  readonly register: Register;
  readonly fourEyes: Pick<Approvals, 'take'>;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

const attemptSecondsMax = 10 * 60;
const secretBytes = 32;

/** Signs staff on by their institution's own identity provider. */
export class SingleSignOn {
  readonly #parts: SsoParts;

  constructor(parts: SsoParts) {
    this.#parts = parts;
  }

  /** Where to send the browser, and what it must keep to itself until it is sent back. */
  async start(tenant: TenantId, id: string): Promise<{ goTo: string; binding: string }> {
    const { units, store, providers, random, clock } = this.#parts;
    const client = await units.run(tenant, (unit) => this.#client(unit, id));
    const binding = toBase64Url(random.bytes(secretBytes));
    const state = toBase64Url(random.bytes(secretBytes));
    const goTo = await providers.authorizationUrl(client, await this.#secrets(binding, state));
    const now = clock.now();
    const attempt = {
      stateSha256: await this.#digest(state),
      bindingSha256: await this.#digest(binding),
      issuer: id,
      until: addSeconds(now, attemptSecondsMax),
    };
    await units.run(tenant, async (unit) => {
      await store.forgetAttempts(unit, now);
      await store.addAttempt(unit, attempt);
    });
    return { goTo, binding };
  }

  /** A session for whom the issuer vouches; every other end is a refusal. */
  async finish(
    tenant: TenantId,
    answer: { readonly binding: string; readonly query: string },
  ): Promise<OpenedSession> {
    const { units, providers, staff, sessions } = this.#parts;
    const state = stateIn(answer.query);
    const { binding } = answer;
    const { client, strong } = await this.#take(tenant, { state, binding });
    const secrets = await this.#secrets(binding, state);
    const { login, methods } = await providers.claims(client, secrets, answer.query);
    // Without a second factor over there it was no more than a password, and is told as one.
    const isStrong = methods.some((method) => strong.includes(method));
    const factors: readonly Factor[] = [isStrong ? 'oidc' : 'password'];
    return units.run(tenant, async (unit) => {
      const account = login === undefined ? undefined : await staff.lock(unit, { login });
      if (account?.state !== 'active') throw refused('account');
      return sessions.open(unit, { account, factors });
    });
  }

  /**
   * Sets or replaces an issuer, under four eyes: whoever is believed about one login is believed
   * about all of them. Without a secret the one that is kept stays.
   */
  configure(by: string, order: SsoOrder & Approved): Commit<void> {
    const { secret, approval, ...issuer } = order;
    requireHttps(issuer.redirectUri);
    return async (unit) => {
      const asked = { act: 'sso', ...issuer };
      const act = { id: approval, kind: 'tenant.manage', order: asked, by };
      await this.#parts.fourEyes.take(unit, act);
      const held = await this.#parts.store.get(unit, issuer.id);
      // A secret that was given to one issuer is never sent to another.
      const kept = held?.issuer === issuer.issuer ? held.sealed : undefined;
      const place = secretPlace(issuer.id);
      const sealed =
        secret === undefined ? kept : await this.#parts.secrets.seal(unit, place, utf8(secret));
      await this.#parts.store.put(unit, { ...issuer, sealed });
      const what = { change: 'sso_configured', by, issuer: issuer.issuer, active: issuer.active };
      const disclosures = Object.entries(what).map(([name, value]) => ({ name, value }));
      await this.#parts.register.note(unit, { type: 'client.changed', disclosures, of: [] });
    };
  }

  list(unit: Unit): Promise<readonly SsoIssuer[]> {
    return this.#parts.store.list(unit);
  }

  async #take(tenant: TenantId, shown: { state: string; binding: string }) {
    const { units, store, clock } = this.#parts;
    const stateSha256 = await this.#digest(shown.state);
    const bindingSha256 = await this.#digest(shown.binding);
    // In a unit of its own, so that what follows cannot bring the attempt back.
    const attempt = await units.run(tenant, (unit) => store.takeAttempt(unit, stateSha256));
    const isBound = attempt !== undefined && equalSecrets(attempt.bindingSha256, bindingSha256);
    if (!isBound || attempt.until <= clock.now()) throw refused('attempt');
    return units.run(tenant, async (unit) => {
      const client = await this.#client(unit, attempt.issuer);
      return { client, strong: client.strong };
    });
  }

  async #client(unit: Unit, id: string): Promise<SsoClient & Pick<SsoIssuer, 'strong'>> {
    const found = await this.#parts.store.get(unit, id);
    if (found === undefined || !found.active) throw new Fault('access.sso_unknown');
    const { sealed, issuer, clientId, redirectUri, loginClaim, strong } = found;
    const opened =
      sealed === undefined
        ? undefined
        : await this.#parts.secrets.open(unit, secretPlace(id), sealed);
    const secret = opened === undefined ? undefined : new TextDecoder().decode(opened);
    return { issuer, clientId, redirectUri, loginClaim, strong, secret };
  }

  /** Nonce and verifier follow from what only the browser holds; no table has them. */
  async #secrets(binding: string, state: string): Promise<SsoSecrets> {
    const derived = async (use: string): Promise<string> =>
      toBase64Url(await hmacSha256(utf8(binding), utf8(`${use} ${state}`), this.#parts.engine));
    return { state, nonce: await derived('nonce'), verifier: await derived('verifier') };
  }

  #digest(text: string): Promise<Uint8Array> {
    return this.#parts.engine.digest('sha256', utf8(text));
  }
}

function secretPlace(id: string): { subject: string; field: string } {
  return { subject: 'office', field: `sso-secret:${id}` };
}

/** The one state of an answer; two of them are two opinions. */
function stateIn(query: string): string {
  const [state, ...more] = new URLSearchParams(query).getAll('state');
  if (state === undefined || more.length > 0) throw refused('state');
  return state;
}

function requireHttps(uri: string): void {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const isLocal = url?.hostname === 'localhost' || url?.hostname.endsWith('.localhost') === true;
  const isSafe = url?.protocol === 'https:' || (isLocal && url.protocol === 'http:');
  if (!isSafe || url.search !== '' || url.hash !== '') {
    throw new Fault('access.issuer_malformed', { at: 'redirectUri' });
  }
}

function refused(why: string): Fault {
  return new Fault('access.sso_refused', { why });
}
