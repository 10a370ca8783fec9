#!/bin/bash
# run.sh: what speed and memory the program has on this machine, as ratios within one run. Nothing
# here is a test: it prints what it finds. BENCH_CONTACTS (default 1000000) rows of care contacts;
# BENCH_GIB=1 adds the memory of a delivery of a gigabyte; BENCH_TIMES (default 3) rounds.
#
# Linkage comes last, in a table of its own (link.sh).
#
# The yardstick is psql's \copy of the same file of contacts into an unlogged table of text columns
# on the same server. "Load" is what ends in the same place, the rows in staging: parsed in the
# sandbox, validated, pseudonymised, copied. The whole delivery and the whole night are told beside.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

contacts=${BENCH_CONTACTS:-1000000}
times=${BENCH_TIMES:-3}

seconds_of() { # COMMAND...: its wall time
    local start=$EPOCHREALTIME
    "$@" > "$work/out" 2> "$work/err" || { cat "$work/err" >&2; return 1; }
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

machine() {
    echo "machine       $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores," \
        "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)," \
        "$(sql -c 'show server_version' | sed 's/^/Postgres /')"
}

# ---- the delivery ----

make_delivery() { # FOLDER CONTACTS
    mkdir -p "$1"
    "$synth" --bench-contacts "$2" --out "$1" > /dev/null
    find "$1" -name '*.zip' -exec touch -d '1 hour ago' {} +
}

delivery_file() { find "$1" -name '*.zip' | head -n 1; }

empty_site() {
    sql -f tests/fault/reset.sql
    rm -rf "${site:?}"/{archive,held,work,landing}/*
}

land_delivery() { cp -p "$(delivery_file "$1")" "$site/landing/"; }

# ---- against \copy ----

# The table a person would make for a first look: every column text.
make_text_table() {
    local columns
    columns=$(head -n 1 "$work/contacts.csv" | tr -d '\r\357\273\277' | sed 's/,/ text, /g')
    sql -c "set client_min_messages = warning; drop table if exists harness.contacts; create unlogged table harness.contacts ($columns text)"
}

copy_once() {
    make_text_table
    seconds_of sql -c "\\copy harness.contacts from '$work/contacts.csv' with (format csv, header)"
}

rounds() {
    local round
    unzip -p "$(delivery_file "$work/large")" MHS201CareContact.csv > "$work/contacts.csv"
    : > "$work/copy"
    : > "$work/whole"
    : > "$work/night"
    for ((round = 1; round <= times; round++)); do
        copy_once >> "$work/copy"
        empty_site
        land_delivery "$work/large"
        "$BUILD/split" "$site" > "$work/split.$round"
        seconds_of "$joinedup" run --site "$site" --json >> "$work/night"
        jq '.deliveries[0].seconds' "$work/out" >> "$work/whole"
        cp "$work/out" "$work/run.json"
    done
}

part() { # NAME: its median over the rounds
    sed -n "s/^$1=//p" "$work"/split.* > "$work/part"
    median "$work/part"
}

tell_speed() {
    local copy rows
    copy=$(median "$work/copy")
    rows=$(($(wc -l < "$work/contacts.csv") - 1))
    echo "delivery      $rows care contacts, $(stat -c %s "$work/contacts.csv" | awk '{ printf "%.1f MB", $1 / 1e6 }')" \
        "of CSV; $(part rows) rows in all its tables"
    echo "\\copy         $copy s"
    echo "load          $(part stage) s  (to staging)"
    echo "load/copy ratio $(ratio "$(part stage)" "$copy")"
    echo "split         parse $(part parse) s, validate $(part validate) s, hash $(part hash) s," \
        "COPY $(part copy) s  (one after the other; the parser runs beside the rest)"
    echo "hashing       $(part tokens) tokens, $(awk -v s="$(part hash)" -v n="$(part tokens)" 'BEGIN { printf "%.0f", s / n * 1e9 }') ns each"
    echo "whole delivery $(median "$work/whole") s  (sealed, staged, in the warehouse, committed:" \
        "$(ratio "$(median "$work/whole")" "$copy") of \\copy)"
    echo "whole night   $(median "$work/night") s  (linked, measured, published)"
}

# ---- memory ----

children_status() { # PID
    local child
    for child in $(cat "/proc/$1/task/$1/children" 2> /dev/null); do
        echo "/proc/$child/status"
    done
}

# Peaks of the run and its parser in MiB, looked at while they live.
watch_peaks() { # PID
    while kill -0 "$1" 2> /dev/null; do
        # shellcheck disable=SC2046
        awk '/^Name:/ { name = $2 } /^VmHWM:/ { print name, $2 }' "/proc/$1/status" \
            $(children_status "$1") 2> /dev/null || true
        sleep 0.02
    done | awk '$2 > peak[$1] { peak[$1] = $2 }
                END { for (name in peak) printf "%s %.1f\n", name, peak[name] / 1024 }'
}

tell_memory() { # FOLDER
    local run keys
    empty_site
    land_delivery "$1"
    "$joinedup" run --site "$site" --jobs 1 --json > "$work/run.json" 2> "$work/err" &
    run=$!
    watch_peaks "$run" > "$work/peaks"
    wait "$run"
    keys=$(jq '.deliveries[0].key_bytes' "$work/run.json")
    echo "memory        $(du -m "$(delivery_file "$1")" | cut -f 1) MB zip of" \
        "$(unzip -l "$(delivery_file "$1")" | tail -n 1 | awk '{ printf "%.0f MB", $1 / 1e6 }'):" \
        "loader $(sed -n 's/^joinedup //p' "$work/peaks") MiB, parser $(sed -n 's/^joinedup-parser //p' "$work/peaks") MiB"
    jq -r --argjson keys "$keys" '.deliveries[0].tables |
        (map(select(.table == "MHS001MPI"))[0].received) as $persons |
        "keys held     \($keys) bytes: \($keys / $persons | floor) a person of \($persons), \($keys / (map(.received) | add) | . * 10 | floor / 10) a row; in the loader peak above"' \
        "$work/run.json"
}

tell_quiet_night() {
    local round
    : > "$work/quiet"
    for ((round = 1; round <= 5; round++)); do
        seconds_of "$joinedup" run --site "$site" --quiet >> "$work/quiet"
    done
    echo "quiet night   $(median "$work/quiet") s  (nothing new)"
}

make -s -f tests/tools.mk BUILD="$BUILD" "$BUILD/split" > "$work/make.log" 2>&1 || { cat "$work/make.log"; exit 1; }
site_new site
sql -f tests/fault/keep.sql
machine
make_delivery "$work/large" "$contacts"
rounds
tell_speed
tell_memory "$work/large"
if [ "${BENCH_GIB:-0}" = 1 ]; then
    rm -rf "$work/large"
    make_delivery "$work/gib" $((contacts * 9))
    tell_memory "$work/gib"
fi
tell_quiet_night

# Linkage by itself: the server sleeps meanwhile.
server_stop "$site"
echo
BUILD=$BUILD tests/bench/link.sh
