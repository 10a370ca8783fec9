-- Purpose: what the statements of a key rotation are about ($1 = $2), until the transaction ends.
select pg_catalog.set_config($1, $2, true)
