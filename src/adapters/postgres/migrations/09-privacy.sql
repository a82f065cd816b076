-- Consents by recipient, requests of persons, legal holds, runs of the retention job.
-- What a person wrote and an authority's reference stand in the vault, not here (law 7).

-- One decision for each kind and, where the kind is bound to one, each recipient (PIPL 23).
alter table consent
  add column recipient text not null default '',
  add column sha256 text not null default '',
  add column method text not null default 'tick',
  add column withdrawn_at bigint,
  drop constraint consent_pkey,
  add primary key (tenant, case_id, kind, recipient),
  add check (withdrawn_at is null or not accepted);

create table rights_request (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  case_id text not null,
  kind text not null,
  standing text not null,
  -- `borrower`, or the account of a member of staff.
  made_by text not null,
  received_at bigint not null,
  due_on text not null,
  answered_at bigint,
  primary key (tenant, id),
  foreign key (tenant, case_id) references loan_case (tenant, id),
  check ((standing = 'open') = (answered_at is null))
);
select fubie_protect('rights_request', 'select, insert, update');
create index rights_request_case on rights_request (tenant, case_id);
create index rights_request_open on rights_request (tenant, due_on) where standing = 'open';

create table legal_hold (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  case_id text not null,
  authority text not null,
  placed_at bigint not null,
  placed_by text not null,
  lifted_at bigint,
  lifted_by text,
  primary key (tenant, id),
  foreign key (tenant, case_id) references loan_case (tenant, id),
  check ((lifted_at is null) = (lifted_by is null))
);
select fubie_protect('legal_hold', 'select, insert, update');
create index legal_hold_standing on legal_hold (tenant, case_id) where lifted_at is null;

-- Somebody was erased since the epoch was turned last: it is turned at once, not only weekly.
create table epoch_wish (
  tenant text not null default fubie_tenant(),
  wished_at bigint not null,
  primary key (tenant)
);
select fubie_protect('epoch_wish', 'select, insert, update, delete');

create table retention_run (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  at bigint not null,
  cursor text not null,
  judged integer not null,
  erased integer not null,
  held integer not null,
  done boolean not null,
  primary key (tenant, id)
);
select fubie_protect('retention_run', 'select, insert, update');
-- One run at a time: whoever comes second goes on with the one that is open.
create unique index retention_run_open on retention_run (tenant) where not done;
