#!/bin/bash
# link_report.sh: joinedup link report tells what is true of a small made-up site: its figures are counted once
# more here from the database and from the generator's truth; text, JSON and CSV say the same; no identifier and
# no group of few people is in any of them.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

schema=config/schemas/link_report.json
truth=$work/truth

# report NAME OPTION...: as JSON, CSV and text in $work/NAME.{json,csv,txt}; the exit status in $status.
report() {
    local name=$1
    shift
    status=0
    "$joinedup" link report --site "$site" --json --csv "$work/$name.csv" "$@" \
        > "$work/$name.json" 2> "$work/$name.err" || status=$?
    "$joinedup" link report --site "$site" "$@" > "$work/$name.txt" 2> "$work/$name.err" || true
}
# of NAME SECTION FILTER: rows of a section of the JSON.
of() { jq -r ".sections.$2[] | $3" "$work/$1.json"; }
# csv NAME SECTION ITEM MEASURE: "source|group|value" lines.
csv() {
    awk -F , -v section="$2" -v item="$3" -v measure="$4" \
        '$1 == section && $2 == item && $5 == measure { print $3 "|" $4 "|" $6 }' "$work/$1.csv"
}

site_new site
"$synth" --out "$work/feeds" --truth "$truth" --people 8000 --months 3 --end 2026-09 --seed 11 --errors yes \
    > /dev/null
cat "$truth/senders.yaml" >> "$site/joinedup.yaml"
find "$work/feeds" -maxdepth 1 -type f -exec cp {} "$site/landing/" \;
find "$site/landing" -type f -exec touch -d '1 hour ago' {} +
night
# A steward parts two links and joins nobody.
sql -c "insert into linkage.decision (left_key, right_key, same, decided_by, reason)
    select left_key, right_key, false, 'test', 'test' from linkage.pair where outcome = 'linked' order by left_key limit 2"
night
report exact --exact
is "a report is made" 0 "$status"
report shared
is "it counts as the night did" 0 "$(jq '[.warnings[] | select(test("made anew"))] | length' "$work/shared.json")"
is "what the run decided still holds" "" "$(jq -r '.warnings[] | select(test("last run"))' "$work/shared.json")"

# ---- the three forms ----

is "every section of the schema is there, in its order" \
    "$(jq -c '.properties.sections.properties | keys_unsorted' "$schema")" \
    "$(jq -c '.sections | keys_unsorted' "$work/exact.json")"
is "JSON has the schema's keys" "$(jq -cS '.required | sort' "$schema")" "$(jq -cS 'keys' "$work/exact.json")"
# Each section's rows: what is required is there, and all there is may be.
shape_of() {
    jq -r --slurpfile schema "$schema" '$schema[0] as $s | .sections | to_entries[] | .key as $section |
        ($s.properties.sections.properties[$section] | if has("$ref") then $s."$defs".values else . end).items as $items |
        ([.value[] | keys[]] | unique) as $has |
        ([.value[] | select(($items.required - keys) != [])] | length) as $lacking |
        "\($section) \($has - ($items.properties | keys)) \(($items.properties | keys) - $has) \($lacking)"' "$1"
}
is "rows have what the schema says and nothing else" "" \
    "$(shape_of "$work/exact.json" | grep -v ' \[\] \[\] 0$' || true)"
is "no number is a text" "" "$(jq -r '.sections | to_entries[] | select(.key != "summary" and .key != "guild" and .key != "run") | .value[] |
    to_entries[] | select(.key | IN("item", "source", "group", "bar", "shape", "became") | not) | select(.value | type == "string") | .value' "$work/exact.json")"
jq -r '.sections | to_entries[] | .key as $section | .value[] | . as $row | keys_unsorted[3:][] |
    [$section, $row.item, $row.source, $row.group, .] | join("|")' "$work/exact.json" | sort > "$work/json.keys"
csv_keys() { # the CSV's first five cells; those with commas are quoted
    tail -n +2 "$work/exact.csv" | awk '{
        line = $0; out = ""
        for (cell = 1; cell <= 5; cell++) {
            if (substr(line, 1, 1) == "\"") { match(line, /^"([^"]|"")*"/); value = substr(line, 2, RLENGTH - 2); line = substr(line, RLENGTH + 2) }
            else { at = index(line, ","); value = substr(line, 1, at - 1); line = substr(line, at + 1) }
            out = out (cell > 1 ? "|" : "") value
        }
        print out }' | sort
}
check "CSV and JSON tell the same figures" diff <(csv_keys) "$work/json.keys"
is "the text has a heading a section" "$(jq '.sections | length' "$work/exact.json")" \
    "$(grep -cE '^[0-9]+\. .* \([a-z]+\)$' "$work/exact.txt")"
report again
check "the same site gives the same bytes" cmp "$work/shared.csv" "$work/again.csv"
report some --section linked,rules
is "sections can be chosen" '["rules","linked"]' "$(jq -c '.sections | keys_unsorted' "$work/some.json")"
is "and are the whole report's" "$(jq -cS .sections.linked "$work/shared.json")" \
    "$(jq -cS .sections.linked "$work/some.json")"
report none --section wrong
is "an unknown section is wrong usage" "2 JU1001" "$status $(jq -r .error.code "$work/none.json")"
check "CSV can go to standard output" \
    cmp <("$joinedup" link report --site "$site" --csv -) "$work/shared.csv"

# ---- counted again ----

sql -F '|' -c "select feed, sender, count(distinct patient_key),
        count(distinct patient_key) filter (where gp_practice is not null and gp_practice not in ('V81997', 'V81998', 'V81999'))
    from linkage.record group by feed, sender order by 1, 2" |
    awk -F '|' '{ source = $1 == "mhsds" ? $1 " " $2 : $1; records[source] += $3; have[source] += $4 }
        END { for (s in records) print s "|" records[s] "|" have[s] }' | sort > "$work/practice.sql"
of exact completeness 'select(.item == "gp_practice") | [.source, .records, .whole] | map(tostring) | join("|")' |
    sort > "$work/practice.report"
check "records and their GP practices, by source" diff "$work/practice.sql" "$work/practice.report"
is "NHS numbers of the trusts" \
    "$(sql -F '|' -c "select 'mhsds ' || provider, count(distinct patient_key) filter (where nhs_number_present)
        from warehouse.patient_month group by provider order by 1")" \
    "$(of exact completeness 'select(.item == "nhs_number" and (.source | startswith("mhsds"))) | "\(.source)|\(.whole)"')"
is "shares are those of the counts" 0 "$(of exact completeness 'select(.records != null and .rows == null) |
    select((.whole_share - .whole / .records | fabs) > 0.000001 or (.whole_share + .part_share + .missing_share - 1 | fabs) > 0.00001) | 1' | wc -l)"
check "a feed without names has none" \
    test "$(of exact completeness 'select(.item == "family_name" and .source == "gp_smi") | .whole')" = 0

is "persons by their number of records" \
    "$(sql -F '|' -c "select least(n, 21), count(*), sum(n) from (select count(*) as n from linkage.link group by person_key) as g
        group by 1 order by 1")" \
    "$(of exact groups 'select(.item == "size") | [(.group | tonumber), .persons, .records] | map(tostring) | join("|")')"
is "persons of each source" \
    "$(sql -F '|' -c "select case when feed = 'mhsds' then feed || ' ' || sender else feed end as source, count(*), count(distinct person_key)
        from warehouse.patient group by 1 order by 1")" \
    "$(of exact groups 'select(.item == "source") | [.source, .records, .persons] | map(tostring) | join("|")' | sort)"
is "records linked to another source" \
    "$(sql -F '|' -c "with p as (select person_key, case when feed = 'mhsds' then feed || ' ' || sender else feed end as source from warehouse.patient)
        select source, count(*), count(*) filter (where exists (select from p as o where o.person_key = p.person_key and o.source <> p.source))
          from p group by source order by source")" \
    "$(of exact linked 'select(.item == "source" and .source != "all") | [.source, .records, .linked] | map(tostring) | join("|")' | sort)"
is "linked records by sex and deprivation add up to all" 2 "$(jq '[.sections.linked[] | select(.item == "sex" or .item == "deprivation")] |
    group_by(.item) | map([(map(.records) | add), (map(.linked) | add)])' "$work/exact.json" |
    jq --argjson all "$(of exact linked 'select(.source == "all") | [.records, .linked]' | jq -c .)" '[.[] | select(. == $all)] | length')"
is "ages are those of the latest delivery" \
    "$(sql -c "select count(*) from (select patient_key, max(age) as age from (
            select patient_key, age_at_period_end as age from warehouse.patient_month
            union all select patient_key, age_at_extract from warehouse.health_check
            union all select patient_key, age_at_start from warehouse.social_care_event
            union all select patient_key, age_at_session from warehouse.support_session
            union all select patient_key, age_at_referral from warehouse.ips_job
            union all select patient_key, age_at_approach from warehouse.homelessness_case) as t group by patient_key) as a
        join linkage.link using (patient_key) where age between 35 and 44")" \
    "$(of exact linked 'select(.item == "age" and .group == "35 to 44") | .records')"

is "the histograms of pairs of sources add up to that of all" \
    "$(csv exact histogram weight pairs | awk -F '|' '$1 == "all" { n += $3 } END { print n + 0 }')" \
    "$(csv exact histogram weight pairs | awk -F '|' '$1 != "all" { n += $3 } END { print n + 0 }')"
# What is stored of a pair are the weight and odds of average names, so that only its outcome can be counted again;
# all pairs stored reach the review threshold, and with them the histogram.
check "no pair stored is missing in the histogram" \
    test "$(sql -c 'select count(*) from linkage.pair')" -le "$(csv exact histogram weight pairs | awk -F '|' '$1 == "all" { n += $3 } END { print n + 0 }')"
conflicts() { of "$name" conflicts "select(.item | test(\"$1\")) | .above_threshold + .in_review_band" | awk '{ n += $1 } END { print n + 0 }'; }
outcomes() { # NAME THRESHOLD
    local name=$1 kind
    is "pairs linked at the threshold in use" "$(sql -c "select count(*) from linkage.pair where outcome = 'linked'")" \
        "$(of "$name" thresholds "select(.group == \"$2\") | .links")"
    is "and those to review below it" "$(sql -c "select count(*) from linkage.pair where outcome = 'below'")" \
        "$(of "$name" thresholds "select(.group == \"$2\") | .review")"
    for kind in "conflict|NHS numbers|sex and|steward|other records" "taken|^taken" "many_match|^many" "weak|^weak" "below|^below"; do
        is "pairs of outcome ${kind%%|*}" "$(sql -c "select count(*) from linkage.pair where outcome = '${kind%%|*}'")" \
            "$(conflicts "${kind#*|}")"
    done
}
outcomes exact +0
check "there are pairs of several outcomes" test "$(sql -c 'select count(distinct outcome) from linkage.pair')" -ge 2
is "a steward's partings are told as such" 2 "$(of exact conflicts 'select(.item | test("steward")) | .above_threshold + .in_review_band')"

# ---- the test with hidden numbers, against the generator's truth ----

make -s -f tests/tools.mk BUILD="$BUILD" "$BUILD/tests/cli/patient_key" > "$work/make.log" 2>&1 || cat "$work/make.log"
"$BUILD/tests/cli/patient_key" "$(find "$site/keys" -type f)" < "$truth/persons.csv" | sort -u > "$work/keys.csv"
sql -c "create schema harness; create table harness.truth (patient_key uuid, person integer, feed text)"
sql -c "\\copy harness.truth from '$work/keys.csv' with (format csv)"
is "true pairs of two trusts are those of the generator's people who have a number in both" \
    "$(sql -F '|' -c "with known as (select distinct t.person, t.patient_key, m.provider from harness.truth as t
            join warehouse.patient_month as m on m.patient_key = t.patient_key and m.nhs_number_present)
        select 'mhsds ' || a.provider || ' + mhsds ' || b.provider, count(*)
          from known as a join known as b on b.person = a.person and a.provider < b.provider group by 1 order by 1")" \
    "$(of exact hidden 'select(.item == "source" and (.source | test("^mhsds.*mhsds"))) | "\(.source)|\(.true_pairs)"' | sort)"
rates='(.precision == null or (.precision - .right_pairs / .said_pairs | fabs) < 0.000001) and
    (.recall == null or (.recall - .right_pairs / .true_pairs | fabs) < 0.000001) and .right_pairs <= .true_pairs and .right_pairs <= .said_pairs'
is "rates are those of the counts" 0 "$(of exact hidden "select($rates | not) | .item" | wc -l)"
is "pairs of sources add up to all pairs" "$(of exact hidden 'select(.item == "all") | "\(.true_pairs) \(.said_pairs) \(.right_pairs)"')" \
    "$(jq -r '[.sections.hidden[] | select(.item == "source")] | "\(map(.true_pairs) | add) \(map(.said_pairs) | add) \(map(.right_pairs) | add)"' "$work/exact.json")"
is "the threshold in use is among those told" "$(of exact hidden 'select(.item == "all") | "\(.true_pairs) \(.said_pairs) \(.right_pairs)"')" \
    "$(of exact thresholds 'select(.group == "+0") | "\(.hidden_true) \(.hidden_said) \(.hidden_right)"')"
is "hiding the numbers costs recall, and most pairs are found all the same" true \
    "$(of exact hidden 'select(.item == "all") | .recall > 0.8 and .recall < 1 and .precision > 0.95')"
is "an interval holds its share" 0 "$(of exact hidden 'select(.recall != null) | select(.recall_low > .recall or .recall_high < .recall) | 1' | wc -l)"
is "each gap over 2 points is warned of" "$(of exact hidden 'select(.gap != null and .gap > 0.02) | 1' | wc -l)" \
    "$(jq -r '.warnings[] | select(startswith("recall of"))' "$work/exact.json" | wc -l)"

# ---- what must not be told ----

is "exact figures come with a warning" 1 "$(grep -c 'restricted' "$work/exact.err")"
is "numbers of people below 5 are told only when asked for" 0 \
    "$(jq '[.sections.linked[], .sections.hidden[], .sections.unlinkables[] | .records, .linked, .unlinkable | numbers | select(. < 5)] | length' "$work/shared.json")"
# A breakdown with one figure hidden would tell it: the total less the others.
alone() { # SECTION MEASURE [GROUPED BY]: breakdowns of which one row alone lacks the measure
    jq -r "[.sections.$1[] | select(has(\"$2\") and .source != \"all\" and .item != \"all\")] | group_by(${3:-.item}) |
        map(select(length > 1 and ([.[] | select(.$2 | type != \"number\")] | length) == 1)) | .[][0].item" "$work/$name.json"
}
nothing_alone() { # NAME
    local name=$1
    is "no figure of $name is the total less the others" "" \
        "$(alone linked records; alone linked linked; alone unlinkables records; alone unlinkables unlinkable
           alone hidden true_pairs; alone hidden records; alone completeness records; alone groups persons)"
}
nothing_alone shared

# ---- another threshold, before and after the run that links by it ----

printf 'linkage:\n  threshold: 8\n' >> "$site/joinedup.yaml"
report stricter --section run
is "a run by another model is told" 1 "$(jq -r '.warnings[]' "$work/stricter.json" | grep -c 'another model')"
night
report stricter --exact
is "and no more once it ran" 0 "$(jq -r '.warnings[]' "$work/stricter.json" | grep -c 'last run' || true)"
outcomes stricter +8
check "there are pairs below such a threshold" \
    test "$(sql -c "select count(*) from linkage.pair where outcome = 'below'")" -gt 10

# ---- no identifier ----

site_new canary
"$synth" --out "$work/canary_feeds" --truth "$work/canary_truth" --people 3000 --months 2 --end 2026-09 --seed 3 \
    --errors yes --canaries yes > /dev/null
cat "$work/canary_truth/senders.yaml" >> "$site/joinedup.yaml"
find "$work/canary_feeds" -maxdepth 1 -type f -exec cp {} "$site/landing/" \;
find "$site/landing" -type f -exec touch -d '1 hour ago' {} +
night
report canary --exact
tail -n +2 "$work/canary_truth/canaries.csv" | tr -d '\r' | cut -d , -f 2 | sort -u > "$work/canaries"
check "there are canaries" test "$(wc -l < "$work/canaries")" -gt 1000
is "no identifier is in any form of the report" "" \
    "$(grep -wlFf "$work/canaries" "$work"/canary.{json,csv,txt} || true)"
is "no patient key either" "" "$(grep -lE '[0-9a-f]{8}-[0-9a-f]{4}-|\\\\x' "$work"/canary.{json,csv,txt} || true)"

# ---- a group of three people ----

site_new small
smi_csv G85001 40 | awk -F , -v OFS=, 'NR > 1 { $5 = NR <= 4 ? "J" : NR <= 11 ? "B" : "A" } { print }' > "$work/smi.csv"
land "$work/smi.csv" gp_smi_G85001_20260331.csv
night
is "a small site is linked" 40 "$(sql -c 'select count(*) from linkage.link')"
report small
report small_exact --exact
ethnic() { of "$1" linked "select(.item == \"ethnicity\" and (.group | startswith(\"$2 \"))) | \"\\(.records) \\(.linked) \\(.share)\""; }
is "three people are told when exact" "3 0 0" "$(ethnic small_exact J | sed 's/0\.0*$/0/')"
nothing_alone small
is "three people are few, and nothing else of them" "<5 null null" "$(ethnic small J)"
is "the next smallest group goes with them, or it would be the difference" "null null null" "$(ethnic small B)"
is "the others are told" 30 "$(of small linked 'select(.group | startswith("A ")) | .records')"
is "as text and CSV too" "<5 hidden" \
    "$(csv small linked ethnicity records | awk -F '|' '$2 ~ /^J/ { print $3 }') $(csv small linked ethnicity records | awk -F '|' '$2 ~ /^B/ { print $3 }')"
check "and as text" grep -qE '^ +J Pakistani +<5 +hidden' "$work/small.txt"
finish
