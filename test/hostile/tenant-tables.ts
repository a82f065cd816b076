/**
 * Reads from pg_catalog whether a table, view or function could show one tenant's rows to another.
 *
 * The catalogue of PostgreSQL is asked and not our migrations: what counts is what is there.
 */
import type { Client } from 'pg';

export interface TableFlaw {
  readonly place: string;
  readonly why: string;
}

/** No tenant's: the book of the migrations, which fubie_app cannot read. */
const houseTables: ReadonlySet<string> = new Set(['house.migration']);
/** Functions that run as their owner; each answers names, sums or the caller's own rows only. */
const definerFunctions: ReadonlySet<string> = new Set([
  'public.fubie_tenant_ids',
  'public.fubie_tenant_line',
  'public.fubie_tenant_of_host',
  'public.fubie_usage_below',
  'public.prune_access_events',
]);
const own = `n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'`;
const policyText = '(tenant = fubie_tenant())';

/** Tables that belong to tenants, as `schema.name`. */
export async function tenantTables(client: Client): Promise<readonly string[]> {
  return (await tables(client)).map(({ place }) => place).filter((one) => !houseTables.has(one));
}

export async function tableFlaws(client: Client): Promise<readonly TableFlaw[]> {
  return [
    ...(await flawsOfTables(client)),
    ...(await flawsOfPolicies(client)),
    ...(await flawsOfGrants(client)),
    ...(await flawsOfViews(client)),
    ...(await flawsOfFunctions(client)),
    ...(await flawsOfRole(client)),
  ];
}

interface TableRow {
  readonly place: string;
  readonly has_tenant: boolean;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly policies: number;
}

async function tables(client: Client): Promise<readonly TableRow[]> {
  const { rows } = await client.query<TableRow>(`
    select n.nspname || '.' || c.relname as place,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant'
        and a.attnotnull and not a.attisdropped) as has_tenant,
      c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f') and ${own} order by 1`);
  return rows;
}

async function flawsOfTables(client: Client): Promise<TableFlaw[]> {
  return (await tables(client)).flatMap(({ place, has_tenant, enabled, forced, policies }) => {
    if (houseTables.has(place)) return [];
    const why = [
      has_tenant ? '' : 'has no tenant column that must be filled',
      enabled && forced ? '' : 'has no forced row security',
      policies > 0 ? '' : 'has no policy',
    ];
    return why.filter((one) => one !== '').map((one) => ({ place, why: one }));
  });
}

/**
 * What fubie_app meets compares the tenant and nothing else; others may read more, never write.
 * Restrictive policies only take away, and are left to those who made them.
 */
async function flawsOfPolicies(client: Client): Promise<TableFlaw[]> {
  const { rows } = await client.query<{
    place: string;
    name: string;
    for_app: boolean;
    verb: string;
    shows: string | null;
    takes: string | null;
  }>(`
    select n.nspname || '.' || c.relname as place, p.polname as name, p.polcmd as verb,
      exists (select from unnest(p.polroles) r
        where r = 0 or pg_has_role('fubie_app', r, 'member')) as for_app,
      pg_get_expr(p.polqual, p.polrelid) as shows,
      pg_get_expr(p.polwithcheck, p.polrelid) as takes
    from pg_policy p join pg_class c on c.oid = p.polrelid
      join pg_namespace n on n.oid = c.relnamespace
    where p.polpermissive and ${own}`);
  return rows.flatMap(({ place, name, for_app, verb, shows, takes }) => {
    if (!for_app) {
      return verb === 'r' ? [] : [{ place, why: `policy ${name} lets another role write` }];
    }
    const compares = [shows, takes].every((text) => text === null || text === policyText);
    const isNothing = shows === null && takes === null;
    return compares && !isNothing ? [] : [{ place, why: `policy ${name} is not the tenant's` }];
  });
}

async function flawsOfGrants(client: Client): Promise<TableFlaw[]> {
  const { rows } = await client.query<{ place: string; what: string }>(`
    select n.nspname || '.' || c.relname as place, acl.privilege_type as what
    from pg_class c join pg_namespace n on n.oid = c.relnamespace,
      aclexplode(c.relacl) acl where acl.grantee = 0 and ${own}
    union all
    select n.nspname || '.' || c.relname, acl.privilege_type
    from pg_attribute a join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace,
      aclexplode(a.attacl) acl where acl.grantee = 0 and ${own}`);
  return rows.map(({ place, what }) => ({ place, why: `everybody may ${what}` }));
}

/** A view runs as its owner unless it says otherwise; a materialized one keeps what he saw. */
async function flawsOfViews(client: Client): Promise<TableFlaw[]> {
  const { rows } = await client.query<{ place: string }>(`
    select n.nspname || '.' || c.relname as place
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where ${own} and (c.relkind = 'm' or (c.relkind = 'v'
      and not coalesce('security_invoker=true' = any (c.reloptions), false)))`);
  return rows.map(({ place }) => ({ place, why: 'is a view that runs as its owner' }));
}

async function flawsOfFunctions(client: Client): Promise<TableFlaw[]> {
  const { rows } = await client.query<{ place: string; has_path: boolean }>(`
    select n.nspname || '.' || p.proname as place,
      coalesce(exists (select from unnest(p.proconfig) s where s like 'search_path=%'), false)
        as has_path
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and ${own}`);
  return rows.flatMap(({ place, has_path }) => {
    const why = [
      definerFunctions.has(place) ? '' : 'runs as its owner and is on no list',
      has_path ? '' : 'runs as its owner on anybody’s search path',
    ];
    return why.filter((one) => one !== '').map((one) => ({ place, why: one }));
  });
}

async function flawsOfRole(client: Client): Promise<TableFlaw[]> {
  const { rows } = await client.query<{ why: string }>(`
    select 'is above row security' as why from pg_roles
      where rolname = 'fubie_app' and (rolsuper or rolbypassrls or rolcreaterole)
    union all
    select 'is a member of ' || r.rolname from pg_roles r
      where r.rolname <> 'fubie_app' and pg_has_role('fubie_app', r.oid, 'member')
    union all
    select 'owns ' || c.relname from pg_class c join pg_roles r on r.oid = c.relowner
      where r.rolname = 'fubie_app'`);
  return rows.map(({ why }) => ({ place: 'fubie_app', why }));
}
