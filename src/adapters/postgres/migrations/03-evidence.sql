-- Evidence. Entries and case chains belong to a tenant (law 11); the log over the entries of all
-- tenants belongs to none, holds no personal value, and stands in a schema of its own.

create table evidence_case (
  tenant text not null default fubie_tenant(),
  case_id text not null,
  -- The case's name in the log: 16 random bytes, base64url.
  tag text not null unique,
  seq integer not null default 0 check (seq >= 0),
  head text,
  primary key (tenant, case_id),
  check ((seq = 0) = (head is null))
);
select fubie_protect('evidence_case', 'select, insert, update');

-- Append-only for the rooms: fubie_app may neither change nor remove an entry.
create table evidence_entry (
  tenant text not null default fubie_tenant(),
  case_id text not null,
  seq integer not null check (seq >= 0),
  hash text not null unique,
  type text not null,
  bytes bytea not null check (octet_length(bytes) <= 65535),
  -- Whose key opens `sealed`, the ciphertext of the disclosures.
  subject text,
  sealed bytea,
  arrival bigint generated always as identity unique,
  log_index bigint unique,
  primary key (tenant, case_id, seq),
  foreign key (tenant, case_id) references evidence_case (tenant, case_id)
);
select fubie_protect('evidence_entry', 'select, insert');
create index evidence_entry_pending on evidence_entry (arrival) where log_index is null;

-- The sequencer reads entries of every tenant and may set a place, once.
create policy sequencer_reads on evidence_entry for select to fubie_sequencer using (true);
create policy sequencer_places on evidence_entry for update to fubie_sequencer
  using (log_index is null) with check (log_index is not null);
grant select (tenant, case_id, seq, hash, type, bytes, arrival, log_index), update (log_index)
  on evidence_entry to fubie_sequencer;

create schema log;
grant usage on schema log to fubie_app, fubie_sequencer;

create table log.head (
  origin text primary key,
  size bigint not null,
  root bytea not null check (octet_length(root) = 32),
  edge bytea not null
);

-- One row for one size: a second root for it cannot even be drafted.
create table log.checkpoint (
  origin text not null,
  size bigint not null,
  root bytea not null check (octet_length(root) = 32),
  text text not null,
  level text not null default 'L0' check (level in ('L0', 'L1', 'L2')),
  drafted_at bigint not null,
  primary key (origin, size)
);
create index checkpoint_level on log.checkpoint (origin, level, size desc);

create table log.signature (
  origin text not null,
  size bigint not null,
  by text not null,
  is_log boolean not null,
  text text not null,
  primary key (origin, size, by),
  foreign key (origin, size) references log.checkpoint (origin, size)
);

create table log.alarm (
  id bigint generated always as identity primary key,
  origin text not null,
  code text not null,
  detail text not null,
  raised_at bigint not null,
  ended_at bigint
);
create unique index alarm_standing on log.alarm (origin, code) where ended_at is null;

grant select on log.checkpoint, log.signature, log.alarm to fubie_app;
grant select, insert, update on log.head, log.alarm to fubie_sequencer;
grant select, insert on log.checkpoint, log.signature to fubie_sequencer;
grant update (level) on log.checkpoint to fubie_sequencer;
