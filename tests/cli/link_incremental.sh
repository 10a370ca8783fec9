#!/bin/bash
# link_incremental.sh: nights that link only what changed end where linking everything anew ends, with
# the same counts: the same pairs, odds, groups and keys of persons, in whichever order deliveries
# come, also where months are sent again, deliveries go, and stewards part and join.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

people=${INCREMENTAL_PEOPLE:-400}
feeds=$work/feeds
incremental=0

# ---- tools ----

link_settings() { # LINES: of linkage in joinedup.yaml
    sed -i '/^linkage:/d' "$site/joinedup.yaml"
    echo "linkage: {$1}" >> "$site/joinedup.yaml"
}

linking() { jq -r ".links.linking | $1" "$work/run.json"; }

# A night whose linking must be incremental.
small_night() { # WHAT [OPTION...]
    local what=$1
    shift
    night --jobs 1 "$@"
    if [ "$(linking '.mode? // "none"')" = incremental ]; then
        incremental=$((incremental + 1))
    else
        not_ok "$what: linked $(jq -c '.links.linking, .error' "$work/run.json" | tr '\n' ' ')"
    fi
}

# Everything linkage says, one file a table.
dump() { # NAME
    sql -c "select patient_key, person_key, step, partner, weight, odds, lead, flags, fingerprint, model_version, key_version
              from linkage.link order by patient_key" > "$work/$1.link"
    sql -c "select * from linkage.pair order by left_key, right_key" > "$work/$1.pair"
    sql -c "select sum(pairs) from linkage.faint_segment" > "$work/$1.faint"
    sql -c "select * from warehouse.patient order by patient_key" > "$work/$1.patient"
}

agree() { # WHAT ONE OTHER
    local table
    for table in link pair faint patient; do
        check "$1: $table" cmp "$work/$2.$table" "$work/$3.$table"
    done
}

# again WHAT: links everything anew with the counts there are, and compares.
again() {
    dump before
    link_settings 'full_below: 1000000000, recount: no'
    sql -c "delete from meta.setting where name = 'linked_for'"
    night --jobs 1
    is "$1: everything anew: mode" full "$(linking .mode)"
    dump after
    agree "$1: as everything anew" before after
    link_settings 'full_below: 0'
}

facts_agree() {
    is "$1: every link is in the warehouse" 0 "$(sql -c "
        select count(*) from linkage.link as l full join warehouse.patient as p using (patient_key)
         where l.person_key is distinct from p.person_key")"
    is "$1: every fact has a person" 0 "$(sql -c "
        select count(*) from warehouse.care_contact as f
         where not exists (select from warehouse.patient as p where p.patient_key = f.patient_key)")"
}

# ---- nights ----

make_site() { # NAME
    site_new "$1"
    cat "$work/truth/senders.yaml" >> "$site/joinedup.yaml"
    link_settings 'full_below: 0'
}

# What the first night gets, everywhere: reference data and the first month.
first_night() {
    cp -p "$feeds"/*_20260930.csv "$feeds"/MHSDS_*_202605.zip "$feeds"/*_202605.csv "$site/landing/"
    rm -f "$site"/landing/gp_smi_*
    night --jobs 1
    is "$1: the first night counts" "full, the first linking" "$(linking '.mode + ", " + .reason')"
}

# The others, as the lines of a file say, so many a night.
nights() { # SITE LIST COUNT
    local number=0 file
    while read -r file; do
        cp -p "$file" "$site/landing/"
        number=$((number + 1))
        [ $((number % $3)) -ne 0 ] || small_night "$1: night $((number / $3))"
    done < "$2"
    [ $((number % $3)) -eq 0 ] || small_night "$1: the last night"
}

# sessions FILE SENDER: what people with many slips tell a voluntary organisation in five months; one in
# five comes twice, a third of these under another name from another place.
sessions() {
    awk -F , -v header="$support_header" -v folder="$feeds" -v sender="$2" '
        function put(month, row) {
            if (!(month in file)) {
                file[month] = folder "/" sender "_support_20260" month ".csv"
                print header > file[month]
            }
            print row > file[month]
        }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        {
            month = 5 + NR % 5
            sex = $at["sex"] == "F" ? "Female" : "Male"
            rest = sex ",White British,"
            put(month, sprintf("%s,%s,%s,%s,%s,%s,%s01/0%d/2026,Finances,Telephone,Yes", $1, $at["nhs_number"],
                $at["given_name"], $at["family_name"], $at["date_of_birth"], $at["postcode"], rest, month))
            if (NR % 5 == 1) {
                other = NR % 3 == 0 ? "BYRON" : $at["family_name"]
                place = NR % 3 == 0 ? "SE13 5AA" : $at["postcode"]
                put(5 + (NR + 2) % 5, sprintf("%s,,%s,%s,%s,%s,%s02/0%d/2026,Finances,Telephone,Yes", $1,
                    $at["given_name"], other, $at["date_of_birth"], place, rest, 5 + (NR + 2) % 5))
            }
        }' "$1"
}

orders() {
    make -s BUILD="$BUILD" "$BUILD/synth_link" > "$work/make.log" 2>&1 || cat "$work/make.log"
    "$synth" --out "$feeds" --truth "$work/truth" --people "$people" --months 5 --errors no --late yes \
        --seed 7 > /dev/null
    "$BUILD/synth_link" --shape system --people 1500 --seed 3 --out "$work/slips"
    sessions "$work/slips/left.csv" VS201
    sessions "$work/slips/right.csv" VS202
    find "$feeds" -type f -exec touch -d '1 hour ago' {} +
    find "$feeds" -type f ! -name '*_202605.*' ! -name 'p*_20260930.csv' ! -name 'imd*' | sort > "$work/files"
    # By month, what comes late last; the other way round; and as it falls, all with other nights.
    awk '{ late = /\/late\//; match($0, /20[0-9]+Q?[0-9]*\.[a-z]+$/); print late, substr($0, RSTART), $0 }' \
        "$work/files" | sort | cut -d ' ' -f 3 > "$work/by_month"
    tac "$work/by_month" > "$work/backwards"
    make_site one
    first_night "by month"
    nights "by month" "$work/by_month" 7
    dump one
    check "a month was sent again" test "$(sql -c "select count(*) from meta.delivery where state = 'replaced'")" -gt 0
    check "records had identities before" test "$(sql -c "select count(*) from (
        select from linkage.record group by patient_key having count(distinct identity) > 1) as r")" -gt 10
    facts_agree "by month"
    check "there are links" test "$(sql -c "select count(*) from linkage.pair where outcome = 'linked'")" -gt 500
    check "there are faint pairs" test "$(cat "$work/one.faint")" -gt 20
    check "and pairs that are no links" test "$(sql -c "select count(*) from linkage.pair where outcome <> 'linked'")" -gt 5
    check "some links are by weights" test "$(sql -c "select count(*) from linkage.link where step = 'weights'")" -gt 100
    again "by month"
    local key=$site/keys/site.key
    site_new two
    cp "$key" "$site/keys/site.key"
    cat "$work/truth/senders.yaml" >> "$site/joinedup.yaml"
    link_settings 'full_below: 0'
    first_night "backwards"
    nights "backwards" "$work/backwards" 11
    dump two
    agree "the other way round" one two
    again "backwards"
}

# ---- withdrawn ----

withdrawn() {
    local delivery
    delivery=$(sql -c "select delivery_id from meta.delivery where sender = 'VS201' and state = 'applied'
                        order by period_start limit 1")
    sql -c "delete from linkage.record where delivery_id = $delivery" \
        -c "delete from meta.setting where name = 'linked_for'"
    small_night "a delivery went"
    check "records went" test "$(sql -c "select count(*) from linkage.link")" -lt "$(wc -l < "$work/two.link")"
    check "and are spoken of no more" test -z "$(sql -c "select 1 from linkage.pair as p
        where not exists (select from linkage.link as l where l.patient_key = p.left_key)
           or not exists (select from linkage.link as l where l.patient_key = p.right_key) limit 1")"
    again "a delivery went"
}

# ---- stewards ----

decide() { # LEFT RIGHT SAME
    sql -c "insert into linkage.decision (left_key, right_key, same, decided_by, reason)
            values ('$1', '$2', $3, 'test', 'a test')"
}
withdraw() { sql -c "update linkage.decision set withdrawn_at = now() where withdrawn_at is null"; }
changes() { sql -c "select string_agg(distinct change, ',' order by change) from linkage.person_history
                     where run_id = (select max(run_id) from meta.run)"; }
persons() { sql -c "select count(distinct person_key) from warehouse.patient"; }

stewards() {
    local left right count
    # Two records that only their own pair holds together.
    read -r left right <<< "$(sql -F ' ' -c "
        select p.left_key, p.right_key
          from linkage.pair as p join linkage.link as l on l.patient_key = p.left_key
         where p.outcome = 'linked'
           and 2 = (select count(*) from linkage.link as m where m.person_key = l.person_key)
         order by p.left_key limit 1")"
    dump before_decisions
    count=$(persons)
    decide "$left" "$right" false
    small_night "parted"
    is "parted: a person more" $((count + 1)) "$(persons)"
    is "parted: told" split "$(changes)"
    again "parted"
    withdraw
    small_night "no longer parted"
    is "no longer parted: told" merged "$(changes)"
    dump after_decisions
    agree "no longer parted: as it was" before_decisions after_decisions
    # Two of a pair that is below the threshold and that nothing forbids.
    read -r left right <<< "$(sql -F ' ' -c "
        select p.left_key, p.right_key
          from linkage.pair as p
          join linkage.link as a on a.patient_key = p.left_key
          join linkage.link as b on b.patient_key = p.right_key
         where p.outcome = 'below' and a.person_key <> b.person_key
         order by p.odds desc, p.left_key limit 1")"
    decide "$left" "$right" true
    small_night "joined"
    is "joined: told" merged "$(changes)"
    again "joined"
    withdraw
    small_night "no longer joined"
    is "no longer joined: told" split "$(changes)"
    dump after_decisions
    agree "no longer joined: as it was" before_decisions after_decisions
    is "a night of which nothing is new links nothing" null "$(night && linking .)"
}

# ---- what is linked anew ----

anew() {
    link_settings 'full_below: 0, threshold: 2'
    night --jobs 1
    is "another threshold: everything anew" "full, program, model, key or feeds changed" \
        "$(linking '.mode + ", " + .reason')"
    link_settings 'full_below: 0'
    night --jobs 1
    sql -c "delete from meta.setting where name = 'linked_for'" \
        -c "insert into linkage.changed select patient_key from linkage.link"
    small_night "all sent again, and as they were"
    is "all sent again, and as they were: nothing is looked at" 0 "$(linking .changed)"
    sed -i '/^linkage:/d' "$site/joinedup.yaml"
    sql -c "delete from meta.setting where name = 'linked_for'"
    night --jobs 1
    is "a small site is linked anew each time" "so few that every night links all (below linkage: full_below)" "$(linking .reason)"
    is "the report says so" 1 "$("$joinedup" run --site "$site" --jobs 1 | grep -c 'persons')"
}

# ---- at rest ----

sealed() {
    is "blocking keys are sealed" t "$(sql -c "select bool_and(get_byte(sealed, 0) = 1) and count(distinct substr(sealed, 2, 12)) = count(*)
        from linkage.key_segment")"
    sql -c "update linkage.key_segment set sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40))" \
        -c "delete from meta.setting where name = 'linked_for'" \
        -c "update linkage.link set fingerprint = 0 where patient_key = (select patient_key from linkage.link order by 1 limit 1)" \
        -c "insert into linkage.changed select patient_key from linkage.link order by 1 limit 1"
    link_settings 'full_below: 0'
    night --jobs 1
    is "keys that were changed are refused" JU1024 "$(jq -r .error.code "$work/run.json")"
}

orders
withdrawn
stewards
anew
sealed
echo "incremental nights: $incremental"
finish
