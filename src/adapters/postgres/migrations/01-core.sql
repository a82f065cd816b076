-- The ground every table stands on: who the tenant is, how a table is protected, stored answers.

-- The tenant of this transaction, or null: without one every policy shows nothing.
create function fubie_tenant() returns text
  language sql stable parallel safe
  as $$ select nullif(current_setting('fubie.tenant', true), '') $$;

-- Row security for one table, for its owner too; fubie_app may do what `verbs` lists. The back-up
-- reads every tenant's rows and writes none: said here, so that no table is forgotten.
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
  execute format('create policy backup on %s for select to fubie_backup using (true)', guarded);
  execute format('grant select on table %s to fubie_backup', guarded);
end $$;

revoke all on function fubie_protect(regclass, text) from public;
grant usage on schema public to fubie_app, fubie_sequencer, fubie_backup;

-- Idempotency-Key: the answer to a request, kept with the effect it reports. The answer is
-- ciphertext of the vault under `subject`, so that an erased person is erased here too; the digest
-- of the question is inside it.
create table answered (
  tenant text not null default fubie_tenant(),
  caller text not null,
  key text not null,
  route text not null,
  status smallint not null check (status between 100 and 599),
  subject text,
  answer bytea not null,
  at bigint not null,
  primary key (tenant, caller, key)
);
select fubie_protect('answered', 'select, insert, delete');
create index answered_at on answered (tenant, at);
