-- Purpose: every table gets its rows with the tokens of the new key. The old rows go with their files when the transaction
--   commits: an update would leave them lying about until the next vacuum.
-- Inputs: pg_temp.rotation, pg_temp.rotated_<schema>_<table>.
do $$
declare
    item record;
    written bigint;
begin
    for item in select * from pg_temp.rotation order by schema_name, table_name loop
        execute format('truncate %I.%I', item.schema_name, item.table_name);
        execute format('insert into %I.%I overriding system value select * from pg_temp.%I', item.schema_name, item.table_name,
                       'rotated_' || item.schema_name || '_' || item.table_name);
        get diagnostics written = row_count;
        if written <> item.row_count then
            raise exception 'a table did not get the rows it had';
        end if;
    end loop;
end
$$
