-- Purpose: fresh planner statistics before the measures. A night that loads a year into a warehouse that was
-- small an hour ago would else be planned for the small one, and a join of seconds takes hours; autovacuum
-- comes by once a minute at best. Only an owner may analyze, hence security definer.
create function meta.refresh_statistics()
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    item record;
begin
    for item in select format('%I.%I', schemaname, relname) as name
                  from pg_stat_user_tables
                 where schemaname in ('warehouse', 'linkage')
                   and (n_mod_since_analyze > n_live_tup / 20
                        or last_analyze is null and last_autoanalyze is null) loop
        execute 'analyze ' || item.name;
    end loop;
end
$$;
comment on function meta.refresh_statistics is 'Analyzes the tables of warehouse and linkage that changed by more than a twentieth';
revoke execute on function meta.refresh_statistics from public;
