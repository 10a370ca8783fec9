-- Purpose: one run at a time; held until the session ends, however it ends.
select pg_catalog.pg_try_advisory_lock(20261121)
