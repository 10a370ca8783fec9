-- Purpose: what is there of each delivery, one line a delivery and table: rows and MD5. Lines of delivery 0
-- are tables that a stage swaps as a whole. Waits first until no killed client's server process is left.
set client_min_messages = warning;
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
select format('select delivery_id, %L, count(*), md5(string_agg(t::text, E''\n'' order by t::text collate "C")) from %I.%I as t group by delivery_id',
              n.nspname || '.' || c.relname, n.nspname, c.relname)
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_attribute as a on a.attrelid = c.oid and a.attname = 'delivery_id'
 where c.relkind = 'r' and n.nspname in ('warehouse', 'linkage', 'quality')
\gexec
select delivery_id, 'meta.delivery_table', count(*), md5(string_agg(t::text, E'\n' order by t::text collate "C"))
  from meta.delivery_table as t
 group by delivery_id;
select delivery_id, 'meta.delivery', 1, state from meta.delivery;
select format('select 0, %L, count(*), md5(coalesce(string_agg(t::text, E''\n'' order by t::text collate "C"), '''')) from %s as t',
              name, name)
  from unnest(array['warehouse.patient', 'mart.measure_value', 'publish.measure_value']) as name
\gexec
