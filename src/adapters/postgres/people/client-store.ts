/**
 * Clients of a tenant, their keys, and the nonces they have used.
 */

import { sql } from 'kysely';
import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type {
  ClientKey,
  ClientKeyKind,
  ClientRecord,
  ClientStore,
  NonceStore,
  Permission,
  RateName,
} from '#business/access';
import { intsArray, textsArray } from '../binary-array.ts';
import { txOf } from '../database.ts';

interface ClientRow {
  tenant: string;
  id: string;
  name: string;
  scopes: string[];
  signature: string;
  addresses: string[];
  rate: string;
  added_at: bigint;
  revoked_at: bigint | null;
}

interface KeyRow {
  tenant: string;
  id: string;
  client: string;
  kind: string;
  verifier: Uint8Array | null;
  public_key: Uint8Array | null;
  sealed: Uint8Array | null;
  added_at: bigint;
  added_by: string;
  expires_at: bigint | null;
  revoked_at: bigint | null;
}

type KnownKey = NonNullable<Awaited<ReturnType<ClientStore['byKey']>>>;
type SpentNonces = Parameters<NonceStore['spend']>[1];
type KnownRow = KeyRow &
  Omit<ClientRow, 'id' | 'revoked_at'> & { readonly client_revoked_at: bigint | null };

interface Tables {
  client: ClientRow;
  client_key: KeyRow;
  client_nonce: { tenant: string; key: string; nonce: string; until: bigint };
}

/** Clients and their keys. */
export class PostgresClients implements ClientStore {
  async add(unit: Unit, client: ClientRecord, addedAt: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('client')
      .values({
        tenant: unit.tenant,
        id: client.id,
        name: client.name,
        ...termsOf(client),
        added_at: BigInt(addedAt),
        revoked_at: null,
      })
      .execute();
  }

  async lock(unit: Unit, id: string): Promise<ClientRecord | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('client')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : clientOf(unit, row);
  }

  async save(unit: Unit, client: ClientRecord, at: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('client')
      .set({ ...termsOf(client), ...(client.revoked ? { revoked_at: BigInt(at) } : {}) })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', client.id)
      .where('revoked_at', 'is', null)
      .execute();
  }

  async list(unit: Unit): Promise<readonly ClientRecord[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('client')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .orderBy('added_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => clientOf(unit, row));
  }

  async addKey(unit: Unit, key: ClientKey): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('client_key')
      .values({
        tenant: unit.tenant,
        id: key.id,
        client: key.client,
        kind: key.kind,
        verifier: key.verifier ?? null,
        public_key: key.publicKey ?? null,
        sealed: key.sealed ?? null,
        added_at: BigInt(key.addedAt),
        added_by: key.addedBy,
        expires_at: key.expiresAt === undefined ? null : BigInt(key.expiresAt),
        revoked_at: null,
      })
      .execute();
  }

  async keysOf(unit: Unit, client: string): Promise<readonly ClientKey[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('client_key')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('client', '=', client)
      .orderBy('added_at')
      .orderBy('id')
      .execute();
    return rows.map(keyOf);
  }

  async keysBy(unit: Unit, staff: string): Promise<readonly ClientKey[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('client_key')
      .selectAll()
      .where('tenant', '=', unit.tenant)
      .where('added_by', '=', staff)
      .where('revoked_at', 'is', null)
      .orderBy('id')
      .execute();
    return rows.map(keyOf);
  }

  async byKey(unit: Unit, keyId: string): Promise<KnownKey | undefined> {
    return (await this.byKeys(unit, [keyId])).get(keyId);
  }

  async byKeys(unit: Unit, keyIds: readonly string[]): Promise<ReadonlyMap<string, KnownKey>> {
    const { rows } = await sql<KnownRow>`select k.*, c.name, c.scopes, c.signature, c.addresses,
        c.rate, c.revoked_at as client_revoked_at
      from client_key k join client c on c.tenant = k.tenant and c.id = k.client
      where k.tenant = ${unit.tenant} and k.id = any (${textsArray(keyIds)}::text[])`.execute(
      txOf(unit),
    );
    return new Map(
      rows.map((row) => {
        const client = { ...row, id: row.client, revoked_at: row.client_revoked_at };
        return [row.id, { client: clientOf(unit, client), key: keyOf(row) }];
      }),
    );
  }

  async endKey(unit: Unit, keyId: string, end: { at: Instant; revoked: boolean }): Promise<void> {
    const at = BigInt(end.at);
    await txOf<Tables>(unit)
      .updateTable('client_key')
      .set({
        // `least` passes over null: a key without an end gets this one, an earlier end stands.
        expires_at: sql<bigint>`least(expires_at, ${at})`,
        ...(end.revoked ? { revoked_at: sql<bigint>`coalesce(revoked_at, ${at})` } : {}),
      })
      .where('tenant', '=', unit.tenant)
      .where('id', '=', keyId)
      .execute();
  }
}

/** Nonces, durable with the unit: one that a crash forgets could be used again. */
export class PostgresNonces implements NonceStore {
  async spend(unit: Unit, used: SpentNonces): Promise<readonly boolean[]> {
    const names = used.map(({ keyId, nonce }) => `${keyId} ${nonce}`);
    const { rows } = await sql<{ key: string; nonce: string }>`
      insert into client_nonce (tenant, key, nonce, until)
      select ${unit.tenant}, n.key, n.nonce, n.until
      from unnest(${textsArray(used.map(({ keyId }) => keyId))}::text[],
        ${textsArray(used.map(({ nonce }) => nonce))}::text[],
        ${intsArray(used.map(({ until }) => until))}::bigint[]) as n (key, nonce, until)
      order by n.key, n.nonce
      on conflict (tenant, key, nonce) do nothing returning key, nonce`.execute(txOf(unit));
    const spent = new Set(rows.map(({ key, nonce }) => `${key} ${nonce}`));
    return names.map((name, at) => spent.has(name) && names.indexOf(name) === at);
  }

  async forget(unit: Unit, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('client_nonce')
      .where('tenant', '=', unit.tenant)
      .where('until', '<', BigInt(before))
      .execute();
  }
}

function termsOf({ scopes, signature, addresses, rate }: ClientRecord) {
  return { scopes: [...scopes], signature, addresses: [...addresses], rate };
}

function clientOf(unit: Unit, row: ClientRow): ClientRecord {
  return {
    id: row.id,
    tenant: unit.tenant,
    name: row.name,
    // The closed lists are checked where an order comes in; a row holds what was ordered.
    scopes: row.scopes as Permission[],
    signature: row.signature === 'required' ? 'required' : 'optional',
    addresses: row.addresses,
    rate: row.rate as RateName,
    revoked: row.revoked_at !== null,
  };
}

function keyOf(row: KeyRow): ClientKey {
  return {
    id: row.id,
    client: row.client,
    kind: row.kind as ClientKeyKind,
    addedAt: instantFromMs(Number(row.added_at)),
    addedBy: row.added_by,
    expiresAt: row.expires_at === null ? undefined : instantFromMs(Number(row.expires_at)),
    revoked: row.revoked_at !== null,
    ...(row.verifier === null ? {} : { verifier: row.verifier }),
    ...(row.public_key === null ? {} : { publicKey: row.public_key }),
    ...(row.sealed === null ? {} : { sealed: row.sealed }),
  };
}
