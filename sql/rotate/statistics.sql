-- Purpose: fresh planner statistics after a rotation: the old ones hold tokens of the old key.
do $$
begin
    if pg_catalog.to_regprocedure('pg_catalog.pg_stat_force_next_flush()') is not null then
        perform pg_catalog.pg_stat_force_next_flush();
    end if;
end
$$;
select meta.refresh_statistics()
