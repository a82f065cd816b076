-- Portions of a person's record, which have a key of their own and hers as the beginning of their
-- name (docs/decisions/0055). In the order of code points, whatever the order of the database is.
create index vault_subject_portion on vault_subject (tenant, (subject collate "C"))
  where position('.' in subject) > 0;
