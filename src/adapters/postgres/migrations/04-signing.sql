-- Signing: revisions of documents and the tickets by which keys elsewhere sign them. The files and
-- tickets name people; they stand here as ciphertext of the vault under `subject` (law 7).

create table revision (
  tenant text not null default fubie_tenant(),
  document text not null,
  number integer not null check (number >= 0),
  subject text not null,
  bytes integer not null check (bytes > 0),
  sha256 bytea not null check (octet_length(sha256) = 32),
  -- Where the ciphertext lies, under which name, how long: its bytes are no row (06-tenancy).
  place text not null check (place in ('house', 'own')),
  object_sha256 text not null check (object_sha256 ~ '^[0-9a-f]{64}$'),
  object_bytes integer not null check (object_bytes > 0),
  -- The key is the compare-and-swap: of two seals prepared on one revision only one lands.
  primary key (tenant, document, number)
);
select fubie_protect('revision', 'select, insert');

create table ticket (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  document text not null,
  field text not null,
  case_id text not null,
  subject text not null,
  standing text not null default 'open' check (standing in ('open', 'sealed', 'void')),
  because text check (because in ('superseded', 'lease_over', 'stamp_missing')),
  prepared_on integer not null,
  lease_until bigint not null,
  intended text not null,
  sealed bytea not null,
  primary key (tenant, id),
  foreign key (tenant, document, prepared_on) references revision (tenant, document, number),
  check ((standing = 'void') = (because is not null))
);
select fubie_protect('ticket', 'select, insert, update');
create index ticket_open on ticket (tenant, lease_until) where standing = 'open';
create index ticket_open_field on ticket (tenant, document, field) where standing = 'open';
