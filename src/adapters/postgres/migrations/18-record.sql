-- The record: what a deposit is about names people, so its title, its list and the slots that came
-- later stand as one ciphertext under the deposit's own key (law 7); how long it is kept; holds.

-- A title that stood readable cannot be sealed from here: this step has no key. It is refused
-- rather than thrown away; an installation that holds deposits closes and packages them first.
alter table deposit no force row level security;
do $$ begin
  if exists (select from deposit) then
    raise exception 'deposits of before migration 18 hold readable titles and cannot be taken over';
  end if;
end $$;
alter table deposit force row level security;

alter table deposit drop column title, drop column required,
  add column sealed bytea not null,
  -- The last day on which it is kept; null until it is closed. A hold suspends it.
  add column keep_until text check (keep_until ~ '^\d{4}-\d{2}-\d{2}$'),
  -- When its key was destroyed.
  add column erased_at bigint,
  add constraint deposit_term check (keep_until is null or closed_at is not null);
grant update (sealed, keep_until, erased_at) on deposit to fubie_app;
create index deposit_due on deposit (tenant, keep_until) where erased_at is null;

create table deposit_hold (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  deposit text not null,
  authority text not null check (
    authority in ('court', 'regulator', 'police', 'arbitration', 'dispute')),
  placed_at bigint not null,
  placed_by text not null,
  lifted_at bigint,
  -- Not who placed it: what is destroyed after a hold does not come back.
  lifted_by text check (lifted_by is distinct from placed_by),
  primary key (tenant, id),
  foreign key (tenant, deposit) references deposit (tenant, id),
  check (num_nonnulls(lifted_at, lifted_by) in (0, 2))
);
select fubie_protect('deposit_hold', 'select, insert');
grant update (lifted_at, lifted_by) on deposit_hold to fubie_app;
create index deposit_hold_open on deposit_hold (tenant, deposit) where lifted_at is null;

-- 保全号 is one in the whole installation, whichever institution issued it.
create unique index loan_case_number on loan_case (preservation_number);
create unique index deposit_number on deposit (preservation_number);
-- The rights out of contracts are found by their entries.
create index evidence_entry_right on evidence_entry (tenant, case_id, seq) where type like 'right.%';
