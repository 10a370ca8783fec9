#!/bin/bash
# link_accuracy.sh: how well the linkage links, held to what was promised: made-up people in the shape of a census
# and a survey, of a trust and a council, with and without the NHS number, with people who are there twice; by
# ethnic group and by hard case; and the same from one thread and from two. The public sets are in link_evaluate.sh.
#
# Bounds are a promise or what is reached less a margin for another sampling of people, never what is reached.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"
# shellcheck source=tests/link_sets.sh
source "$(dirname "$0")/../link_sets.sh"

# at_least REPORT WHAT FILTER BOUND, and at_most: figures are told whatever comes of them.
compared() {
    local name found
    found=$(of "$1" "$3")
    name="$1: $2 $(awk -v found="$found" 'BEGIN { printf "%.4f", found }') $4 $5"
    if [ "$found" != null ] && awk -v found="$found" -v bound="$5" -v sign="$4" \
        'BEGIN { exit !(sign == ">=" ? found >= bound : found <= bound) }'; then
        ok "$name"
    else
        not_ok "$name"
    fi
}
at_least() { compared "$1" "$2" "$3" '>=' "$4"; }
at_most() { compared "$1" "$2" "$3" '<=' "$4"; }

told() { # REPORT: time and memory, which are not judged here
    of "$1" '"# '"$1"': \(.records.left) x \(.records.right), \(.candidates) pairs compared, \(.seconds.total * 100 | round / 100) s, \(.peak_mib | round) MiB"'
}

# case_of REPORT NOTE precision|recall BOUND: of the pairs whose left record has that note.
case_of() { at_least "$1" "$2 $3" "[.by[] | select(.column == \"note\" and .value == \"$2\")][0].$3" "$4"; }

shipped=.pairwise.shipped
gap_filter='[.by[] | select(.column == "ethnicity") | .recall] | (max - min) * 100'

# ---- a census and a survey, no NHS number ----

made survey --shape survey
evaluate_set survey survey --by ethnicity,note
told survey
at_least survey F1 "$shipped.f1" 0.985
at_least survey precision "$shipped.precision" 0.998
at_least survey "F1 by person" .cluster.shipped.f1 0.985
at_least survey "true pairs met" .block_recall 0.98
case_of survey twin precision 0.95
case_of survey twin recall 0.88
case_of survey same_name_parent_child precision 0.97
case_of survey same_name_parent_child recall 0.94
case_of survey married recall 0.85
case_of survey mover recall 0.93
case_of survey swapped recall 0.82
case_of survey date_slip recall 0.86

# ---- a trust and a council ----

made system --shape system --people 40000
evaluate_set system system --by ethnicity,note
told system
at_least system F1 "$shipped.f1" 0.985
at_least system precision "$shipped.precision" 0.998
at_least system "true pairs met" .block_recall 0.985
at_most system "points between the recalls of ethnic groups" "$gap_filter" 2
case_of system twin precision 0.95
case_of system twin recall 0.95
case_of system same_name_parent_child precision 0.97
case_of system same_name_parent_child recall 0.95
case_of system married recall 0.82
case_of system mover recall 0.96
case_of system swapped recall 0.88
case_of system lookalike precision 0.9

# ---- the same without the NHS number ----

without nhs_number system numberless
evaluate_set numberless numberless --by ethnicity,note
told numberless
at_least numberless F1 "$shipped.f1" 0.975
at_least numberless precision "$shipped.precision" 0.996
at_most numberless "points between the recalls of ethnic groups" "$gap_filter" 2
check "numberless: the NHS number does count" [ "$(of system "$shipped.f1")" != "$(of numberless "$shipped.f1")" ]

# ---- people who are there twice ----

made repeats --shape system --people 20000 --repeats 5
evaluate_set repeats repeats --by note
told repeats
at_least repeats "F1 by person" .cluster.shipped.f1 0.97
at_least repeats precision .cluster.shipped.precision 0.998

# Duplicates within one file: each person of right that is there twice.
sed '/^unique/d' "$work/repeats/map.yaml" > "$work/duplicates.yaml"
"$joinedup" link evaluate --json --left "$work/repeats/right.csv" --map "$work/duplicates.yaml" --truth person \
    > "$work/duplicates.json"
told duplicates
at_least duplicates F1 "$shipped.f1" 0.92
at_least duplicates precision "$shipped.precision" 0.89

# ---- another population; another number of threads ----

LINK_SEED=2 made other --shape system --people 20000
evaluate_set other other --by ethnicity,note
told other
at_least other F1 "$shipped.f1" 0.985
at_most other "points between the recalls of ethnic groups" "$gap_filter" 2

for jobs in 1 2 3; do
    evaluate_set survey "jobs$jobs" --by ethnicity,note --jobs "$jobs" --links "$work/jobs$jobs.csv" \
        --save-model "$work/jobs$jobs.model"
done
for jobs in 2 3; do
    is "$jobs threads: the figures of one" "$(figures jobs1)" "$(figures "jobs$jobs")"
    check "$jobs threads: the links of one" cmp "$work/jobs1.csv" "$work/jobs$jobs.csv"
    check "$jobs threads: the model of one" cmp "$work/jobs1.model" "$work/jobs$jobs.model"
done
finish
