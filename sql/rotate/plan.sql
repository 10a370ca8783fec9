-- Purpose: what a key rotation writes anew: every table of ours with a column of type uuid, all of which are tokens, and those
--   with sealed columns. Read from the catalogue, so that a table made later is not forgotten.
-- Grain: one row a table. Inputs: setting joinedup.sealed, names of tables with commas between them.
-- Writers wait from here on, readers go on.
create temporary table rotation (
    schema_name text not null,
    table_name  text not null,
    row_count   bigint not null,
    bytes       bigint not null
) on commit drop;
do $$
declare
    item record;
begin
    for item in
        select n.nspname, c.relname, c.oid
          from pg_catalog.pg_class as c
          join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
         where c.relkind = 'r'
           and n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality')
           and (n.nspname || '.' || c.relname = any (string_to_array(current_setting('joinedup.sealed'), ','))
                or exists (select from pg_catalog.pg_attribute as a
                            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                              and a.atttypid = 'pg_catalog.uuid'::regtype))
         order by n.nspname, c.relname
    loop
        execute format('lock table %I.%I in share row exclusive mode', item.nspname, item.relname);
        execute format('insert into pg_temp.rotation select %L, %L, count(*), %s from %I.%I', item.nspname, item.relname,
                       pg_catalog.pg_total_relation_size(item.oid), item.nspname, item.relname);
    end loop;
end
$$;
select schema_name || '.' || table_name, row_count, bytes
  from pg_temp.rotation
 order by schema_name, table_name
