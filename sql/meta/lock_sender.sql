-- Purpose: one load at a time for a feed ($1) and sender ($2); held until the transaction ends.
select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1 || '|' || $2, 20261121))
