-- Purpose: waits until no killed client is served any more.
do $$
begin
    for attempt in 1..1000 loop
        perform pg_stat_clear_snapshot();
        if not exists (select from pg_stat_activity
                        where backend_type = 'client backend' and pid <> pg_backend_pid()) then
            return;
        end if;
        perform pg_sleep(0.01);
    end loop;
    raise exception 'a killed client is still served after ten seconds';
end
$$;
