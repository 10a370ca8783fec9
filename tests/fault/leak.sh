#!/bin/bash
# leak.sh: no identifying value leaves the loader's memory. A population of canaries (names, NHS
# numbers, dates of birth, postcodes, local ids that exist nowhere else) goes through two nights with
# bad rows, bad files and a killed loader; then everything the program and its server have written is
# searched for them, in every form they could take. held/ keeps refused files as they came and is no
# part of this. At the end a canary is planted in each place, to show that the search would have found
# it.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

feeds=$work/feeds
truth=$work/truth
reports=$work/reports
patterns=$work/patterns

# ---- what is searched for ----

values() { awk -F , -v kind="$1" '$1 == kind { print $2 }' "$work/canaries"; }

# Each byte followed by NUL: UTF-16 of ASCII.
utf16() { sed 's/./&\x00/g'; }

make_patterns() {
    tail -n +2 "$truth/canaries.csv" | tr -d '\r' | sort -u > "$work/canaries"
    cut -d , -f 2 "$work/canaries" > "$work/plain"
    {
        cat "$work/plain"
        tr '[:lower:]' '[:upper:]' < "$work/plain"
        tr '[:upper:]' '[:lower:]' < "$work/plain"
        utf16 < "$work/plain"
        while read -r value; do printf '%s' "$value" | xxd -p; done < <(values nhs_number)
        values nhs_number | sed 's/^\(...\)\(...\)/\1 \2 /'
        values nhs_number | sed 's/^\(...\)\(...\)/\1-\2-/'
        values postcode | tr -d ' '
        values date_of_birth | grep -E '^[0-9]{4}-' | sed 's/-//g; p; s!\(....\)\(..\)\(..\)!\3/\2/\1!'
    } | sort -u > "$patterns"
}

# found PLACE...: how many of its files hold a canary.
found() {
    local status=0
    grep -raFl -f "$patterns" "$@" > "$work/hits" 2> "$work/grep.err" || status=$?
    if [ "$status" -gt 1 ]; then
        cat "$work/grep.err" >&2
        return 1
    fi
    wc -l < "$work/hits"
}

# What tells where a hit is without printing it.
tell_hits() {
    head -n 3 "$work/hits"
    while read -r file; do
        grep -aoFf "$patterns" "$file" | head -n 200 | sort -u | grep -aFxf - "$work/plain" | head -n 1 |
            grep -aFf - "$work/canaries" | cut -d , -f 1 | sort | uniq -c || true
    done < <(head -n 3 "$work/hits")
}

clean() { # NAME PLACE...
    local name=$1 hits
    shift
    hits=$(found "$@")
    if [ "$hits" = 0 ]; then ok "$name: no canary"; else not_ok "$name: $hits files hold canaries: $(tell_hits | tr '\n' ' ')"; fi
}

# ---- the nights ----

# Files nobody can load, with canaries in them and in a name.
bad_files() {
    local surname nhs
    surname=$(values surname | sed -n 1p)
    nhs=$(values nhs_number | sed -n 1p)
    { echo "$smi_header"; printf '"%s,%s' "$nhs" "$surname"; } > "$work/bad"
    land "$work/bad" gp_smi_G85999_20260930.csv
    { echo "$surname,$nhs,1938-02-17"; echo "$nhs,$surname,x"; } > "$work/bad"
    land "$work/bad" gp_smi_G85998_20260930.csv # its first row is no header
    { echo "$smi_header,$nhs"; smi_csv G85997 2 900 | tail -n +2 | sed "s/\$/,$surname/"; } > "$work/bad"
    land "$work/bad" gp_smi_G85997_20260930.csv # a column nobody knows, headed by a value
    land "$work/bad" "$surname $nhs.csv"
    land "$work/bad" "$surname.docx"
}

report() { # NAME COMMAND...: its output, both ways, without the fractions of seconds in it
    local name=$1
    shift
    "$joinedup" "$@" --site "$site" 2>&1 | sed 's/[0-9]*\.[0-9]*//g' > "$reports/$name.txt" || true
    "$joinedup" "$@" --site "$site" --json 2>&1 | sed 's/[0-9]*\.[0-9]*//g' > "$reports/$name.json" || true
}

nights() {
    local month
    mkdir "$reports"
    "$synth" --out "$feeds" --truth "$truth" --people "${LEAK_PEOPLE:-2000}" --months 3 --canaries yes \
        --errors yes --late yes --seed 5 > /dev/null
    make_patterns
    cat "$truth/senders.yaml" >> "$site/joinedup.yaml"
    find "$feeds" -type f -exec touch -d '1 hour ago' {} +
    find "$feeds" -maxdepth 1 -type f -exec cp -p {} "$site/landing/" \;
    bad_files
    report plan plan
    report first_night run --log-level debug
    mkdir -p "$site/landing/late"
    cp -p "$feeds"/late/* "$site/landing/late/"
    report second_night run --log-level debug
    report check check
    report status status
    report rejects rejects --rows --limit 100000
    report warnings rejects --warnings --limit 100000
    report measures measures list
    for month in 2026-07 2026-08 2026-09; do
        "$joinedup" measures export --site "$site" --period-end $month --exact --out "$reports/$month.exact.csv" > /dev/null 2>&1
        "$joinedup" measures export --site "$site" --period-end $month --out "$reports/$month.csv" > /dev/null 2>&1
    done
}

# ---- the loader's memory ----

start_load() { # WRAPPER...: a large delivery of canaries, until the loader is at it
    local tries=0
    cp "$work/large.zip" "$site/landing/MHSDS_RPG_202501.zip"
    touch -d '1 hour ago' "$site/landing/MHSDS_RPG_202501.zip"
    (cd "$work/cwd" && ulimit -c unlimited && exec "$@" "$joinedup" run --site "$site" --jobs 1 --quiet) \
        > "$reports/killed.txt" 2>&1 &
    run=$!
    while [ "$(sql -c "select count(*) from pg_stat_progress_copy where tuples_processed > 100")" = 0 ] &&
        [ $tries -lt 300 ]; do
        tries=$((tries + 1))
    done
}

make_large() {
    mhsds_tables "$work/large" RPG 202501 2025-02-10T08:00:00 20000 1
    # The patients are canaries: their ids, NHS numbers, birth dates and postcodes.
    values local_id > "$work/ids"
    values nhs_number > "$work/numbers"
    values postcode > "$work/postcodes"
    paste -d , "$work/ids" "$work/numbers" "$work/postcodes" | sed -n 1,500p |
        awk -F , -v OFS=, '$1 != "" && $2 != "" && $3 != "" { print $1, "RPG", $2, "1938-02-17", $3, 1, 1, "A" }' \
            >> "$work/large/MHS001MPI.csv"
    zip_folder "$work/large" "$work/large.zip"
}

dumps() {
    mkdir "$work/cwd"
    make_large
    strace -qq -e trace=prctl -o "$work/strace" "$joinedup" run --site "$site" --quiet
    check "the program makes itself undumpable" grep -q 'PR_SET_DUMPABLE, \(SUID_DUMP_DISABLE\|0\)' "$work/strace"
    start_load env
    is "a loader at work may not leave a core" "0 0" \
        "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$run/limits")"
    # shellcheck disable=SC2016
    check "the key is in locked memory" awk '/^VmLck:/ && $2 > 0 { found = 1 } END { exit !found }' "/proc/$run/status"
    kill -SEGV "$run"
    { wait "$run"; } 2> /dev/null || true
    is "a loader that crashes leaves no core" "" "$(find "$work/cwd" "$site/work" "$site/landing" -name '*core*')"
    rm -f "$site"/landing/MHSDS_RPG_202501.zip
    case $(cat /proc/sys/kernel/core_pattern) in
    core*)
        (cd "$work/cwd" && ulimit -c unlimited 2> /dev/null && exec sleep 60) &
        run=$!
        sleep 0.2
        kill -SEGV "$run"
        { wait "$run"; } 2> /dev/null || true
        if [ -n "$(find "$work/cwd" -name '*core*')" ]; then
            ok "another program that crashes there does leave one"
        else
            skip "another program that crashes there does leave one" "this machine writes no cores"
        fi
        ;;
    *) skip "another program that crashes there does leave one" "this machine hands cores to a program" ;;
    esac
}

# ---- the search ----

search_all() { # WHEN
    clean "the database, $1" "$site/postgres/data/base" "$site/postgres/data/global" "$site/postgres/data/pg_xact"
    clean "the write-ahead log, $1" "$site/postgres/data/pg_wal"
    clean "the server's logs, $1" "$site/postgres/log"
    clean "the rest of the server's folder, $1" "$site/postgres"
    clean "the sealed archive, $1" "$site/archive"
    clean "work/, $1" "$site/work"
    clean "reports, rejects, exports and logs, $1" "$reports"
}

preconditions() {
    check "there are 1,000 canaries" test "$(wc -l < "$work/plain")" -ge 1000
    is "of every kind" "date_of_birth forename local_id nhs_number postcode surname" \
        "$(cut -d , -f 1 "$work/canaries" | sort -u | tr '\n' ' ' | sed 's/ $//')"
    check "canaries were loaded" test "$(sql -c "select count(*) from linkage.record")" -gt 500
    check "rows with canaries were refused" test "$(sql -c "select count(*) from quality.reject")" -gt 50
    check "files with canaries were refused" test "$(sql -c "select count(*) from meta.delivery where state = 'refused'")" -ge 2
    check "the files that came are full of them" test "$(found "$feeds")" -gt 20
    check "reports were written" test "$(find "$reports" -type f -size +100c | wc -l)" -ge 10
    check "the server keeps a log" test -n "$(find "$site/postgres/log" -name '*.log')"
}

# planted NAME PLACE: the canary put there is found there.
planted() {
    check "control: a canary in $1 is found" test "$(found "$2")" -ge 1
}

controls() {
    local surname nhs
    surname=$(values surname | tail -n 1)
    nhs=$(values nhs_number | tail -n 1)
    sql -c "create table public.planted (value text); insert into public.planted values ('$surname'); checkpoint"
    planted "a table" "$site/postgres/data/base"
    planted "the write-ahead log" "$site/postgres/data/pg_wal"
    sql -c "do \$\$ begin raise log 'planted %', '$surname'; end \$\$" 2> /dev/null
    planted "the server's log" "$site/postgres/log"
    for place in "$site/archive" "$site/work" "$reports"; do
        echo "x${surname}x" > "$place/planted"
        planted "${place##*/}" "$place"
        rm "$place/planted"
    done
    mkdir "$work/forms"
    for form in "$(printf '%s' "$nhs" | utf16 | base64)" "$(printf '%s' "$nhs" | xxd -p | base64)" \
        "$(printf '%s' "$nhs" | sed 's/^\(...\)\(...\)/\1 \2 /' | base64)" \
        "$(printf 'xx%s' "$surname" | tr '[:lower:]' '[:upper:]' | base64)"; do
        base64 -d <<< "$form" > "$work/forms/file"
        planted "another form" "$work/forms"
    done
}

site_new site
nights
dumps
preconditions
sql -c checkpoint
search_all "while the server runs"
server_stop "$site" INT
search_all "after it stopped"
"$joinedup" status --site "$site" > /dev/null
controls
finish
