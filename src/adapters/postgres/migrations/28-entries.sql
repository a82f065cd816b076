-- What a record costs the database (decision 0057). Openings are ciphertext and entries mostly
-- digests: the server tried to compress each and gained nothing. That no two arrivals are alike the
-- identity says already; whoever looks by them looks for what has no place, which has an index.
alter table evidence_entry
  alter column bytes set storage external,
  alter column sealed set storage external,
  drop constraint evidence_entry_tenant_arrival_key;
