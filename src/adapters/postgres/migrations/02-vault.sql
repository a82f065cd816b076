-- The vault: what is personal stands here as ciphertext only (law 7). A subject's key is wrapped by
-- its tenant's key of an epoch, which only the key store has; erasing a person sets `wrapped` to
-- null and keeps the row as a tombstone.

-- The epochs under which something is still kept. Who writes under an epoch holds its row by the
-- foreign key below, and an epoch's row can only be deleted when no subject is of it any more: so
-- no row can ever be of an epoch whose secret was destroyed.
create table vault_epoch (
  tenant text not null default fubie_tenant(),
  epoch text not null,
  opened_at bigint not null,
  primary key (tenant, epoch)
);
select fubie_protect('vault_epoch', 'select, insert, delete');

create table vault_subject (
  tenant text not null default fubie_tenant(),
  subject text not null,
  epoch text,
  wrapped bytea,
  restricted boolean not null default false,
  primary key (tenant, subject),
  foreign key (tenant, epoch) references vault_epoch (tenant, epoch),
  check ((epoch is null) = (wrapped is null))
) with (fillfactor = 80);
select fubie_protect('vault_subject', 'select, insert, update');

create table vault_value (
  tenant text not null default fubie_tenant(),
  subject text not null,
  field text not null,
  cipher bytea not null,
  primary key (tenant, subject, field),
  foreign key (tenant, subject) references vault_subject (tenant, subject)
);
select fubie_protect('vault_value', 'select, insert, update, delete');

-- Look-up: `token` is a keyed digest of a piece of a value and a counter, so no two rows are alike,
-- whatever they stand for. A token once taken stays taken until its epoch is over: an erased
-- person's row points at nobody. No foreign key to the subject: whoever writes holds her row, and
-- ten checks for each person would cost more than the rows.
create table vault_index (
  tenant text not null default fubie_tenant(),
  epoch text not null,
  token bytea not null check (octet_length(token) = 32),
  field text not null,
  subject text,
  primary key (tenant, epoch, token)
);
select fubie_protect('vault_index', 'select, insert, update, delete');
create index vault_index_subject on vault_index (tenant, subject) where subject is not null;
