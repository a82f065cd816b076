-- The log's fast way in, and its twin. A loose entry belongs to no unit: whoever brings
-- it has signed it, and the transaction that gives it its place is the one that makes it durable.
-- Its name is its leaf hash, so that the same bytes brought twice stand in the log once.

create table log.loose_entry (
  tenant text not null default fubie_tenant(),
  log_index bigint not null check (log_index >= 0),
  leaf bytea not null check (octet_length(leaf) = 32),
  bytes bytea not null check (octet_length(bytes) between 1 and 65535),
  primary key (tenant, log_index),
  constraint loose_entry_once unique (tenant, leaf)
);
select fubie_protect('log.loose_entry', 'select');
grant select, insert on log.loose_entry to fubie_sequencer;

-- The same leaves under SM3: edge and root move with the head, in the same statement.
alter table log.head add column twin_root bytea check (octet_length(twin_root) = 32),
  add column twin_edge bytea,
  add constraint twin_whole check ((twin_root is null) = (twin_edge is null));

-- The twin's checkpoint of the same size, and the log's SM2 signature line under it.
alter table log.checkpoint add column twin_text text, add column twin_line text,
  add constraint twin_signed check (twin_line is null or twin_text is not null);
grant update (twin_line) on log.checkpoint to fubie_sequencer;

-- The evidence record (RFC 4998) over a checkpoint's note as it was when it was first stamped. A
-- renewal is a new version; nothing here is ever changed or removed.
create table log.stamp (
  tenant text not null default fubie_tenant(),
  size bigint not null check (size > 0),
  version integer not null check (version >= 0),
  note text not null,
  record bytea not null,
  stamped_at bigint not null,
  primary key (tenant, size, version)
);
select fubie_protect('log.stamp', 'select, insert');
