-- The faces: through which door a case came in, and who at a counter handed it over.

-- Null where a case is older than the question. The case's row stands in its entries, so does this.
alter table loan_case add column entrance text
  check (entrance in ('web', 'counter', 'app', 'agent'));
-- The member of staff who issued it; null where she did it herself.
alter table handover add column staff uuid;
