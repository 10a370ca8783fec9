#!/bin/bash
# frequency.sh: who copies the database and knows how common each name is learns nobody's name. A
# night links people whose names are as unevenly common as real ones; then a dump of everything is
# attacked (frequency.h): each column, two columns of linkage together, and bytes at one place of what
# is sealed. At the end the same attack is let loose on tables such as an earlier version kept, to
# show that it would have found them.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

link=$work/link
feeds=$work/feeds
truth=$work/truth

make_tools() {
    make -s -f tests/tools.mk BUILD="$BUILD" "$BUILD/synth_link" "$BUILD/tests/cli/patient_key" \
        "$BUILD/tests/fault/frequency" > "$work/make.log" 2>&1 || cat "$work/make.log"
}

# ---- the feeds ----

# shellcheck disable=SC2016 # awk: modulus 11
valid_number='function valid(number, i, sum) {
    for (i = 1; i <= 9; i++) sum += substr(number, i, 1) * (11 - i)
    return length(number) == 10 && (11 - sum % 11) % 11 == substr(number, 10)
}'

# One set of linkage people as three feeds: sessions of LVS01 (left), jobs of G8H03 (right), and the
# registers of their practices. The ethnic groups of the set are few; each stands for one of its own.
link_feeds() { # FILE: left.csv or right.csv as lines of: id given family birth sex postcode nhs practice ethnicity
    awk -F , -v OFS='\t' 'NR > 1 {
        sex = $5 == "M" ? "Male" : $5 == "F" ? "Female" : ""
        split("white:White British,black:Caribbean,asian:Indian,mixed:White and Asian", pairs, ",")
        ethnicity = "Not stated"
        for (i in pairs) if (index(pairs[i], $9 ":") == 1) ethnicity = substr(pairs[i], length($9) + 2)
        print $1, $2, $3, $4, sex, $6, $7, $8, ethnicity }' "$link/$1.csv"
}

make_feeds() {
    local people=${FREQUENCY_PEOPLE:-5000} practice
    "$BUILD/synth_link" --shape system --people "$people" --seed 3 --out "$link" > /dev/null
    "$synth" --out "$feeds" --truth "$truth" --people 1000 --months 2 --errors no --late no --seed 3 > /dev/null
    cat "$truth/senders.yaml" >> "$site/joinedup.yaml"
    {
        echo "$support_header"
        link_feeds left | awk -F '\t' -v OFS=, '{ print $1, $7, $2, $3, $4, $6, $5, $9,
            sprintf("2026-05-%02d", 1 + NR % 28), "Finances", "Telephone", "Yes" }'
    } | iconv -c -f UTF-8 -t WINDOWS-1252//TRANSLIT > "$feeds/LVS01_support_202605.csv"
    {
        head -n 1 "$feeds/G8H03_ips_202609.csv"
        link_feeds right | awk -F '\t' -v OFS=, '{ print $1, $7, $2, $3, $4, $6, $5, $9,
            sprintf("2026-04-%02d", 1 + NR % 28), sprintf("2026-05-%02d", 1 + NR % 28), "", "", "", "" }'
    } | iconv -c -f UTF-8 -t WINDOWS-1252//TRANSLIT > "$feeds/G8H03_ips_202605.csv"
    while read -r practice; do
        {
            echo "$smi_header"
            link_feeds left | awk -F '\t' -v OFS=, -v practice="$practice" '$8 == practice && $7 != "" {
                gsub(/ /, "", $7)
                print $7, practice, $4, substr($5, 1, 1), "A", $6, "Y", "2020-01-15", "N", "2026-01-10", "", "2026-02-03", "", "", "2026-03-01" }'
        } > "$feeds/gp_smi_${practice}_20260930.csv"
    done < <(cut -d , -f 8 "$link/left.csv" | grep '^Q8000[1-9]$' | sort -u)
    find "$feeds" -type f -exec touch -d '1 hour ago' {} +
    find "$feeds" -maxdepth 1 -type f -exec cp -p {} "$site/landing/" \;
}

# ---- what the attacker knows, and the truth ----

# The population's register (the public list), and whom the test asks about: one of each family
# name in a postcode, for kin share both, and with them what the warehouse says of an address in clear. The
# groups are what it says of a person in clear: sex, ethnic group and age; of a birth date, the age.
make_people() {
    awk -F , -v OFS=, 'FNR == 1 { next }
        $11 in given { if ($6 != "") known[$11] = known[$11] "|" toupper($3 $6); next }
        { last = $11 > last ? $11 + 0 : last; given[$11] = toupper($2); family[$11] = toupper($3); birth[$11] = $4
          known[$11] = toupper($3 $6); group[$11] = $5 "/" $9 "/" int(substr($4, 1, 4) / 10)
          age[$11] = "born " substr($4, 1, 4) + (substr($4, 6) > "05-01") }
        END { for (p = 1; p <= last; p++) {
                  if (!(p in given)) continue
                  parts = split(known[p], place, "|"); fresh = 1
                  for (i = 1; i <= parts; i++) {
                      gsub(/ /, "", place[i])
                      if (place[i] in seen && seen[place[i]] != p) fresh = 0
                      seen[place[i]] = p
                  }
                  print p, group[p], age[p], given[p], family[p], birth[p], fresh } }' \
        "$link/left.csv" "$link/right.csv" > "$work/people.csv"
}

make_keys() {
    {
        awk -F , -v OFS=, 'FNR > 1 { print "support", "LVS01", $1, $11 }' "$link/left.csv"
        awk -F , -v OFS=, 'FNR > 1 { print "ips", "G8H03", $1, $11 }' "$link/right.csv"
        awk -F , -v OFS=, "$valid_number"'
            FNR > 1 { gsub(/ /, "", $7) } FNR > 1 && valid($7) { print "gp_smi", $8, $7, $11 }' "$link/left.csv"
    } | "$BUILD/tests/cli/patient_key" "$(find "$site/keys" -type f)" | sort -u > "$work/patients.csv"
    # As Postgres writes a uuid.
    sed 's/^\(........\)\(....\)\(....\)\(....\)/\1-\2-\3-\4-/' "$work/patients.csv" > "$work/keys.csv"
}

copy_database() {
    "$(dirname "$(readlink "/proc/$(head -n 1 "$site/postgres/data/postmaster.pid")/exe")")/pg_dump" \
        --data-only -h "$(cat "$site/postgres/socket_path")" -p 5432 -U joinedup joinedup > "$work/dump.sql"
}

# ---- the attack ----

found() { grep '^found ' "$work/$1" | grep -v '^found in all' | head -n 5 || true; } # NAME

attack() { # NAME < DUMP: what it says in $work/NAME
    local status=0
    "$BUILD/tests/fault/frequency" "$work/people.csv" "$work/keys.csv" > "$work/$1" || status=$?
    if [ "$status" != 0 ] && [ "$status" != 2 ]; then
        not_ok "the attack on $1 runs: exit status $status"
    fi
}

preconditions() {
    is "the night: exit status" 0 "$status"
    check "the commonest family name has at least ten people" \
        test "$(cut -d , -f 5 "$work/people.csv" | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }')" -ge 10
    check "the copy has their patient keys" \
        test "$(cut -d , -f 1 "$work/keys.csv" | grep -Ff - -c "$work/dump.sql")" -ge 10000
    check "and their sealed identities" test "$(sql -c 'select count(*) from linkage.record')" -ge 10000
    check "they are linked by weights" test "$(sql -c "select count(*) from linkage.link where step = 'weights'")" -ge 1000
}

# ---- controls ----

# A name as a token: the same random number wherever it is, which is what an HMAC is without its key.
control() { # KIND: a table of it, as pg_dump writes one
    awk -F , -v kind="$1" '
        function token(space, name, i) {
            if (!((space, name) in made)) {
                made[space, name] = ""
                for (i = 0; i < 4; i++) made[space, name] = made[space, name] sprintf("%04x", int(65536 * rand()))
            }
            return made[space, name]
        }
        BEGIN { srand(7)
            print "COPY linkage.control (patient_key, " (kind == "weights" ? "pattern, weight" : kind == "tokens" ? "given_name, family_name" : "identity") ") FROM stdin;" }
        FNR == NR { given[$1] = $4; family[$1] = $5; people[$4]++; people[$5]++; next }
        !($2 in given) { next }
        kind == "tokens" { printf "%s\t%s\t%s\n", $1, token("g", given[$2]), token("f", family[$2]) }
        kind == "bytes" { printf "%s\t\\\\x01%s%s%s%s\n", $1, token("n", NR), token("g", given[$2]), token("f", family[$2]), token("t", NR) }
        kind == "noise" { printf "%s\t\\\\x01%s%s%s\n", $1, token("n", NR), token("t", NR), token("u", NR) }
        kind == "weights" { printf "%s\t17\t%.3f\n", $1, 30 - int(8 * log(people[family[$2]]) / log(2)) / 8 }
        END { print "\\." }' "$work/people.csv" "$work/keys.csv"
}

# told NAME COLUMN METHOD ATTRIBUTE: the share, in percent, of people with one of the ten commonest
# names whose name the attack told, where it stood out from chance; else 0.
told() {
    awk -v start="found $2 $3 $4:" 'index($0, start) == 1 { share = $(NF - 1) } END { print share + 0 }' "$work/$1"
}

stood_out() { grep -q "^found $2" "$work/$1"; } # NAME COLUMN AND MORE

controls() {
    local kind name
    for kind in tokens bytes weights noise; do
        control $kind > "$work/control"
        attack "control.$kind" < "$work/control"
    done
    for name in given_name family_name; do
        check "control: of tokens of a $name, over 20 % of the ten commonest are told" \
            test "$(told control.tokens linkage.control.$name by_rank $name)" -gt 20
    done
    check "control: and where they lie among other bytes" \
        test "$(told control.bytes 'linkage.control.identity[17+4]' by_rank family_name)" -gt 20
    check "control: weights that count how rare a name is stand out" \
        stood_out control.weights "linkage.control.weight trend family_name"
    is "control: random bytes do not" "" "$(found control.noise)"
}

site_new site
make_tools
make_feeds
# shellcheck disable=SC2119
night
make_people
make_keys
copy_database
preconditions
attack dump < "$work/dump.sql"
head -n 2 "$work/dump" | sed 's/^/frequency     /'
check "every table of the database was attacked" \
    test "$(awk -F '[ ,]' 'NR == 1 { print $2 }' "$work/dump")" = "$(sql -c "select count(*) from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')")"
check "so were hundreds of columns" test "$(awk -F '[ ,]' 'NR == 2 { print $2 }' "$work/dump")" -ge 300
is "no column tells more of names and birth dates than chance" "" "$(found dump)"
is "nor do all together" "" "$(grep '^found in all' "$work/dump" || true)"
controls
finish
