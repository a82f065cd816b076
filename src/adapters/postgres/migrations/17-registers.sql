-- What members of a log propose and vote: texts and signature lines, all of them public. A register
-- comes into force by an entry of the log; its note stands here as that entry names it. Nothing is
-- ever changed or removed but that a text gets its note, once.

create table log.register_text (
  tenant text not null default fubie_tenant(),
  -- Lower-case hex SHA-256 of the text.
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  number integer not null check (number > 0),
  text text not null,
  proposed_at bigint not null,
  note text,
  adopted_at bigint,
  primary key (tenant, digest),
  constraint register_adopted check ((note is null) = (adopted_at is null))
);
select fubie_protect('log.register_text', 'select, insert');
grant update (note, adopted_at) on log.register_text to fubie_app;
create unique index register_number on log.register_text (tenant, number) where note is not null;

create table log.register_vote (
  tenant text not null default fubie_tenant(),
  digest text not null,
  member text not null,
  line text not null,
  voted_at bigint not null,
  primary key (tenant, digest, member),
  foreign key (tenant, digest) references log.register_text (tenant, digest)
);
select fubie_protect('log.register_vote', 'select, insert');

-- Whoever brings entries of its own must not name a case of the house's.
grant select (tenant, tag) on evidence_case to fubie_sequencer;

-- The newest link of a log and its twin is asked for with every package.
create index evidence_entry_twinned on evidence_entry (tenant, log_index)
  where type = 'log.twinned';
