-- Evidence. Entries, case chains and the log over them belong to one tenant (law 11): each tenant
-- has a log of its own, with places, heads, checkpoints, cosignatures and alarms that nobody else's
-- process sees. The sequencer's role has no policy that shows it more than one tenant: it names the
-- tenant on its session, as every unit does, and is then held to that tenant's rows.

create table evidence_case (
  tenant text not null default fubie_tenant(),
  case_id text not null,
  -- The case's name in the log: 16 random bytes, base64url.
  tag text not null,
  seq integer not null default 0 check (seq >= 0),
  head text,
  primary key (tenant, case_id),
  unique (tenant, tag),
  check ((seq = 0) = (head is null))
);
select fubie_protect('evidence_case', 'select, insert, update');

-- Append-only for the rooms: fubie_app may neither change nor remove an entry.
create table evidence_entry (
  tenant text not null default fubie_tenant(),
  case_id text not null,
  seq integer not null check (seq >= 0),
  hash text not null,
  type text not null,
  bytes bytea not null check (octet_length(bytes) <= 65535),
  -- Whose key opens `sealed`, the ciphertext of the disclosures.
  subject text,
  sealed bytea,
  arrival bigint generated always as identity,
  log_index bigint check (log_index >= 0),
  primary key (tenant, case_id, seq),
  unique (tenant, hash),
  unique (tenant, arrival),
  unique (tenant, log_index),
  foreign key (tenant, case_id) references evidence_case (tenant, case_id)
);
select fubie_protect('evidence_entry', 'select, insert');
create index evidence_entry_pending on evidence_entry (tenant, arrival) where log_index is null;

-- The sequencer reads no openings and may set a place, once.
grant select (tenant, case_id, seq, hash, type, bytes, arrival, log_index), update (log_index)
  on evidence_entry to fubie_sequencer;
create policy placed_once on evidence_entry as restrictive for update to fubie_sequencer
  using (log_index is null) with check (log_index is not null);

create schema log;
grant usage on schema log to fubie_app, fubie_sequencer;

create table log.head (
  tenant text not null default fubie_tenant(),
  size bigint not null check (size > 0),
  root bytea not null check (octet_length(root) = 32),
  edge bytea not null,
  primary key (tenant)
);

-- One row for one size: a second root for it cannot even be drafted.
create table log.checkpoint (
  tenant text not null default fubie_tenant(),
  size bigint not null check (size > 0),
  root bytea not null check (octet_length(root) = 32),
  text text not null,
  level text not null default 'L0' check (level in ('L0', 'L1', 'L2')),
  drafted_at bigint not null,
  primary key (tenant, size)
);
create index checkpoint_level on log.checkpoint (tenant, level, size desc);

create table log.signature (
  tenant text not null default fubie_tenant(),
  size bigint not null,
  by text not null,
  is_log boolean not null,
  text text not null,
  primary key (tenant, size, by),
  foreign key (tenant, size) references log.checkpoint (tenant, size)
);

create table log.alarm (
  tenant text not null default fubie_tenant(),
  id bigint generated always as identity,
  code text not null,
  detail text not null,
  raised_at bigint not null,
  ended_at bigint,
  primary key (tenant, id)
);
create unique index alarm_standing on log.alarm (tenant, code) where ended_at is null;

-- When the log's own process and its sentinel were last known to live: who is dead says nothing,
-- so that silence itself must be seen.
create table log.heartbeat (
  tenant text not null default fubie_tenant(),
  part text not null check (part in ('sequencer', 'sentinel')),
  at bigint not null,
  primary key (tenant, part)
);

select fubie_protect('log.head', 'select');
select fubie_protect('log.checkpoint', 'select');
select fubie_protect('log.signature', 'select');
select fubie_protect('log.alarm', 'select');
select fubie_protect('log.heartbeat', 'select');
grant select, insert, update on log.head, log.alarm, log.heartbeat to fubie_sequencer;
grant select, insert on log.checkpoint, log.signature to fubie_sequencer;
grant update (level) on log.checkpoint to fubie_sequencer;
