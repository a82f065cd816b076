-- Breaches of personal information and whom the institution told of them (PIPL 57). The words are
-- those of a notice that many people get: they name nobody.
create table breach (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  found_at bigint not null,
  recorded_at bigint not null,
  recorded_by text not null,
  words jsonb not null,
  persons bigint not null check (persons >= 0),
  averted text,
  told jsonb not null,
  primary key (tenant, id)
);
select fubie_protect('breach', 'select, insert, update');
