-- Tenants. Each sees its own row and nothing of another; what must be known before anybody's tenant
-- is known, or of those above and below, is answered by functions that give names and sums only.

create table tenant (
  tenant text not null primary key,
  parent text check (parent <> tenant),
  type text not null,
  state text not null default 'open' check (state in ('open', 'leaving', 'closed')),
  record jsonb not null,
  opened_at bigint not null,
  closed_at bigint check ((closed_at is null) = (state <> 'closed'))
);
select fubie_protect('tenant', 'select, insert');
grant update (state, closed_at) on tenant to fubie_app;

create table tenant_host (
  tenant text not null references tenant (tenant),
  host text not null unique,
  primary key (tenant, host)
);
select fubie_protect('tenant_host', 'select, insert');

-- Use is only added, in the unit that used; nobody waits for another's count. Small rows are folded
-- into one by a job, which changes no sum.
create table usage_count (
  tenant text not null references tenant (tenant),
  id bigint generated always as identity,
  month text not null check (month ~ '^\d{4}-\d{2}$'),
  what text not null,
  n bigint not null check (n > 0),
  primary key (tenant, id)
);
create index usage_count_month on usage_count (tenant, month, what) include (n);
select fubie_protect('usage_count', 'select, insert, delete');

-- The sweep asks which objects rows name.
create index revision_object on revision (tenant, object_sha256);
create index evidence_package_object on evidence_package (tenant, object_sha256);

-- The owner of the tables is who runs the functions below. FORCE ROW LEVEL SECURITY binds him too;
-- these policies let him read across tenants, and he is no role that a room connects as.
create policy directory on tenant for select to current_user using (true);
create policy directory on tenant_host for select to current_user using (true);
create policy sums on usage_count for select to current_user using (true);

create function fubie_tenant_of_host(asked text) returns text
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    select t.tenant from public.tenant_host h join public.tenant t using (tenant)
    where h.host = asked and t.state = 'open'
  $$;

create function fubie_tenant_ids() returns table (tenant text, state text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    select t.tenant, t.state from public.tenant t
    where t.state <> 'closed' order by t.opened_at, t.tenant
  $$;

-- Who stands above the tenant of this transaction, nearest first: what it may take over, no more.
create function fubie_tenant_line()
  returns table (step integer, type text, products jsonb, templates jsonb, roles text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    with recursive line as (
      select 0 as step, t.parent from public.tenant t where t.tenant = public.fubie_tenant()
      union all
      select line.step + 1, t.parent from line join public.tenant t on t.tenant = line.parent
      where line.step < 8
    ), above as (
      select line.step + 1 as step, line.parent as tenant from line where line.parent is not null
    )
    select above.step, t.type, t.record -> 'products', t.record -> 'templates', t.record ->> 'roles'
    from above join public.tenant t on t.tenant = above.tenant order by above.step
  $$;

-- Sums over all tenants below the tenant of this transaction, and how many they are.
create function fubie_usage_below(asked text)
  returns table (tenants bigint, what text, n numeric)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    with recursive below as (
      select t.tenant, 1 as step from public.tenant t where t.parent = public.fubie_tenant()
      union all
      select t.tenant, below.step + 1 from below join public.tenant t on t.parent = below.tenant
      where below.step < 8
    )
    select (select count(*) from below), u.what, sum(u.n)
    from (select null) as one left join public.usage_count u
      on u.month = asked and u.tenant in (select below.tenant from below)
    group by u.what
  $$;

revoke all on function fubie_tenant_of_host(text), fubie_tenant_ids(), fubie_tenant_line(),
  fubie_usage_below(text) from public;
grant execute on function fubie_tenant_of_host(text), fubie_tenant_line(), fubie_usage_below(text)
  to fubie_app;
grant execute on function fubie_tenant_ids() to fubie_app, fubie_sequencer;
