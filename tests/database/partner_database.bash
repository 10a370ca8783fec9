# Helpers of the tests of sql/load of the partners' feeds: a database with the schema, deliveries as
# the loader would make them, and checks. The staging tables are made from each feed's fields.csv,
# so a test fails when a definition and its load file disagree.
# Use: database=NAME; . tests/database/partner_database.bash

failed=0

sql() { psql -X -q -v ON_ERROR_STOP=1 -A -t -d "$database" "$@"; }

# is NAME EXPECTED FOUND
is() {
    if [ "$2" = "$3" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: expected '$2', found '$3'"
        failed=1
    fi
}

# check NAME EXPECTED QUERY: one value or rows, columns parted by |.
check() { is "$1" "$2" "$(sql -c "$3")"; }

# A new database with the schema; the tests differ only in what is loaded and when.
fresh() {
    dropdb --if-exists "$database" 2> /dev/null
    createdb "$database"
    local file
    for file in sql/schema/*.sql; do
        sql -f "$file"
    done
    sql <<'SQL'
-- The same names for the same keys, in test rows and in questions.
create function public.key(name text) returns uuid language sql immutable
as $$ select md5(name)::uuid $$;
grant usage on schema public to joinedup_loader;
grant execute on function public.key to joinedup_loader;
SQL
}

# load FEED SENDER ID PERIOD_START PERIOD_END REPLACED ROWS: one delivery as the loader would;
# prints the adjustments. REPLACED is a list with commas.
load() {
    sql <<SQL
begin;
set local role joinedup_loader;
create temporary table this_delivery as
select $3::bigint as delivery_id, '$1' as feed, '$2' as sender, 'file' as file_name,
       nullif('$4', '')::date as period_start, nullif('$5', '')::date as period_end,
       nullif('$5', '')::timestamp as extract_at;
create temporary table replaced_delivery (delivery_id bigint);
insert into replaced_delivery select unnest('{$6}'::bigint[]);
$(awk -f tests/database/stage_tables.awk "config/feeds/$1/fields.csv")
-- As the loader opens them for reference data: identities are postcodes here (stage_tables.awk).
$([ "$1" != reference ] || echo "
create temporary table record_postcode on commit drop as
select distinct on (delivery_id, patient_key)
       delivery_id, patient_key, encode(identity, 'hex')::uuid as postcode
  from linkage.record
 where length(identity) = 16
 order by delivery_id, patient_key, place desc;")
$7
\i sql/load/$1.sql
commit;
SQL
}

# digest QUERY: one value for all its rows, whatever their order.
digest() {
    sql -c "select md5(coalesce(string_agg(t::text, ';' order by t::text), '')) from ($1) t"
}
