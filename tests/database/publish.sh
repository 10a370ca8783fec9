#!/bin/bash
# publish.sh: from the mart to what may be seen: protection, numbering, the swap, who may read, and
# the exported file. Submissions are made up straight into the warehouse; the night itself measures.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

columns=REPORTING_PERIOD_START,REPORTING_PERIOD_END,STATUS,BREAKDOWN,PRIMARY_LEVEL,PRIMARY_LEVEL_DESCRIPTION
columns=$columns,SECONDARY_LEVEL,SECONDARY_LEVEL_DESCRIPTION,MEASURE_ID,MEASURE_NAME,MEASURE_VALUE

# Providers with that many people each, so that every rounding is seen; a practice with 7 on its
# register and 5 checked, another with 4 checked.
make_submissions() {
    sql -f tests/database/measures_fixture.sql > /dev/null
    sql > /dev/null <<'SQL'
insert into warehouse.practice (practice_code, name, sub_icb, delivery_id) values ('Z1', 'A', 'AA1', 1);
insert into warehouse.organisation values ('N05', 'CARE, "NEAR" AND FAR', 'provider', 1);
select test.referral('N' || lpad(n::text, 2, '0'), '2025-04-01', n || '-' || i, 'r' || i),
       test.contact('N' || lpad(n::text, 2, '0'), n || '-' || i, 'r' || i, '2025-04-02'),
       test.contact('N' || lpad(n::text, 2, '0'), n || '-' || i, 'r' || i, '2025-04-03')
  from unnest('{1,2,3,4,5,7,8,12,13}'::int[]) n, generate_series(1, n) i;
select test.register('Z1', '2025-04-30', 'z1-' || i, case when i <= 5 then '2025-01-01'::date end, '2025-01-01')
  from generate_series(1, 7) i;
select test.register('Z2', '2025-04-30', 'z2-' || i, case when i <= 4 then '2025-01-01'::date end, '2025-01-01')
  from generate_series(1, 7) i;
select test.submit('mhsds', 'N05', '2025-05-01');
SQL
}

# value MEASURE BREAKDOWN LEVEL: as published for April 2025.
value() {
    sql -c "select measure_value from publish.measure_value where measure_id = '$1'
               and breakdown = '$2' and primary_level = '$3' and reporting_period_end = '2025-04-30'"
}

publication() { sql -c 'select publication from meta.publication where is_current'; }

# Makes the figures due again though no delivery has come.
measure_again() {
    sql -c "delete from meta.setting where name = 'measured_for'"
    night
    is "$1: the night ends well" 0 "$status"
}

protection() {
    local pair
    is 'England is exact' 55 "$(value MHS108 England England)"
    is 'England by age band is exact' 55 "$(value MHS108 'England; Age Band' '40 to 44')"
    is 'a demographic level without anybody is 0' 0 "$(value MHS108 'England; Age Band' '90 and over')"
    for pair in '01 *' '02 *' '03 *' '04 *' '05 5' '07 5' '08 10' '12 10' '13 15'; do
        is "a provider with ${pair% *} people" "${pair#* }" "$(value MHS108 Provider "N${pair% *}")"
    done
    is 'a sub-ICB is protected too' 55 "$(value MHS108 'Sub ICB of GP Practice or Residence' UNKNOWN)"
    is 'a sub-ICB without anybody' '*' "$(value MHS108 'Sub ICB of GP Practice or Residence' AA1)"
    is 'the register of a practice' 5 "$(value PHS001 Provider Z1)"
    is 'percentage with a numerator of 5' 71 "$(value PHS014b Provider Z1)"
    is 'percentage with a numerator of 4' '*' "$(value PHS014b Provider Z2)"
    is 'percentage of England is exact' 64.285714 "$(value PHS014b England England)"
    is 'all figures of the mart are published' "$(sql -c 'select count(*) from mart.measure_value')" \
        "$(sql -c 'select count(*) from publish.measure_value')"
    is 'no figure below England is small or uneven' 0 "$(sql -c "
        select count(*) from publish.measure_value
         where breakdown not like 'England%' and measure_id <> 'PHS014b' and measure_value <> '*'
           and (measure_value::int < 5 or measure_value::int % 5 <> 0)")"
}

numbering() {
    local hash
    is 'the first publication is number 1' 1 "$(publication)"
    is 'it names every delivery' "$(sql -c "select count(*) from meta.delivery where state = 'applied'")" \
        "$(sql -c 'select count(*) from meta.publication_delivery where publication = 1')"
    measure_again 'nothing changed'
    is 'measuring again without change keeps the number' 1 "$(publication)"
    hash=$(sql -c 'select cube_sha256 from publish.publication')

    # A person moves between two hidden cells: not a byte of what is published may change.
    sql -c "update warehouse.referral_month set provider = 'N01'
             where provider = 'N03' and patient_key = test.key('N03' || '3-1')"
    measure_again 'a hidden change'
    is 'the mart has seen the move' '2 2' "$(sql -c "
        select string_agg(numerator::text, ' ' order by primary_level) from mart.measure_value
         where measure_id = 'MHS108' and breakdown = 'Provider' and primary_level in ('N01', 'N03')
           and period_end = '2025-04-30'")"
    is 'a change that is hidden makes no new publication' 1 "$(publication)"

    sql -c "select test.submit('ips', 'X1', '2025-04-01')" > /dev/null
    measure_again 'another delivery'
    is 'another delivery makes a new publication' 2 "$(publication)"
    is 'with the same figures and the same hash' "$hash" "$(sql -c 'select cube_sha256 from publish.publication')"
    is 'exactly one is current' 1 "$(sql -c 'select count(*) from meta.publication where is_current')"
    is 'the view shows one publication only' "$(sql -c 'select count(*) from mart.measure_value')" \
        "$(sql -c 'select count(*) from publish.measure_value')"
}

ten_are_kept() {
    local i
    for i in $(seq 1 10); do
        sql -c "select test.submit('ips', 'Y$i', '2025-04-01')" > /dev/null
        night
    done
    is 'twelve publications are known' 12 "$(sql -c 'select count(*) from meta.publication')"
    is 'the rows of ten are kept' '3 12 10' "$(sql -c "
        select min(publication) || ' ' || max(publication) || ' ' || count(distinct publication)
          from publish.measure_value_all")"
    is 'and the newest is current' 12 "$(publication)"
}

# A night that fails while it publishes leaves everything as it was.
half_a_publication() {
    local before=$(publication)
    sql -c "alter table publish.measure_value_all add constraint stop check (row_number < 100) not valid"
    sql -c "select test.submit('ips', 'W1', '2025-04-01')" > /dev/null
    night
    if [ "$status" -ne 0 ]; then ok 'a night that cannot publish says so'; else not_ok 'a night that cannot publish says so'; fi
    is 'the former publication stands' "$before" "$(publication)"
    is 'whole' "$(sql -c 'select count(*) from mart.measure_value')" "$(sql -c 'select count(*) from publish.measure_value')"
    sql -c "alter table publish.measure_value_all drop constraint stop"
    night
    is 'the next night publishes' $((before + 1)) "$(publication)"
}

# As somebody who was granted bi_reader and nothing else.
may() { sql -c 'set session authorization commissioner' -c "$1" > /dev/null 2>&1; }

readers() {
    local object statement
    sql -c 'create role commissioner in role bi_reader'
    for object in publish.measure_value publish.publication publish.calendar; do
        check "bi_reader may read $object" may "select * from $object"
    done
    for object in publish.measure_value_all mart.measure_value mart.measure warehouse.patient \
        warehouse.patient_month warehouse.referral_month warehouse.care_contact warehouse.care_activity \
        warehouse.hospital_spell warehouse.health_check warehouse.social_care_event \
        warehouse.support_session warehouse.ips_job warehouse.homelessness_case warehouse.practice \
        warehouse.measure_code linkage.record linkage.link linkage.pair linkage.decision linkage.area linkage.person_history meta.delivery \
        meta.publication meta.publication_delivery meta.run meta.setting quality.reject quality.warning; do
        if may "select * from $object"; then not_ok "bi_reader may not read $object"; else ok "bi_reader may not read $object"; fi
    done
    for statement in 'delete from publish.measure_value' 'create table publish.mine ()' \
        'create temporary table mine ()' 'create schema mine' 'set role joinedup_loader' \
        'update publish.publication set policy = policy'; do
        if may "$statement"; then not_ok "bi_reader may not: $statement"; else ok "bi_reader may not: $statement"; fi
    done
    # A view that leaked rows below the barrier would let a cheap function see them.
    if may "create function pg_temp.see(text) returns boolean language sql as 'select true'"; then
        not_ok 'bi_reader may not make functions'
    else
        ok 'bi_reader may not make functions'
    fi
}

export_file() { # FILE [OPTION...]
    local file=$1
    shift
    status=0
    "$joinedup" measures export --site "$site" --out "$file" "$@" > "$work/export.out" 2> "$work/export.err" || status=$?
}

exported() {
    local file=$work/april.csv published=../shared/data/mhsds/published_4WW_2024-08.csv
    export_file "$file" --period-end 2025-04
    is 'an export ends well' 0 "$status"
    is 'the header is that of NHS England' "$columns" "$(head -n 1 "$file")"
    if [ -f "$published" ]; then
        is 'to the byte of a published file' "$(head -n 1 "$published" | od -c)" "$(head -n 1 "$file" | od -c)"
    else
        skip 'to the byte of a published file' 'shared data not there'
    fi
    is 'every figure of the period' "$(sql -c "select count(*) from publish.measure_value where reporting_period_end = '2025-04-30'")" \
        "$(tail -n +2 "$file" | wc -l)"
    check 'a row as published' grep -qxF '01/05/2024,30/04/2025,Performance,England,England,England,NONE,NONE,MHS108,People with two or more contacts with community mental health services for adults,55' "$file"
    check 'a name with comma and quotes is quoted' grep -qF ',N05,"CARE, ""NEAR"" AND FAR",NONE,' "$file"
    is 'no carriage return' 0 "$(grep -c $'\r' "$file" || true)"
    is 'no value starts like a formula' 0 "$(grep -cE '(^|,)"?[=+@-]' "$file" || true)"

    export_file "$work/may.csv" --period-end 2025-05
    is 'the rows of all exports give the hash of the publication' "$(sql -c 'select cube_sha256 from publish.publication')" \
        "$( (tail -n +2 "$file"; tail -n +2 "$work/may.csv") | sha256sum | cut -d' ' -f1)"

    export_file "$work/two.csv" --period-end 2025-04 --code MHS108,phs014A
    is 'only the codes asked for' 'MHS108 PHS014a' "$(tail -n +2 "$work/two.csv" | grep -o ',NONE,NONE,[A-Za-z0-9]*' | cut -d, -f4 | sort -u | xargs)"
    "$joinedup" measures export --site "$site" --out - --period-end 2025-04 > "$work/stdout.csv"
    check 'standard output gives the same bytes' cmp -s "$file" "$work/stdout.csv"
}

exact() {
    export_file "$work/exact.csv" --period-end 2025-04 --exact
    is 'an exact export ends well' 0 "$status"
    check 'and warns' grep -q '^warning: exact figures' "$work/export.err"
    check 'a small figure in full' grep -q ',Provider,N04,N04,NONE,NONE,MHS108,.*,4$' "$work/exact.csv"
    check 'a percentage in full' grep -q ',Provider,Z1,.*,PHS014b,.*,71.428571$' "$work/exact.csv"
    is 'nobody else may read the file' 600 "$(stat -c %a "$work/exact.csv")"
    export_file "$work/exact.csv" --period-end 2025-04 --exact --quiet
    is '--quiet leaves the warning out' '' "$(cat "$work/export.err")"
}

refused() { # NAME STATUS TEXT OPTION...
    local name=$1 expected=$2 text=$3
    shift 3
    echo former > "$work/former.csv"
    export_file "$work/former.csv" "$@"
    is "$name" "$expected" "$status"
    check "$name: says which" grep -qF -- "$text" "$work/export.err"
    is "$name: the file is left alone" former "$(cat "$work/former.csv")"
}

refusals() {
    refused 'a code nobody knows' 2 'MHS999' --period-end 2025-04 --code MHS108,MHS999
    refused 'a month without figures' 1 '2019-01' --period-end 2019-01
    refused 'a month that is none' 2 '2025-13' --period-end 2025-13
    refused 'a month with more to it' 2 "2025-04'" --period-end "2025-04'"
    refused 'no month' 2 'period-end'
    export_file "$work/no/such/folder.csv" --period-end 2025-04
    is 'a folder that is not there' 9 "$status"
    is 'nothing half written lies about' 0 "$(find "$work" -maxdepth 1 -name '*.part-*' | wc -l)"
}

listed() {
    "$joinedup" measures list --site "$site" --json > "$work/list.json"
    is 'the list names each code' 'MHS108 MHS116 PHS001 PHS014a PHS014b' "$(jq -r '[.[].code] | join(" ")' "$work/list.json")"
    is 'and its periods' '2025-04 2025-05 2' "$(jq -r '.[0].periods | "\(.first) \(.last) \(.count)"' "$work/list.json")"
    is 'each with title, unit, window, kind, source' 0 \
        "$(jq '[.[] | select((.title and .unit and .window and .kind and .source) | not)] | length' "$work/list.json")"
    check 'the table says the same' grep -q '^PHS014b .*2025-04..2025-05' <("$joinedup" measures list --site "$site")
}

site_new site
"$joinedup" measures list --site "$site" --json > "$work/list.json"
is 'before the first figures the periods are null' 5 "$(jq '[.[] | select(.periods == null)] | length' "$work/list.json")"
night
is 'nothing to measure: nothing is published' '' "$(publication)"
make_submissions
night
is 'the night measures' 0 "$status"
protection
numbering
readers
exported
exact
refusals
listed
ten_are_kept
half_a_publication
finish
