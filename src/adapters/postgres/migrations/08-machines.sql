-- Machines at the door: clients, keys, nonces, rates; the access journal; sign-on elsewhere; WebAuthn.

create table client (
  tenant text not null default fubie_tenant(),
  id uuid not null,
  name text not null,
  scopes text[] not null check (cardinality(scopes) > 0),
  signature text not null check (signature in ('required', 'optional')),
  -- CIDR ranges; none at all means from anywhere.
  addresses text[] not null,
  rate text not null,
  added_at bigint not null,
  revoked_at bigint,
  primary key (tenant, id)
);
select fubie_protect('client', 'select, insert, update');

create table client_key (
  tenant text not null default fubie_tenant(),
  id text not null check (id ~ '^[0-9a-f]{24}$'),
  client uuid not null,
  kind text not null,
  -- SHA-256 of an API key's 256 random bits.
  verifier bytea check (octet_length(verifier) = 32),
  public_key bytea,
  -- A shared secret as ciphertext of the vault under `office`.
  sealed bytea,
  added_at bigint not null,
  -- Who was shown its secret, if it has one: with him it leaves.
  added_by uuid not null,
  expires_at bigint,
  revoked_at bigint,
  primary key (tenant, id),
  foreign key (tenant, client) references client (tenant, id),
  check (num_nonnulls(verifier, public_key, sealed) = 1),
  check ((kind = 'api-key') = (verifier is not null)),
  check ((kind = 'hmac-sha256') = (sealed is not null))
);
select fubie_protect('client_key', 'select, insert, update');
create index client_key_client on client_key (tenant, client, added_at);
create index client_key_added_by on client_key (tenant, added_by);

create table client_nonce (
  tenant text not null default fubie_tenant(),
  key text not null,
  nonce text not null,
  until bigint not null,
  primary key (tenant, key, nonce)
);
select fubie_protect('client_nonce', 'select, insert, delete');
create index client_nonce_until on client_nonce (tenant, until);

-- Token buckets in thousandths of a request. Unlogged: after a crash every bucket is full again.
create unlogged table rate_bucket (
  tenant text not null default fubie_tenant(),
  bucket text not null,
  tokens bigint not null check (tokens >= 0),
  at bigint not null,
  primary key (tenant, bucket)
);
select fubie_protect('rate_bucket', 'select, insert, update, delete');

-- Who asked what, and how it ended: append-only for the rooms, and no personal value.
create table access_event (
  tenant text not null default fubie_tenant(),
  number bigint generated always as identity,
  at bigint not null,
  kind text not null check (kind in ('nobody', 'borrower', 'staff', 'machine')),
  caller text,
  session text,
  route text not null,
  -- `name=value` of the path's parameters, names of ours only.
  ids text[] not null,
  -- A word, or `sealed:` and ciphertext of the vault.
  purpose text,
  status smallint not null check (status between 100 and 599),
  outcome text not null,
  request text not null,
  glass text,
  -- A keyed digest of the address.
  mark bytea not null check (octet_length(mark) = 32),
  primary key (tenant, number)
);
select fubie_protect('access_event', 'select, insert');
create index access_event_ids on access_event using gin (ids);

-- What the log committed to: all events of the tenant from `first` to `last`, and their tree's root.
create table access_batch (
  tenant text not null default fubie_tenant(),
  seq integer not null check (seq > 0),
  first bigint not null,
  last bigint not null check (last >= first),
  count integer not null check (count > 0),
  root bytea not null check (octet_length(root) = 32),
  entry text not null,
  closed_at bigint not null,
  pruned_at bigint,
  primary key (tenant, seq),
  unique (tenant, last)
);
select fubie_protect('access_batch', 'select, insert');

-- 网络安全法 (2025) 23: at least six months. The rooms may not delete events; this function, run by
-- their owner, may, whole batches only, and looks at the computer's clock besides the caller's word.
create function prune_access_events(cutoff bigint, pruned bigint) returns bigint
  language plpgsql security definer set search_path = public, pg_temp
  as $$
declare
  oldest_kept bigint := (extract(epoch from now()) * 1000)::bigint - 184::bigint * 86400000;
  gone bigint;
begin
  with ended as (
    update access_batch set pruned_at = pruned
    where tenant = fubie_tenant() and pruned_at is null and closed_at < least(cutoff, oldest_kept)
    returning first, last
  )
  delete from access_event event using ended
    where event.tenant = fubie_tenant() and event.number between ended.first and ended.last;
  get diagnostics gone = row_count;
  return gone;
end $$;
revoke all on function prune_access_events(bigint, bigint) from public;
grant execute on function prune_access_events(bigint, bigint) to fubie_app;

-- Where members of staff may prove who they are, other than here.
create table sso_issuer (
  tenant text not null default fubie_tenant(),
  id text not null check (id ~ '^[a-z][a-z0-9-]{1,31}$'),
  issuer text not null,
  client_id text not null,
  -- The client secret as ciphertext of the vault under `office`; null for a public client.
  sealed bytea,
  redirect_uri text not null,
  login_claim text not null,
  -- Values of acr or amr that count as a strong factor.
  strong text[] not null,
  active boolean not null,
  primary key (tenant, id)
);
select fubie_protect('sso_issuer', 'select, insert, update');

-- A sign-on under way. The secrets of it are at the browser; here are digests, used once.
create table sso_attempt (
  tenant text not null default fubie_tenant(),
  state_sha256 bytea not null check (octet_length(state_sha256) = 32),
  binding_sha256 bytea not null check (octet_length(binding_sha256) = 32),
  issuer text not null,
  until bigint not null,
  primary key (tenant, state_sha256),
  foreign key (tenant, issuer) references sso_issuer (tenant, id)
);
select fubie_protect('sso_attempt', 'select, insert, delete');
create index sso_attempt_until on sso_attempt (tenant, until);

create table webauthn_credential (
  tenant text not null default fubie_tenant(),
  id text not null,
  staff uuid not null,
  -- COSE_Key (RFC 9052 §7).
  public_key bytea not null,
  counter bigint not null check (counter >= 0),
  added_at bigint not null,
  used_at bigint,
  revoked_at bigint,
  primary key (tenant, id),
  foreign key (tenant, staff) references staff (tenant, id)
);
select fubie_protect('webauthn_credential', 'select, insert, update');
create index webauthn_credential_staff on webauthn_credential (tenant, staff);

create table webauthn_challenge (
  tenant text not null default fubie_tenant(),
  challenge_sha256 bytea not null check (octet_length(challenge_sha256) = 32),
  staff uuid not null,
  purpose text not null check (purpose in ('register', 'assert')),
  until bigint not null,
  primary key (tenant, challenge_sha256),
  foreign key (tenant, staff) references staff (tenant, id)
);
select fubie_protect('webauthn_challenge', 'select, insert, delete');
create index webauthn_challenge_until on webauthn_challenge (tenant, until);
