-- A loose entry is looked up by its leaf hash: with the hash first, two keys differ at the first
-- byte compared, where the tenant's name was compared with itself at every step down the index.

alter table log.loose_entry drop constraint loose_entry_once;
alter table log.loose_entry add constraint loose_entry_once unique (leaf, tenant);
