-- The vault: what is personal stands here as ciphertext only (law 7). A subject's key is wrapped by
-- an epoch key of the key store; erasing a person sets `wrapped` to null and keeps the row as proof.

create table vault_subject (
  tenant text not null default fubie_tenant(),
  subject text not null,
  epoch text,
  wrapped bytea,
  primary key (tenant, subject),
  check ((epoch is null) = (wrapped is null))
);
select fubie_protect('vault_subject', 'select, insert, update');
create index vault_subject_epoch on vault_subject (tenant, epoch);

create table vault_value (
  tenant text not null default fubie_tenant(),
  subject text not null,
  field text not null,
  cipher bytea not null,
  primary key (tenant, subject, field),
  foreign key (tenant, subject) references vault_subject (tenant, subject)
);
select fubie_protect('vault_value', 'select, insert, update, delete');

-- Exact look-up: `blind` is a keyed digest whose key exists only in the key store.
create table vault_index (
  tenant text not null default fubie_tenant(),
  field text not null,
  blind bytea not null check (octet_length(blind) = 32),
  subject text not null,
  primary key (tenant, field, blind, subject),
  foreign key (tenant, subject) references vault_subject (tenant, subject)
);
select fubie_protect('vault_index', 'select, insert, delete');
create index vault_index_subject on vault_index (tenant, subject);
