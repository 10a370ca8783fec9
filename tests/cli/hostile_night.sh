#!/bin/bash
# hostile_night.sh: odd entries in landing, a wrong key, a full disk, a server that stops.
set -euo pipefail
# shellcheck source=tests/cli/hostile.bash
source "$(dirname "$0")/hostile.bash"

# ---- the file and its place ----

odd_files() {
    next_case
    good_rows > "$bad"
    land "$bad" "$smi_name"
    exec 9>> "$site/landing/$smi_name"
    left "a file that is still being written" "$smi_name" JU1203
    exec 9>&-
    night
    is "it is taken once it is closed" "applied 0" "$(delivery "$smi_name" .state) $status"

    next_case
    good_rows > "$bad"
    mkdir -p "$site/landing/a"
    land "$bad" "a/$smi_name"
    land "$bad" "$smi_name"
    night_with_good
    # The folder is left out of what is told: nobody checks what it is called.
    expect "the first and the second" "applied already" "$(delivery "$smi_name" .state | xargs)"
    expect "exit status" 0 "$status"
    expect "rows" 3 "$(sql -c "select count(*) from warehouse.health_check where practice = '$practice'")"
    verdict "the same file twice in one night"

    land "$bad" "GP_SMI_${practice,,}_20260430.csv"
    faults=
    night
    expect state already "$(delivery "GP_SMI_${practice,,}_20260430.csv" .state)"
    expect rows 3 "$(sql -c "select count(*) from warehouse.health_check where practice = '$practice'")"
    expect "exit status" 0 "$status"
    verdict "a file that was renamed"

    next_case
    good_rows > "$work/elsewhere"
    ln -s "$work/elsewhere" "$site/landing/$smi_name"
    left "a symbolic link" "$smi_name" JU1205
    is "a link makes the night partial" 6 "$status"

    next_case
    mkfifo "$site/landing/$smi_name"
    left "a pipe" "$smi_name" JU1205

    next_case
    good_rows > "$bad"
    land "$bad" "Jane Smith 9990000018.csv"
    night_with_good
    expect state left "$(jq -r '.deliveries[] | select(.feed == "") | .state' "$work/run.json")"
    expect code JU1201 "$(jq -r '.deliveries[] | select(.feed == "") | .error.code' "$work/run.json")"
    expect "its name anywhere in the report" 0 "$(grep -c -e Smith -e 9990000018 "$work/run.json" "$work/run.err" | awk -F : "{ n += \$2 } END { print n }")"
    verdict "a file no feed claims, its name unsaid (JU1201)"

    next_case
    { good_rows; printf '"%s' "$(one_more)"; } > "$bad"
    land "$bad" "$smi_name"
    night
    land "$bad" "$smi_name"
    night_with_good
    expect state refused "$(delivery "$smi_name" .state)"
    expect code JU1207 "$(delivery "$smi_name" .error.code)"
    verdict "the same bad file again (JU1207)"
}

# ---- the site and its machine ----

wrong_key() {
    local key
    next_case
    good_rows > "$bad"
    land "$bad" "$smi_name"
    key=$(find "$site/keys" -type f | head -n 1)
    mv "$key" "$work/right.key"
    "$joinedup" key new --site "$site" > /dev/null
    sql -c "select count(*) from meta.delivery" > "$work/before"
    status=0
    "$joinedup" run --site "$site" --json > "$work/run.json" 2> "$work/run.err" || status=$?
    is "a wrong key is refused" "3 JU1007" "$status $(jq -r .error.code "$work/run.json")"
    check "a wrong key: the file stays" test -f "$site/landing/$smi_name"
    is "a wrong key: nothing is written" "$(cat "$work/before")" "$(sql -c "select count(*) from meta.delivery")"
    mv "$work/right.key" "$key"
    night
    is "with the right key the night goes on" "applied 0" "$(delivery "$smi_name" .state) $status"
}

# full FOLDER: the night with a folder of the site on a disk of 48 KiB, mounted for the run alone.
full() {
    next_case
    month
    mhsds_tables "$work/month" "$provider" 202604 2026-05-10T08:00:00 4000 $((number * 20))
    sed -i 's/-14,30,/-99,30,/' "$work/month/MHS201CareContact.csv" # rows to remember as refused
    zip_folder "$work/month" "$bad"
    land "$bad" "$zip_name"
    status=0
    # shellcheck disable=SC2016
    unshare -m bash -c 'mount -t tmpfs -o size=48k,mode=700 none "$1/$2" && exec "$3" run --site "$1" --json' \
        full "$site" "$1" "$joinedup" > "$work/run.json" 2> "$work/run.err" || status=$?
    is "no space in $1/: told with its code" "9 failed JU1012" \
        "$status $(delivery "$zip_name" '.state + " " + .error.code')"
    check "no space in $1/: the file stays" test -f "$site/landing/$zip_name"
    is "no space in $1/: nothing half loaded" "" "$(strangers)"
    night
    is "no space in $1/: with room again it is applied" "applied 0" "$(delivery "$zip_name" .state) $status"
}

full_disks() {
    if ! unshare -m true 2> /dev/null; then
        skip "no space left on the disk" "mounting a small disk needs root"
        return
    fi
    full archive
    full work
}

# The server stops as in a crash while it takes in a large delivery.
server_stops() {
    local tries=0
    next_case
    month
    mhsds_tables "$work/month" "$provider" 202604 2026-05-10T08:00:00 20000 $((number * 20))
    zip_folder "$work/month" "$bad"
    land "$bad" "$zip_name"
    "$joinedup" run --site "$site" --json > "$work/run.json" 2> "$work/run.err" &
    while [ "$(sql -c "select count(*) from pg_stat_progress_copy where tuples_processed > 1000")" = 0 ] &&
        [ $tries -lt 600 ]; do
        tries=$((tries + 1))
    done
    server_stop "$site" QUIT
    status=0
    wait $! || status=$?
    # The run may have started the server again and loaded on its second try; else it says why not.
    case "$status $(delivery "$zip_name" '.state + " " + (.error.code // "")')" in
    "0 applied "* | "5 failed JU1008" | "5 failed JU1009") ok "Postgres stopped in mid-COPY: exit status $status" ;;
    *) not_ok "Postgres stopped in mid-COPY: exit status $status, $(head -c 400 "$work/run.json" "$work/run.err")" ;;
    esac
    night
    is "Postgres stopped in mid-COPY: the next night ends well" 0 "$status"
    is "Postgres stopped in mid-COPY: every row is there once" "20000 60000" \
        "$(sql -F ' ' -c "select (select count(*) from warehouse.patient_month where provider = '$provider'),
                                 (select count(*) from warehouse.care_contact where provider = '$provider')")"
    is "Postgres stopped in mid-COPY: nothing else is there" "" "$(strangers)"
}

site_new site
odd_files
wrong_key
full_disks
server_stops
finish
