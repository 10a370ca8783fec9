#!/bin/bash
# kill.sh: a night is killed at a system call, at every one of them in turn, and run again: the
# warehouse must then be that of a night nothing happened to. Right after the kill each delivery must
# be there whole with its ledger row, or not at all.
#
# A point is (system call name, occurrence): strace counts per name. FAULT_POINTS=all takes every
# point, a number that many spread evenly over the night (default 600). A second part lets calls fail
# instead, with EIO and ENOSPC: FAULT_ERRORS of them (default a fifth of the points).
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

points_wanted=${FAULT_POINTS:-600}
errors_wanted=${FAULT_ERRORS:-$((${points_wanted/all/600} / 5))}

partial=0
duplicates=0
differing=0
points=0

# ---- the night under test ----

make_landing() {
    mkdir -p "$work/landing"
    mhsds_zip "$work/landing/MHSDS_RV5_202604.zip" RV5 202604 2026-05-10T08:00:00 2 1
    {
        smi_csv G85001 3 2
        echo "1234567890,G85001,1980-01-01,1,A,SE13 1AA,maybe,,,,,,,,"
    } > "$work/landing/gp_smi_G85001_20260430.csv"
    touch -d '2026-05-11 00:00:00 UTC' "$work"/landing/*
}

reset() {
    sql -f tests/fault/reset.sql
    rm -rf "${site:?}"/{archive,held,work,landing}/*
    cp -p "$work"/landing/* "$site/landing/"
}

run_quiet() {
    "$joinedup" run --site "$site" --jobs 1 --quiet > "$work/run.out" 2> "$work/run.err"
}

# ---- what is there ----

state() {
    sql -F ' ' -f tests/fault/state.sql | sort
}

# judge STATE [some]: counts states that are neither before nor after. some: a delivery may have
# failed alone; linkage and measures then rest on the others and are not looked at.
judge() {
    local wrong lines
    awk '$2 == "meta.delivery" { print $1 }' "$1" > "$work/ids"
    # Expected of the deliveries in the ledger; a table swapped whole is as expected or empty.
    awk 'NR == FNR { ledger[$1]; next } $1 in ledger' "$work/ids" "$work/clean.state" > "$work/due"
    lines=$(awk -v clean="$work/clean.state" -v some="${2:-}" '
        BEGIN { while ((getline line < clean) > 0) whole[line] }
        $1 == 0 { if (some == "" && !($0 in whole) && $3 != 0) print; next } 1' "$1" |
        sort | comm -3 - "$work/due" || true)
    [ -z "$lines" ] && return 0
    partial=$((partial + 1))
    wrong=$(awk -v clean="$work/clean.state" '
        BEGIN { while ((getline line < clean) > 0) { split(line, f, " "); rows[f[1] " " f[2]] = f[3] } }
        ($1 " " $2) in rows && $3 > rows[$1 " " $2] { more = 1 } END { print more + 0 }' "$1")
    duplicates=$((duplicates + wrong))
    return 1
}

# settle NAME: runs to the end and compares with the clean night.
settle() {
    local good=yes
    run_quiet || good="the rerun ends with $?: $(head -c 300 "$work/run.err")"
    digest all > "$work/found"
    if ! cmp -s "$work/found" "$work/clean.digest"; then
        differing=$((differing + 1))
        good="$good; the warehouse differs: $(diff "$work/clean.digest" "$work/found" | head -n 4 | tr '\n' ' ')"
    elif [ -n "$(find "$site/landing" "$site/held" "$site/work" -type f)" ]; then
        good="files are left in landing, held or work"
    elif [ "$(find "$site/archive" -name '*.sealed' | wc -l)" -ne 2 ]; then
        good="the archive does not hold both deliveries"
    fi
    if [ "$good" != yes ]; then
        not_ok "$1: $good"
        return 1
    fi
}

# ---- points ----

# traced OPTIONS...: a night under strace; bash's word on the kill is of no interest.
traced() {
    { timeout -k 2 30 strace -qq "$@" "$joinedup" run --site "$site" --jobs 1 --quiet \
        > "$work/run.out" 2> "$work/run.err"; } 2> /dev/null
}

# Every system call of the clean night, in order: "name occurrence".
list_points() {
    sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' "$work/trace" |
        awk '$1 != "execve" && $1 != "exit_group" { print $1, ++count[$1] }'
}

# spread COUNT: that many lines of stdin, evenly.
spread() {
    awk -v wanted="$1" '{ line[NR] = $0 } END {
        if (wanted == "all" || wanted > NR) wanted = NR
        for (i = 0; i < wanted; i++) print line[1 + int((i + 0.5) * NR / wanted)]
    }'
}

kill_at() { # NAME OCCURRENCE
    local status=0
    reset
    traced -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" || status=$?
    if [ "$status" -eq 0 ]; then
        unreached=$((unreached + 1)) # this night made fewer such calls
        return
    fi
    points=$((points + 1))
    state > "$work/state"
    if ! judge "$work/state"; then
        not_ok "killed at $1 $2: a delivery is there in part"
    fi
    settle "killed at $1 $2" || true
}

fail_at() { # NAME OCCURRENCE ERROR
    local status=0
    reset
    traced -o /dev/null -e trace="$1" -e inject="$1:error=$3:when=$2" || status=$?
    errors=$((errors + 1))
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        hangs=$((hangs + 1))
        not_ok "$3 from $1 $2: still running after 30 seconds"
    fi
    state > "$work/state"
    if ! judge "$work/state" some; then
        not_ok "$3 from $1 $2: a delivery is there in part"
    fi
    if [ "$status" -eq 0 ] && ! cmp -s "$work/state" "$work/clean.state"; then
        lies=$((lies + 1))
        not_ok "$3 from $1 $2: exit 0 and not everything is committed"
    elif [ "$status" -ne 0 ] && cmp -s "$work/state" "$work/clean.state"; then
        late=$((late + 1)) # told as a failure though all was in: the next night tidies up
    fi
    settle "$3 from $1 $2" || true
}

# ---- the parts ----

prepare() {
    site_new site
    make_landing
    sql -f tests/fault/keep.sql
    reset
    run_quiet || { not_ok "a clean night ends with $?: $(cat "$work/run.err")"; finish; exit 1; }
    digest all > "$work/first.digest"
    reset
    traced -o "$work/trace" || { not_ok "a traced night ends with $?: $(cat "$work/run.err")"; finish; exit 1; }
    digest all > "$work/clean.digest"
    state > "$work/clean.state"
    check "two clean nights agree" cmp "$work/first.digest" "$work/clean.digest"
    is "both deliveries are applied" 2 "$(sql -c "select count(*) from meta.delivery where state = 'applied'")"
    is "a row was refused" t "$(sql -c "select count(*) > 0 from quality.reject")"
}

differs() { ! cmp -s "$1" "$2"; }
is_partial() { ! judge "$1"; }

# What is looked at would be seen: one row less, one row twice, one ledger row less.
controls() {
    local counts=$partial/$duplicates
    check "a clean state is no partial state" judge "$work/clean.state"
    sql -c "delete from warehouse.health_check where ctid = (select min(ctid) from warehouse.health_check)"
    digest all > "$work/found"
    state > "$work/state"
    check "a row less changes the digest" differs "$work/found" "$work/clean.digest"
    check "a row less is a partial state" is_partial "$work/state"
    sed 's/ warehouse.care_contact 6 / warehouse.care_contact 12 /' "$work/clean.state" > "$work/state"
    check "rows twice are a partial state" is_partial "$work/state"
    grep -v ' meta.delivery ' "$work/clean.state" > "$work/state"
    check "facts without a ledger row are a partial state" is_partial "$work/state"
    is "rows twice are duplicates" 1 "$duplicates"
    partial=${counts%/*}
    duplicates=${counts#*/}
}

kill_everywhere() {
    local name occurrence total before=$failed
    unreached=0
    list_points > "$work/points"
    total=$(wc -l < "$work/points")
    while read -r name occurrence <&3; do
        kill_at "$name" "$occurrence"
    done 3< <(spread "$points_wanted" < "$work/points")
    echo "points $points of $total, partial $partial, duplicates $duplicates, differing digests $differing, not reached $unreached"
    if [ "$points_wanted" = all ] || [ "$points_wanted" -ge 300 ]; then
        check "at least 300 points" test "$points" -ge 300
    fi
    is "killed at $points points: every rerun ends as a clean night" "$before" "$failed"
}

fail_everywhere() {
    local name occurrence number=0 before=$failed
    local names='read|pread64|write|pwrite64|writev|openat|openat2|newfstatat|fstat|lseek|fsync|fdatasync'
    names+='|rename|renameat2|unlink|unlinkat|link|linkat|fcntl|ftruncate|mkdir|getdents64|recvfrom|poll'
    names+='|socket|connect|pipe2|dup2|clone|clone3|vfork|wait4|mmap|mlock'
    errors=0 lies=0 hangs=0 late=0
    # Calls before the program's own first look at its site are the dynamic loader's.
    awk '/joinedup.yaml/ { seen = NR } { line[NR] = $0 } END { for (i = 1; i < seen; i++) print line[i] }' \
        "$work/trace" | sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' |
        awk '{ count[$1]++ } END { for (name in count) print name, count[name] }' > "$work/loading"
    while read -r name occurrence <&3; do
        number=$((number + 1))
        fail_at "$name" "$occurrence" "$([ $((number % 2)) = 0 ] && echo EIO || echo ENOSPC)"
    done 3< <(awk 'NR == FNR { skip[$1] = $2; next } $2 > skip[$1]' "$work/loading" "$work/points" |
        grep -E "^($names) " | spread "$errors_wanted")
    echo "errors $errors, exit 0 without all committed $lies, hangs $hangs, told late $late"
    is "failed at $errors points: no lie, no hang, every rerun ends as a clean night" "$before" "$failed"
}

prepare
controls
kill_everywhere
if [ "$errors_wanted" -gt 0 ]; then
    fail_everywhere
fi
finish
