#!/bin/bash
# key_rotate.sh: a new site key, and nothing else is new. A site whose key is rotated between its
# nights reads, token for token, as its twin that kept the key: the same persons, pairs, decisions
# and figures; and no token of before is left.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"
# shellcheck source=tests/rotation.bash
source tests/rotation.bash

feeds=$work/feeds

# ---- two sites of one key ----

land_months() { # PATTERN...: into both sites
    local pattern file
    for pattern in "$@"; do
        for file in "$feeds"/$pattern; do
            cp -p "$file" "$work/twin/landing/"
            cp -p "$file" "$work/rotated/landing/"
        done
    done
}

both_nights() { # NAME
    local name
    for name in twin rotated; do
        site=$work/$name
        night
        [ "$status" -eq 0 ] || [ "$status" -eq 6 ] || not_ok "$1: a night of $name ends with $status: $(cat "$work/run.err")"
        jq -c '[[.deliveries[] | {delivery, state, staged}], (.links | del(.linking.seconds?)), .measures]' "$work/run.json" > "$work/$name.report"
    done
    check "$1: both nights tell the same" cmp "$work/twin.report" "$work/rotated.report"
}

same_rows() { # NAME
    site=$work/twin
    origins > "$work/twin.rows"
    site=$work/rotated
    origins > "$work/rotated.rows"
    if diff "$work/twin.rows" "$work/rotated.rows" > "$work/difference"; then
        ok "$1"
    else
        not_ok "$1: $(wc -l < "$work/difference") lines differ: $(head -n 3 "$work/difference" | cut -c 1-300 | tr '\n' ' ')"
    fi
}

both_sql() {
    local name
    for name in twin rotated; do
        site=$work/$name
        sql -c "$1"
    done
}

prepare() {
    "$synth" --out "$feeds" --truth "$work/truth" --people 800 --months 4 --end 2026-09 --errors yes \
        --late yes --seed 11 > "$work/synth.log"
    find "$feeds" -type f -exec touch -d '1 hour ago' {} +
    site_new twin
    site_new rotated
    cp -p "$work/twin/keys/site.key" "$work/rotated/keys/site.key"
    cat "$work/truth/senders.yaml" | tee -a "$work/twin/joinedup.yaml" >> "$work/rotated/joinedup.yaml"
    # Postcodes come last: identities of all months are opened then to look them up.
    land_months '*_202606.*' '*_202607.*' '*_20260721*' '*2026Q2*' 'practices*' 'providers*' 'imd*'
    both_nights "the first night"
    # Pairs of strangers are said to be one person each, which not all can be; one linked pair to be two.
    both_sql "insert into linkage.decision (left_key, right_key, same, decided_by, reason)
              select (array_agg(a.patient_key order by a.place))[1], (array_agg(a.patient_key order by a.place))[2],
                     true, 'steward', 'a test'
                from (select patient_key, row_number() over (order by feed, patient_key) - 1 as place
                        from warehouse.patient as p
                       where (select count(*) from warehouse.patient as q where q.person_key = p.person_key) = 1
                         and p.feed not in ('mhsds', 'gp_smi')) as a
               where a.place < 60
               group by a.place / 2
              having count(*) = 2"
    both_sql "insert into linkage.decision (left_key, right_key, same, decided_by, reason)
              select patient_key, partner, false, 'steward', 'a test' from linkage.link
               where partner is not null order by 1 limit 1"
    land_months '*_202608.*'
    both_nights "the second night"
    same_rows "two sites of one key are one site"
    site=$work/rotated
    check "there is something to rotate" test "$(grep -c '^linkage.pair ' "$work/rotated.rows")" -gt 20
    is "stewards were heard" t "$(sql -c "select count(*) > 0 from linkage.link where step = 'steward'")"
}

# How many decisions there are, how many of each kind hold: who was joined is one person, who was
# parted is two. Not every two can be one: an NHS number of each forbids it.
decisions() {
    sql -F ' ' -c "select count(*), count(*) filter (where same and l.person_key = r.person_key),
                          count(*) filter (where not same and l.person_key <> r.person_key)
                     from linkage.decision as d
                     join warehouse.patient as l on l.patient_key = d.left_key
                     join warehouse.patient as r on r.patient_key = d.right_key"
}

decisions_hold() { # NAME
    local expected
    site=$work/twin
    expected=$(decisions)
    site=$work/rotated
    is "$1" "$expected" "$(decisions)"
    check "$1: of either kind" bash -c "[[ '$expected' =~ ^[1-9][0-9]*\ [1-9][0-9]*\ 1$ ]]"
}

# ---- the rotation ----

rotate() { # what it says in rotate.json
    status=0
    "$joinedup" key rotate --site "$site" --json > "$work/rotate.json" 2> "$work/rotate.err" || status=$?
}

# No token of before is anywhere; the search finds those of now.
tokens_are_new() { # NAME
    tokens > "$work/tokens.new"
    is "$1: as many tokens as before" "$(wc -l < "$work/tokens.old")" "$(wc -l < "$work/tokens.new")"
    is "$1: none of before" 0 "$(comm -12 "$work/tokens.old" "$work/tokens.new" | wc -l)"
    dump > "$work/dump"
    is "$1: none of before in a dump, in any column" 0 "$(grep -cFf "$work/tokens.old" "$work/dump" || true)"
    sed 's/-//g' "$work/tokens.old" > "$work/tokens.hex"
    is "$1: nor among bytes" 0 "$(grep -cFf "$work/tokens.hex" "$work/dump" || true)"
    check "$1: the search would find them" test "$(grep -cFf "$work/tokens.new" "$work/dump")" -gt 1000
}

statistics_are_new() {
    sql -c "select starelid::regclass, coalesce(stavalues1::text, '') || coalesce(stavalues2::text, '') from pg_statistic" > "$work/statistics"
    is "the planner's statistics hold none of before" 0 "$(grep -cFf "$work/tokens.old" "$work/statistics" || true)"
}

first_rotation() {
    site=$work/rotated
    cp -p "$site/keys/site.key" "$work/key.first"
    tokens > "$work/tokens.old"
    sql -c 'select * from publish.measure_value order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10' > "$work/figures.before"
    "$joinedup" status --site "$site" --json | jq 'del(.last_run)' > "$work/status.before"
    rotate
    is "key rotate succeeds" 0 "$status"
    is "it tells the rows and tables there are" "$(sql -c "select count(*) from linkage.record")" "$(jq .identities "$work/rotate.json")"
    is "and the key of now" "$(jq -r .id "$work/rotate.json")" "$(sed -n 's/^id: //p' "$site/keys/site.key" | head -n 1)"
    is "one file is left, closed to others" "600 site.key" "$(cd "$site/keys" && stat -c '%a %n' -- *)"
    check "the old key is part of the new file" grep -qF "$(grep ^key: "$work/key.first")" "$site/keys/site.key"
    is "the warehouse's key id is the new one" "$(jq -r .id "$work/rotate.json")" \
        "$(sql -c "select value from meta.setting where name = 'key_id'")"
    tokens_are_new "rotated"
    statistics_are_new
    check "a key is never shown" bash -c "! grep -qFf <(sed -n 's/^key: //p' '$site/keys/site.key') '$work/rotate.json' '$work/rotate.err'"
    same_rows "rotated: every table reads as the twin's"
    decisions_hold "rotated: decisions hold"
    sql -c 'select * from publish.measure_value order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10' > "$work/figures.after"
    check "rotated: the same figures" cmp "$work/figures.before" "$work/figures.after"
    check "there are figures" test -s "$work/figures.after"
    "$joinedup" status --site "$site" --json | jq 'del(.last_run)' > "$work/status.after"
    check "rotated: the same status" cmp "$work/status.before" "$work/status.after"
    is "rotated: check finds no fault" 0 "$("$joinedup" check --site "$site" --json | jq '.problems | length')"
    is "rotated: key check says so" "fits 1" "$("$joinedup" key check --site "$site" --json | jq -r '"\(.database) \(.rotations)"')"
}

# No table with a token or something sealed is forgotten, also one of the days to come.
catalogue() {
    is "every table with tokens was written anew" "$(sql -c "select count(distinct c.oid) from pg_attribute as a
            join pg_class as c on c.oid = a.attrelid
            join pg_namespace as n on n.oid = c.relnamespace
           where n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality') and c.relkind not in ('i', 'I', 'v', 'S')
             and (a.atttypid = 'uuid'::regtype or a.attname = 'sealed' and a.atttypid = 'bytea'::regtype)")" "$(jq .tables "$work/rotate.json")"
    is "no column holds tokens in another form" "" "$(sql -c "select attrelid::regclass, attname from pg_attribute as a
            join pg_class as c on c.oid = a.attrelid join pg_namespace as n on n.oid = c.relnamespace
            join pg_type as t on t.oid = a.atttypid
           where n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality') and a.attnum > 0
             and c.relkind <> 'v' and (a.atttypid = 'uuid[]'::regtype or t.typtype = 'c' or c.relkind in ('m', 'p', 'f'))")"
    # Hashes are no secrets; whatever else is bytes is sealed and has its place in rotation.c.
    is "what is sealed is known" "linkage.faint_segment.sealed linkage.key_segment.sealed linkage.record.identity linkage.snapshot.sealed" "$(sql -c "select attrelid::regclass || '.' || attname from pg_attribute as a
            join pg_class as c on c.oid = a.attrelid and c.relkind = 'r' join pg_namespace as n on n.oid = c.relnamespace
           where n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality') and a.atttypid = 'bytea'::regtype
             and attname not in ('content_sha256', 'definition_hash', 'cube_sha256')
           order by 1" | xargs)"
}

nights_after() {
    both_nights "a night with nothing new"
    is "and nothing is computed anew" "false false" "$(jq -r '"\(.links.computed) \(.measures.computed)"' "$work/run.json")"
    land_months '*_202609.*' '*_20261021*' '*2026Q3*' 'postcodes*'
    both_nights "the next month, and postcodes for all months"
    check "it had deliveries" test "$(jq '.deliveries | length' "$work/run.json")" -gt 8
    same_rows "the next month: every table reads as the twin's"
    "$joinedup" link report --site "$work/rotated" --section run --json > "$work/link_report"
    is "its report knows the first key" "$(sql -c 'select distinct key_version from linkage.link')" \
        "$(jq -r '.sections.run[] | select(.item == "first key of its chain") | .value' "$work/link_report")"
    is "and warns of no other key" 0 "$(jq '[.warnings[] | select(test("site key"))] | length' "$work/link_report")"
    is "records of residents have an area" t "$(sql -c "select count(*) > 50 from warehouse.patient_month where lsoa_2011 is not null")"
    land_months '*_202608.*' 'late/*'
    both_nights "an old month sent again, and late ones"
    is "the same file is known" already "$(jq -r '[.deliveries[] | select(.delivery | test("(ips|support)_202608")) | .state] | unique | join(" ")' "$work/run.json")"
    same_rows "late months: every table reads as the twin's"
    both_sql "delete from meta.setting where name = 'linked_for'"
    both_nights "linked anew"
    is "linked anew indeed" true "$(jq .links.computed "$work/run.json")"
    same_rows "linked anew: every table reads as the twin's"
    decisions_hold "linked anew: decisions hold"
}

# ---- keys that do not fit ----

refused() { # NAME: a run with the key file that is there
    night
    is "$1: a run refuses it" "3 JU1007" "$status $(jq -r .error.code "$work/run.json")"
}

wrong_keys() {
    local file=$site/keys/site.key
    cp -p "$file" "$work/key.now"
    cp -p "$work/key.first" "$file"
    refused "the key of before"
    rotate
    is "the key of before cannot be rotated" 3 "$status"
    awk '/^id: / { id[++n] = $0; next } /^key: / { key[n] = $0; next } { head = head $0 "\n" }
         END { printf "%s%s\n%s\n%s\n%s\n%s\n%s\n", head, id[1], key[1], id[3], key[3], id[2], key[2] }' "$work/key.now" > "$file"
    refused "a chain with two keys exchanged"
    awk '/^id: / { n++ } n != 2' "$work/key.now" > "$file"
    refused "a chain that lacks one"
    sed 's/^joinedup-key 2/joinedup-key 1/' "$work/key.now" > "$file"
    is "a chain is no single key" JU1006 "$("$joinedup" key check --site "$site" --json | jq -r .error.code)"
    cp -p "$work/key.now" "$file"
    is "the right one fits" fits "$("$joinedup" key check --site "$site" --json | jq -r .database)"
}

# ---- a second time, and what stands in the way ----

second_rotation() {
    local holder
    psql -X -q -A -t -h "$(cat "$site/postgres/socket_path")" -p 5432 -U joinedup -d joinedup \
        -c 'select pg_advisory_lock(20261121)' -c '\! touch '"$work/held" -c 'select pg_sleep(60)' > "$work/holder.log" &
    holder=$!
    while [ ! -e "$work/held" ]; do sleep 0.05; done
    rotate
    is "while a run is at work no key is rotated" "7 JU1011" "$status $(jq -r .error.code "$work/rotate.json")"
    is "and nothing is left of the try" site.key "$(ls "$site/keys")"
    sql -c "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 20261121" > "$work/ended"
    wait "$holder" 2> "$work/ended" || true
    tokens > "$work/tokens.old"
    rotate
    is "a key can be rotated twice" "0 2" "$status $(jq .rotations "$work/rotate.json")"
    tokens_are_new "rotated twice"
    same_rows "rotated twice: every table reads as the twin's"
    both_sql "delete from meta.setting where name = 'linked_for'"
    both_nights "rotated twice, linked anew"
    same_rows "rotated twice, linked anew: every table reads as the twin's"
}

# What was sealed under an earlier key opens no more: an identity put back is told.
old_seals() {
    sql -c "create schema harness; create table harness.record as select * from linkage.record"
    rotate
    is "a third time" 0 "$status"
    sql -c "update linkage.record as r set identity = h.identity from harness.record as h
             where r.ctid = (select min(ctid) from linkage.record) and h.ctid = (select min(ctid) from harness.record)"
    rotate
    is "an identity that does not open stops a rotation" "5 JU1024" "$status $(jq -r .error.code "$work/rotate.json")"
    is "and the key stays" "fits 3 site.key" "$("$joinedup" key check --site "$site" --json | jq -r '"\(.database) \(.rotations)"') $(ls "$site/keys")"
}

prepare
first_rotation
catalogue
nights_after
site=$work/rotated
second_rotation
wrong_keys
old_seals
finish
