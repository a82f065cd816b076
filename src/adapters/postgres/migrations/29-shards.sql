-- A log is a chain of shards, one for each half-year, each with a tree, a key and an origin of its
-- own. Places stay numbered through: a shard begins with the place `base`, and the leaf at place p
-- of it has the index p - base in its tree. Likewise `size` of heads, checkpoints, signatures and
-- stamps counts places: the tree of a checkpoint holds size - base leaves.

create table log.shard (
  tenant text not null default fubie_tenant(),
  base bigint not null check (base >= 0),
  -- The half-year by China's clock, such as 2027h1.
  name text not null check (name ~ '^[0-9]{4}h[12]$'),
  origin text not null,
  primary key (tenant, base),
  constraint shard_once unique (tenant, name)
);
select fubie_protect('log.shard', 'select');
grant select, insert on log.shard to fubie_sequencer;

-- Each shard ends with a head that stays.
alter table log.head add column base bigint not null default 0 check (base >= 0),
  add constraint head_above_base check (size > base);
alter table log.head drop constraint head_pkey;
alter table log.head add primary key (tenant, base);
