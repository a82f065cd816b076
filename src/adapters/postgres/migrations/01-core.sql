-- The ground every table stands on: who the tenant is, how a table is protected, stored answers.

-- The tenant of this transaction, or null: without one every policy shows nothing.
create function fubie_tenant() returns text
  language sql stable parallel safe
  as $$ select nullif(current_setting('fubie.tenant', true), '') $$;

-- Row security for one table, for its owner too; fubie_app may do what `verbs` lists.
-- Usage after each `create table`: select fubie_protect('answered', 'select, insert');
create function fubie_protect(guarded regclass, verbs text) returns void
  language plpgsql
  as $$
begin
  execute format('alter table %s enable row level security', guarded);
  execute format('alter table %s force row level security', guarded);
  execute format(
    'create policy tenant on %s using (tenant = fubie_tenant()) with check (tenant = fubie_tenant())',
    guarded);
  execute format('grant %s on table %s to fubie_app', verbs, guarded);
end $$;

revoke all on function fubie_protect(regclass, text) from public;
grant usage on schema public to fubie_app, fubie_sequencer;

-- Idempotency-Key: the answer to a request, kept with the effect it reports. The answer is
-- ciphertext of the vault under `subject`, so that an erased person is erased here too.
create table answered (
  tenant text not null default fubie_tenant(),
  caller text not null,
  key text not null,
  route text not null,
  body_sha256 bytea not null check (octet_length(body_sha256) = 32),
  status smallint not null check (status between 100 and 599),
  subject text,
  answer bytea not null,
  at bigint not null,
  primary key (tenant, caller, key)
);
select fubie_protect('answered', 'select, insert, delete');
create index answered_at on answered (tenant, at);
