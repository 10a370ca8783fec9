-- Purpose: one load at a time of the same content ($1), under whatever names it came; held until the transaction ends.
select pg_catalog.pg_advisory_xact_lock($1::bigint)
