#!/bin/bash
# link_evaluate.sh: joinedup link evaluate tells of labelled files what is true: its rates agree with a count
# made here from its own links, whatever the file's form and the number of threads; and it links two public
# test sets as well as promised.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

data=../shared/data/linkage

# evaluate NAME OPTION...: the report as JSON in $work/NAME.json; the exit status in $status.
evaluate() {
    local name=$1
    shift
    status=0
    "$joinedup" link evaluate --json "$@" > "$work/$name.json" 2> "$work/$name.err" || status=$?
}
of() { jq -r "$2" "$work/$1.json"; }
# refused NAME CODE PLACE OPTION...: the command ends with that error and place.
refused() {
    local name=$1 code=$2 place=$3
    shift 3
    evaluate refused "$@"
    is "$name: code" "$code" "$(of refused .error.code)"
    is "$name: place" "$place" "$(of refused .error.place)"
}
# Figures that no clock and no memory has a hand in.
figures() { jq -S 'del(.seconds, .peak_mib, .threads)' "$work/$1.json"; }
agree() { diff <(figures "$1") <(figures "$2") > "$work/difference"; }

# people SEED: rows of made-up people: "person,given,family,birth,sex,postcode,town". Written differently a seed.
people() {
    awk -v seed="$1" 'BEGIN {
        split("ADA BEN CLARA DAVID EMILY FRANK GRACE HENRY IRIS JACK KATE LEWIS MARIA NOAH OLIVE PETER", given, " ")
        split("ADAMS BAKER CARTER DAWSON ELLIS FISHER GRANT HOLMES IRVING JONES KERR LAMB MOSS NASH OWEN PRICE", family, " ")
        split("Leeds York Hull", town, " ")
        for (i = 0; i < 400; i++) {
            g = given[1 + (i * 7 + int(i / 16)) % 16]; f = family[1 + (i * 5 + int(i / 11)) % 16]
            year = 1930 + i * 13 % 80; month = 1 + i * 5 % 12; day = 1 + i * 11 % 28
            sex = 1 + i % 2; postcode = "LS" 1 + i % 9 " " 1 + i % 7 "A" substr("ABDEF", 1 + i % 5, 1)
            if (seed > 0 && i % 5 == 0) g = substr(g, 1, 2) "X" substr(g, 3)
            if (seed > 0 && i % 6 == 0) postcode = ""
            if (seed > 0 && i % 9 == 0) { year = 1930 + (i * 17 + seed) % 80; f = family[1 + (i + seed) % 16] }
            printf "%d,%s,%s,%04d-%02d-%02d,%d,%s,%s\n", i, g, f, year, month, day, sex, postcode, town[1 + i % 3]
        }
    }'
}
header=id,person,given,family,birth,sex,postcode,town
# file SEED LETTER: people with ids.
file() {
    echo "$header"
    people "$1" | awk -v letter="$2" '{ print letter NR "," $0 }'
}
cat > "$work/map.yaml" << 'MAP'
id: id
fields:
  given: given_name
  family: family_name
  birth: date_of_birth
  sex: sex
  postcode: postcode
MAP
sed 's/^id: id/&\nunique: [left, right]/' "$work/map.yaml" > "$work/unique.yaml"
file 0 L > "$work/left.csv"
file 0 R > "$work/same.csv"
file 1 R > "$work/right.csv"
{
    file 0 L
    file 1 M | tail -n +2
    file 2 N | tail -n +2
} > "$work/all.csv"

# ---- two files, nothing wrong in them ----

evaluate same --left "$work/left.csv" --right "$work/same.csv" --map "$work/unique.yaml" --truth person
is "two equal files: done" 0 "$status"
is "two equal files: every pair" 1 "$(of same .pairwise.shipped.f1)"
is "two equal files: every pair by cluster" 1 "$(of same .cluster.best.f1)"
is "two equal files: every pair is met" 1 "$(of same .block_recall)"
is "two equal files: counts" "400 400 400" "$(of same '"\(.records.left) \(.records.right) \(.true_pairs)"')"
is "the report has the parts promised" \
    "block_recall by candidates cluster pairwise peak_mib records rules seconds threads true_pairs unlabelled" \
    "$(of same 'keys | join(" ")')"
check "time and memory are told" jq -e '.peak_mib > 1 and .seconds.total > 0 and
    (.seconds | has("read") and has("frequency") and has("block") and has("train") and has("score") and has("decide"))' \
    "$work/same.json" > "$work/ignored"

# ---- the same data in another dress ----

evaluate plain --left "$work/left.csv" --right "$work/right.csv" --map "$work/map.yaml" --truth person --by town,sex
dressed() { # NAME FILE
    evaluate dressed --left "$2" --right "$work/right.csv" --map "$work/map.yaml" --truth person --by town,sex
    check "$1" agree plain dressed
}
{ printf '\357\273\277'; sed 's/$/\r/' "$work/left.csv"; } > "$work/marked.csv"
dressed "byte order mark and CR LF" "$work/marked.csv"
sed 's/,/ , /g' "$work/left.csv" > "$work/blanks.csv"
dressed "blanks around names and values" "$work/blanks.csv"
sed 's/\([^,]*\)/"\1"/g' "$work/left.csv" > "$work/quoted.csv"
dressed "quotes" "$work/quoted.csv"
sed '1y/abcdefghijklmnopqrstuvwxyz/ABCDEFGHIJKLMNOPQRSTUVWXYZ/' "$work/left.csv" > "$work/upper.csv"
dressed "names of columns in upper case" "$work/upper.csv"
gzip -c "$work/left.csv" > "$work/left.csv.gz"
dressed "packed by gzip" "$work/left.csv.gz"
awk -F, -v OFS=, '{ print $8, $7, $6, $5, $4, $3, $2, $1, "more" }' "$work/left.csv" > "$work/moved.csv"
dressed "columns in another order and one more" "$work/moved.csv"

# ---- threads ----

for jobs in 1 2 3; do
    evaluate "jobs$jobs" --left "$work/all.csv" --map "$work/map.yaml" --truth person --by town \
        --links "$work/jobs$jobs.csv" --jobs "$jobs"
done
check "two threads say what one says" agree jobs1 jobs2
check "three threads say what one says" agree jobs1 jobs3
check "and link the same pairs" cmp "$work/jobs1.csv" "$work/jobs2.csv"
is "the number of threads is told" 2 "$(of jobs2 .threads)"

# ---- counted again ----

# recount FILES...: rates of the linked pairs of $work/links.csv, pairwise and by cluster, by the plainest way.
# across=1: pairs of two files only. column: town.
recount() {
    awk -F, -v across="$across" '
        function find(x) { while (parent[x] != x) x = parent[x]; return x }
        function rates(right, said, truth) {
            return sprintf("%.9f %.9f %.9f", right / said, right / truth, 2 * right / (said + truth))
        }
        function pairs(a, b,    of) { return a != b && (!across || source[a] != source[b]) }
        FILENAME != last { last = FILENAME; files++; line = 0 }
        { line++ }
        line == 1 { next }
        files < ARGC - 1 {
            ids[++count] = $1; person[$1] = $2; town[$1] = $8; source[$1] = files; parent[$1] = $1
            next
        }
        person[$1] != "" && person[$2] != "" && $6 == "linked" {
            said++; said_in[town[$1]]++
            if (person[$1] == person[$2]) { right++; right_in[town[$1]]++ }
        }
        $6 == "linked" { parent[find($2)] = find($1) }
        END {
            for (i = 1; i <= count; i++) {
                if (person[ids[i]] == "") continue
                root[i] = find(ids[i])
                for (j = 1; j < i; j++) {
                    if (person[ids[j]] == "" || !pairs(ids[i], ids[j])) continue
                    same = person[ids[i]] == person[ids[j]]
                    truth += same; truth_in[town[ids[j]]] += same
                    if (root[i] == root[j]) { joined++; joined_right += same }
                }
            }
            print rates(right, said, truth)
            print rates(joined_right, joined, truth)
            print "York", truth_in["York"], rates(right_in["York"], said_in["York"], truth_in["York"])
        }' "$@" "$work/links.csv"
}
told() {
    jq -r 'def rates: [.precision, .recall, .f1] | map(tostring) | join(" ");
        (.pairwise.shipped, .cluster.shipped | rates), (.by[] | select(.value == "York") | "York \(.pairs) \(rates)")' \
        "$work/$1.json" | awk '{ for (i = NF - 2; i <= NF; i++) $i = sprintf("%.9f", $i); print }'
}
evaluate one --left "$work/all.csv" --map "$work/map.yaml" --truth person --by town --links "$work/links.csv"
across=0
is "one file: the rates are those of its links" "$(recount "$work/all.csv")" "$(told one)"
is "one file: true pairs" 1200 "$(of one .true_pairs)"
evaluate two --left "$work/left.csv" --right "$work/right.csv" --map "$work/map.yaml" --truth person --by town \
    --links "$work/links.csv"
across=1
is "two files: the rates are those of their links" "$(recount "$work/left.csv" "$work/right.csv")" "$(told two)"
check "the links are for their owner alone" [ "$(stat -c %a "$work/links.csv")" = 600 ]
check "no threshold is better than the best" jq -e '.pairwise.best.f1 >= .pairwise.shipped.f1' "$work/two.json" \
    > "$work/ignored"

# ---- truth that is not known ----

awk -F, -v OFS=, 'NR > 1 && NR % 4 == 0 { $2 = "" } { print }' "$work/left.csv" > "$work/partly.csv"
evaluate partly --left "$work/partly.csv" --right "$work/right.csv" --map "$work/map.yaml" --truth person --by town \
    --links "$work/links.csv"
is "records without truth are counted" 100 "$(of partly .unlabelled)"
is "and left out of the pairs" 300 "$(of partly .true_pairs)"
is "and of the rates" "$(recount "$work/partly.csv" "$work/right.csv")" "$(told partly)"
"$joinedup" link evaluate --left "$work/partly.csv" --right "$work/right.csv" --map "$work/map.yaml" --truth person \
    --by town > "$work/report.txt"
check "the text warns of them" grep -q '^Warning  *100 records' "$work/report.txt"
check "the text names the widest gap" grep -q 'widest gap in recall' "$work/report.txt"
is "blank truth alone: no rate" "null null" "$(
    awk -F, -v OFS=, 'NR > 1 { $2 = "" } { print }' "$work/left.csv" > "$work/blank.csv"
    evaluate blank --left "$work/blank.csv" --map "$work/map.yaml" --truth person
    of blank '"\(.pairwise.shipped.recall) \(.block_recall)"'
)"

# ---- several spellings, full names ----

# Each person's name on the left beside another one; on the right the old name or the new.
awk -F, -v OFS=, 'NR > 1 { $4 = $4 "; " $4 "SON" ; $7 = "ZE1 0AA;" $7 } { print }' "$work/left.csv" > "$work/several.csv"
awk -F, -v OFS=, 'NR > 1 && NR % 2 { $4 = $4 "SON" } { print }' "$work/same.csv" > "$work/married.csv"
evaluate several --left "$work/several.csv" --right "$work/married.csv" --map "$work/unique.yaml" --truth person \
    --links "$work/several_links.csv" --save-model "$work/several_model.json"
evaluate single --left "$work/left.csv" --right "$work/married.csv" --map "$work/unique.yaml" --truth person \
    --model "$work/several_model.json" --links "$work/single_links.csv"
is "a record agrees by any of its spellings" 1 "$(of several .pairwise.shipped.f1)"
# Links of people who married, which agree by their second spelling alone.
evidence() { awk -F, 'substr($1, 2) == substr($2, 2) && substr($1, 2) % 2 == 0 { sum += $3 } END { printf "%d", sum }' "$1"; }
check "and better than by one" [ "$(evidence "$work/several_links.csv")" -gt "$(evidence "$work/single_links.csv")" ]

awk -F, -v OFS=, 'NR == 1 { print "id,person,name,birth" ; next } { print $1, $2, $3 " " $4, $5 }' \
    "$work/left.csv" > "$work/full.csv"
awk -F, -v OFS=, 'NR == 1 { print "id,person,name,birth" ; next } { print $1, $2, "\"" $4 ", Ms " $3 "\"", $5 }' \
    "$work/same.csv" > "$work/turned.csv"
printf 'id: id\nunique: [left, right]\nfields:\n  name: full_name\n  birth: date_of_birth\n' > "$work/full.yaml"
evaluate full --left "$work/full.csv" --right "$work/turned.csv" --map "$work/full.yaml" --truth person
is "full names, either way round" 1 "$(of full .pairwise.shipped.f1)"

# ---- a model kept and used again ----

evaluate train --left "$work/left.csv" --right "$work/right.csv" --map "$work/map.yaml" --truth person --by town,sex \
    --save-model "$work/model.json"
evaluate reuse --left "$work/left.csv" --right "$work/right.csv" --map "$work/map.yaml" --truth person --by town,sex \
    --model "$work/model.json" --save-model "$work/again.json"
check "a model used again says the same" agree train reuse
check "and is written as it was" cmp "$work/model.json" "$work/again.json"

# ---- faults, with their place ----

base=(--left "$work/left.csv" --right "$work/right.csv" --map "$work/map.yaml" --truth person)
refused "a truth that is not there" JU1025 "$work/left.csv, row 1" "${base[@]}" --truth nobody
cut -d, -f1-6,8 "$work/right.csv" > "$work/lacking.csv"
refused "a column missing in the second file" JU1025 "$work/lacking.csv, row 1" "${base[@]}" --right "$work/lacking.csv"
check "the column is named" grep -q '"there is no column \\"postcode\\""' "$work/refused.json"
evaluate once "${base[@]}" --right "$work/same.csv" --by town
sed 's/,[^,]*$//' "$work/same.csv" > "$work/untowned.csv"
evaluate left_only "${base[@]}" --right "$work/untowned.csv" --by town
check "a --by column may be in one file alone" agree once left_only
refused "a --by column in neither" JU1025 "$work/left.csv, row 1" "${base[@]}" --by county
sed '5s/$/,more/' "$work/left.csv" > "$work/ragged.csv"
refused "a ragged row" JU1025 "$work/ragged.csv, row 5" "${base[@]}" --left "$work/ragged.csv"
sed '7s/,/,"x"y/' "$work/left.csv" > "$work/stray.csv"
refused "a stray quote" JU1025 "$work/stray.csv, row 7" "${base[@]}" --left "$work/stray.csv"
: > "$work/empty.csv"
refused "an empty file" JU1025 "$work/empty.csv, row 1" "${base[@]}" --left "$work/empty.csv"
refused "a file that is not there" JU1013 "$work/none.csv" "${base[@]}" --left "$work/none.csv"
head -c 2000 "$work/left.csv.gz" > "$work/cut.csv.gz"
refused "a packed file cut short" JU1013 "$work/cut.csv.gz" "${base[@]}" --left "$work/cut.csv.gz"
sed 's/given_name/given_nam/' "$work/map.yaml" > "$work/kind.yaml"
refused "an unknown kind" JU1002 "$work/kind.yaml:3:10" "${base[@]}" --map "$work/kind.yaml"
sed 's/family_name/given_name/' "$work/map.yaml" > "$work/twice.yaml"
refused "a kind that may be there once" JU1002 "$work/twice.yaml:4:11" "${base[@]}" --map "$work/twice.yaml"
echo 'fields: {given: given_name}' > "$work/no_id.yaml"
refused "a map without id" JU1002 "$work/no_id.yaml:1:1" "${base[@]}" --map "$work/no_id.yaml"
refused "a model of other fields" JU1023 "$work/several_model.json" --left "$work/full.csv" --right "$work/full.csv" \
    --map "$work/full.yaml" --truth person --model "$work/several_model.json"
refused "no truth" JU1001 "" --left "$work/left.csv" --map "$work/map.yaml"
refused "no such number of threads" JU1001 "" "${base[@]}" --jobs none
refused "links on standard output" JU1001 "" "${base[@]}" --links -
head -n 1 "$work/left.csv" > "$work/header.csv"
refused "a file with a header alone" JU1025 "$work/header.csv, row 1" --left "$work/header.csv" \
    --map "$work/map.yaml" --truth person
refused "a header alone on the right" JU1025 "$work/header.csv, row 1" "${base[@]}" --right "$work/header.csv"
told_of() { check "$1" grep -qF -- "$2" "$work/refused.json"; }
refused "a column missing" JU1025 "$work/lacking.csv, row 1" "${base[@]}" --right "$work/lacking.csv"
told_of "the map's line is told" "$work/map.yaml:7:3"
told_of "and the columns there are" "the columns there are: id, person, given, family, birth, sex, town"
tr , ';' < "$work/left.csv" > "$work/semicolons.csv"
refused "parted by semicolons" JU1025 "$work/semicolons.csv, row 1" "${base[@]}" --left "$work/semicolons.csv"
told_of "the separator is told" "parted by semicolons"
tail -n +2 "$work/left.csv" > "$work/headless.csv"
refused "no header" JU1025 "$work/headless.csv, row 1" "${base[@]}" --left "$work/headless.csv"
is "a date of the first record is not told" 0 "$(grep -c 1930-01-01 "$work/refused.json" || true)"
refused "an unknown kind once more" JU1002 "$work/kind.yaml:3:10" "${base[@]}" --map "$work/kind.yaml"
told_of "the kinds are listed" "given_name, family_name, date_of_birth, sex, postcode, nhs_number, gp_practice, exact, text"
refused "a map that is not there" JU1013 "$work/no_map.yaml" "${base[@]}" --map "$work/no_map.yaml"
sed '9s/^[^,]*/L3/' "$work/left.csv" > "$work/twice.csv"
refused "an id twice" JU1025 "$work/twice.csv, row 9" "${base[@]}" --left "$work/twice.csv"
told_of "both rows are told" "rows 4 and 9"
refused "the truth as a field" JU1002 "$work/map.yaml:5:3" "${base[@]}" --truth birth
refused "one file in which nobody is twice" JU1002 "$work/unique.yaml" --left "$work/left.csv" \
    --map "$work/unique.yaml" --truth person
refused "--memory too small" JU1014 "" "${base[@]}" --memory 1
is "the hint is about --memory" true "$(of refused '.error.hint | contains("--memory")')"

# ---- public test sets ----

# labelled FILE: febrl's records, with the number they all have in common: rec-70-org, rec-70-dup-0.
labelled() {
    awk -F', *' -v OFS=, '{ sub(/\r$/, "") } NR == 1 { print $0 ", person"; next }
        { split($1, part, "-"); print $0 ", " part[2] }' "$1"
}
at_least() { jq -e "$2 >= $3" "$work/$1.json" > "$work/ignored"; }

if [ -f "$data/dataset4a.csv" ] && [ -f "$data/dataset4b.csv" ]; then
    labelled "$data/dataset4a.csv" > "$work/a.csv"
    labelled "$data/dataset4b.csv" > "$work/b.csv"
    cat > "$work/febrl.yaml" << 'MAP'
id: rec_id
unique: [left, right]
fields:
  given_name: given_name
  surname: family_name
  street_number: exact
  address_1: text
  address_2: text
  suburb: text
  postcode: exact
  state: exact
  date_of_birth: date_of_birth
  soc_sec_id: exact
MAP
    evaluate febrl --left "$work/a.csv" --right "$work/b.csv" --map "$work/febrl.yaml" --truth person
    check "febrl 4: F1 $(of febrl .pairwise.shipped.f1) is 0.999 or more" at_least febrl .pairwise.shipped.f1 0.999
else
    echo "ok - febrl 4: F1 # SKIP the set is not here"
fi
if [ -f "$data/fake_1000.csv" ]; then
    cat > "$work/fake.yaml" << 'MAP'
id: unique_id
fields:
  first_name: given_name
  surname: family_name
  dob: date_of_birth
  city: text
  email: text
MAP
    evaluate fake --left "$data/fake_1000.csv" --map "$work/fake.yaml" --truth cluster
    check "fake_1000: F1 by cluster $(of fake .cluster.shipped.f1) is 0.88 or more" \
        at_least fake .cluster.shipped.f1 0.88
else
    echo "ok - fake_1000: F1 by cluster # SKIP the set is not here"
fi
finish
