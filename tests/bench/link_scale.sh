#!/bin/bash
# link_scale.sh: what memory and time a linkage takes as it grows, beside what docs/linkage.md ("Memory") says it takes.
#
#   BUILD=build tests/bench/link_scale.sh [PEOPLE...]        # a file; default 100000 500000 1000000
#
# JOBS (default 2) threads. Sets of more than 500,000 people are several of 500,000 behind each other: their people
# have nothing in common, and the NHS numbers of all but the first begin with 998, 997, ...
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"
# shellcheck source=tests/link_sets.sh
source "$(dirname "$0")/../link_sets.sh"

jobs=${JOBS:-2}
[ $# -gt 0 ] || set -- 100000 500000 1000000

# other_people PART FILE: its rows without the header, as other people: ids, truth, and NHS numbers, of which those
# whose check digit would be 10 are left out.
other_people() {
    tail -n +2 "$2" | awk -F, -v OFS=, -v part="$1" '{
        number = $7
        gsub(/ /, "", number)
        if (number ~ /^999/) {
            number = 999 - part substr(number, 4, 6)
            sum = 0
            for (i = 1; i <= 9; i++) sum += substr(number, i, 1) * (11 - i)
            digit = (11 - sum % 11) % 11
            $7 = digit < 10 ? number digit : ""
        }
        $1 = $1 "P" part
        $11 = $11 "P" part
        print
    }'
}

large() { # NAME PEOPLE
    local name=$1 people=$2 part=0 some
    rm -rf "${work:?}/$name" "$work/part"
    while [ "$people" -gt 0 ]; do
        some=$((people < 500000 ? people : 500000))
        people=$((people - some))
        if [ "$part" = 0 ]; then
            made "$name" --shape system --people "$some"
        else
            LINK_SEED=$((part + 1)) made part --shape system --people "$some"
            for side in left right; do
                other_people "$part" "$work/part/$side.csv" >> "$work/$name/$side.csv"
            done
        fi
        part=$((part + 1))
    done
}

# What docs/linkage.md says the peak is, in MiB: while pairs are weighed, or, where memory is short, while it decides.
predicted() { # REPORT THREADS LIMIT
    of "$1" '.records.left + .records.right' | awk -v threads="$2" -v limit="$3" '{
        weighing = 52 + 16 * threads + 34
        deciding = 40 + 47
        printf "%.0f", 13 + $1 * (201 + (limit == "-" && weighing > deciding ? weighing : deciding)) / 1048576 }'
}

line() { # REPORT THREADS LIMIT
    of "$1" '"\(.records.left + .records.right) \(.candidates) \(.peak_mib) \(.seconds.total) \(.pairwise.shipped.f1) \(.block_recall)"' |
        awk -v threads="$2" -v limit="$3" -v predicted="$(predicted "$1" "$2" "$3")" '{
            printf "%10d %8s %3d %11d %9.0f %9d %9.0f %8.1f %10.0f %8.4f %8.4f\n",
                $1, limit, threads, $2, $3, predicted, $3 * 1048576 / $1, $4, $1 / $4, $5, $6 }'
}

echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores," \
    "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), load $(cut -d' ' -f1 /proc/loadavg)"
printf '%10s %8s %3s %11s %9s %9s %9s %8s %10s %8s %8s\n' \
    records --memory job pairs "peak MiB" predicted "bytes/rec" seconds records/s F1 met
for people in "$@"; do
    large large "$people"
    evaluate_set large free --jobs "$jobs"
    line free "$jobs" -
    # About the least that is not refused (evaluation_set.h).
    low=$((people * 2 * (204 + 72 + 16 * jobs) / 1048576 + 14))
    evaluate_set large least --jobs "$jobs" --memory "$low"
    line least "$jobs" "$low"
    [ "$(figures free)" = "$(figures least)" ] || { echo "the result is not the same with --memory $low"; exit 1; }
done
