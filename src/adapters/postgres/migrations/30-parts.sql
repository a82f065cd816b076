-- A part that was sent wrongly gives way to the right one, until its file is whole and has an entry.
-- From then on the row stands: an original is written once. The object it named is left to the sweep.
grant update (place, object_sha256, object_bytes) on deposit_chunk to fubie_app;
create policy until_whole on deposit_chunk as restrictive for update to fubie_app
  using (exists (select 1 from deposit_file f
    where f.tenant = deposit_chunk.tenant and f.id = deposit_chunk.file and f.seq is null));
