#!/bin/bash
# site.sh: init, key, check, explain: what they print and how they end, also when something is wrong.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

# run COMMAND...: stdout to $work/out, stderr to $work/err, exit status to $status. Key ids, check values,
# paths and free space, which differ from site to site, become names.
run() {
    status=0
    "$joinedup" "$@" > "$work/out.raw" 2> "$work/err.raw" || status=$?
    for stream in out err; do
        sed -E -e "s#$work#WORK#g" -e "s#$BUILD#BUILD#g" -e 's/[0-9a-f]{16}/HEX16/g' \
            -e 's/(disk +)[a-z]+ +[0-9]+ GiB.*/\1FREE/' -e 's/(sandbox +).*/\1KERNEL/' \
            "$work/$stream.raw" > "$work/$stream"
    done
}

# prints NAME STREAM: the stream is exactly what stands on standard input.
prints() {
    cat > "$work/expected"
    if diff "$work/expected" "$work/$2"; then ok "$1"; else not_ok "$1"; fi
}

site=$work/s

# ---- init ----

run init "$site"
is "init succeeds" 0 "$status"
prints "init says what it made and what comes next" out << 'END'
Made the site WORK/s
  warehouse  a private Postgres cluster in postgres/

Next:
  cd WORK/s
  joinedup key new     make the site key; give a copy to the key custodians
  joinedup check       is everything in place?
  joinedup run         with the night's deliveries in landing/
END
modes() { (cd "$site" && stat -c '%a %n' landing archive held work keys joinedup.yaml | sort -k2); }
is "what holds data of people is closed to others" \
    "700 archive 700 held 600 joinedup.yaml 700 keys 700 landing 700 work" "$(modes | xargs)"
is "init makes no key" "" "$(ls "$site/keys")"
check "the definitions are the shipped ones" diff -r config/feeds "$site/feeds"

cp "$site/joinedup.yaml" "$work/before"
run init "$site"
is "init refuses a folder that is a site" 2 "$status"
check "and changes nothing" cmp "$work/before" "$site/joinedup.yaml"
run init
is "init needs a folder" 2 "$status"

# ---- key ----

run check --site "$site" --quiet
is "a site without a key is not ready" 3 "$status"
prints "check names the fault" out << 'END'
WORK/s/keys/site.key: there is no site key; make one with: joinedup key new (JU1005)
END

run key new --site "$site"
is "key new succeeds" 0 "$status"
is "the key is closed to others" 600 "$(stat -c %a "$site/keys/site.key")"
key=$(sed -n 's/^key: //p' "$site/keys/site.key")
is "the key has 256 bits" 64 "${#key}"
check "key new does not show it" bash -c "! grep -q '$key' '$work/out.raw' '$work/err.raw'"
run key new --site "$site"
is "a key is never overwritten" 9 "$status"
is "also not in part" "$key" "$(sed -n 's/^key: //p' "$site/keys/site.key")"
run key check --site "$site"
prints "key check shows id and check value" out << 'END'
  id           HEX16
  check value  HEX16
  database     not loaded with any key yet
END
check "key check does not show the key" bash -c "! grep -q '$key' '$work/out.raw'"

# key_fault NAME CODE: key check ends with that code.
key_fault() {
    run key check --site "$site" --json
    is "$1" "$2" "$(jq -r .error.code "$work/out")"
}
cp -p "$site/keys/site.key" "$work/key"
chmod 640 "$site/keys/site.key"
key_fault "a key others may read is refused" JU1006
chmod 600 "$site/keys/site.key"
sed -i 's/^key: ./key: x/' "$site/keys/site.key"
key_fault "a key with a letter that is no digit is refused" JU1006
sed 's/^\(key: .*\)./\1/' "$work/key" > "$site/keys/site.key"
key_fault "a key that is too short is refused" JU1006
awk '/^key:/ { sub(/.$/, substr($0, length($0)) == "0" ? "1" : "0") } { print }' "$work/key" > "$site/keys/site.key"
key_fault "a key with one digit changed is refused" JU1006
rm "$site/keys/site.key"
ln -s "$work/key" "$site/keys/site.key"
key_fault "a link instead of a key is refused" JU1006
rm "$site/keys/site.key"
key_fault "a missing key is told" JU1005
cp -p "$work/key" "$site/keys/site.key"

# ---- check ----

run check --site "$site"
is "a complete site is ready" 0 "$status"
prints "check says what it looked at" out << 'END'
  settings  ok       7 feeds, 0 faults
  folders   ok       landing, archive, held, work and keys, mode 0700
  key       ok       id HEX16, check value HEX16
  database  ok       private cluster, schema version 2
  linkage   ok       program's own model HEX16, threshold 0 bits
  disk      FREE
  parser    ok       BUILD/joinedup-parser
  sandbox   KERNEL
END

chmod 755 "$site/landing"
sed -i 's/^archive_days: .*/archive_dais: 1/; s/^policy: mhsds/policy: openly/' "$site/joinedup.yaml"
sed -i 's/^stage: 2/stage: 3/' "$site/feeds/ips/feed.yaml"
run check --site "$site" --quiet
is "a site with faults ends with the worst" 3 "$status"
sed -E 's/:[0-9]+:[0-9]+:/:/' "$work/out" > "$work/out.places" && mv "$work/out.places" "$work/out"
prints "check tells all faults at once" out << 'END'
joinedup.yaml: unknown key "archive_dais"; did you mean "archive_days"? (JU1002)
joinedup.yaml: there is no disclosure policy "openly" (JU1002)
feeds/ips/feed.yaml: stage must be a whole number from 1 to 2 (JU1003)
landing: others may enter it (mode 0755); chmod 700 (JU1021)
END
run run --site "$site"
is "a run refuses such a site" 3 "$status"
check "and says where and that there are more" \
    grep -qzE 'unknown key.*at +joinedup.yaml:[0-9]+:1.*more' "$work/err"
chmod 700 "$site/landing"
cp "$work/before" "$site/joinedup.yaml"
cp config/feeds/ips/feed.yaml "$site/feeds/ips/feed.yaml"

cat >> "$site/joinedup.yaml" << 'END'
feeds:
  gp_smi: {bad_nhs_number: reject_file}
  ips: {enabled: no}
  nothing: {enabled: no}
senders:
  g8h03:
    support:
      columns: {client_ref: "Client No", sesion_date: "Date"}
END
run check --site "$site" --quiet
is "senders and feeds are checked against the definitions" \
    'unknown key "nothing"|no field "sesion_date"' \
    "$(grep -oE 'unknown key "nothing"|no field "sesion_date"' "$work/out" | paste -sd '|')"
cp "$work/before" "$site/joinedup.yaml"

# ---- how records are linked ----

linkage_settings() { # EXPECTED WHAT LINES: the exit status and code of check
    cp "$work/before" "$site/joinedup.yaml"
    printf '%s\n' "$3" >> "$site/joinedup.yaml"
    run check --site "$site" --json
    is "$2" "$1" "$status $(jq -r '[.problems[].code] | unique | join(" ")' "$work/out")"
}
linkage_settings "0 " "a site may have thresholds of its own" $'linkage:\n  threshold: 2.5\n  review: -3\n  jobs: 2'
linkage_settings "3 JU1002" "review may not be above the threshold" $'linkage: {threshold: 1, review: 2}'
linkage_settings "3 JU1002" "a threshold is a number" $'linkage: {threshold: high}'
linkage_settings "3 JU1002" "a model that is not there is told" $'linkage: {model: none.json}'
head -c 3000 config/linkage/model.json > "$site/own.json"
linkage_settings "3 JU1023" "and one that is cut short" $'linkage: {model: own.json}'
cp config/linkage/model.json "$site/own.json"
linkage_settings "0 " "a site may have a model of its own" $'linkage: {model: own.json}'
check "and check says so" grep -q "site's model" <("$joinedup" check --site "$site")
cp "$work/before" "$site/joinedup.yaml"

# ---- a site in a server's database is refused where there is one already ----

run init "$work/other" --database "host=$(cat "$site/postgres/socket_path") user=joinedup dbname=joinedup"
is "a database that holds a warehouse is not taken for a new site" 5 "$status"
check "and no site is left" test ! -e "$work/other/joinedup.yaml"
sql -c 'create database second' > "$work/second.log"
run init "$work/other" --database "host=$(cat "$site/postgres/socket_path") user=joinedup dbname=second"
is "a site can use a server" 0 "$status"
run key new --site "$work/other"
run check --site "$work/other"
check "and is checked there" grep -q 'database  ok       server, schema version 2' "$work/out"

# ---- the wrong key, the wrong schema ----

run run --site "$site"
is "a night without deliveries is done" 0 "$status"
cp -p "$work/other/keys/site.key" "$site/keys/site.key"
run key check --site "$site"
is "another key than the warehouse's is told" 3 "$status"
check "with its code" grep -q '^error JU1007' "$work/err"
run check --site "$site" --json
is "check tells it too" JU1007 "$(jq -r '.problems[].code' "$work/out")"
run run --site "$site"
is "a run refuses it" 3 "$status"
cp -p "$work/key" "$site/keys/site.key"
sql -c "update meta.setting set value = '0' where name = 'schema_version'"
run status --site "$site"
is "another schema version is refused" 5 "$status"
check "with its code" grep -q '^error JU1010' "$work/err"
sql -c "update meta.setting set value = '2' where name = 'schema_version'"

# ---- status and rejects of a site without deliveries ----

run status --site "$site" --json
is "status as JSON has its parts" "deliveries freshness held last_run name publication site" \
    "$(jq -r 'keys | join(" ")' "$work/out")"
for options in '' --rows --warnings; do
    # shellcheck disable=SC2086 # none or one word
    run rejects --site "$site" --json $options
    is "rejects $options has nothing to tell" '[]' "$(jq -c '.[]' "$work/out")"
done
run rejects --site "$site" --limit many
is "rejects wants a number" 2 "$status"
run rejects --site "$site" --feed nothing
is "a feed that is not there is no good news" 2 "$status"
run status --site "$work/nowhere"
is "no site, no status" 3 "$status"

# ---- explain ----

run explain JU1203
prints "explain tells one of our codes" out << 'END'
JU1203 error: file is still being written

  Another program still has the file open for writing or it is growing.
  Nothing to do: the next run takes it.
END
cp "$work/out" "$work/by_code"
run explain delivery_being_written
check "also by its name" cmp "$work/by_code" "$work/out"
run explain mhs00168 --site "$site"
prints "explain tells a national rule from the feed's definition" out << 'END'
MHS00168 national rule

  mhsds: MHS001MPI.PersonBirthDate
  PersonBirthDate may not be after the end of the reporting period.
  The row is rejected, and so are the rows that hang on it.
  Ask the sender which of the two is right and have it sent again.
END
run explain MHS10104 --json
is "also without a site" 'national MHS101Referral' "$(jq -r '.kind + " " + .rules[0].table' "$work/out")"
run explain MHS99999
is "an unknown code is told" 2 "$status"
finish
