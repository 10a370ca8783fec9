#!/bin/bash
# rotate.sh: key rotate is killed at a system call, at a moment by chance, or its server is. Whatever
# the moment, all tokens are of the key of before or all are of the new one, the next command uses
# the key that fits, and turned back to their origins the rows are those there were.
#
# FAULT_POINTS: at how many system calls (default 50): half spread over the whole rotation, half over
# its last calls, around the commit and the rename of the key file. A fifth of them more by chance, a
# fifth with the server, and a few calls that fail instead.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"
# shellcheck source=tests/rotation.bash
source tests/rotation.bash

points=${FAULT_POINTS:-50}
[ "$points" != all ] || points=1000000
few=$((points > 1000 ? 50 : points / 5))
tail_calls=60
rotated=0
stayed=0
mixed=0
sites=0

# ---- the site ----

make_deliveries() {
    mkdir -p "$work/landing" "$work/later"
    mhsds_zip "$work/landing/MHSDS_RV5_202604.zip" RV5 202604 2026-05-10T08:00:00 40 1
    smi_csv G85001 30 20 > "$work/landing/gp_smi_G85001_20260430.csv"
    support_csv 20 10 > "$work/landing/G8H03_support_202604.csv"
    mhsds_zip "$work/later/MHSDS_RV5_202605.zip" RV5 202605 2026-06-10T08:00:00 45 10
    support_csv 25 20 202605 > "$work/later/G8H03_support_202605.csv"
    touch -d '1 hour ago' "$work"/landing/* "$work"/later/*
}

fresh_site() { # a chain has an end: a new site begins another
    sites=$((sites + 1))
    site_new "s$sites"
    cp -p "$work"/landing/* "$site/landing/"
    night
    [ "$status" -eq 0 ] || { not_ok "a clean night ends with $status: $(cat "$work/run.err")"; finish; exit 1; }
    sql -c "insert into linkage.decision (left_key, right_key, same, decided_by, reason)
            select patient_key, partner, false, 'steward', 'a test' from linkage.link where partner is not null
             order by 1 limit 1"
    night
    origins > "$work/clean.rows"
    tokens > "$work/tokens.before"
}

stored_id() { sql -c "select value from meta.setting where name = 'key_id'"; }

# The server may be down: a command starts it.
start_server() { "$joinedup" cluster start --site "$site" --quiet > "$work/start.log" 2>&1; }

# ---- after each ----

# Which command is first after the kill goes round: each has to find the key that fits.
first_command() {
    case $(((rotated + stayed) % 4)) in
    0) "$joinedup" check --site "$site" --json > "$work/next.out" 2> "$work/next.err" ;;
    1) "$joinedup" key check --site "$site" > "$work/next.out" 2> "$work/next.err" ;;
    2) "$joinedup" run --site "$site" --quiet > "$work/next.out" 2> "$work/next.err" ;;
    3) "$joinedup" status --site "$site" --quiet > "$work/next.out" 2> "$work/next.err" ;;
    esac
}

settle() { # NAME
    local before=$id fault="" common
    start_server || fault="the server does not start"
    sql -f tests/fault/wait.sql
    tokens > "$work/tokens.now"
    id=$(stored_id)
    common=$(comm -12 "$work/tokens.before" "$work/tokens.now" | wc -l)
    if [ "$id" = "$before" ]; then
        stayed=$((stayed + 1))
        cmp -s "$work/tokens.before" "$work/tokens.now" || { mixed=$((mixed + 1)); fault="the old key holds, but not for all tokens"; }
    else
        rotated=$((rotated + 1))
        [ "$common" -eq 0 ] || { mixed=$((mixed + 1)); fault="the new key holds, and $common tokens of before are there"; }
        [ "$(wc -l < "$work/tokens.now")" -eq "$(wc -l < "$work/tokens.before")" ] || fault="$fault; other tokens"
    fi
    first_command || fault="$fault; the next command ends with $?: $(head -c 300 "$work/next.err")"
    night
    [ "$status" -eq 0 ] || fault="$fault; a night ends with $status: $(head -c 300 "$work/run.err")"
    [ "$(ls "$site/keys")" = site.key ] || fault="$fault; in keys there are $(ls "$site/keys" | xargs)"
    origins > "$work/found.rows"
    cmp -s "$work/clean.rows" "$work/found.rows" || fault="$fault; the rows differ"
    [ "$(sed -n 's/^id: //p' "$site/keys/site.key" | head -n 1)" = "$id" ] || fault="$fault; the key is not the database's"
    [ -z "$fault" ] || not_ok "$1: $fault"
    cp "$work/tokens.now" "$work/tokens.before"
    if [ "$(grep -c '^key: ' "$site/keys/site.key")" -gt 40 ]; then
        server_stop "$site"
        fresh_site
        id=$(stored_id)
    fi
}

# ---- the moments ----

traced() { # OPTION...
    { timeout -k 2 60 strace -qq "$@" "$joinedup" key rotate --site "$site" --quiet > "$work/rotate.out" 2> "$work/rotate.err"; } 2> "$work/bash.err"
}

spread() {
    awk -v wanted="$1" '{ line[NR] = $0 } END {
        if (wanted > NR) wanted = NR
        for (i = 0; i < wanted; i++) print line[1 + int((i + 0.5) * NR / wanted)]
    }'
}

kill_at_calls() {
    local name occurrence before=$failed count=0 unreached=0 status
    traced -o "$work/trace" || not_ok "a traced rotation ends with $?: $(cat "$work/rotate.err")"
    settle "a rotation nothing happens to"
    is "a rotation nothing happens to rotates" 1 "$rotated"
    sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' "$work/trace" | awk '$1 != "execve" && $1 != "exit_group" { print $1, ++count[$1] }' > "$work/calls"
    { spread $((points - points / 2)) < "$work/calls"; tail -n "$tail_calls" "$work/calls" | spread $((points / 2)); } |
        awk '!seen[$0]++' > "$work/points"
    while read -r name occurrence <&3; do
        status=0
        traced -o "$work/ignored" -e trace="$name" -e inject="$name:signal=KILL:when=$occurrence" || status=$?
        [ "$status" -ne 0 ] || unreached=$((unreached + 1))
        count=$((count + 1))
        settle "killed at $name $occurrence"
    done 3< "$work/points"
    check "nearly every point was reached" test "$unreached" -le $((count / 10 + 1))
    is "killed at $count of $(wc -l < "$work/calls") system calls: one key holds, and the rows are those there were" "$before" "$failed"
    if [ "$points" -ge 50 ]; then
        check "some kills came before the commit and some after" test "$stayed" -gt 5 -a "$rotated" -gt 2
    fi
}

kill_by_chance() { # WHOM: rotate or the server
    local before=$failed number pid
    for ((number = 0; number < few; number++)); do
        "$joinedup" key rotate --site "$site" --quiet > "$work/rotate.out" 2> "$work/rotate.err" &
        pid=$!
        sleep "0.$((RANDOM % 40 + 10))"
        if [ "$1" = rotate ]; then
            kill -9 "$pid" 2> "$work/kill.err" || true
        else
            server_stop "$site" QUIT
        fi
        { wait "$pid" || true; } 2> "$work/kill.err"
        settle "$1 killed by chance, $number"
    done
    is "$1 killed $few times by chance: one key holds, and the rows are those there were" "$before" "$failed"
}

# Calls on key files that fail: told, and put right by the next command.
fail_at_calls() {
    local before=$failed call status
    for call in rename:error=EIO:when=1 rename:error=ENOSPC:when=1 fsync:error=EIO:when=1 fsync:error=ENOSPC:when=2 \
        fsync:error=EIO:when=3 unlink:error=EIO:when=1; do
        status=0
        traced -o "$work/ignored" -e trace="${call%%:*}" -e inject="$call" || status=$?
        case $call in
        unlink*) ;;
        *) [ "$status" -ne 0 ] || not_ok "$call: no word of it" ;;
        esac
        settle "$call"
    done
    is "calls that fail: told, one key holds, and the rows are those there were" "$before" "$failed"
}

# Of a twin that kept the first key.
next_month() {
    local rotated_site=$site
    cp -p "$work"/later/* "$site/landing/"
    night
    is "the next month: exit status" 0 "$status"
    origins > "$work/found.rows"
    site_new twin
    # The first key of the chain is the twin's only one.
    { echo "joinedup-key 1"; grep '^id: ' "$rotated_site/keys/site.key" | tail -n 1; grep '^key: ' "$rotated_site/keys/site.key" | tail -n 1; } > "$work/first.key"
    cp "$work/first.key" "$site/keys/site.key"
    chmod 600 "$site/keys/site.key"
    cp -p "$work"/landing/* "$site/landing/"
    night
    sql -c "insert into linkage.decision (left_key, right_key, same, decided_by, reason)
            select patient_key, partner, false, 'steward', 'a test' from linkage.link where partner is not null
             order by 1 limit 1"
    night
    cp -p "$work"/later/* "$site/landing/"
    night
    origins > "$work/twin.rows"
    check "the next month: every table reads as that of a site that never rotated" cmp "$work/twin.rows" "$work/found.rows"
}

# What is looked at would be seen.
controls() {
    sql -c "update linkage.link set person_key = gen_random_uuid() where patient_key = (select min(patient_key::text)::uuid from linkage.link)"
    origins > "$work/found.rows"
    check "one person key changed is seen" bash -c "! cmp -s '$work/twin.rows' '$work/found.rows'"
}

make_deliveries
fresh_site
id=$(stored_id)
kill_at_calls
kill_by_chance rotate
kill_by_chance "the server"
fail_at_calls
echo "rotated $rotated, stayed $stayed, mixed $mixed, sites $sites"
next_month
controls
finish
