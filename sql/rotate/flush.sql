-- Purpose: lets the server count now what the rotation changed, so that sql/rotate/statistics.sql, in a transaction of its own,
--   sees it (from version 15 on; before, the next autovacuum sees to it).
do $$
begin
    if pg_catalog.to_regprocedure('pg_catalog.pg_stat_force_next_flush()') is not null then
        perform pg_catalog.pg_stat_force_next_flush();
    end if;
end
$$
