-- Deposits: evidence of systems that keep their contracts elsewhere. Values, digests and names of
-- files stand in the vault or under its keys; what is here names nobody (law 7).

-- Schemas and scenarios. An approved one is never changed: a change is another version.
create table deposit_definition (
  tenant text not null default fubie_tenant(),
  id text not null check (id ~ '^[a-z][a-z0-9-]{1,47}$'),
  version integer not null check (version > 0),
  bytes bytea not null,
  proposed_by text not null,
  proposed_at bigint not null,
  approved_by text,
  approved_at bigint,
  primary key (tenant, id, version),
  check (num_nonnulls(approved_by, approved_at) in (0, 2)),
  check (approved_by is distinct from proposed_by)
);
select fubie_protect('deposit_definition', 'select, insert');
grant update (approved_by, approved_at) on deposit_definition to fubie_app;

create table deposit (
  tenant text not null default fubie_tenant(),
  id text not null,
  subject uuid not null,
  preservation_number text not null,
  client uuid not null,
  -- The client's own name for it.
  own text not null,
  title text not null,
  required bytea not null,
  opened_at bigint not null,
  closed_at bigint,
  primary key (tenant, id),
  unique (tenant, preservation_number),
  unique (tenant, client, own),
  foreign key (tenant, client) references client (tenant, id)
);
select fubie_protect('deposit', 'select, insert');
grant update (closed_at) on deposit to fubie_app;
create index deposit_opened on deposit (tenant, opened_at desc, id desc);

create table deposit_item (
  tenant text not null default fubie_tenant(),
  deposit text not null,
  own text not null,
  seq integer not null check (seq > 0),
  hash text not null,
  slot text,
  schema text not null,
  at bigint not null,
  primary key (tenant, deposit, own),
  unique (tenant, deposit, seq),
  foreign key (tenant, deposit) references deposit (tenant, id)
);
select fubie_protect('deposit_item', 'select, insert');

create table deposit_file (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  deposit text not null,
  own text not null,
  slot text,
  bytes bigint not null check (bytes > 0),
  opened_at bigint not null,
  -- Of its entry; null until the file is whole.
  seq integer,
  primary key (tenant, id),
  unique (tenant, deposit, own),
  foreign key (tenant, deposit) references deposit (tenant, id)
);
select fubie_protect('deposit_file', 'select, insert');
grant update (seq) on deposit_file to fubie_app;

-- Parts, written once; -1 is the announcement.
create table deposit_chunk (
  tenant text not null default fubie_tenant(),
  file uuid not null,
  number integer not null check (number >= -1),
  place text not null check (place in ('house', 'own')),
  object_sha256 text not null check (object_sha256 ~ '^[0-9a-f]{64}$'),
  object_bytes integer not null check (object_bytes > 0),
  primary key (tenant, file, number),
  foreign key (tenant, file) references deposit_file (tenant, id)
);
select fubie_protect('deposit_chunk', 'select, insert');

create table deposit_package (
  tenant text not null default fubie_tenant(),
  deposit text not null,
  -- Hash of the deposit's last entry when it was built.
  head text not null,
  sha256 text not null,
  bytes integer not null,
  place text not null check (place in ('house', 'own')),
  object_sha256 text not null check (object_sha256 ~ '^[0-9a-f]{64}$'),
  object_bytes integer not null check (object_bytes > 0),
  primary key (tenant, deposit, head),
  foreign key (tenant, deposit) references deposit (tenant, id)
);
select fubie_protect('deposit_package', 'select, insert');

-- What program stated an entry, running where: the record behind the `env` of entries.
create table environment_record (
  tenant text not null default fubie_tenant(),
  sha256 text not null,
  bytes bytea not null check (octet_length(bytes) <= 16384),
  primary key (tenant, sha256)
);
select fubie_protect('environment_record', 'select, insert');

-- When each object was last re-hashed, so that all come round.
create table object_check (
  tenant text not null default fubie_tenant(),
  object_sha256 text not null check (object_sha256 ~ '^[0-9a-f]{64}$'),
  at bigint not null,
  sound boolean not null,
  primary key (tenant, object_sha256)
);
select fubie_protect('object_check', 'select, insert, update');
create index object_check_at on object_check (tenant, at);
