#!/bin/bash
# link_commands.sh: link train, explain, review and decide on a small site whose truth is known: sums that can be done
# again, answers that give the true rates, decisions that hold and can be taken back; and no identifier in anything said.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

said=$work/said # everything any command said
: > "$said"
# run NAME COMMAND...: output in $work/NAME, exit status in $status.
run() {
    local name=$1
    shift
    status=0
    "$joinedup" "$@" --site "$site" > "$work/$name" 2> "$work/$name.err" || status=$?
    cat "$work/$name" "$work/$name.err" >> "$said"
}
of() { jq -r "$2" "$work/$1"; }
# refused NAME CODE COMMAND...
refused() {
    local name=$1 code=$2
    shift 2
    run refused "$@" --json
    is "$name" "$code" "$(of refused .error.code)"
}

# ---- two organisations: 700 people of the first; 500 of them, kin and namesakes of others in the second ----

# people SIDE: "ref,nhs_number,forename,surname,birth,postcode,gender,person"
people() {
    nhs_numbers 700 > "$work/numbers"
    awk -v side="$1" -v numbers="$work/numbers" 'BEGIN {
        while ((getline line < numbers) > 0) number[++count] = line
        split("QUENBY ROSWITHA TANCRED ULRIKA VENETIA WALBURGA XANTHE YSEULT ZEBEDEE ALARIC BRUNHILDE CUTHBERT DROGO ETHELRED FAUSTINA GUNTHER HEDWIG ISOLDE JOCASTA KENELM", given, " ")
        split("ABERNATHY BLENKINSOP CRUMPLEHORN DUNWOODY EGGLESWORTH FOTHERGILL GRIMSHAW HUCKLEBY INGLETHORPE JARNDYCE KETTLEWELL LOWNDES MUGGERIDGE NETHERCOTT OLDERSHAW PUMBLECHOOK QUILLINAN RAMSBOTTOM SATTERTHWAITE TULKINGHORN UMFREVILLE VAVASOUR WIGGLESWORTH YARDLEY", family, " ")
        for (i = 1; i <= 700; i++) {
            g = given[1 + i * 7 % 20]; f = family[1 + (i * 11 + int(i / 24)) % 24]
            y = 1935 + i * 17 % 70; m = 1 + i * 5 % 12; d = 1 + i * 13 % 28
            p = "SE" 1 + i % 25 " " 1 + i * 3 % 9 substr("ABDEFGHJLN", 1 + i % 10, 1) substr("PQRSTUWXYZ", 1 + int(i / 10) % 10, 1)
            n = i % 6 == 0 ? number[i] : ""; sex = i % 2 ? "Female" : "Male"; person = i; ref = side i
            if (side == "B") {
                if (i > 640) continue
                if (i > 500) { # somebody else: a twin, a brother or sister, a namesake
                    person = 1000 + i; n = ""
                    if (i % 3 == 0) { g = given[1 + (i * 7 + 9) % 20] }
                    else if (i % 3 == 1) { g = given[1 + (i * 7 + 3) % 20]; y += 3; m = 1 + m % 12 }
                    else { p = "N" 1 + i % 20 " " 1 + i % 9 "AB"; y += i % 5; d = 1 + d % 28 }
                } else {
                    if (i % 5 == 0) f = family[1 + (i * 3 + 5) % 24]
                    if (i % 4 == 0) p = "E" 1 + i % 18 " " 1 + i % 9 "TT"
                    if (i % 9 == 0) g = substr(g, 1, 2) substr(g, 4)
                    if (i % 11 == 0) d = 1 + (d + 4) % 28
                    if (i % 7 == 0) n = ""
                }
            }
            printf "%s,%s,%s,%s,%02d/%02d/%d,%s,%s,%d\n", ref, n, g, f, d, m, y, p, sex, person
        }
    }'
}
delivery_of() {
    echo "$support_header"
    people "$1" | awk -F , -v OFS=, '{ print $1, $2, $3, $4, $5, $6, $7, "White British", "03/04/2026", "Finances", "Telephone", "Yes" }'
}

site_new s
for side in A B; do
    delivery_of $side > "$work/$side.csv"
    land "$work/$side.csv" "VOL${side}_support_202604.csv"
    people $side
done > "$work/people"
night
is "the night" 0 "$status"
is "records" 1340 "$(sql -c 'select count(*) from linkage.link')"

make -s -f tests/tools.mk BUILD="$BUILD" "$BUILD/tests/cli/patient_key" > "$work/make.log" 2>&1 || cat "$work/make.log"
awk -F , -v OFS=, '{ print "support", "VOL" substr($1, 1, 1), $1, $8 }' "$work/people" |
    "$BUILD/tests/cli/patient_key" "$(find "$site/keys" -type f)" > "$work/keys.csv"
paste -d , <(cut -d , -f 1 "$work/people") <(cut -d , -f 1,2 "$work/keys.csv") |
    sed -E 's/,(.{8})(.{4})(.{4})(.{4})(.{12}),/,\1-\2-\3-\4-\5,/' > "$work/refs" # ref,key,person
key_of() { awk -F , -v ref="$1" '$1 == ref { print $2 }' "$work/refs"; }
sql -c "create schema harness; create table harness.truth (ref text, patient_key uuid, person integer)"
sql -c "\\copy harness.truth from '$work/refs' with (format csv)"
is "the keys of the planted are those of the warehouse" 1340 \
    "$(sql -c 'select count(*) from harness.truth join warehouse.patient using (patient_key)')"
person_of() { sql -c "select person_key from warehouse.patient where patient_key = '$1'"; }

# ---- explain ----

# A sum done again from the parts.
sums_up() {
    jq -r '[.prior, .household, .rivals, (.fields[] | .weight, .rarity), .odds] | @tsv' "$work/$1" |
        awk '{ for (i = 1; i < NF; i++) sum += $i; exit !(sum - $NF < 1e-6 && $NF - sum < 1e-6) }'
}
weights_fit() { # of each level: log2(m / u)
    jq -r '.fields[] | select(.m != null) | [.m, .u, .weight] | @tsv' "$work/$1" |
        awk '{ w = log($1 / $2) / log(2); if (w - $3 > 0.006 || $3 - w > 0.006) bad = 1; n++ } END { exit bad || n < 3 }'
}
a=$(key_of A1) b=$(key_of B1)
run one link explain "$a" "$b" --json
is "explain: done" 0 "$status"
check "explain: the parts sum to the odds" sums_up one
check "explain: each weight is log2(m / u)" weights_fit one
is "explain: rarity is in whole bits" 0 "$(of one '[.fields[].rarity | select(. != floor)] | length')"
is "explain: a link" "linked true" "$(of one '"\(.outcome) \(.same_person)"')"
check "explain: rules that brought them together" test "$(of one '.rules | length')" -gt 0
is "explain: by the night's counts" kept "$(of one .counts)"
run other link explain "$b" "$a" --json
check "explain: A B is B A" cmp "$work/one" "$work/other"
run upper link explain "${a^^}" "$b" --json
check "explain: letters of a key in any case" cmp "$work/one" "$work/upper"
# The rounding is of names, birth date, postcode: two bits at most, and no stored odds are that exact.
weighed=0 wrong=0
while read -r left right outcome; do
    run pair link explain "$left" "$right" --json
    weighed=$((weighed + 1))
    sums_up pair && [ "$(of pair .outcome)" = "$outcome" ] && of pair .odds |
        awk -v outcome="$outcome" '{ exit !(outcome == "linked" ? $1 > -2 : outcome == "below" ? $1 < 2 : 1) }' ||
        wrong=$((wrong + 1))
done < <(sql -F ' ' -c "select left_key, right_key, outcome from linkage.pair order by outcome = 'linked', md5(left_key::text) limit 40")
check "explain: there are stored pairs" test "$weighed" -gt 20
# What is stored of a pair is a function of its pattern, sources and the other rows: no rival's rarity is in it.
is "stored: odds lie as far from the weight for all pairs of two sources" 0 "$(sql -c "select count(*) from (
    select from linkage.pair as p join linkage.record as l on l.patient_key = p.left_key join linkage.record as r on r.patient_key = p.right_key
     group by least(l.feed || l.sender, r.feed || r.sender), greatest(l.feed || l.sender, r.feed || r.sender)
    having max(round((p.odds - p.weight)::numeric, 2)) <> min(round((p.odds - p.weight)::numeric, 2))) as g")"
is "stored: leads are in steps" 0 "$(sql -c "select count(*) from linkage.pair where lead not in (0, 1, 2, 4, 10, 99)")"
is "explain: $weighed stored pairs have their outcome, and odds that fit it" 0 "$wrong"
run apart link explain "$a" "$(key_of B12)" --json
is "explain: two that nothing brings together" "not_compared false true" \
    "$(of apart '"\(.outcome) \(.same_person) \(.reasons | contains(["never_compared"]))"')"
check "explain: their parts sum up too" sums_up apart
run numbers link explain "$(key_of A6)" "$(key_of B12)" --json
check "explain: different NHS numbers are told" grep -q nhs_numbers_differ "$work/numbers"
run text link explain "$a" "$b"
check "explain: as text" grep -q 'given_name  *exact' "$work/text"
run alone link explain "$a" --json
is "explain A: its person" "$(person_of "$a")" "$(of alone .link.person_key)"
is "explain A: its group" "$(sql -c "select count(*) from warehouse.patient where person_key = '$(person_of "$a")'")" \
    "$(of alone '.group | length')"
is "explain A: its best partner" "$(sql -c "select case when left_key = '$a' then right_key else left_key end from linkage.pair
    where '$a' in (left_key, right_key) order by odds desc limit 1")" "$(of alone '.partners[0].patient_key')"
run alone_text link explain "$a"
refused "explain: an unknown key" JU1030 link explain 00000000-0000-0000-0000-000000000000
refused "explain: an unknown key of two" JU1030 link explain "$a" 00000000-0000-0000-0000-000000000000
check "explain: it is B that is unknown" grep -q '"B: no record' "$work/refused"
refused "explain: no key at all" JU1030 link explain A1 B1
refused "explain: a record and itself" JU1001 link explain "$a" "$a"

# ---- train ----

run train link train --json
is "train: done" 0 "$status"
model=$(of train .file)
check "train: the model has its place" test -f "$site/linkage/model-$(of train '.version[0:8]').json"
run again link train --out "$work/again.json" --json
check "train: twice, the same bytes" cmp "$model" "$work/again.json"
is "train: m and u sum to 1" 0 "$(of train '[.fields[] | ([.levels[].m] | add), ([.levels[].u] | add)] | map(select(. < 0.9999 or . > 1.0001)) | length')"
echo answers > "$work/mine"
refused "train: --right needs --left" JU1001 link train --right "$work/B.csv" --map "$work/map.yaml"
check "train: and says so" grep -q 'left is missing' "$work/refused"
refused "train: a file is never overwritten" JU1013 link train --out "$work/mine"
is "train: and is left as it was" answers "$(cat "$work/mine")"
run nothing link train --json
is "train: the same model again is no fault" true "$(of nothing .was_there)"
is "train: it changes no link" 0 "$(sql -c "select count(*) from linkage.link where model_version = '$(of train .version)'")"
run text link train
check "train: as text" grep -q 'records whose person would change' "$work/text"

# A level given by hand stays; the file named in joinedup.yaml is what links.
jq '(.fields[] | select(.field == "sex") | .levels) |= [.[0] + {m: 0.9, fixed: true}, .[1] + {m: 0.1}]' "$model" > "$site/linkage/hand.json"
cp "$site/joinedup.yaml" "$work/yaml"
printf 'linkage:\n  model: linkage/hand.json\n' >> "$site/joinedup.yaml"
run kept link train --json
is "train: a fixed level is kept" "0.9 true" "$(of kept '.fields[] | select(.field == "sex") | .levels[0] | "\(.m) \(.fixed)"')"
is "train: beside it, the model in use" 0.9 "$(of kept '.fields[] | select(.field == "sex") | .levels[0].before.m')"
echo '{' > "$site/linkage/hand.json"
refused "train: a model that is none" JU1023 link train
is "train: the model's file is named" "$site/linkage/hand.json" "$(of refused .error.place)"
rm "$site/linkage/hand.json"
cp "$work/yaml" "$site/joinedup.yaml"
printf 'linkage:\n  model: %s\n' "linkage/$(basename "$model")" >> "$site/joinedup.yaml"
persons_before=$(sql -c "select count(distinct person_key) from warehouse.patient")
sql -c "create table harness.before as select patient_key, person_key from warehouse.patient"
night
is "train: the site links by it" 0 "$(sql -c "select count(*) from linkage.link where model_version <> '$(of train .version)'")"
is "train: persons, as was foretold" "$persons_before $(of train .change.persons_after)" \
    "$(of train .change.persons_before) $(sql -c 'select count(distinct person_key) from warehouse.patient')"
is "train: pairs gained and lost, as was foretold" "$(of train '"\(.change.pairs_gained) \(.change.pairs_lost)"')" "$(sql -F ' ' -c "
    with now as (select l.patient_key a, r.patient_key b from warehouse.patient l join warehouse.patient r on l.person_key = r.person_key and l.patient_key < r.patient_key),
         was as (select l.patient_key a, r.patient_key b from harness.before l join harness.before r on l.person_key = r.person_key and l.patient_key < r.patient_key)
    select (select count(*) from (select * from now except select * from was) x), (select count(*) from (select * from was except select * from now) x)")"

# ---- from files, without a site ----

printf 'id: client_ref\nunique: [left, right]\nfields:\n  forename: given_name\n  surname: family_name\n  date_of_birth: date_of_birth\n  postcode: postcode\n  gender: sex\n  nhs_number: nhs_number\n' > "$work/map.yaml"
files=(--left "$work/A.csv" --right "$work/B.csv" --map "$work/map.yaml")
"$joinedup" link train "${files[@]}" --out "$work/m1.json" --jobs 1 > "$work/files"
"$joinedup" link train "${files[@]}" --out "$work/m2.json" --jobs 4 >> "$work/files"
check "files: the same model whatever the threads" cmp "$work/m1.json" "$work/m2.json"
"$joinedup" link explain A3 B3 "${files[@]}" --model "$work/m1.json" --json > "$work/file_pair"
check "files: a pair's parts sum up" sums_up file_pair
is "files: it is a link" true "$(of file_pair .same_person)"
"$joinedup" link explain A3 "${files[@]}" --json > "$work/file_one"
is "files: the best partner" B3 "$(of file_one '.partners[0].record')"
cat "$work/files" "$work/file_pair" "$work/file_one" >> "$said"

# ---- review ----

run export link review export --size 200 --out "$work/review.csv" --json
is "review: 200 pairs, or all there are" \
    "$(sql -c 'select least(200, count(*)) from linkage.pair')" "$(of export .pairs)"
run export2 link review export --size 200 --out "$work/review2.csv" --json
check "review: the same draw each time" cmp "$work/review.csv" "$work/review2.csv"
refused "review: a file is never overwritten" JU1013 link review export --out "$work/review.csv"
is "review: the file is its owner's" 600 "$(stat -c %a "$work/review.csv")"
is "review: no cell begins as a formula" 0 "$(grep -cE '(^|,)"?[=+@]' "$work/review.csv" || true)"
cat "$work/review.csv" >> "$said"

# Clerks who know the truth; every 17th they cannot tell.
answer() { # FILE SUBSTITUTE
    awk -F , -v OFS=, -v odd="$2" 'NR == FNR { person[$2] = $3; next }
        FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print "answer", "pair"; next }
        { print (odd && FNR % 17 == 0) ? "unsure" : person[$(at["left_key"])] == person[$(at["right_key"])] ? "Same" : "different", $(at["pair"]) }' \
        "$work/refs" "$1"
}
answer "$work/review.csv" 1 > "$work/answers.csv"
check "review: there are both answers" test "$(cut -d , -f 1 "$work/answers.csv" | sort -u | wc -l)" = 4
run import link review import "$work/answers.csv" --by clerk --json
is "review: import done" 0 "$status"
true_rates=$(sql -F ' ' -c "
    with pair as (select l.person_key = r.person_key as said, lt.person = rt.person as same
                    from linkage.pair k
                    join warehouse.patient l on l.patient_key = k.left_key join warehouse.patient r on r.patient_key = k.right_key
                    join harness.truth lt on lt.patient_key = k.left_key join harness.truth rt on rt.patient_key = k.right_key)
    select avg((said and same)::int) filter (where said), avg((said and same)::int) filter (where same) from pair")
# The draw hangs on the site key, so one night in twenty the interval would miss by right (test_review.c counts how
# often): here the truth must lie within twice its width, and the width must be worth having.
holds() { # WHICH TRUE
    of import "[.$1.low, .$1.value, .$1.high] | @tsv" | tee "$work/interval" |
        awk -v truth="$2" '{ exit !(2 * $1 - $2 <= truth && truth <= 2 * $3 - $2 + 1e-9 && $1 <= $2 && $2 <= $3 && $3 - $1 < 0.25) }' &&
        printf '# %s: %s, true %s\n' "$1" "$(cat "$work/interval")" "$2"
}
check "review: the interval holds the true precision (${true_rates% *})" holds precision "${true_rates% *}"
check "review: the interval holds the true recall (${true_rates#* })" holds recall "${true_rates#* }"
is "review: what is unsure is counted" "$(grep -c '^unsure' "$work/answers.csv")" "$(of import .unsure)"
is "review: bins hold every pair" "$(sql -c 'select count(*) from linkage.pair')" "$(of import '[.bins[].pairs] | add')"
check "review: precision grows with the threshold" test \
    "$(of import '.thresholds | .[-1].precision.value >= .[0].precision.value')" = true
run import_text link review import "$work/answers.csv" --by clerk
check "review: as text" grep -q 'precision of links' "$work/import_text"

# A sample that is the whole leaves no doubt.
run whole link review export --size 100000 --out "$work/whole.csv" --json
answer "$work/whole.csv" 0 > "$work/whole_answers.csv"
run import link review import "$work/whole_answers.csv" --by clerk --json
is "review: of all pairs, the true rates" "$(awk '{ printf "%.6f %.6f", $1, $2 }' <<< "$true_rates")" \
    "$(of import '[.precision.value, .recall.value] | @tsv' | awk '{ printf "%.6f %.6f", $1, $2 }')"
is "review: and no interval" "$(of import '"\(.precision.low) \(.recall.high)"')" "$(of import '"\(.precision.value) \(.recall.value)"')"

answers_stored() { sql -c "select md5(string_agg(batch || pair || coalesce(answer, '') || coalesce(answered_by, ''), ',' order by batch, pair)) from linkage.review"; }
stored=$(answers_stored)
# bad NAME ROW SED: a file with one bad row is refused at that row, and nothing of it is kept.
bad() {
    sed -E "$3" "$work/answers.csv" > "$work/bad.csv"
    run refused link review import "$work/bad.csv" --by somebody --json
    is "review: $1" "JU1031 $work/bad.csv, row $2" "$(of refused '"\(.error.code) \(.error.place)"')"
    is "review: $1: nothing was taken" "$stored" "$(answers_stored)"
}
bad "an answer that is none of the three" 5 '5s/^[^,]*/maybe/'
bad "a pair of no sample" 9 '9s#/[0-9]+$#/99999#'
bad "a pair that is no pair" 4 '4s#,.*#,7#'
bad "a pair twice" 6 '5h;6{g}'
# With the keys, as it was exported: those of two rows exchanged, and none exchanged.
awk -F , -v OFS=, 'NR == FNR { answer[$2] = $1; next }
    FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print "answer", "pair", "left_key", "right_key"; next }
    { print answer[$(at["pair"])], $(at["pair"]), $(at["left_key"]), $(at["right_key"]) }' \
    "$work/answers.csv" "$work/review.csv" > "$work/keyed.csv"
awk -F , -v OFS=, '{ line[NR] = $0; left[NR] = $3; right[NR] = $4 }
    END { for (i = 1; i <= NR; i++) { n = split(line[i], cell, ","); j = i == 4 ? 5 : i == 5 ? 4 : i
          print cell[1], cell[2], left[j], right[j] } }' "$work/keyed.csv" > "$work/bad.csv"
run refused link review import "$work/bad.csv" --by somebody --json
is "review: keys of another row" "JU1031 $work/bad.csv, row 4" "$(of refused '"\(.error.code) \(.error.place)"')"
is "review: keys of another row: nothing was taken" "$stored" "$(answers_stored)"
run import link review import "$work/keyed.csv" --by clerk --json
is "review: the same answers of the same clerk replace nothing" "0 0" "$status $(of import .replaced)"
run import link review import "$work/keyed.csv" --by other --json
is "review: answers replaced are counted, and whose they were" "$(of import .taken) clerk" \
    "$(of import '"\(.replaced) \(.replaced_of | join(","))"')"
run import_text link review import "$work/keyed.csv" --by clerk
check "review: and told as text" grep -q 'earlier ones, which were by other' "$work/import_text"
sed 1s/answer/reply/ "$work/answers.csv" > "$work/bad.csv"
refused "review: a file without answers" JU1025 link review import "$work/bad.csv" --by somebody
refused "review: somebody must have answered" JU1001 link review import "$work/answers.csv"

# ---- decide ----

decide() { run decided link decide "$@" --json; }
read -r x y < <(sql -F ' ' -c "select k.left_key, k.right_key from linkage.pair k join warehouse.patient l on l.patient_key = k.left_key
    join warehouse.patient r on r.patient_key = k.right_key where k.outcome = 'linked' and l.person_key = r.person_key
    order by k.odds limit 1")
decide apart "$x" "$y" --by steward --reason "seen both"
is "apart: written" "0 apart" "$status $(of decided .decision)"
number=$(of decided .id)
decide apart "$y" "$x" --by steward --reason "once more"
is "apart: decided so already" "0 $number true" "$status $(of decided '"\(.id) \(.known)"')"
is "apart: and nothing was written" 1 "$(sql -c 'select count(*) from linkage.decision')"
night
check "apart: two persons after the run" test "$(person_of "$x")" != "$(person_of "$y")"
check "apart: the split is told" test "$(sql -c "select count(*) from linkage.person_history
    where run_id = (select max(run_id) from meta.run) and change = 'split'")" -gt 0
run told link explain "$x" "$y" --json
check "apart: explain says who parted them" grep -q parted_by_steward "$work/told"
decide same "$y" "$x" --by steward --reason "after all"
second=$(of decided .id)
is "same: which decision it replaces" "$number" "$(of decided .replaces)"
night
is "same: the later decision counts" "$(person_of "$x")" "$(person_of "$y")"
decide withdraw "$second"
is "withdraw: the earlier decision counts again" "$number" "$(of decided .now_counts)"
night
check "withdraw: two persons again" test "$(person_of "$x")" != "$(person_of "$y")"
decide withdraw "$number"
night
is "withdraw: as it was before any decision" "$(person_of "$x")" "$(person_of "$y")"
refused "withdraw: only once" JU1030 link decide withdraw "$number"
refused "withdraw: only what is there" JU1030 link decide withdraw 4711
run listed link decide list --json
is "decisions are listed, withdrawn or not" "2 2" "$(of listed '"\(.decisions | length) \([.decisions[] | select(.withdrawn_at != null)] | length)"')"
run listed_text link decide list

# Two that the weights would never join: one moved, married and misspelt, say.
read -r x y < <(sql -F ' ' -c "select l.patient_key, r.patient_key from harness.truth l join harness.truth r on r.person = l.person and l.ref < r.ref
    join warehouse.patient lp on lp.patient_key = l.patient_key join warehouse.patient rp on rp.patient_key = r.patient_key
    where lp.person_key <> rp.person_key and l.person % 6 <> 0
      and (select count(*) from warehouse.patient as o where o.person_key in (lp.person_key, rp.person_key)) = 2
    order by l.person limit 1")
if [ -n "$x" ]; then
    decide same "$x" "$y" --by steward --reason "known at the desk"
    night
    is "same: one person after the run" "$(person_of "$x")" "$(person_of "$y")"
    check "same: the merge is told" test "$(sql -c "select count(*) from linkage.person_history
        where run_id = (select max(run_id) from meta.run) and change = 'merged'")" -gt 0
else
    not_ok "there is a true pair that is not linked"
fi
decisions() { sql -c 'select count(*) from linkage.decision'; }
count=$(decisions)
refused "same: never two NHS numbers" JU1032 link decide same "$(key_of A6)" "$(key_of B12)" --by steward --reason x
refused "same: an unknown key" JU1030 link decide same "$a" 00000000-0000-0000-0000-000000000000 --by steward --reason x
refused "same: a reason is needed" JU1001 link decide same "$a" "$b" --by steward
refused "same: a reason holds no NHS number" JU1001 link decide same "$a" "$b" --by steward --reason "it is 943 476 5919"
is "same: what is refused is not written" "$count" "$(decisions)"
run import link review import "$work/answers.csv" --by clerk --decide --json
is "review: answers become decisions" "$(grep -cE '^(Same|different)' "$work/answers.csv")" \
    "$(of import '.decided + .known + .refused')"
is "review: as many as it says" "$((count + $(of import .decided)))" "$(decisions)"
run import link review import "$work/answers.csv" --by clerk --decide --json
is "review: each once" 0 "$(of import .decided)"

# ---- nothing of anybody ----

cat "$site"/linkage/*.json >> "$said"
{
    cut -d , -f 2,3,4,6 "$work/people" | tr , '\n' | grep -E '^[A-Z0-9 ]{3,}$'
    cut -d , -f 6 "$work/people" | tr -d ' '
    cut -d , -f 5 "$work/people"
    awk -F , '{ split($5, d, "/"); print d[3] "-" d[2] "-" d[1] }' "$work/people"
} | sort -u > "$work/identifiers"
check "there are identifiers to look for" test "$(wc -l < "$work/identifiers")" -gt 1000
is "no identifier is in anything that was said" "" "$(grep -oFwf "$work/identifiers" "$said" | sort | uniq -c | head -n 5 | tr '\n' ' ')"
finish
