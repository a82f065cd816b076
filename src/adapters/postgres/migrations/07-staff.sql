-- People at the desks: units, staff, sessions, failed logins, approvals, break-glasses, unmaskings.
-- A member of staff is an account here; name and phone stand in the vault under `staff:<id>`.

create table org_unit (
  tenant text not null default fubie_tenant(),
  code text not null,
  -- `/head-office/nanhu/`: with the slash at the end a prefix of characters is a prefix of units.
  path text not null,
  name text not null,
  primary key (tenant, code),
  unique (tenant, path),
  check (path like '%/' || code || '/')
);
select fubie_protect('org_unit', 'select, insert');
create index org_unit_path on org_unit (tenant, path text_pattern_ops);

create table staff (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  login text not null,
  unit text not null,
  roles text[] not null,
  state text not null check (state in ('active', 'locked', 'left')),
  -- A slow salted digest (scrypt); null for who logs in elsewhere only.
  verifier text,
  must_change boolean not null default false,
  added_at bigint not null,
  left_at bigint,
  primary key (tenant, id),
  unique (tenant, login),
  foreign key (tenant, unit) references org_unit (tenant, code),
  check ((state = 'left') = (left_at is not null)),
  check (state <> 'left' or verifier is null)
);
select fubie_protect('staff', 'select, insert, update');

-- Only the SHA-256 of the token: a stolen table opens nothing.
create table staff_session (
  tenant text not null default fubie_tenant(),
  token_sha256 bytea not null check (octet_length(token_sha256) = 32),
  id uuid not null,
  staff uuid not null,
  factors text[] not null check (cardinality(factors) > 0),
  opened_at bigint not null,
  seen_at bigint not null,
  until bigint not null,
  primary key (tenant, token_sha256),
  unique (tenant, id),
  foreign key (tenant, staff) references staff (tenant, id)
);
select fubie_protect('staff_session', 'select, insert, update, delete');
create index staff_session_staff on staff_session (tenant, staff);

-- Failed logins by login and by address; `mark` is a keyed digest, for both may name somebody.
create table login_failure (
  tenant text not null default fubie_tenant(),
  kind text not null check (kind in ('login', 'address')),
  mark bytea not null check (octet_length(mark) = 32),
  count integer not null check (count > 0),
  since bigint not null,
  last_at bigint not null,
  primary key (tenant, kind, mark)
);
select fubie_protect('login_failure', 'select, insert, update, delete');

-- Four eyes. What is ordered stands in the vault; here is its digest, so that another cannot pass.
create table approval (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  kind text not null,
  order_sha256 bytea not null check (octet_length(order_sha256) = 32),
  asked_by uuid not null,
  asked_at bigint not null,
  until bigint not null,
  standing text not null default 'asked'
    check (standing in ('asked', 'given', 'refused', 'executed', 'dead')),
  decided_by uuid,
  decided_at bigint,
  primary key (tenant, id),
  foreign key (tenant, asked_by) references staff (tenant, id),
  check (decided_by is null or decided_by <> asked_by),
  check (standing not in ('given', 'refused', 'executed') or decided_by is not null)
);
select fubie_protect('approval', 'select, insert, update');
create index approval_open on approval (tenant, asked_at desc) where standing in ('asked', 'given');

create table break_glass (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  staff uuid not null,
  permission text not null,
  case_id text not null,
  opened_at bigint not null,
  until bigint not null,
  review_until bigint not null,
  reviewed_by uuid,
  reviewed_at bigint,
  verdict text check (verdict in ('justified', 'not_justified')),
  primary key (tenant, id),
  foreign key (tenant, staff) references staff (tenant, id),
  check (reviewed_by is null or reviewed_by <> staff),
  check ((reviewed_by is null) = (verdict is null))
);
select fubie_protect('break_glass', 'select, insert, update');
create index break_glass_staff on break_glass (tenant, staff, until);
create index break_glass_open on break_glass (tenant, review_until) where verdict is null;

create table break_glass_use (
  tenant text not null default fubie_tenant(),
  glass uuid not null,
  seq bigint generated always as identity,
  at bigint not null,
  act text not null,
  primary key (tenant, glass, seq),
  foreign key (tenant, glass) references break_glass (tenant, id)
);
select fubie_protect('break_glass_use', 'select, insert');

create table unmask_grant (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  staff uuid not null,
  case_id text not null,
  fields text[] not null check (cardinality(fields) > 0),
  purpose text not null,
  granted_at bigint not null,
  until bigint not null,
  primary key (tenant, id),
  foreign key (tenant, staff) references staff (tenant, id)
);
select fubie_protect('unmask_grant', 'select, insert');
create index unmask_grant_live on unmask_grant (tenant, staff, case_id, until);

-- Who did which act on which case: what one person may not do twice under two hats.
create table case_act (
  tenant text not null default fubie_tenant(),
  case_id text not null,
  act text not null,
  staff uuid not null,
  at bigint not null,
  primary key (tenant, case_id, act, staff),
  foreign key (tenant, staff) references staff (tenant, id)
);
select fubie_protect('case_act', 'select, insert');
