-- The rooms of business: loan cases, documents, reading, intents, certificates, jobs, instalments.
-- No personal value stands in these tables: a person is a vault subject (law 7).

create table loan_case (
  tenant text not null,
  id text not null,
  -- The unit (网点) it belongs to; staff see cases by the place of their own unit in the tree.
  unit text not null,
  application uuid not null,
  preservation_number text not null,
  product text not null,
  product_version text not null,
  state text not null,
  subject text not null,
  token_sha256 bytea not null,
  opened_at bigint not null,
  amount_fen bigint,
  term_months integer,
  purpose text,
  contract_number text,
  disbursed_on text,
  decision text,
  primary key (tenant, id),
  unique (tenant, application),
  unique (tenant, preservation_number)
);
create index loan_case_unit on loan_case (tenant, unit, opened_at desc, id desc);
create index loan_case_newest on loan_case (tenant, opened_at desc, id desc);
create index loan_case_subject on loan_case (tenant, subject);

create table consent (
  tenant text not null,
  case_id text not null,
  kind text not null,
  version text not null,
  accepted boolean not null,
  at bigint not null,
  primary key (tenant, case_id, kind)
);

create table document (
  tenant text not null,
  id uuid not null,
  case_id text not null,
  kind text not null,
  title text not null,
  template text not null,
  template_sha256 text not null,
  pages integer not null,
  seconds_min integer not null,
  base_bytes integer not null,
  base_sha256 text not null,
  base_sm3 text not null,
  slots jsonb not null,
  drafted_at bigint not null,
  read_at bigint,
  primary key (tenant, id),
  unique (tenant, case_id, kind)
);

create table reading_event (
  tenant text not null,
  document uuid not null,
  seq bigint generated always as identity,
  page integer not null,
  at bigint not null,
  primary key (tenant, document, seq)
);

create table intent (
  tenant text not null,
  id uuid not null,
  case_id text not null,
  documents jsonb not null,
  sent_at bigint not null,
  entry text,
  attestation jsonb,
  primary key (tenant, id)
);

create table event_certificate (
  tenant text not null,
  intent uuid not null,
  case_id text not null,
  der bytea not null,
  receipt jsonb not null,
  issued_at bigint not null,
  entry text not null,
  primary key (tenant, intent)
);

create table job (
  tenant text not null,
  case_id text not null,
  kind text not null,
  due_at bigint not null,
  tries integer not null default 0,
  waiting text,
  done_at bigint,
  primary key (tenant, case_id, kind)
);
create index job_due on job (tenant, due_at) where done_at is null;

create table instalment (
  tenant text not null,
  case_id text not null,
  number integer not null,
  due_on text not null,
  principal_fen bigint not null,
  interest_fen bigint not null,
  penalty_fen bigint not null default 0,
  paid_on text,
  primary key (tenant, case_id, number)
);

create table evidence_package (
  tenant text not null,
  id uuid not null,
  case_id text not null,
  head text not null,
  subject text not null,
  bytes integer not null,
  sha256 text not null,
  -- Where the ciphertext lies, under which name, how long: its bytes are no row (06-tenancy).
  place text not null check (place in ('house', 'own')),
  object_sha256 text not null check (object_sha256 ~ '^[0-9a-f]{64}$'),
  object_bytes integer not null check (object_bytes > 0),
  primary key (tenant, id),
  unique (tenant, case_id, head)
);

select fubie_protect('evidence_package', 'select, insert');
select fubie_protect('loan_case', 'select, insert, update');
select fubie_protect('consent', 'select, insert, update');
select fubie_protect('document', 'select, insert, update');
select fubie_protect('reading_event', 'select, insert');
select fubie_protect('intent', 'select, insert, update');
select fubie_protect('event_certificate', 'select, insert');
select fubie_protect('job', 'select, insert, update');
select fubie_protect('instalment', 'select, insert, update');
