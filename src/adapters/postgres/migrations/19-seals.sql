-- Seals of an institution as they stand, and what each was put on. A seal is drawn from data, which
-- names the institution and nobody else.
create table seal (
  tenant text not null default fubie_tenant(),
  id text not null,
  figure jsonb not null,
  standing text not null,
  documents jsonb not null,
  until bigint,
  steps jsonb not null,
  primary key (tenant, id)
);
select fubie_protect('seal', 'select, insert, update');

create table seal_use (
  tenant text not null default fubie_tenant(),
  entry text not null,
  seal text not null,
  kind text not null,
  at bigint not null,
  primary key (tenant, entry)
);
create index seal_use_by_seal on seal_use (tenant, seal, at);
select fubie_protect('seal_use', 'select, insert');
