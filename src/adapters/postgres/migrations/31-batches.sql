-- What a batch costs the database (decision 0100). A foreign key asks for its row once for each row
-- that comes, though all records of a request belong to one case and one deposit: a fifth of what
-- the database did for a record. These two ask once for a statement. Rows that a restore brings are
-- held against the same keys by the restore (load.ts).
create function fubie_entries_have_cases() returns trigger
  language plpgsql
  as $$
begin
  if exists (
    select from (select distinct tenant, case_id from added) e
    where not exists (
      select from public.evidence_case c where c.tenant = e.tenant and c.case_id = e.case_id))
  then
    raise foreign_key_violation using message = 'an entry stands in a case that is there';
  end if;
  return null;
end $$;

create function fubie_items_have_deposits() returns trigger
  language plpgsql
  as $$
begin
  if exists (
    select from (select distinct tenant, deposit from added) i
    where not exists (
      select from public.deposit d where d.tenant = i.tenant and d.id = i.deposit))
  then
    raise foreign_key_violation using message = 'a record stands in a deposit that is there';
  end if;
  return null;
end $$;

create trigger entries_have_cases after insert on evidence_entry
  referencing new table as added for each statement execute function fubie_entries_have_cases();
create trigger items_have_deposits after insert on deposit_item
  referencing new table as added for each statement execute function fubie_items_have_deposits();
alter table evidence_entry drop constraint evidence_entry_tenant_case_id_fkey;
alter table deposit_item drop constraint deposit_item_tenant_deposit_fkey;

-- The other side of the keys: nobody of the house removes a case or a deposit or names it anew.
revoke update on evidence_case from fubie_app;
grant update (seq, head) on evidence_case to fubie_app;

-- An entry waits without a place, and its row is written again with one: the index over places
-- held both. It holds what has a place.
alter table evidence_entry drop constraint evidence_entry_tenant_log_index_key;
create unique index evidence_entry_place on evidence_entry (tenant, log_index)
  where log_index is not null;

-- The number of a record in its deposit is the number of its entry in the case, which is unique
-- there, and a deposit holds 500 records: they are sorted when they are listed.
alter table deposit_item drop constraint deposit_item_tenant_deposit_seq_key;
