#!/bin/bash
# exactly_once.sh: one night, exactly once. The same deliveries, however often and in whatever order
# they come, and whoever is killed on the way, give the same warehouse.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

# Four deliveries: a month, the same month resubmitted with fewer patients, an older extract of it
# that was late, and another trust's month.
make_deliveries() {
    mkdir -p "$work/made"
    mhsds_zip "$work/made/first" RV5 202604 2026-05-10T08:00:00 4 1
    mhsds_zip "$work/made/again" RV5 202604 2026-05-20T08:00:00 3 2
    mhsds_zip "$work/made/older" RV5 202604 2026-05-05T08:00:00 2 1
    mhsds_zip "$work/made/other" RPG 202604 2026-05-11T08:00:00 3 3
    smi_csv G85001 5 > "$work/made/smi"
}

land_as() { # MADE NAME
    mkdir -p "$(dirname "$site/landing/$2")"
    land "$work/made/$1" "$2"
}

reset() {
    sql -f tests/fault/reset.sql
    rm -rf "${site:?}"/{archive,held,work,landing}/*
}

states() { jq -r '[.deliveries[].state] | join(" ")' "$work/run.json"; }

# All orders of the words given, one a line.
orders() {
    local word rest
    if [ $# -le 1 ]; then
        echo "$*"
        return
    fi
    for word in "$@"; do
        rest=" $* "
        rest=${rest/ $word / }
        # shellcheck disable=SC2086
        orders $rest | sed "s/^/$word /"
    done
}

# land_order WORD...: folders make the order of arrival, since names are the same.
land_order() {
    local place=1 word
    for word in "$@"; do
        case $word in
        other) land_as other "$place/MHSDS_RPG_202604.zip" ;;
        *) land_as "$word" "$place/MHSDS_RV5_202604.zip" ;;
        esac
        place=$((place + 1))
    done
}

again_and_again() {
    local time
    reset
    for time in 1 2 3; do
        land_order first other
        land_as smi gp_smi_G85001_20260430.csv
        night
        is "run $time of the same landing: exit status" 0 "$status"
        is "run $time: what became of the deliveries" \
            "$([ $time = 1 ] && echo applied applied applied || echo already already already)" "$(states)"
        is "run $time: landing is empty" "" "$(find "$site/landing" -type f)"
        digest all > "$work/digest.$time"
    done
    check "run 2 changes nothing" cmp "$work/digest.1" "$work/digest.2"
    check "run 3 changes nothing" cmp "$work/digest.1" "$work/digest.3"
    is "rows of patients are there once" 7 "$(sql -c "select count(*) from warehouse.patient_month")"
}

every_order() {
    local order count=0 wrong=0
    reset
    land_order again other
    night
    digest applied > "$work/expected"
    while read -r order; do
        reset
        # shellcheck disable=SC2086
        land_order $order
        night --jobs 2
        digest applied > "$work/found"
        count=$((count + 1))
        if [ "$status" -ne 0 ] || ! cmp -s "$work/expected" "$work/found"; then
            wrong=$((wrong + 1))
            not_ok "order $order: exit status $status, $(states)"
        fi
    done < <(orders first again older other)
    is "$count orders of four deliveries give one warehouse" "24 0" "$count $wrong"
}

night_by_night() {
    local order word
    for order in "again older first" "older first again" "first again older"; do
        reset
        for word in $order other; do
            land_order "$word"
            night
        done
        digest applied > "$work/found"
        check "a night each, $order: the same warehouse" cmp "$work/expected" "$work/found"
    done
}

resubmission() {
    reset
    mhsds_zip "$work/made/march" RV5 202603 2026-04-10T08:00:00 4 1
    land_as march MHSDS_RV5_202603.zip
    land_order first other
    night
    sql -c "select * from warehouse.patient_month where month <> '2026-04-01' or provider <> 'RV5' order by 1, 7" > "$work/before"
    land_as again MHSDS_RV5_202604.zip
    night
    sql -c "select * from warehouse.patient_month where month <> '2026-04-01' or provider <> 'RV5' order by 1, 7" > "$work/after"
    check "a resubmitted month leaves all other months as they were" cmp "$work/before" "$work/after"
    check "there are other months" test -s "$work/before"
    is "the month now has the rows of the later extract" "3 9" \
        "$(sql -F ' ' -c "select (select count(*) from warehouse.patient_month where provider = 'RV5' and month = '2026-04-01'),
                                 (select count(*) from warehouse.care_contact where provider = 'RV5' and month = '2026-04-01')")"
    is "the ledger says what took whose place" 1 \
        "$(sql -c "select count(*) from meta.delivery as o join meta.delivery as n on n.delivery_id = o.replaced_by
                    where o.state = 'replaced' and n.state = 'applied'")"
    land_as older MHSDS_RV5_202604.zip
    night
    is "an older extract is superseded" "superseded 0" "$(states) $status"
    is "an older extract changes no row" 3 \
        "$(sql -c "select count(*) from warehouse.patient_month where provider = 'RV5' and month = '2026-04-01'")"
}

renamed() {
    reset
    land_as smi gp_smi_G85001_20260430.csv
    night
    digest all > "$work/expected"
    land_as smi moved/GP_SMI_g85001_20260430.csv
    night
    digest all > "$work/found"
    is "the same content under another name is known" "already 0" "$(states) $status"
    check "it changes nothing" cmp "$work/expected" "$work/found"
}

# ---- killed and crowded ----

land_large() {
    land "$work/made/large" MHSDS_RV5_202604.zip
    land_as smi gp_smi_G85001_20260430.csv
    land_as other MHSDS_RPG_202604.zip
}

# wait_copy: until a loader is sending rows of the large delivery.
wait_copy() {
    local tries=0
    while [ "$(sql -c "select count(*) from pg_stat_progress_copy where tuples_processed > 1000")" = 0 ]; do
        tries=$((tries + 1))
        if [ $tries -gt 600 ]; then
            return 1
        fi
    done
}

# children PID NAME: processes of that name whose parent is PID.
children() {
    local child name
    read -r -a child < <(cat "/proc/$1/task/$1/children" 2> /dev/null) || true
    for child in "${child[@]}"; do
        if read -r name < "/proc/$child/comm" && [ "$name" = "$2" ]; then echo "$child"; fi
    done 2> /dev/null
}

start_night() { # OPTION...
    "$joinedup" run --site "$site" --json "$@" > "$work/run.json" 2> "$work/run.err" &
    run=$!
}

end_night() {
    status=0
    wait "$run" || status=$?
}

# A refusal is of a content under a name: under the right name it is judged anew, whichever came first.
refused_for_its_name() {
    reset
    land_as first MHSDS_RV5_202605.zip
    night
    is "a month under the name of another is refused" "refused 6" "$(states) $status"
    land_as first MHSDS_RV5_202605.zip
    night
    is "and again under the same name" "refused JU1207" \
        "$(states) $(jq -r '.deliveries[].error.code' "$work/run.json")"
    land_as first MHSDS_RV5_202604.zip
    night
    is "under its own name it is applied" "applied 0" "$(states) $status"
    is "its rows are there" 4 "$(sql -c "select count(*) from warehouse.patient_month")"
    land_as first MHSDS_RV5_202605.zip
    night
    is "and then known under any name" "already 0" "$(states) $status"
}

# A register may be again what it was: each snapshot is a delivery of its own, and the same one is not.
snapshots() {
    local day
    reset
    smi_csv G85001 2 > "$work/made/two"
    smi_csv G85001 3 > "$work/made/three"
    land_as two gp_smi_G85001_20260131.csv
    land_as three gp_smi_G85001_20260228.csv
    land_as two gp_smi_G85001_20260331.csv
    night
    is "a register that is again what it was is a delivery of its own" "applied applied applied" \
        "$(states)"
    is "and the last snapshot is the last one sent" "2026-03-31 2" "$(sql -F ' ' -c "
        select extract_date, count(*) from warehouse.health_check
         group by 1 order by 1 desc limit 1")"
    land_as two "again/gp_smi_G85001_20260331 (1).csv"
    night
    is "the same snapshot under another name is known" already "$(states)"
    for day in 31 28; do
        land_as three "gp_smi_G85001_202602$day.csv"
    done
    night
    is "a name that is almost right is told" "6 JU1208" \
        "$status $(jq -r '[.deliveries[].error.code | select(. != null)] | join(" ")' "$work/run.json")"
}

# A correction beside its original, in one night: the correction counts, whatever mark it bears.
corrections() {
    local mark
    for mark in ' (1)' '-v2' '_v2'; do
        reset
        support_csv 3 > "$work/made/original"
        support_csv 5 > "$work/made/correction"
        land_as original HUB_support_202604.csv
        land_as correction "HUB_support_202604$mark.csv"
        night
        is "a correction named '$mark' counts" 5 \
            "$(sql -c 'select count(*) from warehouse.support_session')"
    done
}

two_at_once() {
    reset
    land_large
    start_night
    wait_copy || not_ok "the large delivery is seen loading"
    status=0
    "$joinedup" run --site "$site" --json > "$work/second.json" 2> "$work/second.err" || status=$?
    is "a second run at the same time is refused" "7 JU1011" \
        "$status $(jq -r '.error.code' "$work/second.json")"
    end_night
    is "the first run goes on to its end" 0 "$status"
    digest all > "$work/large.digest"
}

rerun_is_clean() { # NAME
    night
    is "$1: the next run ends well" 0 "$status"
    digest all > "$work/found"
    check "$1: the warehouse is as if nothing had happened" cmp "$work/large.digest" "$work/found"
}

killed_worker() {
    local worker
    reset
    land_large
    start_night --jobs 2
    wait_copy || not_ok "the large delivery is seen loading"
    for worker in $(children "$run" joinedup); do
        if [ -n "$(children "$worker" joinedup-parser)" ]; then kill -KILL "$worker"; fi
    done
    end_night
    is "a worker is killed: the run says so" "70 JU1015" \
        "$status $(delivery MHSDS_RV5_202604.zip .error.code)"
    is "a worker is killed: its delivery failed" failed "$(delivery MHSDS_RV5_202604.zip .state)"
    is "a worker is killed: nothing of its delivery is there" 0 \
        "$(sql -c "select count(*) from warehouse.patient_month where provider = 'RV5'")"
    is "a worker is killed: the other deliveries went on" "applied applied" \
        "$(delivery MHSDS_RPG_202604.zip .state) $(delivery gp_smi_G85001_20260430.csv .state)"
    check "a worker is killed: its file is still in landing" test -f "$site/landing/MHSDS_RV5_202604.zip"
    rerun_is_clean "a worker is killed"
}

killed_parser() {
    local worker parser
    reset
    land_large
    start_night --jobs 2
    wait_copy || not_ok "the large delivery is seen loading"
    for worker in $(children "$run" joinedup); do
        for parser in $(children "$worker" joinedup-parser); do kill -KILL "$parser"; done
    done
    end_night
    is "the parser is killed: told with its code" "failed JU1250" \
        "$(delivery MHSDS_RV5_202604.zip '.state + " " + .error.code')"
    is "the parser is killed: nothing of the delivery is there" 0 \
        "$(sql -c "select count(*) from warehouse.patient_month where provider = 'RV5'")"
    rerun_is_clean "the parser is killed"
}

stopped_run() { # SIGNAL STATUS
    reset
    land_large
    start_night --jobs 2
    wait_copy || not_ok "the large delivery is seen loading"
    kill -"$1" "$run"
    { end_night; } 2> /dev/null
    is "the run gets SIG$1: exit status" "$2" "$status"
    is "the run gets SIG$1: no worker outlives it" "" "$(children "$run" joinedup)"
    rerun_is_clean "the run gets SIG$1"
}

site_new site
make_deliveries
mhsds_zip "$work/made/large" RV5 202604 2026-05-10T08:00:00 40000 1
sql -f tests/fault/keep.sql
again_and_again
every_order
night_by_night
resubmission
renamed
refused_for_its_name
snapshots
corrections
two_at_once
killed_worker
killed_parser
stopped_run KILL 137
stopped_run TERM 130
finish
