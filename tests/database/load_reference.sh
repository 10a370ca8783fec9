#!/bin/bash
# sql/load/reference.sql: which row and which file counts, and that reference data may come before
# or after the facts that are derived from it.
set -euo pipefail

cd "$(dirname "$0")/../.."
# PGVERSION is what pg_virtualenv sets.
if [ -z "${PGVERSION:-}" ]; then
    exec pg_virtualenv -t bash tests/database/load_reference.sh
fi
database=load_reference
. tests/database/partner_database.bash

# One delivery of every feed whose facts carry areas. Person m lives at SE13 6LH, n nowhere known.
partners() {
    load gp_smi G85001 11 2025-03-31 2025-03-31 '' "
insert into stage_smi_register (row_number, patient_key, gp_practice, postcode, on_smi_register)
values (2, key('m'), 'G85001', key('SE13 6LH'), true), (3, key('n'), 'G85001', key('ZZ1'), true);" \
        > /dev/null
    load support G8H03 21 2025-04-01 2025-04-30 '' "
insert into stage_session (row_number, patient_key, postcode, session_date, pillar)
values (2, key('m'), key('SE13 6LH'), '2025-04-02', 'crisis'),
       (3, key('m'), key('BR1 4BY'), '2025-04-03', 'crisis'),
       (4, key('n'), null, '2025-04-03', 'crisis');" > /dev/null
    load ips G8H03 31 2025-04-01 2025-04-30 '' "
insert into stage_client_job (row_number, patient_key, postcode, referral_date)
values (2, key('m'), key('SE13 6LH'), '2025-01-10');" > /dev/null
    load homelessness E09000023 41 2025-04-01 2025-06-30 '' "
insert into stage_person (row_number, case_key, patient_key, postcode)
values (1, key('case'), key('m'), key('SE13 6LH'));
insert into stage_case (case_key, patient_key, approach_date)
values (key('case'), key('m'), '2025-04-04');" > /dev/null
    load social_care E09000023 61 2025-04-10 2025-04-10 '' "
insert into stage_event (row_number, patient_key, event_type, start_date, postcode)
values (2, key('m'), 'Service', '2025-01-10', key('SE13 6LH')),
       (3, key('n'), 'Service', '2025-01-10', null);" > /dev/null
    load mhsds RV5 71 2025-04-01 2025-04-30 '' "
insert into stage_mhs001mpi (row_number, patient_key, nhs_number_present, died, postcode)
values (2, key('m'), false, false, key('SE13 6LH')), (3, key('n'), false, false, null);
insert into stage_mhs002gp (row_number, patient_key, gp_practice)
values (2, key('m'), 'G85001'), (3, key('n'), 'G85002');" > /dev/null
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
insert into stage_imd_2019 (row_number, lsoa_2011, imd_rank)
values (2, 'E01003235', 3807), (4, 'E01000744', 32844), (5, 'E01003222', 1),
       (3, 'E01099999', 32845);"
}
practices() {
    load reference PRACTICES 83 '' '' '' "
insert into stage_practices (practice_code, name, sub_icb)
values ('G85001', 'ONE', '72Q'), ('G85003', 'THREE', null);"
}
epraccur() {
    load reference PRACTICE_ODS 84 '' '' '' "
insert into stage_practice_ods (practice_code, name, sub_icb, prescribing_setting, open_date)
values ('G85001', 'ONE OLD', '36L', '4', '1990-01-01'), ('G85002', 'TWO', '36L', '4', null),
       ('G85003', 'THREE OLD', '93C', '4', null);"
}
everything="
select 1, f::text from warehouse.patient_month f
 union all select 2, f::text from warehouse.health_check f
 union all select 3, f::text from warehouse.social_care_event f
 union all select 4, f::text from warehouse.support_session f
 union all select 5, f::text from warehouse.ips_job f
 union all select 6, f::text from warehouse.homelessness_case f
 union all select 7, f::text from warehouse.practice f
 union all select 8, f::text from linkage.area f
 union all select 9, f::text from warehouse.deprivation f"

fresh

is 'reference: a postcode twice is a duplicate' 'postcodes|2|duplicate|JU2005' "$(postcodes)"
is 'reference: a rank beyond the last LSOA is rejected' 'imd_2019|3|rejected|JU2002' "$(imd)"
practices
epraccur
check 'reference: the last row of a postcode counts, ONS codes of sub-ICBs do not' \
    'E01003235|72Q
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
      from warehouse.patient_month where patient_key = key('m')"
check 'reference: every partner has its areas' '1|1|2|1|1|1|1' "
    select (select count(*) from warehouse.health_check
             where sub_icb_of_practice = '72Q' and imd_decile = 2 and council = 'E09000023'),
           (select count(*) from warehouse.health_check
             where sub_icb_of_practice = '72Q' and lsoa_2011 is null),
           (select count(*) from warehouse.support_session where lsoa_2011 = 'E01000744'),
           (select count(*) from warehouse.ips_job where council = 'E09000023'),
           (select count(*) from warehouse.social_care_event where imd_decile = 2),
           (select count(*) from warehouse.homelessness_case where lsoa_2011 = 'E01003235'),
           (select count(*) from warehouse.patient_month where sub_icb_of_practice = '36L')"
early=$(digest "$everything")
fresh
partners
check 'reference: without it facts have no areas' '0' '
    select count(*) from warehouse.patient_month
     where lsoa_2011 is not null or sub_icb_of_practice is not null'
imd > /dev/null
epraccur > /dev/null
postcodes > /dev/null
practices > /dev/null
is 'reference: late files give the same warehouse' "$early" "$(digest "$everything")"
# xmin shows which rows an update has written.
written='select xmin, patient_key from warehouse.patient_month
 union all select xmin, patient_key from warehouse.support_session'
before=$(digest "$written")
practices > /dev/null
postcodes > /dev/null
is 'reference: the same file again rewrites no fact' "$before" "$(digest "$written")"
load reference POSTCODES 85 '' '' 81 "
insert into stage_postcodes (row_number, postcode, lsoa_2011)
values (2, key('BR1 4BY'), 'E01003222');" > /dev/null
check 'reference: a new directory replaces the whole of the former' '1|0' "
    select (select count(*) from linkage.area),
           (select count(*) from warehouse.patient_month where lsoa_2011 is not null)"
load reference PRACTICES 86 '' '' 83 "
insert into stage_practices (practice_code, name) values ('G85009', 'NINE');" > /dev/null
check 'reference: a practice gone from the site extract falls back to the national list' \
    'G85001|ONE OLD|36L
G85002|TWO|36L
G85003|THREE OLD|93C
G85009|NINE|' 'select practice_code, name, sub_icb from warehouse.practice order by 1'
load reference PROVIDERS 87 '' '' '' "
insert into stage_providers (organisation_code, name)
values ('RV5', 'A TRUST'), ('RPG', 'B TRUST');" > /dev/null
load reference PROVIDERS 88 '' '' 87 "
insert into stage_providers (organisation_code, name) values ('RV5', 'THE TRUST');" > /dev/null
check 'reference: names of providers' 'RV5|THE TRUST|provider|88' \
    'select organisation_code, name, kind, delivery_id from warehouse.organisation'

exit "$failed"
