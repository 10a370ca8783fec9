#!/bin/bash
# hostile.bash: how hostile_*.sh judge a bad file. Each case puts one bad file beside a good one of
# another feed and runs the night: the bad file gets its code and nothing of it is in the warehouse,
# or its bad rows are counted and its good rows are in; the good file is applied all the same.
# Sourced, never run.

# shellcheck disable=SC2034,SC2154,SC2119
# shellcheck source=tests/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/../harness.sh"

bad=$work/bad     # the bad file of a case
number=0          # of the case: makes senders and contents new
practice=
smi_name=

# ---- how a case is judged ----

# next_case: a practice and file name no other case has; empties landing.
next_case() {
    number=$((number + 1))
    practice=$(printf 'G%05d' "$number")
    smi_name=gp_smi_${practice}_20260430.csv
    rm -rf "${site:?}"/landing/* "$bad"
}

# Rows of deliveries that are not applied: there must be none, ever.
strangers() {
    sql -F ' ' -f tests/fault/state.sql |
        awk '$2 == "meta.delivery" && $4 == "applied" { good[$1] }
             $2 ~ /^(warehouse|linkage)/ && $1 != 0 { seen[$1] }
             END { for (id in seen) if (!(id in good)) print id }'
}

# Deliveries whose counts do not add up.
unreconciled() {
    jq -r '[.deliveries[] | (., .tables[])] | map(select(.received != .staged + .rejected + .duplicate + .withheld)) | length' \
        "$work/run.json"
}

# expect WHAT EXPECTED FOUND: collects what is wrong with a case in $faults.
expect() {
    if [ "$2" != "$3" ]; then
        faults+=" $1 is '$3', not '$2';"
    fi
}

# night_with_good: lands a good delivery of another feed and runs.
night_with_good() {
    faults=
    good=VOL01_support_$(date -d "2015-01-01 + $number months" +%Y%m).csv
    support_csv 2 $((number * 10)) "${good:14:6}" > "$work/good"
    land "$work/good" "$good"
    night
    if ! jq -e .deliveries "$work/run.json" > /dev/null 2>&1; then
        faults+=" no report: $(head -c 300 "$work/run.err" "$work/run.json");"
        echo '{"deliveries": []}' > "$work/run.json"
    fi
    expect "the good delivery" applied "$(delivery "$good" .state)"
    expect "rows of deliveries that are not applied" "" "$(strangers)"
    expect "deliveries that do not reconcile" 0 "$(unreconciled)"
}

verdict() { # NAME
    if [ -z "$faults" ]; then ok "$1"; else not_ok "$1:$faults"; fi
}

# refused NAME FILE CODE: the file as a whole is at fault.
refused() {
    land "$bad" "$2"
    night_with_good
    expect state refused "$(delivery "$2" .state)"
    expect code "$3" "$(delivery "$2" .error.code)"
    expect "exit status" 6 "$status"
    expect "the file in landing" "" "$(find "$site/landing" -name "$2")"
    expect "files in held" 1 "$(find "$site/held" -name "*-$2" | wc -l)"
    expect "the ledger" "refused $3" \
        "$(sql -c "select state || ' ' || error_code from meta.delivery where file_name = '$2'")"
    expect "a place that names the file" "true" "$(delivery "$2" ".error.place | startswith(\"$2\")")"
    verdict "$1 ($3)"
}

# rows NAME FILE STAGED CODES: bad rows cost rows; CODES as "JU2010:2 JU2011:1", "" = none.
rows() {
    land "$bad" "$2"
    night_with_good
    expect state applied "$(delivery "$2" .state)"
    expect "rows staged" "$3" "$(delivery "$2" .staged)"
    expect "exit status" 0 "$status"
    expect "codes of refused rows" "$4" "$(sql -c "
        select string_agg(rule_code || ':' || rows, ' ' order by rule_code)
          from (select rule_code, count(*) as rows
                  from quality.reject join meta.delivery using (delivery_id)
                 where file_name = '$2' group by 1) as t")"
    verdict "$1 (${4:-no row refused})"
}

# left NAME FILE CODE: not taken tonight, stays where it is.
left() {
    night_with_good
    expect state left "$(delivery "$2" .state)"
    expect code "$3" "$(delivery "$2" .error.code)"
    check_left "$2"
    verdict "$1 ($3)"
}

check_left() {
    expect "the file in landing" "$site/landing/$1" "$(find "$site/landing" -name "$1")"
    expect "rows in the ledger" 0 "$(sql -c "select count(*) from meta.delivery where file_name = '$1'")"
}

# ---- what is made bad: a register of three rows, a trust's month ----

good_rows() { smi_csv "$practice" 3 $((number * 20)); }
one_more() { smi_csv "$practice" 1 $((number * 20 + 10)) | tail -n 1; }

# A trust's month in folder $work/month, as provider X<number>.
month() {
    provider=$(printf 'R%03d' "$number")
    zip_name=MHSDS_${provider}_202604.zip
    rm -rf "$work/month"
    mhsds_tables "$work/month" "$provider" 202604 2026-05-10T08:00:00 2 $((number * 20))
}
