-- Purpose: a new run.
insert into meta.run default values returning run_id
