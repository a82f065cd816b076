/**
 * Rows of units, accounts of staff and counted tries to log in.
 */
import { sql } from 'kysely';

import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type {
  OrgUnit,
  OrgUnitStore,
  StaffAccount,
  StaffState,
  StaffStore,
  Tries,
  TryKey,
  TryStore,
} from '#business/access';
import { txOf } from '../database.ts';

interface StaffColumns {
  tenant: string;
  id: string;
  login: string;
  unit: string;
  roles: string[];
  state: StaffState;
  verifier: string | null;
  must_change: boolean;
  added_at: bigint;
  left_at: bigint | null;
}

interface Tables {
  org_unit: { tenant: string; code: string; path: string; name: string };
  staff: StaffColumns;
  login_failure: {
    tenant: string;
    kind: 'login' | 'address';
    mark: Uint8Array;
    count: number;
    since: bigint;
    last_at: bigint;
  };
}

/** The tenant's tree of units. */
export class PostgresOrgUnits implements OrgUnitStore {
  async add(unit: Unit, place: OrgUnit): Promise<void> {
    const { code, path, name } = place;
    await txOf<Tables>(unit)
      .insertInto('org_unit')
      .values({ tenant: unit.tenant, code, path, name })
      .onConflict((clash) => clash.columns(['tenant', 'code']).doNothing())
      .execute();
  }

  async get(unit: Unit, code: string): Promise<OrgUnit | undefined> {
    return txOf<Tables>(unit)
      .selectFrom('org_unit')
      .select(['code', 'path', 'name'])
      .where('tenant', '=', unit.tenant)
      .where('code', '=', code)
      .executeTakeFirst();
  }

  async below(unit: Unit, path: string): Promise<readonly OrgUnit[]> {
    return txOf<Tables>(unit)
      .selectFrom('org_unit')
      .select(['code', 'path', 'name'])
      .where('tenant', '=', unit.tenant)
      .where(sql<boolean>`starts_with(path, ${path})`)
      .orderBy('path')
      .execute();
  }

  async isOpen(unit: Unit, code: string): Promise<boolean> {
    return (await this.get(unit, code)) !== undefined;
  }
}

/** Accounts of staff. */
export class PostgresStaff implements StaffStore {
  async add(unit: Unit, account: StaffAccount): Promise<void> {
    const added = await txOf<Tables>(unit)
      .insertInto('staff')
      .values({
        ...columnsOf(account),
        tenant: unit.tenant,
        id: account.id,
        login: account.login,
        added_at: BigInt(account.addedAt),
      })
      .onConflict((clash) => clash.columns(['tenant', 'login']).doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows !== 1n) throw new Fault('access.login_taken');
  }

  async lock(
    unit: Unit,
    key: { id: string } | { login: string },
  ): Promise<StaffAccount | undefined> {
    const all = this.#accounts(unit).forUpdate('staff');
    const row = await ('id' in key
      ? all.where('staff.id', '=', key.id)
      : all.where('staff.login', '=', key.login)
    ).executeTakeFirst();
    return row === undefined ? undefined : accountOf(row);
  }

  async save(unit: Unit, account: StaffAccount): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('staff')
      .set(columnsOf(account))
      .where('tenant', '=', unit.tenant)
      .where('id', '=', account.id)
      // Who has left stays out, whoever still holds an old copy of his row.
      .where('state', '!=', 'left')
      .execute();
  }

  async list(
    unit: Unit,
    page: { path: string; after: string; countMax: number },
  ): Promise<readonly StaffAccount[]> {
    const rows = await this.#accounts(unit)
      .where(sql<boolean>`starts_with(org_unit.path, ${page.path})`)
      .where('staff.login', '>', page.after)
      .orderBy('staff.login')
      .limit(page.countMax)
      .execute();
    return rows.map(accountOf);
  }

  #accounts(unit: Unit) {
    return txOf<Tables>(unit)
      .selectFrom('staff')
      .innerJoin('org_unit', (join) =>
        join
          .onRef('org_unit.tenant', '=', 'staff.tenant')
          .onRef('org_unit.code', '=', 'staff.unit'),
      )
      .selectAll('staff')
      .select('org_unit.path')
      .where('staff.tenant', '=', unit.tenant);
  }
}

/** Counted tries by keyed digest. */
export class PostgresTries implements TryStore {
  async lock(unit: Unit, key: TryKey): Promise<Tries | undefined> {
    const tx = txOf<Tables>(unit);
    // A row that is not there cannot be locked, and first tries also come a thousand at once.
    const name = `${unit.tenant} ${key.kind} ${Buffer.from(key.mark).toString('hex')}`;
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 1))`.execute(tx);
    const row = await tx
      .selectFrom('login_failure')
      .select(['count', 'since', 'last_at'])
      .where('tenant', '=', unit.tenant)
      .where('kind', '=', key.kind)
      .where('mark', '=', key.mark)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { count, since, last_at: lastAt } = row;
    return { count, since: instantFromMs(Number(since)), lastAt: instantFromMs(Number(lastAt)) };
  }

  async put(unit: Unit, key: TryKey, tries: Tries): Promise<void> {
    const columns = {
      count: tries.count,
      since: BigInt(tries.since),
      last_at: BigInt(tries.lastAt),
    };
    await txOf<Tables>(unit)
      .insertInto('login_failure')
      .values({ tenant: unit.tenant, kind: key.kind, mark: key.mark, ...columns })
      .onConflict((clash) => clash.columns(['tenant', 'kind', 'mark']).doUpdateSet(columns))
      .execute();
  }

  async forget(unit: Unit, key: TryKey): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('login_failure')
      .where('tenant', '=', unit.tenant)
      .where('kind', '=', key.kind)
      .where('mark', '=', key.mark)
      .execute();
  }

  async forgetBefore(unit: Unit, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('login_failure')
      .where('tenant', '=', unit.tenant)
      .where('last_at', '<', BigInt(before))
      .execute();
  }
}

function columnsOf(account: StaffAccount) {
  return {
    unit: account.unit,
    roles: [...account.roles],
    state: account.state,
    verifier: account.verifier ?? null,
    must_change: account.mustChange,
    left_at: account.leftAt === undefined ? null : BigInt(account.leftAt),
  };
}

function accountOf(row: StaffColumns & { readonly path: string }): StaffAccount {
  return {
    id: row.id,
    login: row.login,
    unit: row.unit,
    unitPath: row.path,
    roles: row.roles,
    state: row.state,
    verifier: row.verifier ?? undefined,
    mustChange: row.must_change,
    addedAt: instantFromMs(Number(row.added_at)),
    leftAt: row.left_at === null ? undefined : instantFromMs(Number(row.left_at)),
  };
}
