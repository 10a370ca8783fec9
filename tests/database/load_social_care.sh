#!/bin/bash
# sql/load/social_care.sql: what counts within one file, and what the files of one council say of
# each other, in whatever order they come.
set -euo pipefail

cd "$(dirname "$0")/../.."
# PGVERSION is what pg_virtualenv sets.
if [ -z "${PGVERSION:-}" ]; then
    exec pg_virtualenv -t bash tests/database/load_social_care.sh
fi
database=load_social_care
. tests/database/partner_database.bash

fresh

# ---- social_care: within one file

# cld PERIOD_START PERIOD_END VALUES: staged events. Values are row, person, event type, start, end,
# service type, outcome rank.
cld() {
    echo "
create temporary table told (row_number int, person text, event text, started date, ended date,
       service text, rank text);
insert into told values $3;
insert into stage_event (row_number, patient_key, period_start, period_end, event_type, start_date,
       end_date, client_type, service_type, outcome_rank)
select row_number, key(person), '$1', '$2', event, started, ended, 'Service user', service, rank
  from told;"
}

is 'social_care: the same event twice is a duplicate' 'event|2|duplicate|JU2019
event|5|duplicate|JU2019
event|7|duplicate|JU2019
event|10|duplicate|JU2019' \
    "$(load social_care E09000023 51 2025-04-10 2025-04-10 '' "$(cld 2024-04-01 2025-03-31 "
    (2, 'a', 'Service', '2024-05-01', '2024-06-01', 'Community', '1'),
    (3, 'a', 'Service', '2024-05-01', null, 'Community', '5'),
    (4, 'b', 'Request', '2024-05-01', '2024-05-02', null, '4'),
    (5, 'b', 'Request', '2024-05-01', '2024-05-02', null, '10'),
    (6, 'b', 'Request', '2024-05-01', '2024-05-03', null, '10'),
    (7, 'c', 'Review', '2024-05-01', '2024-05-03', null, null),
    (8, 'c', 'Review', '2024-05-01', '2024-05-03', null, null),
    (9, 'd', 'Review', '2024-05-01', '2024-05-03', null, '17'),
    (10, 'd', 'Review', '2024-05-01', '2024-05-03', null, null),
    (11, 'e', null, '2024-05-01', '2024-05-03', null, null)")")"
check 'social_care: no end before an end, the better outcome, the later row' '3
4
6
8
9
11' 'select row_number from warehouse.social_care_event order by 1'
check 'social_care: a text of no release is kept as not mapped' 'Invalid and not mapped' \
    'select event_type from warehouse.social_care_event where row_number = 11'

# What the file says of itself.
load social_care S1 52 2025-04-10 2025-04-10 '' "
insert into stage_event (row_number, patient_key, period_start, period_end, event_type, start_date,
       end_date, death_date, settled, paid_work, unit_cost)
values (2, key('a'), '2024-04-01', '2025-03-31', 'Service', '2024-05-01',
        null, '2024-09-09', 'yes', 'no', -1.5),
       (3, key('a'), '2024-04-01', '2025-03-31', 'Service', '2024-05-01',
        null, '2024-04-09', 'unknown', null, 2),
       (4, key('a'), '2025-03-31', '2024-04-01', 'Review', '2024-05-01',
        '2024-05-02', null, 'no', 'yes', null),
       (5, key('a'), '2025-03-31', '2024-04-01', 'Review', '2024-05-01',
        '2024-05-03', null, 'no', 'yes', null),
       (6, key('a'), '2025-03-31', '2024-04-01', 'Review', '2024-05-01',
        '2024-05-04', null, 'no', 'yes', null);" > /dev/null
check 'social_care: the period is the one most rows state, if it is one' \
    '2024-04-01|2025-03-31|2025-04-10' "
    select distinct period_start, period_end, extract_date from warehouse.social_care_event
     where council = 'S1'"
check 'social_care: a death ends what goes on, but not what began after it' '2|2024-09-09|t|f|-1.5
3||||2' "
    select row_number, end_date, settled_accommodation, in_paid_work, unit_cost
      from warehouse.social_care_event
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

truth="select delivery_id, row_number, restated, end_cropped, end_date
         from warehouse.social_care_event
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
    select count(*)
      from (select from warehouse.social_care_event
             where council = 'L1' and not restated
             group by patient_key, event_type, start_date, service_type
            having count(*) > 1) twice"
whole=$(digest "$truth")
for order in '61 62 64 63' '61 64 63 62' '62 61 63 64' '63 62 61 64' '64 63 62 61' '64 61 63 62'; do
    sql -c "delete from warehouse.social_care_event where council = 'L1';
            delete from linkage.record where sender = 'L1'"
    for number in $order; do
        "file_$number" L1 > /dev/null
    done
    is "social_care: order $order tells the same" "$whole" "$(digest "$truth")"
done
check 'social_care: another council is untouched' '0' "
    select count(*) from warehouse.social_care_event
     where council <> 'L1' and (restated or end_cropped)"
# The first file of a day is replaced by one that tells another period; what it had restated stands
# again.
load social_care L1 65 2025-10-10 2025-10-10 63 "$(cld 2030-04-01 2030-04-30 "
    (2, 'other', 'Review', '2030-04-02', '2030-04-02', null, null)")" > /dev/null
check 'social_care: what a replaced file had restated stands again' '62|3|f|t|2025-06-30
62|5|f|t|2025-06-30' "select delivery_id, row_number, restated, end_cropped, end_date
    from warehouse.social_care_event where delivery_id = 62 and row_number in (3, 5) order by 2"

exit "$failed"
