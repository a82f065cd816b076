/**
 * Where staff prove themselves elsewhere or with a security key: issuers, attempts, credentials,
 * challenges. Attempts and challenges are removed by whoever takes them.
 */
import { sql } from 'kysely';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type {
  Challenge,
  Credential,
  CredentialStore,
  SsoAttempt,
  SsoIssuer,
  SsoStore,
} from '#business/access';
import { txOf } from '../database.ts';

interface IssuerRow {
  tenant: string;
  id: string;
  issuer: string;
  client_id: string;
  sealed: Uint8Array | null;
  redirect_uri: string;
  login_claim: string;
  strong: string[];
  active: boolean;
}

interface CredentialRow {
  tenant: string;
  id: string;
  staff: string;
  public_key: Uint8Array;
  counter: bigint;
  added_at: bigint;
  used_at: bigint | null;
  revoked_at: bigint | null;
}

interface Tables {
  sso_issuer: IssuerRow;
  sso_attempt: {
    tenant: string;
    state_sha256: Uint8Array;
    binding_sha256: Uint8Array;
    issuer: string;
    until: bigint;
  };
  webauthn_credential: CredentialRow;
  webauthn_challenge: {
    tenant: string;
    challenge_sha256: Uint8Array;
    staff: string;
    purpose: Challenge['purpose'];
    until: bigint;
  };
}

/** Issuers of single sign-on and attempts under way. */
export class PostgresSso implements SsoStore {
  async put(unit: Unit, issuer: SsoIssuer): Promise<void> {
    const row = {
      issuer: issuer.issuer,
      client_id: issuer.clientId,
      sealed: issuer.sealed ?? null,
      redirect_uri: issuer.redirectUri,
      login_claim: issuer.loginClaim,
      strong: [...issuer.strong],
      active: issuer.active,
    };
    await txOf<Tables>(unit)
      .insertInto('sso_issuer')
      .values({ tenant: unit.tenant, id: issuer.id, ...row })
      .onConflict((clash) => clash.columns(['tenant', 'id']).doUpdateSet(row))
      .execute();
  }

  async get(unit: Unit, id: string): Promise<SsoIssuer | undefined> {
    const row = await this.#issuers(unit).where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : issuerOf(row);
  }

  async list(unit: Unit): Promise<readonly SsoIssuer[]> {
    return (await this.#issuers(unit).orderBy('id').execute()).map(issuerOf);
  }

  async addAttempt(unit: Unit, attempt: SsoAttempt): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('sso_attempt')
      .values({
        tenant: unit.tenant,
        state_sha256: attempt.stateSha256,
        binding_sha256: attempt.bindingSha256,
        issuer: attempt.issuer,
        until: BigInt(attempt.until),
      })
      .execute();
  }

  async takeAttempt(unit: Unit, stateSha256: Uint8Array): Promise<SsoAttempt | undefined> {
    const row = await txOf<Tables>(unit)
      .deleteFrom('sso_attempt')
      .where('tenant', '=', unit.tenant)
      .where('state_sha256', '=', stateSha256)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      stateSha256,
      bindingSha256: row.binding_sha256,
      issuer: row.issuer,
      until: instantFromMs(Number(row.until)),
    };
  }

  async forgetAttempts(unit: Unit, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('sso_attempt')
      .where('tenant', '=', unit.tenant)
      .where('until', '<', BigInt(before))
      .execute();
  }

  #issuers(unit: Unit) {
    const tx = txOf<Tables>(unit);
    return tx.selectFrom('sso_issuer').selectAll().where('tenant', '=', unit.tenant);
  }
}

/** Authenticators of staff and open challenges. */
export class PostgresCredentials implements CredentialStore {
  async add(unit: Unit, credential: Credential): Promise<void> {
    const { id, staff, publicKey, counter, addedAt } = credential;
    const added = await txOf<Tables>(unit)
      .insertInto('webauthn_credential')
      .values({
        tenant: unit.tenant,
        id,
        staff,
        public_key: publicKey,
        counter: BigInt(counter),
        added_at: BigInt(addedAt),
        used_at: null,
        revoked_at: null,
      })
      .onConflict((clash) => clash.columns(['tenant', 'id']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (added === undefined) throw new Fault('access.credential_refused', { why: 'taken' });
  }

  async of(unit: Unit, staff: string): Promise<readonly Credential[]> {
    const rows = await this.#living(unit).where('staff', '=', staff).orderBy('added_at').execute();
    return rows.map(credentialOf);
  }

  async lock(unit: Unit, id: string): Promise<Credential | undefined> {
    const row = await this.#living(unit).where('id', '=', id).forUpdate().executeTakeFirst();
    return row === undefined ? undefined : credentialOf(row);
  }

  async used(unit: Unit, id: string, use: { counter: number; at: Instant }): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('webauthn_credential')
      .set({ counter: BigInt(use.counter), used_at: BigInt(use.at) })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .execute();
  }

  async revoke(unit: Unit, id: string, at: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('webauthn_credential')
      .set({ revoked_at: sql<bigint>`coalesce(revoked_at, ${BigInt(at)})` })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .execute();
  }

  async addChallenge(unit: Unit, challenge: Challenge): Promise<void> {
    const { challengeSha256: challenge_sha256, staff, purpose, until } = challenge;
    await txOf<Tables>(unit)
      .insertInto('webauthn_challenge')
      .values({ tenant: unit.tenant, challenge_sha256, staff, purpose, until: BigInt(until) })
      .execute();
  }

  async takeChallenge(unit: Unit, challengeSha256: Uint8Array): Promise<Challenge | undefined> {
    const row = await txOf<Tables>(unit)
      .deleteFrom('webauthn_challenge')
      .where('tenant', '=', unit.tenant)
      .where('challenge_sha256', '=', challengeSha256)
      .returning(['staff', 'purpose', 'until'])
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return { challengeSha256, ...row, until: instantFromMs(Number(row.until)) };
  }

  async forgetChallenges(unit: Unit, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('webauthn_challenge')
      .where('tenant', '=', unit.tenant)
      .where('until', '<', BigInt(before))
      .execute();
  }

  #living(unit: Unit) {
    return txOf<Tables>(unit)
      .selectFrom('webauthn_credential')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('revoked_at', 'is', null);
  }
}

function issuerOf(row: IssuerRow): SsoIssuer {
  return {
    id: row.id,
    issuer: row.issuer,
    clientId: row.client_id,
    sealed: row.sealed ?? undefined,
    redirectUri: row.redirect_uri,
    loginClaim: row.login_claim,
    strong: row.strong,
    active: row.active,
  };
}

function credentialOf(row: CredentialRow): Credential {
  return {
    id: row.id,
    staff: row.staff,
    publicKey: row.public_key,
    counter: Number(row.counter),
    addedAt: instantFromMs(Number(row.added_at)),
  };
}
