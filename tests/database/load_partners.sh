#!/bin/bash
# sql/load of the feeds of practices, councils, voluntary organisations and reference data: what
# they make of staged rows, whatever the order of arrival. The staging tables are made from each
# feed's fields.csv, so the test fails when a definition and its load file disagree.
set -euo pipefail

cd "$(dirname "$0")/../.."
# PGVERSION is what pg_virtualenv sets.
if [ -z "${PGVERSION:-}" ]; then
    exec pg_virtualenv bash tests/database/load_partners.sh
fi

failed=0
database=load_partners

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
$7
\i sql/load/$1.sql
commit;
SQL
}

digest() { sql -c "select md5(coalesce(string_agg(t::text, ';' order by t::text), '')) from ($1) t"; }

fresh

# ---- gp_smi

smi_rows="
insert into stage_smi_register (row_number, patient_key, nhs_number, gp_practice, sex, ethnic_category, postcode,
       on_smi_register, in_remission, age_at_extract, bmi_date)
values (2, key('p1'), key('n1'), 'G85001', '1', 'A', key('SE13 6LH'), true, null, 41, '2025-01-07'),
       (3, key('p2'), null, 'G85001', '2', null, key('nowhere'), true, true, 30, null),
       (4, key('p2'), null, 'G85001', '2', null, null, false, false, 30, null);"
is 'gp_smi: a person twice without a number is a duplicate' 'smi_register|duplicate|1' \
    "$(load gp_smi G85001 11 2025-03-31 2025-03-31 '' "$smi_rows")"
check 'gp_smi: the first row counts, blank remission is none' 'f|t|41|
t|t|30|2' "
    select in_remission, on_smi_register, age_at_extract, sex from warehouse.health_check where sex = '2'
     union all
    select in_remission, on_smi_register, age_at_extract, null from warehouse.health_check where sex = '1'
     order by 1, 3"
check 'gp_smi: identity goes to linkage with the practice' 'gp_smi|G85001|2025-03-31|G85001|t' "
    select feed, sender, period, gp_practice, nhs_number = key('n1') from linkage.record
     where patient_key = key('p1')"
load gp_smi G85001 12 2025-04-30 2025-04-30 '' "$smi_rows" > /dev/null
check 'gp_smi: an extract of another day leaves the former one' '2' \
    'select count(distinct extract_date) from warehouse.health_check'
load gp_smi G85001 13 2025-04-30 2025-04-30 12 "$smi_rows" > /dev/null
check 'gp_smi: the same day again takes its place' '11,13|11,13' "
    select (select string_agg(distinct delivery_id::text, ',') from warehouse.health_check),
           (select string_agg(distinct delivery_id::text, ',') from linkage.record where feed = 'gp_smi')"

# ---- support and ips

support_rows="
insert into stage_session (row_number, patient_key, nhs_number, name, postcode, session_date, pillar, delivered_by,
       attended, age_at_session, ethnic_category)
values (2, key('c1'), key('n1'), null, key('SE13 6LH'), '2025-04-02', 'finances', 'telephone', false, 44, 'A'),
       (3, key('c1'), null, key('name'), null, '2025-04-02', 'finances', 'telephone', true, 44, 'A'),
       (4, key('c1'), null, null, key('BR1 4BY'), '2025-04-02', 'crisis', 'telephone', true, 44, 'A'),
       (5, key('c2'), null, null, null, '2025-04-03', null, null, null, null, null),
       (6, key('c2'), null, null, null, '2025-04-03', null, null, null, null, null);"
is 'support: the same session twice is a duplicate' 'session|duplicate|2' \
    "$(load support G8H03 21 2025-04-01 2025-04-30 '' "$support_rows")"
check 'support: the row that says it took place counts' '3|t
4|t
5|' 'select row_number, attended from warehouse.support_session order by row_number'
check 'support: identity is put together from the latest rows' 't|t|t' "
    select nhs_number = key('n1'), name = key('name'), postcode = key('BR1 4BY')
      from linkage.record where patient_key = key('c1')"
load support G8H03 22 2025-04-01 2025-04-30 21 "$support_rows" > /dev/null
check 'support: a month sent again takes its place' '22|3|2' "
    select max(delivery_id), count(*), (select count(*) from linkage.record where feed = 'support')
      from warehouse.support_session"

is 'ips: the same job twice is a duplicate' 'client_job|duplicate|1' \
    "$(load ips G8H03 31 2025-04-01 2025-04-30 '' "
insert into stage_client_job (row_number, patient_key, client_key, postcode, referral_date, job_start_date,
       job_end_date, weekly_hours, employer_sector, age_at_referral)
values (2, key('i1'), key('i1 client'), key('SE13 6LH'), '2025-01-10', '2025-03-01', null, 16, 'retail', 33),
       (3, key('i1'), key('i1 client'), null, '2025-01-10', '2025-03-01', '2025-04-20', 16.5, 'retail', 33),
       (4, key('i1'), key('i1 client'), null, '2025-01-10', '2025-04-25', null, 20, 'retail', 33),
       (5, key('i2'), null, null, '2025-02-10', null, null, null, null, 51);")"
check 'ips: the last row of a job counts; a client without a job stays' '3|2025-04-20|16.5|t
4||20|t
5|||f' "
    select row_number, job_end_date, weekly_hours, client_key = key('i1 client')
      from warehouse.ips_job order by row_number"

# ---- homelessness

homeless_rows="
insert into stage_person (row_number, case_key, patient_key, nhs_number, gender, ethnic_category, postcode)
values (1, key('case 1'), key('h1'), null, '2', 'M', key('SE13 6LH')),
       (2, key('case 2'), key('h1'), key('n9'), '2', 'M', null);
insert into stage_case (case_key, patient_key, approach_date, age_at_approach, duty, mental_health_support_need)
values (key('case 1'), key('h1'), '2025-04-04', 22, 'relief', true),
       (key('case 2'), key('h1'), '2025-06-04', 22, 'main', false);"
is 'homelessness: no row is taken out' '' \
    "$(load homelessness E09000023 41 2025-04-01 2025-06-30 '' "$homeless_rows")"
check 'homelessness: case and applicant are joined' 'E09000023|2025-04-01|2|M|relief|t
E09000023|2025-04-01|2|M|main|f' "
    select council, quarter_start, gender, ethnic_category, duty, mental_health_support_need
      from warehouse.homelessness_case order by approach_date"
check 'homelessness: one applicant with two cases is one record' '1|t|t' "
    select count(*), bool_and(nhs_number = key('n9')), bool_and(postcode = key('SE13 6LH'))
      from linkage.record where feed = 'homelessness'"
load homelessness E09000023 42 2025-04-01 2025-06-30 41 "$homeless_rows" > /dev/null
check 'homelessness: a quarter sent again takes its place' '42|2' \
    'select max(delivery_id), count(*) from warehouse.homelessness_case'

# ---- social_care: within one file

cld() { # cld PERIOD_START PERIOD_END VALUES: rows of (row, person, event, start, end, service, outcome rank)
    echo "
create temporary table told (row_number int, person text, event text, started date, ended date, service text,
       rank text);
insert into told values $3;
insert into stage_event (row_number, patient_key, period_start, period_end, event_type, start_date, end_date,
       client_type, service_type, outcome_rank, postcode)
select row_number, key(person), '$1', '$2', event, started, ended, 'Service user', service, rank, key('SE13 6LH')
  from told;"
}

is 'social_care: the same event twice is a duplicate' 'event|duplicate|4' \
    "$(load social_care E09000023 51 2025-04-10 2025-04-10 '' "$(cld 2024-04-01 2025-03-31 "
    (2, 'a', 'Service', '2024-05-01', '2024-06-01', 'Community', '1'),
    (3, 'a', 'Service', '2024-05-01', null, 'Community', '5'),
    (4, 'b', 'Request', '2024-05-01', '2024-05-02', null, '10'),
    (5, 'b', 'Request', '2024-05-01', '2024-05-02', null, '4'),
    (6, 'b', 'Request', '2024-05-01', '2024-05-03', null, '10'),
    (7, 'c', 'Review', '2024-05-01', '2024-05-03', null, null),
    (8, 'c', 'Review', '2024-05-01', '2024-05-03', null, null),
    (9, 'd', 'Review', '2024-05-01', '2024-05-03', null, null),
    (10, 'd', 'Review', '2024-05-01', '2024-05-03', null, '17'),
    (11, 'e', null, '2024-05-01', '2024-05-03', null, null)")")"
check 'social_care: no end before an end, the better outcome, the later row' '3
5
6
8
10
11' 'select row_number from warehouse.social_care_event order by 1'
check 'social_care: a text of no release is kept as not mapped' 'Invalid and not mapped' \
    'select event_type from warehouse.social_care_event where row_number = 11'

# What the file says of itself.
load social_care S1 52 2025-04-10 2025-04-10 '' "
insert into stage_event (row_number, patient_key, period_start, period_end, event_type, start_date, end_date,
       death_date, settled, paid_work, delivery_mechanism, unit_cost)
values (2, key('a'), '2024-04-01', '2025-03-31', 'Service', '2024-05-01', null, '2024-09-09', 'yes', 'no', 'x', -1.5),
       (3, key('a'), '2024-04-01', '2025-03-31', 'Service', '2024-05-01', null, '2024-04-09', 'unknown', null, 'y', 2),
       (4, key('a'), '2025-03-31', '2024-04-01', 'Review', '2024-05-01', '2024-05-02', null, 'no', 'yes', null, null),
       (5, key('a'), '2025-03-31', '2024-04-01', 'Review', '2024-05-01', '2024-05-03', null, 'no', 'yes', null, null),
       (6, key('a'), '2025-03-31', '2024-04-01', 'Review', '2024-05-01', '2024-05-04', null, 'no', 'yes', null, null);" \
    > /dev/null
check 'social_care: the period is the one most rows state, if it is one' '2024-04-01|2025-03-31|2025-04-10' "
    select distinct period_start, period_end, extract_date from warehouse.social_care_event where council = 'S1'"
check 'social_care: a death ends what goes on, but not what began after it' '2|2024-09-09|t|f|-1.5
3||||2' "
    select row_number, end_date, settled_accommodation, in_paid_work, unit_cost from warehouse.social_care_event
     where council = 'S1' and row_number < 4 order by 1"
load social_care S2 53 2025-04-10 2025-04-10 '' "
insert into stage_event (row_number, patient_key, event_type, start_date)
values (2, key('a'), 'Service', '2024-05-01');" > /dev/null
check 'social_care: without a stated period twelve months to the extract' '2024-04-11|2025-04-10' \
    "select period_start, period_end from warehouse.social_care_event where council = 'S2'"

# ---- social_care: files of one council, in every order

# Three quarters' files of rolling twelve months, and a correction of the first sent last.
file_61() { load social_care "$1" 61 2025-04-10 2025-04-10 "${2:-}" "$(cld 2024-04-01 2025-03-31 "
    (2, 'ended before', 'Service', '2024-04-02', '2024-05-01', 'Community', null),
    (3, 'ended within', 'Service', '2024-04-02', '2024-09-01', 'Community', null),
    (4, 'undone', 'Review', '2024-09-01', '2024-09-01', null, null),
    (5, 'goes on', 'Service', '2024-09-01', null, 'Community', null),
    (6, 'vanishes', 'Service', '2024-09-01', null, 'Community', null),
    (7, 'told again', 'Request', '2024-05-01', '2024-05-02', null, '4'),
    (8, 'comes back', 'Service', '2024-06-05', null, 'Prison', null),
    (9, 'corrected away', 'Service', '2024-06-05', null, 'Prison', null)")"; }
file_62() { load social_care "$1" 62 2025-07-10 2025-07-10 "${2:-}" "$(cld 2024-07-01 2025-06-30 "
    (2, 'ended within', 'Service', '2024-04-02', '2024-09-01', 'Community', null),
    (3, 'goes on', 'Service', '2024-09-01', null, 'Community', null),
    (4, 'told again', 'Request', '2024-05-01', '2024-05-02', null, '10'),
    (5, 'new', 'Service', '2025-05-01', null, 'Community', null)")"; }
file_63() { load social_care "$1" 63 2025-10-10 2025-10-10 "${2:-}" "$(cld 2024-10-01 2025-09-30 "
    (2, 'goes on', 'Service', '2024-09-01', '2025-08-01', 'Community', null),
    (3, 'comes back', 'Service', '2024-06-05', null, 'Prison', null)")"; }
file_64() { load social_care "$1" 64 2025-10-20 2025-10-20 "${2:-}" "$(cld 2024-04-01 2025-03-31 "
    (2, 'ended before', 'Service', '2024-04-02', '2024-05-11', 'Community', null),
    (3, 'ended within', 'Service', '2024-04-02', '2024-09-01', 'Community', null),
    (4, 'goes on', 'Service', '2024-09-01', null, 'Community', null),
    (5, 'vanishes', 'Service', '2024-09-01', null, 'Community', null)")"; }

truth="select delivery_id, row_number, restated, end_cropped, end_date from warehouse.social_care_event
        where council = 'L1' order by 1, 2"
file_61 L1 > /dev/null
check 'social_care: a single file stands as it is' '8|0|0' "
    select count(*), count(*) filter (where restated), count(*) filter (where end_cropped)
      from warehouse.social_care_event where council = 'L1'"
file_62 L1 > /dev/null
check 'social_care: the next period restates what reaches into it' '61|2|f|f|2024-05-01
61|3|t|f|2024-09-01
61|4|t|f|2024-09-01
61|5|t|f|
61|6|f|t|2025-03-31
61|7|t|f|2024-05-02
61|8|f|t|2025-03-31
61|9|f|t|2025-03-31
62|2|f|f|2024-09-01
62|3|f|f|
62|4|f|f|2024-05-02
62|5|f|f|' "$truth"
file_63 L1 > /dev/null
file_64 L1 > /dev/null
expected='61|2|t|f|2024-05-01
61|3|t|f|2024-09-01
61|4|t|f|2024-09-01
61|5|t|f|
61|6|t|f|
61|7|t|f|2024-05-02
61|8|t|f|
61|9|t|f|
62|2|f|f|2024-09-01
62|3|t|f|
62|4|f|f|2024-05-02
62|5|f|t|2025-06-30
63|2|f|f|2025-08-01
63|3|f|f|
64|2|f|f|2024-05-11
64|3|t|f|2024-09-01
64|4|t|f|
64|5|f|t|2025-03-31'
check 'social_care: the later period speaks before the later extract' "$expected" "$truth"
check 'social_care: no event of a person counts twice' '0' "
    select count(*) from (select from warehouse.social_care_event where council = 'L1' and not restated
     group by patient_key, event_type, start_date, service_type having count(*) > 1) twice"
whole=$(digest "$truth")
for order in '61 62 64 63' '61 64 63 62' '62 61 63 64' '63 62 61 64' '64 63 62 61' '64 61 63 62'; do
    sql -c "delete from warehouse.social_care_event where council = 'L1';
            delete from linkage.record where sender = 'L1'"
    for number in $order; do
        "file_$number" L1 > /dev/null
    done
    is "social_care: order $order tells the same" "$whole" "$(digest "$truth")"
done
check 'social_care: another council is untouched' '0' \
    "select count(*) from warehouse.social_care_event where council <> 'L1' and (restated or end_cropped)"
# The first file of a day is replaced by one that tells another period; what it had restated stands
# again.
load social_care L1 65 2025-10-10 2025-10-10 63 "$(cld 2030-04-01 2030-04-30 "
    (2, 'other', 'Review', '2030-04-02', '2030-04-02', null, null)")" > /dev/null
check 'social_care: what a replaced file had restated stands again' '62|3|f|t|2025-06-30
62|5|f|t|2025-06-30' "select delivery_id, row_number, restated, end_cropped, end_date
    from warehouse.social_care_event where delivery_id = 62 and row_number in (3, 5) order by 2"

# ---- reference data, late and early

fresh
partners() {
    load gp_smi G85001 11 2025-03-31 2025-03-31 '' "$smi_rows" > /dev/null
    load support G8H03 21 2025-04-01 2025-04-30 '' "$support_rows" > /dev/null
    load ips G8H03 31 2025-04-01 2025-04-30 '' "
insert into stage_client_job (row_number, patient_key, postcode, referral_date)
values (2, key('i1'), key('SE13 6LH'), '2025-01-10');" > /dev/null
    load homelessness E09000023 41 2025-04-01 2025-06-30 '' "$homeless_rows" > /dev/null
    file_61 L1 > /dev/null
    load mhsds RV5 71 2025-04-01 2025-04-30 '' "
insert into stage_mhs001mpi (row_number, patient_key, nhs_number_present, died, postcode)
values (2, key('m1'), false, false, key('SE13 6LH')), (3, key('m2'), false, false, null);
insert into stage_mhs002gp (row_number, patient_key, gp_practice)
values (2, key('m1'), 'G85001'), (3, key('m2'), 'G85002');" > /dev/null
}
postcodes() {
    load reference POSTCODES 81 '' '' '' "
insert into stage_postcodes (row_number, postcode, lsoa_2011, council, sub_icb)
values (2, key('SE13 6LH'), 'E01003222', 'E09000006', '93C'),
       (3, key('SE13 6LH'), 'E01003235', 'E09000023', '72Q'),
       (4, key('BR1 4BY'), 'E01000744', 'E09000006', 'E38000244');"
}
imd() {
    load reference IMD_2019 82 '' '' '' "
insert into stage_imd_2019 (lsoa_2011, imd_rank)
values ('E01003235', 3807), ('E01000744', 32844), ('E01003222', 1), ('E01099999', 32845);"
}
practices() {
    load reference PRACTICES 83 '' '' '' "
insert into stage_practices (practice_code, name, sub_icb) values ('G85001', 'ONE', '72Q'), ('G85003', 'THREE', null);"
}
epraccur() {
    load reference PRACTICE_ODS 84 '' '' '' "
insert into stage_practice_ods (practice_code, name, sub_icb, prescribing_setting, open_date)
values ('G85001', 'ONE OLD', '36L', '4', '1990-01-01'), ('G85002', 'TWO', '36L', '4', null),
       ('G85003', 'THREE OLD', '93C', '4', null);"
}
everything="
select 1, f::text from warehouse.patient_month f union all select 2, f::text from warehouse.health_check f
 union all select 3, f::text from warehouse.social_care_event f union all
select 4, f::text from warehouse.support_session f union all select 5, f::text from warehouse.ips_job f
 union all select 6, f::text from warehouse.homelessness_case f union all
select 7, f::text from warehouse.practice f union all select 8, f::text from linkage.area f
 union all select 9, f::text from warehouse.deprivation f"

is 'reference: a postcode twice is a duplicate' 'postcodes|duplicate|1' "$(postcodes)"
is 'reference: a rank beyond the last LSOA is rejected' 'imd_2019|rejected|1' "$(imd)"
practices
epraccur
check 'reference: the last row of a postcode counts; ONS codes of sub-ICBs are left out' 'E01003235|72Q
E01000744|' 'select lsoa_2011, sub_icb from linkage.area order by lsoa_2011 desc'
check 'reference: the site extract leads, the national list fills' 'G85001|ONE|72Q|4|1990-01-01
G85002|TWO|36L|4|
G85003|THREE|93C|4|' 'select practice_code, name, sub_icb, prescribing_setting, open_date
                        from warehouse.practice order by 1'
check 'reference: the decile is ceil(rank * 10 / 32844)' '1|1
3807|2
32844|10' 'select imd_rank, imd_decile from warehouse.deprivation order by 1'
partners
check 'reference: areas come with the facts' 'E01003235|E09000023|2|72Q|72Q' "
    select lsoa_2011, council, imd_decile, sub_icb_of_practice, sub_icb_of_residence
      from warehouse.patient_month where patient_key = key('m1')"
check 'reference: every partner has its areas' '1|1|8|3|1|2' "
    select (select count(*) from warehouse.health_check where sub_icb_of_practice = '72Q' and imd_decile = 2),
           (select count(*) from warehouse.ips_job where council = 'E09000023'),
           (select count(*) from warehouse.social_care_event where imd_decile = 2),
           (select count(*) from warehouse.support_session where row_number < 5 and lsoa_2011 = 'E01000744')
         + (select count(*) from warehouse.support_session where row_number = 5 and lsoa_2011 is null),
           (select count(*) from warehouse.patient_month where sub_icb_of_practice = '36L'),
           (select count(*) from warehouse.homelessness_case where lsoa_2011 = 'E01003235')"
early=$(digest "$everything")
fresh
partners
check 'reference: without it facts have no areas' '0' \
    'select count(*) from warehouse.patient_month where lsoa_2011 is not null or sub_icb_of_practice is not null'
imd > /dev/null
epraccur > /dev/null
postcodes > /dev/null
practices > /dev/null
is 'reference: late files give the same warehouse' "$early" "$(digest "$everything")"
# xmin shows which rows an update has written.
before=$(digest 'select xmin, patient_key from warehouse.patient_month
                  union all select xmin, patient_key from warehouse.support_session')
practices > /dev/null
postcodes > /dev/null
is 'reference: the same file again rewrites no fact' "$before" \
    "$(digest 'select xmin, patient_key from warehouse.patient_month
                union all select xmin, patient_key from warehouse.support_session')"
load reference POSTCODES 85 '' '' 81 "
insert into stage_postcodes (row_number, postcode, lsoa_2011) values (2, key('BR1 4BY'), 'E01003222');" > /dev/null
check 'reference: a new directory replaces the whole of the former' '1|0' "
    select (select count(*) from linkage.area),
           (select count(*) from warehouse.patient_month where lsoa_2011 is not null)"
load reference PRACTICES 86 '' '' 83 "
insert into stage_practices (practice_code, name) values ('G85009', 'NINE');" > /dev/null
check 'reference: a practice gone from the site extract falls back to the national list' 'G85001|ONE OLD|36L
G85002|TWO|36L
G85003|THREE OLD|93C
G85009|NINE|' 'select practice_code, name, sub_icb from warehouse.practice order by 1'
load reference PROVIDERS 87 '' '' '' "
insert into stage_providers (organisation_code, name) values ('RV5', 'A TRUST'), ('RPG', 'B TRUST');" > /dev/null
load reference PROVIDERS 88 '' '' 87 "
insert into stage_providers (organisation_code, name) values ('RV5', 'THE TRUST');" > /dev/null
check 'reference: names of providers' 'RV5|THE TRUST|provider|88' \
    'select organisation_code, name, kind, delivery_id from warehouse.organisation'

exit "$failed"
