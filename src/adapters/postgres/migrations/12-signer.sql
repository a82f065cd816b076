-- The signer's page: her devices and hand-overs, clauses, photos, the receipt, what she thought.
-- A photo, its digest and where it was taken stand in the vault or under its key (law 7).

-- A token beside the one the case was opened with, and when each ends. Only digests are kept.
create table case_token (
  tenant text not null default fubie_tenant(),
  sha256 bytea not null check (octet_length(sha256) = 32),
  case_id text not null,
  made_at bigint not null,
  until bigint not null,
  primary key (tenant, sha256),
  foreign key (tenant, case_id) references loan_case (tenant, id)
);
select fubie_protect('case_token', 'select, insert, update, delete');
create index case_token_case on case_token (tenant, case_id);

-- One open hand-over for a case: a newer one ends the older.
create table handover (
  tenant text not null default fubie_tenant(),
  case_id text not null,
  sha256 bytea not null check (octet_length(sha256) = 32),
  until bigint not null,
  primary key (tenant, case_id),
  unique (tenant, sha256),
  foreign key (tenant, case_id) references loan_case (tenant, id)
);
select fubie_protect('handover', 'select, insert, update, delete');

-- The clauses that she confirms one by one, as the template named them when it was printed.
alter table document add column clauses jsonb not null default '[]';
create table clause_confirmation (
  tenant text not null default fubie_tenant(),
  document uuid not null,
  clause text not null,
  at bigint not null,
  primary key (tenant, document, clause),
  foreign key (tenant, document) references document (tenant, id)
);
select fubie_protect('clause_confirmation', 'select, insert');
-- Was the page read to her?
alter table reading_event add column aloud boolean not null default false;
create index document_case on document (tenant, case_id);
create index intent_case on intent (tenant, case_id, sent_at);

create table capture (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  case_id text not null,
  subject text not null,
  kind text not null,
  bytes integer not null check (bytes > 0),
  opened_at bigint not null,
  stored_at bigint,
  place text check (place in ('house', 'own')),
  object_sha256 text check (object_sha256 ~ '^[0-9a-f]{64}$'),
  object_bytes integer check (object_bytes > 0),
  primary key (tenant, id),
  foreign key (tenant, case_id) references loan_case (tenant, id),
  check (num_nonnulls(stored_at, place, object_sha256, object_bytes) in (0, 4))
);
select fubie_protect('capture', 'select, insert, update');
create index capture_case on capture (tenant, case_id);

-- Parts that have arrived, as ciphertext, until the photo is whole.
create table capture_chunk (
  tenant text not null default fubie_tenant(),
  capture uuid not null,
  number integer not null check (number >= 0),
  sealed bytea not null,
  primary key (tenant, capture, number),
  foreign key (tenant, capture) references capture (tenant, id)
);
select fubie_protect('capture_chunk', 'select, insert, delete');

-- Who holds the secret half may look a case up; the secret itself stands in the vault.
create table receipt (
  tenant text not null default fubie_tenant(),
  case_id text not null,
  secret_sha256 bytea not null check (octet_length(secret_sha256) = 32),
  primary key (tenant, case_id),
  foreign key (tenant, case_id) references loan_case (tenant, id)
);
select fubie_protect('receipt', 'select, insert');

create table satisfaction (
  tenant text not null default fubie_tenant(),
  case_id text not null,
  score smallint not null check (score between 1 and 5),
  at bigint not null,
  primary key (tenant, case_id),
  foreign key (tenant, case_id) references loan_case (tenant, id)
);
select fubie_protect('satisfaction', 'select, insert, update');
