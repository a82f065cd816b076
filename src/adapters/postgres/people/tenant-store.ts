/**
 * Rows of tenants. Before a tenant is known only names are answered, by functions of the owner.
 */
import { sql } from 'kysely';
import { utf8 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { type TenantId, Together, type Unit } from '#base/unit';
import {
  type Ancestor,
  parseTenantRecord,
  type TenantDirectory,
  type TenantRow,
  type TenantState,
  type TenantStore,
} from '#business/tenancy';
import { textsArray } from '../binary-array.ts';
import { type Database, txOf } from '../database.ts';
import { faultOfFailure } from '../failure.ts';

/** Of one question. */
const hostsMax = 500;

interface Tables {
  tenant: {
    tenant: TenantId;
    parent: string | null;
    type: string;
    state: TenantState;
    record: string;
    opened_at: bigint;
    closed_at: bigint | null;
  };
  tenant_host: { tenant: string; host: string };
}

export class PostgresTenantDirectory implements TenantDirectory {
  readonly #database: Database;
  readonly #asked: Together<string, TenantId | undefined>;

  constructor(parts: { database: Database }) {
    this.#database = parts.database;
    this.#asked = new Together({
      answer: async (hosts) =>
        (await this.#ofHosts(hosts)).map((value) => ({ is: 'ok', value }) as const),
      alone: async (host) => (await this.#ofHosts([host]))[0],
      weightMax: hostsMax,
    });
  }

  /** Every request begins with this: those of one moment ask once. */
  ofHost(host: string): Promise<TenantId | undefined> {
    return this.#asked.ask(host);
  }

  /** A statement by itself, outside any tenant's transaction. */
  async #ofHosts(hosts: readonly string[]): Promise<readonly (TenantId | undefined)[]> {
    const names = [...new Set(hosts)];
    const asked = sql<{ tenant: TenantId | null }>`select fubie_tenant_of_host(n.host) as tenant
      from unnest(${textsArray(names)}::text[]) with ordinality as n (host, place) order by place`;
    const { rows } = await asked.execute(this.#database.kysely).catch((thrown: unknown) => {
      throw faultOfFailure(thrown);
    });
    return hosts.map((host) => rows[names.indexOf(host)]?.tenant ?? undefined);
  }

  ids(): Promise<readonly TenantId[]> {
    return this.#database.transaction(async (tx) => {
      const all = await sql<{ tenant: TenantId }>`select tenant from fubie_tenant_ids()`.execute(
        tx,
      );
      return all.rows.map(({ tenant }) => tenant);
    });
  }
}

export class PostgresTenants implements TenantStore {
  async add(unit: Unit, { record, state, openedAt }: TenantRow): Promise<void> {
    const tx = txOf<Tables>(unit);
    await tx
      .insertInto('tenant')
      .values({
        tenant: unit.tenant,
        parent: record.parent ?? null,
        type: record.type,
        state,
        record: JSON.stringify(record),
        opened_at: BigInt(openedAt),
        closed_at: null,
      })
      .onConflict((clash) => clash.columns(['tenant']).doNothing())
      .execute();
    for (const host of record.hosts) {
      const row = { tenant: unit.tenant, host };
      const done = await tx
        .insertInto('tenant_host')
        .values(row)
        .onConflict((clash) => clash.doNothing())
        .executeTakeFirst();
      if (done.numInsertedOrUpdatedRows !== 1n) throw new Fault('tenancy.host_taken', { host });
    }
  }

  async own(unit: Unit): Promise<TenantRow | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('tenant')
      .select([sql<string>`record::text`.as('record'), 'state', 'opened_at'])
      .where('tenant', '=', unit.tenant)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const openedAt = instantFromMs(Number(row.opened_at));
    return { record: parseTenantRecord(utf8(row.record)), state: row.state, openedAt };
  }

  async move(unit: Unit, to: { state: TenantState; at: Instant }): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('tenant')
      .set({ state: to.state, closed_at: to.state === 'closed' ? BigInt(to.at) : null })
      .where('tenant', '=', unit.tenant)
      .execute();
  }

  async line(unit: Unit): Promise<readonly Ancestor[]> {
    const found = await sql<Above>`select * from fubie_tenant_line()`.execute(txOf<Tables>(unit));
    return found.rows.map(({ type, products, templates, roles }) => ({
      type,
      products: products ?? undefined,
      templates: templates ?? undefined,
      roles: roles ?? undefined,
    }));
  }
}

interface Above {
  readonly type: string;
  readonly products: readonly string[] | null;
  readonly templates: readonly string[] | null;
  readonly roles: string | null;
}
