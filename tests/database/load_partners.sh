#!/bin/bash
# sql/load of the feeds of practices, voluntary organisations and homelessness: what they make of
# staged rows.
set -euo pipefail

cd "$(dirname "$0")/../.."
# PGVERSION is what pg_virtualenv sets.
if [ -z "${PGVERSION:-}" ]; then
    exec pg_virtualenv -t bash tests/database/load_partners.sh
fi
database=load_partners
. tests/database/partner_database.bash

fresh

# ---- gp_smi

smi_rows="
insert into stage_smi_register (row_number, patient_key, gp_practice, sex,
       on_smi_register, in_remission, age_at_extract, bmi_date)
values (2, key('p1'), 'G85001', '1', true, null, 41, '2025-01-07'),
       (3, key('p2'), 'G85001', '2', true, true, 30, null),
       (4, key('p2'), 'G85001', '2', false, false, 30, null);"
is 'gp_smi: a person twice without a number is a duplicate' 'smi_register|4|duplicate|JU2019' \
    "$(load gp_smi G85001 11 2025-03-31 2025-03-31 '' "$smi_rows")"
check 'gp_smi: the first row counts, blank remission is none' '1|f|t|41|2025-01-07
2|t|t|30|' '
    select sex, in_remission, on_smi_register, age_at_extract, bmi_date
      from warehouse.health_check order by 1'
check 'gp_smi: identity goes to linkage with the practice' 'gp_smi|G85001|2025-03-31|G85001|t' "
    select feed, sender, period, gp_practice, identity = '\x00' from linkage.record
     where patient_key = key('p1')"
load gp_smi G85001 12 2025-04-30 2025-04-30 '' "$smi_rows" > /dev/null
check 'gp_smi: an extract of another day leaves the former one' '2' \
    'select count(distinct extract_date) from warehouse.health_check'
load gp_smi G85001 13 2025-04-30 2025-04-30 12 "$smi_rows" > /dev/null
check 'gp_smi: the same day again takes its place' '11,13|11,13' "
    select (select string_agg(distinct delivery_id::text, ',') from warehouse.health_check),
           (select string_agg(distinct delivery_id::text, ',') from linkage.record)"

# ---- support and ips

support_rows="
insert into stage_session (row_number, patient_key, postcode, session_date,
       pillar, delivered_by, attended)
values (2, key('c1'), key('SE13 6LH'), '2025-04-02', 'finances', 'video', false),
       (3, key('c1'), null, '2025-04-02', 'finances', 'video', true),
       (4, key('c1'), key('BR1 4BY'), '2025-04-02', 'crisis', 'video', true),
       (5, key('c2'), null, '2025-04-03', null, null, null),
       (6, key('c2'), null, '2025-04-03', null, null, null);"
is 'support: the same session twice is a duplicate' 'session|2|duplicate|JU2019
session|6|duplicate|JU2019' \
    "$(load support G8H03 21 2025-04-01 2025-04-30 '' "$support_rows")"
check 'support: the row that says it took place counts' '3|t
4|t
5|' 'select row_number, attended from warehouse.support_session order by row_number'
check 'support: each different identity stands once, the last row last' '1|t
2|f
3|t' "
    select place, identity in (uuid_send(key('SE13 6LH')), uuid_send(key('BR1 4BY')))
      from linkage.record where patient_key = key('c1') order by place"
check 'support: a client twice alike is one identity' '1' "
    select count(*) from linkage.record where patient_key = key('c2')"
load support G8H03 22 2025-04-01 2025-04-30 21 "$support_rows" > /dev/null
check 'support: a month sent again takes its place' '22|3|4' "
    select max(delivery_id), count(*), (select count(*) from linkage.record where feed = 'support')
      from warehouse.support_session"

is 'ips: the same job twice is a duplicate' 'client_job|2|duplicate|JU2019' \
    "$(load ips G8H03 31 2025-04-01 2025-04-30 '' "
insert into stage_client_job (row_number, patient_key, client_key, referral_date, job_start_date,
       job_end_date, weekly_hours, employer_sector)
values (2, key('i1'), key('i1 client'), '2025-01-10', '2025-03-01', null, 16, 'retail'),
       (3, key('i1'), key('i1 client'), '2025-01-10', '2025-03-01', '2025-04-20', 16.5, 'retail'),
       (4, key('i1'), key('i1 client'), '2025-01-10', '2025-04-25', null, 20, 'retail'),
       (5, key('i2'), null, '2025-02-10', null, null, null, null);")"
check 'ips: the last row of a job counts; a client without a job stays' '3|2025-04-20|16.5|t
4||20|t
5|||f' "
    select row_number, job_end_date, weekly_hours, client_key = key('i1 client')
      from warehouse.ips_job order by row_number"

# ---- homelessness

homeless_rows="
insert into stage_person (row_number, case_key, patient_key, gender, ethnic_category,
       postcode)
values (1, key('case 1'), key('h1'), '2', 'M', key('SE13 6LH')),
       (2, key('case 2'), key('h1'), '2', 'M', null);
insert into stage_case (case_key, patient_key, approach_date, age_at_approach, duty,
       mental_health_support_need)
values (key('case 1'), key('h1'), '2025-04-04', 22, 'relief', true),
       (key('case 2'), key('h1'), '2025-06-04', 22, 'main', false);"
is 'homelessness: no row is taken out' '' \
    "$(load homelessness E09000023 41 2025-04-01 2025-06-30 '' "$homeless_rows")"
check 'homelessness: case and applicant are joined' 'E09000023|2025-04-01|2|M|relief|t
E09000023|2025-04-01|2|M|main|f' "
    select council, quarter_start, gender, ethnic_category, duty, mental_health_support_need
      from warehouse.homelessness_case order by approach_date"
check 'homelessness: one applicant with two cases is one record, told in two ways' '1|2' "
    select count(distinct patient_key), count(*) from linkage.record where feed = 'homelessness'"
load homelessness E09000023 42 2025-04-01 2025-06-30 41 "$homeless_rows" > /dev/null
check 'homelessness: a quarter sent again takes its place' '42|2' \
    'select max(delivery_id), count(*) from warehouse.homelessness_case'

exit "$failed"
