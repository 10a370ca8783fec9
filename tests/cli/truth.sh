#!/bin/bash
# truth.sh: two nights over a made-up population whose truth is known: exactly the planted rows are
# refused and each for its rule, every row is accounted for, and records are linked to the right
# person.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

people=${TRUTH_PEOPLE:-2000}
months=${TRUTH_MONTHS:-6}
feeds=$work/feeds
truth=$work/truth

# ---- the nights ----

two_nights() {
    "$synth" --out "$feeds" --truth "$truth" --people "$people" --months "$months" --errors yes \
        --late yes --seed 7 > /dev/null
    cat "$truth/senders.yaml" >> "$site/joinedup.yaml"
    find "$feeds" -type f -exec touch -d '1 hour ago' {} +
    find "$feeds" -maxdepth 1 -type f -exec cp -p {} "$site/landing/" \;
    night
    is "the first night: exit status" 0 "$status"
    cp "$work/run.json" "$work/first.json"
    sql -c "create schema harness; create table harness.first as select delivery_id from meta.delivery"
    cp -p "$feeds"/late/* "$site/landing/"
    night
    is "the second night: exit status" 0 "$status"
    jq -s '.[1].deliveries[].delivery |= "late/" + . | {deliveries: (.[0].deliveries + .[1].deliveries)}' \
        "$work/first.json" "$work/run.json" > "$work/both.json"
    # As the truth calls its files: those of the second night lie in late/.
    sql -c "create view harness.delivery as
            select d.*, case when f.delivery_id is null then 'late/' else '' end || d.file_name as file
              from meta.delivery as d left join harness.first as f using (delivery_id)"
}

# ---- rows ----

# National rule codes stand for one of our rules: the definitions say which.
rule_names() {
    awk -F , 'FNR == 1 { next }
        FILENAME ~ /errors.csv$/ { print "JU" $1, $2; next }
        FILENAME ~ /fields.csv$/ { if ($8 != "") print $8, "BLANK"; if ($11 != "") print $11, "CODE"; next }
        $6 != "" { print $6, $3 == "not_before" ? "DATE_ORDER" : $3 == "equals_sender" ? "SENDER_MISMATCH" : "DATE_OUTSIDE_PERIOD" }' \
        config/errors.csv config/feeds/*/fields.csv config/feeds/*/rules.csv | sort -u
}

refused_rows() {
    rule_names > "$work/names"
    sql -F , -c "select file, table_name, row_number, outcome, rule_code
                   from quality.reject join harness.delivery using (delivery_id)" |
        awk -F , -v OFS=, -v names="$work/names" '
            BEGIN { while ((getline line < names) > 0) { split(line, part, " "); name[part[1]] = part[2] } }
            { print $1, $2, $3, $4, ($5 in name) ? name[$5] : $5 }' | sort -u > "$work/refused"
    tail -n +2 "$truth/expected_rejects.csv" | tr -d '\r' | sort -u > "$work/planted"
}

compare_rows() {
    refused_rows
    check "there are planted rows" test -s "$work/planted"
    comm -23 "$work/planted" "$work/refused" > "$work/missed"
    is "$(wc -l < "$work/planted") planted rows are refused, each for its rule" "" "$(head -n 5 "$work/missed" | tr '\n' ' ')"
    cut -d , -f 1-4 "$work/planted" | sort -u > "$work/planted.rows"
    cut -d , -f 1-4 "$work/refused" | sort -u > "$work/refused.rows"
    comm -13 "$work/planted.rows" "$work/refused.rows" > "$work/surplus"
    is "no other row is refused" "0: " "$(wc -l < "$work/surplus"): $(head -n 5 "$work/surplus" | tr '\n' ' ')"
    is "every outcome is planted" "duplicate rejected withheld" \
        "$(cut -d , -f 4 "$work/planted" | sort -u | tr '\n' ' ' | sed 's/ $//')"
}

warned_rows() {
    tail -n +2 "$truth/expected_warnings.csv" | tr -d '\r' | awk -F , '{ print $1 "," $2 "," $4 }' | sort | uniq -c |
        awk '{ print $2 "," $1 }' > "$work/warn.planted"
    sql -F , -c "select file, table_name, rule_code, row_count from quality.warning join harness.delivery using (delivery_id)" |
        awk -F , -v OFS=, -v names="$work/names" '
            BEGIN { while ((getline line < names) > 0) { split(line, part, " "); name[part[1]] = part[2] } }
            { count[$1 "," $2 "," (($3 in name) ? name[$3] : $3)] += $4 } END { for (key in count) print key, count[key] }' > "$work/warn.found"
    is "$(wc -l < "$work/warn.planted") kinds of planted warnings are counted" "" "$(awk -F , '
        NR == FNR { found[$1 "," $2 "," $3] = $4; next }
        !(($1 "," $2 "," $3) in found) || found[$1 "," $2 "," $3] < $4' "$work/warn.found" "$work/warn.planted" | head -n 5 | tr '\n' ' ')"
}

# ---- counts ----

reconcile() {
    is "every table of every delivery reconciles" 0 "$(jq '[.deliveries[] | (., .tables[])] |
        map(select(.received != .staged + .rejected + .duplicate + .withheld)) | length' "$work/both.json")"
    is "the ledger says the same as the reports" \
        "$(jq -r '.deliveries[] | select(.state == "applied" or .state == "superseded") | [.received, .staged, .rejected, .duplicate, .withheld] | @csv' "$work/both.json" |
            awk -F , '{ for (i = 1; i <= 5; i++) sum[i] += $i } END { print sum[1], sum[2], sum[3], sum[4], sum[5] }')" \
        "$(sql -F ' ' -c 'select sum(received), sum(staged), sum(rejected), sum(duplicate), sum(withheld) from meta.delivery_table')"
    jq -r '.deliveries[] | [.delivery, .received] | join(",")' "$work/both.json" |
        sort > "$work/received"
    tail -n +2 "$truth/expected_files.csv" | tr -d '\r' | awk -F , '{ print $1 "," $5 }' |
        sort > "$work/sent"
    is "every row of $(wc -l < "$work/sent") files was received" "" "$(comm -3 "$work/sent" "$work/received" | head -n 5 | tr '\n' ' ')"
    is "the late nights' verdicts" "applied replaced superseded" \
        "$(sql -c "select string_agg(distinct state, ' ' order by state) from meta.delivery")"
}

# ---- persons ----

load_truth() {
    make -s -f tests/tools.mk BUILD="$BUILD" "$BUILD/tests/cli/patient_key" > "$work/make.log" 2>&1 || cat "$work/make.log"
    # Who moved to another practice is known there by the same NHS number.
    awk -F , -v OFS=, '$1 == "gp_smi" { practice[$2]; person[$3] = $4; next } { print }
        END { for (p in practice) for (n in person) print "gp_smi", p, n, person[n] }' "$truth/persons.csv" |
        "$BUILD/tests/cli/patient_key" "$(find "$site/keys" -type f)" | sort -u > "$work/keys.csv"
    sql -c "create table harness.truth (patient_key uuid, person integer, feed text)"
    sql -c "\\copy harness.truth from '$work/keys.csv' with (format csv)"
    sql -c "create view harness.linked as
            select p.patient_key, p.person_key, p.step, t.person, f.person as founder
              from warehouse.patient as p
              left join harness.truth as t on t.patient_key = p.patient_key
              left join harness.truth as f on f.patient_key = p.person_key"
}

# Pairs of records of one person: those that are (true), those that were joined (found), both.
pairs() { # WHERE
    sql -F ' ' -c "with linked as (select * from harness.linked where $1)
        select (select sum(n * (n - 1) / 2)::bigint from (select count(*) as n from linked group by person) as t),
               (select sum(n * (n - 1) / 2)::bigint from (select count(*) as n from linked group by person_key) as t),
               (select sum(n * (n - 1) / 2)::bigint from (select count(*) as n from linked group by person_key, person) as t)"
}

compare_persons() {
    local counts
    load_truth
    # Some planted rows are about people made up for them alone.
    is "who is nobody known is linked to nobody" 0 \
        "$(sql -c "select count(*) from harness.linked where (person is null) <> (founder is null)")"
    check "nearly every record is somebody's" \
        test "$(sql -c "select count(*) from harness.linked where person is null")" -lt 20
    check "records are linked by NHS number" \
        test "$(sql -c "select count(*) from harness.linked where step = 'nhs_number'")" -gt 100
    is "no link by NHS number is wrong" 0 \
        "$(sql -c "select count(*) from harness.linked where step = 'nhs_number' and person <> founder")"
    check "records are linked without it" \
        test "$(sql -c "select count(*) from harness.linked where step = 'weights'")" -gt 20
    check "nearly no link by weights is wrong" \
        test "$(sql -c "select count(*) from harness.linked where step = 'weights' and person <> founder")" -le 1
    is "a person_key is the key of a member of its group" 0 \
        "$(sql -c "select count(*) from warehouse.patient as p where not exists
                   (select from warehouse.patient as f where f.patient_key = p.person_key and f.person_key = p.person_key)")"
    counts=$(pairs true)
    awk -v text="$counts" 'BEGIN { split(text, n, " ")
        printf "linkage       pairs true %d, found %d, right %d: precision %.4f, recall %.4f\n", n[1], n[2], n[3], n[3] / n[2], n[3] / n[1] }'
    check "of a hundred pairs joined at most one is wrong" awk -v text="$counts" 'BEGIN { split(text, n, " "); exit !(n[3] >= 0.99 * n[2]) }'
    check "nine of ten pairs that are one person are found" awk -v text="$counts" 'BEGIN { split(text, n, " "); exit !(n[3] >= 0.9 * n[1]) }'
    sql -F ' ' -c "select 'linkage       ' || rpad(step, 14), count(*) from harness.linked group by step order by step"
}

site_new site
two_nights
compare_rows
warned_rows
reconcile
compare_persons
finish
