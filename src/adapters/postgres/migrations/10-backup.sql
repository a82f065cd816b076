-- What belongs to no tenant is read by the back-up, too: the log's own tables, the list of
-- migrations, the counters. Tables of tenants say it in fubie_protect.

grant usage on schema log, house to fubie_backup;
grant select on all tables in schema log, house to fubie_backup;
grant select on all sequences in schema public, log to fubie_backup;

-- For what later files make.
alter default privileges in schema log, house grant select on tables to fubie_backup;
alter default privileges in schema public, log grant select on sequences to fubie_backup;
