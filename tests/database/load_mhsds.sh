#!/bin/bash
# sql/load/mhsds.sql: what it makes of staged rows. The staging tables are made from the feed's
# fields.csv, so the test fails when the definition and the load file disagree.
set -euo pipefail

cd "$(dirname "$0")/../.."
# PGVERSION is what pg_virtualenv sets.
if [ -z "${PGVERSION:-}" ]; then
    exec pg_virtualenv -t bash tests/database/load_mhsds.sh
fi

sql() { psql -X -q -v ON_ERROR_STOP=1 -A -t "$@"; }
failed=0

# check NAME EXPECTED QUERY: one value or rows, columns parted by |.
check() {
    local found
    found=$(sql -d load_mhsds -c "$3")
    if [ "$found" = "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: expected '$2', found '$found'"
        failed=1
    fi
}

dropdb --if-exists load_mhsds 2> /dev/null
createdb load_mhsds
for file in sql/schema/*.sql; do
    sql -d load_mhsds -f "$file"
done
sql -d load_mhsds <<'SQL'
-- The same names for the same keys, in test rows and in questions.
create function public.key(name text) returns uuid language sql immutable
as $$ select md5(name)::uuid $$;
grant usage on schema public to joinedup_loader;
grant execute on function public.key to joinedup_loader;

insert into warehouse.practice (practice_code, name, sub_icb, delivery_id)
values ('G85001', 'One', '72Q', 1), ('G85002', 'Two', '36L', 1);
insert into linkage.area (postcode, lsoa_2011, council, sub_icb)
values (key('SE13 6LH'), 'E01003235', 'E09000023', '72Q'),
       (key('CF10 1AA'), 'W01001234', 'W06000015', null);
insert into warehouse.deprivation (lsoa_2011, imd_rank, delivery_id) values ('E01003235', 3807, 1);
SQL

# load ID PERIOD_START PERIOD_END EXTRACT REPLACED ROWS: one delivery as the loader would; prints
# the adjustments.
load() {
    sql -d load_mhsds <<SQL
begin;
set local role joinedup_loader;
create temporary table this_delivery as
select $1::bigint as delivery_id, 'mhsds' as feed, 'RV5' as sender, 'MHSDS_RV5.zip' as file_name,
       date '$2' as period_start, date '$3' as period_end, timestamp '$4' as extract_at;
create temporary table replaced_delivery (delivery_id bigint);
insert into replaced_delivery select unnest('{$5}'::bigint[]);
$(awk -f tests/database/stage_tables.awk config/feeds/mhsds/fields.csv)
$6
\i sql/load/mhsds.sql
commit;
SQL
}

april=$(cat tests/database/load_mhsds_april.sql)

# Every table the load file fills, with the number of rows of one delivery.
counts() {
    local table separator=''
    for table in warehouse.patient_month warehouse.referral_month \
        warehouse.referral_team_month warehouse.team_month warehouse.care_contact \
        warehouse.care_activity warehouse.hospital_spell warehouse.ward_stay \
        warehouse.employment_status warehouse.accommodation_status \
        warehouse.care_plan warehouse.assessment warehouse.primary_diagnosis linkage.record; do
        printf "%s(select count(*) from %s where delivery_id = %s)" "$separator" "$table" "$1"
        separator=" || ' ' || "
    done
}

adjustments=$(load 101 2025-04-01 2025-04-30 '2025-05-12 08:00' '' "$april")
if [ -z "$adjustments" ]; then
    echo "ok - no adjustments"
else
    echo "not ok - no adjustments"
    failed=1
fi

check 'every row lands, a team row without a team aside' \
    '3 2 1 2 2 5 1 1 1 2 1 2 1 3' "select $(counts 101)"
check 'open registration: no end date, no default code, last row; its sub-ICB' \
    $'ana||\nlee|G85001|72Q\nwyn|X99999|' \
    "select n, gp_practice, sub_icb_of_practice from warehouse.patient_month
       join (values ('ana'), ('lee'), ('wyn')) as v (n) on patient_key = key(n) order by n"
check 'residence and deprivation by postcode token; unknown and Welsh postcodes stay null' \
    $'ana||||\nlee|E01003235|E09000023|72Q|2\nwyn|W01001234|W06000015||' \
    "select n, lsoa_2011, council, sub_icb_of_residence, imd_decile from warehouse.patient_month
       join (values ('ana'), ('lee'), ('wyn')) as v (n) on patient_key = key(n) order by n"
check 'ethnic category: first character, 99 whole, null stays' $'ana|A\nlee|99\nwyn|' \
    "select n, ethnic_category from warehouse.patient_month
       join (values ('ana'), ('lee'), ('wyn')) as v (n) on patient_key = key(n) order by n"
check 'a person in a month' 'RV5|2025-04-01|1501|2025-05-12 08:00:00|2|t|17|18|2|2|f' \
    "select provider, month, reporting_month, submitted_at, row_number, nhs_number_present,
            age_at_period_start, age_at_period_end, gender_identity, gender_stated, died
       from warehouse.patient_month where patient_key = key('lee')"
check 'reporting month is the calendar''s' 't' \
    "select bool_and(m.reporting_month = c.reporting_month) from warehouse.patient_month m
       join warehouse.calendar c on c.day = m.month"
check 'death and absent NHS number' $'ana|f|f\nwyn|t|t' \
    "select n, nhs_number_present, died from warehouse.patient_month
       join (values ('ana'), ('wyn')) as v (n) on patient_key = key(n) order by n"
check 'a referral' 'RV5|2025-04-01|1501|t|2025-03-02|09:30:00|17|72Q|A1|3|02|t|2025-04-29||||02' \
    "select provider, month, reporting_month, patient_key = key('lee'), received_date,
            received_time, age_at_referral, commissioner, source_of_referral, priority,
            primary_reason, team_key = key('team 1'), discharge_date, null, rejection_date,
            reject_reason, closure_reason
       from warehouse.referral_month where referral_key = key('referral 1')"
check 'a rejected referral' '2025-04-05|01|' \
    "select rejection_date, reject_reason, closure_reason from warehouse.referral_month
      where referral_key = key('referral 2')"
check 'teams of a referral find what they are' $'A06\nD05' \
    "select t.team_type from warehouse.team_month t
       join (select delivery_id, team_key from warehouse.referral_month
              where referral_key = key('referral 1')
              union all
             select delivery_id, team_key from warehouse.referral_team_month) r
      using (delivery_id, team_key)
      order by 1"
check 'a contact' 'RV5|2025-04-01|1501|t|t|2|2025-04-15|10:05:00|18|t|5|01|A01|45' \
    "select provider, month, reporting_month, referral_key = key('referral 1'),
            patient_key = key('lee'), row_number, contact_date, contact_time, age_at_contact,
            team_key = key('team 2'), attend_status, mechanism, location_type, duration_minutes
       from warehouse.care_contact where contact_key = key('contact 1')"
check 'procedure: before the first colon, after the last equals sign, no line ends or blanks' \
    "activity 1|1082621000000104|-|38341003|-
activity 2|772822000|443390004|-|75367002
activity 3|1|5|-|-
activity 4|772822000|-|F20.0|-
activity 5|-|-|-|-" \
    "select n, coalesce(procedure_code, '-'), coalesce(procedure_qualifier, '-'),
            coalesce(finding, '-'), coalesce(observation, '-')
       from warehouse.care_activity
       join (select 'activity ' || i from generate_series(1, 5) i) as v (n) on activity_key = key(n)
      order by n"
check 'a spell and its ward stay' '2025-04-17|2025-04-28|19|21|29|2025-04-17||200' \
    "select s.start_date, s.discharge_date, source_of_admission, method_of_admission,
            destination_of_discharge, w.start_date, w.end_date, bed_class
       from warehouse.hospital_spell s join warehouse.ward_stay w using (delivery_id, spell_key)"
check 'status rows' '01|2025-04-01|2025-03-01|01|01|Y|2025-04-01' \
    "select distinct status, e.recorded_date, start_date, weekly_hours, type, settled,
            a.recorded_date
       from warehouse.employment_status e
       join warehouse.accommodation_status a using (delivery_id, patient_key)"
check 'a care plan' '10|2025-04-03|' \
    "select type, created_date, updated_date from warehouse.care_plan"
check 'assessments of referral and activity' \
    $'t||1091071000000100|21|2025-04-15 10:30:00\n|t|1037651000000100|5|' \
    "select referral_key = key('referral 1'), activity_key = key('activity 1'), tool_code,
            score, completed_at
       from warehouse.assessment order by score"
check 'a diagnosis' '02|F20.0|2025-04-15 10:30:00' \
    "select scheme, code, coded_at from warehouse.primary_diagnosis"
check 'linkage gets the sealed identity and the practice' 'mhsds|RV5|2025-04-01|t|1|G85001' \
    "select feed, sender, period, identity = uuid_send(key('SE13 6LH')), place, gp_practice
       from linkage.record where patient_key = key('lee')"

load 102 2025-05-01 2025-05-31 '2025-06-12 08:00' '' "$april"
load 103 2025-04-01 2025-04-30 '2025-05-20 08:00' 101 "
insert into stage_mhs001mpi (patient_key, row_number, nhs_number_present, died)
values (key('lee'), 2, false, false);"
check 'a resubmission takes every row of the month it replaces' \
    '0 0 0 0 0 0 0 0 0 0 0 0 0 0' "select $(counts 101)"
check 'and brings its own' '1 0 0 0 0 0 0 0 0 0 0 0 0 1' "select $(counts 103)"
check 'and leaves other months alone' '3 2 1 2 2 5 1 1 1 2 1 2 1 3' "select $(counts 102)"
check 'reporting month of May 2025' '1502' \
    "select distinct reporting_month from warehouse.care_contact where delivery_id = 102"

if [ "$failed" -ne 0 ]; then exit 1; fi
