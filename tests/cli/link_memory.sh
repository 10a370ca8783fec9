#!/bin/bash
# link_memory.sh: a linkage told how much memory it may take links the same pairs in it; too little is an error
# with a code and never a crash, whether the limit is ours or the machine's.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"
# shellcheck source=tests/link_sets.sh
source "$(dirname "$0")/../link_sets.sh"

made people --shape system --people 30000

# linked NAME OPTION...: evaluates with a file of links; the exit status in $status.
linked() {
    local name=$1
    shift
    status=0
    evaluate_set people "$name" --links "$work/$name.csv" --by ethnicity "$@" 2> "$work/$name.err" || status=$?
}

linked free --jobs 2
is "without a limit: done" 0 "$status"
for jobs in 1 2; do
    linked little --jobs "$jobs" --memory 16
    is "too little for $jobs threads: exit status and code" "70 JU1014" "$status $(of little .error.code)"
    check "too little for $jobs threads: no links" [ ! -e "$work/little.csv" ]
    # The least that is not refused.
    for ((mib = 26; mib < 60; mib++)); do
        linked "least$jobs" --jobs "$jobs" --memory "$mib"
        [ "$status" = 70 ] || break
    done
    is "$mib MiB for $jobs threads: done" 0 "$status"
    is "$mib MiB for $jobs threads: the same figures" "$(figures free)" "$(figures "least$jobs")"
    check "$mib MiB for $jobs threads: the same links" cmp "$work/free.csv" "$work/least$jobs.csv"
    peak=$(of "least$jobs" .peak_mib)
    check "$mib MiB for $jobs threads: took $peak MiB at most" [ "${peak%.*}" -le $((mib + 4)) ]
done
free=$(of free .peak_mib)
check "less than the $free MiB it takes without a limit" [ "${peak%.*}" -lt "${free%.*}" ]

for wrong in 0 -5 many 12x ''; do
    linked wrong --memory "$wrong"
    is "--memory '$wrong' is refused" "2 JU1001" "$status $(of wrong .error.code)"
done

# ---- the machine has no more ----

# Address space, KiB, up to where the run succeeds: reading, training, scoring and deciding each fail somewhere.
# One arena: else malloc would ask for 128 MiB of addresses in vain each time.
export MALLOC_ARENA_MAX=1
crashes=0 failures=0 others=0 done_at=
for ((kib = 36000; kib <= 400000; kib += 4000)); do
    status=0
    (
        ulimit -c 0 -v "$kib"
        evaluate_set people short --memory 40 --jobs 2
    ) 2> "$work/short.err" || status=$?
    case $status in
    0) done_at=$kib && break ;;
    70) [ "$(of short .error.code)" = JU1014 ] && failures=$((failures + 1)) || others=$((others + 1)) ;;
    *) crashes=$((crashes + 1)) && echo "# $kib KiB: exit status $status, $(head -c 300 "$work/short.json" "$work/short.err")" ;;
    esac
done
check "with address space of $done_at KiB it is done" [ -n "$done_at" ]
is "and says the same" "$(of free .pairwise.shipped.f1)" "$(of short .pairwise.shipped.f1)"
check "below that it ran out of memory ($failures times) with JU1014" [ "$failures" -gt 3 ]
is "and in no other way" "0 0" "$crashes $others"
finish
