-- Purpose: the one statement that cannot be a fixed file: a staging table is shaped by its feed's fields.csv.
-- Names and types come from a feed definition that joinedup check has accepted; both are quoted or listed.

create function meta.make_staging(table_name text, column_names text[], column_types text[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    column_list text;
begin
    if exists (select from unnest(column_types) as t
                where t not in ('text', 'uuid', 'date', 'time', 'timestamp', 'smallint', 'integer', 'bigint',
                                'double precision', 'boolean', 'bytea')) then
        raise exception 'staging column of an unknown type';
    end if;
    select string_agg(format('%I %s', c.name, c.type), ', ' order by c.place)
      into column_list
      from unnest(column_names, column_types) with ordinality as c(name, type, place);
    execute format('create temporary table %I (%s) on commit drop', 'stage_' || table_name, column_list);
end
$$;
comment on function meta.make_staging is 'Makes pg_temp.stage_<table> for the transaction of one delivery';
revoke execute on function meta.make_staging from public;
