#!/bin/bash
# link.sh: the linking stage is killed at a system call, at points all over it, and the night run
# again. After the kill the linkage of before holds as a whole, or the new one does: persons of the
# warehouse and of linkage.link are the same, pairs and keys speak of records that are there. After
# the rerun all is as in a night nothing happened to. Three kinds of nights: one that links what
# changed (new people, a month sent again, decisions of a steward), one that links everything anew,
# and one in which a delivery went.
#
# FAULT_POINTS: how many points in all (default 100).
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

points_wanted=${FAULT_POINTS:-100}
[ "$points_wanted" != all ] || points_wanted=1000000
points=0
wholly_before=0
wholly_after=0

# ---- what is there ----

# Everything linkage says and keeps for the next night, one line a table. Not run ids, nor what is
# sealed under a new nonce each time.
state() {
    sql -f tests/fault/wait.sql
    sql << 'SQL'
select 'link', count(*), md5(string_agg(t::text, E'\n' order by t.patient_key))
  from (select patient_key, person_key, step, partner, weight, odds, lead, flags, fingerprint, model_version, key_version
          from linkage.link) as t;
select 'pair', count(*), md5(string_agg(t::text, E'\n' order by t.left_key, t.right_key)) from linkage.pair as t;
select 'faint_segment', sum(pairs) from linkage.faint_segment;
select 'patient', count(*), md5(string_agg(t::text, E'\n' order by t.patient_key)) from warehouse.patient as t;
select 'history', count(*), md5(string_agg(t::text, E'\n' order by t::text))
  from (select patient_key, old_person_key, new_person_key, change from linkage.person_history) as t;
select 'decision_linked', count(*), md5(string_agg(t::text, E'\n' order by t.left_key, t.right_key)) from linkage.decision_linked as t;
select 'changed', count(distinct patient_key) from linkage.changed;
select 'snapshot', basis, md5(model), counted, records, capped from linkage.snapshot;
select 'key_segment', sum(faces), count(distinct run_id) from linkage.key_segment;
SQL
}

# What must hold at any moment: facts, persons, links, pairs and keys agree.
torn() {
    sql << 'SQL'
select 'link and warehouse differ' from linkage.link as l full join warehouse.patient as p using (patient_key)
 where l.person_key is distinct from p.person_key or l.step is distinct from p.step limit 1;
select 'a person without a founder' from warehouse.patient as p
 where not exists (select from warehouse.patient as f where f.patient_key = p.person_key and f.person_key = p.person_key) limit 1;
select 'a pair of nobody' from (select left_key as k from linkage.pair union select right_key from linkage.pair) as p
 where not exists (select from linkage.link as l where l.patient_key = p.k) limit 1;
select 'history and warehouse differ' from (select distinct on (patient_key) patient_key, new_person_key
                                              from linkage.person_history order by patient_key, run_id desc) as h
  join warehouse.patient as p using (patient_key) where p.person_key <> h.new_person_key limit 1;
select 'the snapshot counts others' from linkage.snapshot where records <> (select count(*) from linkage.link);
select 'a fact of nobody that waits for no linking' from warehouse.support_session as f
 where not exists (select from warehouse.patient as p where p.patient_key = f.patient_key)
   and not exists (select from linkage.changed as c where c.patient_key = f.patient_key) limit 1;
SQL
}

# ---- the nights under test ----

sessions() { # FILE FIRST LAST MONTH: people of the made-up set as a voluntary organisation knows them
    awk -F , -v header="$support_header" -v first="$2" -v last="$3" -v month="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print header; next }
        NR > first && NR <= last {
            printf "%s,%s,%s,%s,%s,%s,%s,White British,01/%s/2026,Finances,Telephone,Yes\n", $1, $at["nhs_number"],
                $at["given_name"], $at["family_name"], $at["date_of_birth"], $at["postcode"],
                $at["sex"] == "F" ? "Female" : "Male", month
        }' "$1"
}

linkage_settings() {
    sed -i '/^linkage:/d' "$site/joinedup.yaml"
    echo "linkage: {$1, jobs: 1}" >> "$site/joinedup.yaml"
}

run_quiet() {
    "$joinedup" run --site "$site" --jobs 1 --quiet "$@" > "$work/run.out" 2> "$work/run.err"
}

# The tables of before the night under test, kept in a schema of their own.
kept_tables="linkage.record linkage.changed linkage.link linkage.pair linkage.faint_segment linkage.decision
    linkage.decision_linked linkage.person_history linkage.snapshot linkage.key_segment warehouse.patient meta.setting"

keep() {
    local table
    sql -c "set client_min_messages = warning" -c "drop schema if exists kept cascade" -c "create schema kept"
    for table in $kept_tables; do
        sql -c "create table kept.${table#*.} as table $table"
    done
}

put_back() {
    local table
    {
        echo "set session_replication_role = replica; begin;"
        for table in $kept_tables; do
            echo "truncate $table cascade; insert into $table overriding system value select * from kept.${table#*.};"
        done
        echo "commit;"
    } | sql
}

prepare() {
    make -s BUILD="$BUILD" "$BUILD/synth_link" > "$work/make.log" 2>&1
    "$BUILD/synth_link" --shape system --people 900 --seed 5 --out "$work/slips"
    site_new site
    linkage_settings 'full_below: 0'
    sessions "$work/slips/left.csv" 1 800 05 > "$site/landing/VS201_support_202605.csv"
    sessions "$work/slips/right.csv" 1 700 05 > "$site/landing/VS202_support_202605.csv"
    touch -d '1 hour ago' "$site"/landing/*
    run_quiet || { not_ok "a clean night ends with $?: $(cat "$work/run.err")"; finish; exit 1; }
    check "people are linked" test "$(sql -c "select count(*) from linkage.link where step = 'weights'")" -gt 20
}

# The deliveries come in while linking is out of the way, so that every point lies in the stage.
load_changes() {
    sessions "$work/slips/left.csv" 700 901 05 > "$site/landing/VS201_support_202605.csv"
    sessions "$work/slips/right.csv" 650 901 06 > "$site/landing/VS202_support_202606.csv"
    touch -d '30 minutes ago' "$site"/landing/*
    sql -c "alter table linkage.link rename to link_away"
    run_quiet || true
    sql -c "alter table linkage.link_away rename to link"
    sql -c "insert into linkage.decision (left_key, right_key, same, decided_by, reason)
            select left_key, right_key, false, 'test', 'a test' from linkage.pair where outcome = 'linked'
             order by left_key, right_key limit 3"
    is "records wait to be linked" t "$(sql -c "select count(distinct patient_key) > 200 from linkage.changed")"
}

# ---- killing ----

traced() {
    { timeout -k 2 60 strace -qq "$@" "$joinedup" run --site "$site" --jobs 1 --quiet \
        > "$work/run.out" 2> "$work/run.err"; } 2> /dev/null
}

# System calls from the first statement of the stage to its commit, "name occurrence": strace counts
# per name.
list_points() {
    sed -n 's/^\(\[pid *[0-9]*\] \|[0-9]* *\)\{0,1\}\([a-z_0-9]*\)(\(.*\)/\2 \3/p' "$work/trace" | awk '
        $1 == "exit_group" || $1 == "execve" || $1 == "exit" { next }
        { ++count[$1] }
        /linkage.snapshot/ && !begun { begun = 1 }
        begun && !done { print $1, count[$1] }
        begun && /sql.link.summary|how many records, persons and links/ { ending = 1 }
        ending && ++after > 4 { done = 1 }'
}

# A third of them at the last calls, around the commit; the others evenly over all.
spread() { # COUNT
    awk -v wanted="$1" '{ line[NR] = $0 } END {
        if (wanted > NR) wanted = NR
        last = int(wanted / 3)
        if (last > 8) last = 8
        for (i = 0; i < wanted - last; i++) print line[1 + int((i + 0.5) * (NR - last) / (wanted - last))]
        for (i = NR - last + 1; i <= NR; i++) print line[i]
    }'
}

kill_at() { # NIGHT NAME OCCURRENCE
    local status=0 found occurrence=$3
    while [ "$status" -eq 0 ] && [ "$occurrence" -gt $(($3 - 4)) ]; do # this night may make fewer such calls
        put_back
        traced -o /dev/null -e trace="$2" -e inject="$2:signal=KILL:when=$occurrence" || status=$?
        occurrence=$((occurrence - 1))
    done
    [ "$status" -ne 0 ] || return 0
    points=$((points + 1))
    state > "$work/found"
    if cmp -s "$work/found" "$work/before"; then
        wholly_before=$((wholly_before + 1))
    elif cmp -s "$work/found" "$work/after"; then
        wholly_after=$((wholly_after + 1))
    else
        not_ok "$1, killed at $2 $3: neither before nor after: $(diff "$work/before" "$work/found" | head -n 3 | tr '\n' ' ')"
    fi
    found=$(torn)
    [ -z "$found" ] || not_ok "$1, killed at $2 $3: $(echo "$found" | tr '\n' ' ')"
    if ! run_quiet; then
        not_ok "$1, killed at $2 $3: the rerun says $(head -c 300 "$work/run.err")"
    fi
    state > "$work/found"
    if ! cmp -s "$work/found" "$work/after"; then
        not_ok "$1, killed at $2 $3: the rerun differs: $(diff "$work/after" "$work/found" | head -n 3 | tr '\n' ' ')"
    fi
    found=$(torn)
    [ -z "$found" ] || not_ok "$1, killed at $2 $3, run again: $(echo "$found" | tr '\n' ' ')"
}

# night_under_test NAME POINTS MODE: as it stands now, killed at so many points.
night_under_test() {
    local name occurrence total before=$failed points_before=$points
    keep
    state > "$work/before"
    traced -s 300 -o "$work/trace" || { not_ok "$1: a traced night ends with $?: $(cat "$work/run.err")"; return; }
    state > "$work/after"
    is "$1: the report's mode" "$3" "$(sql -c "select summary #>> '{links,linking,mode}' from meta.run order by run_id desc limit 1")"
    check "$1: something is decided" differs "$work/before" "$work/after"
    is "$1: nothing is torn" "" "$(torn)"
    list_points > "$work/points"
    total=$(wc -l < "$work/points")
    while read -r name occurrence <&3; do
        kill_at "$1" "$name" "$occurrence"
    done 3< <(spread "$2" < "$work/points")
    echo "$1: killed at $((points - points_before)) of $total points"
    is "$1: every rerun ends as a clean night" "$before" "$failed"
    put_back
}
differs() { ! cmp -s "$1" "$2"; }

# What is looked at would be seen.
controls() {
    sql -c "create table kept_one as select * from warehouse.patient order by patient_key limit 1" \
        -c "delete from warehouse.patient where patient_key = (select patient_key from kept_one)"
    check "a person less is seen" test -n "$(torn)"
    sql -c "insert into warehouse.patient select * from kept_one" -c "drop table kept_one"
    is "and nothing when all is there" "" "$(torn)"
}

prepare
controls
load_changes
night_under_test "what changed" $((points_wanted - 2 * (points_wanted / 3) + 4)) incremental # a point may not be reached
linkage_settings 'full_below: 1000000'
night_under_test "everything anew" $((points_wanted / 3)) full
linkage_settings 'full_below: 0'
run_quiet
sql -c "delete from linkage.record where delivery_id = (select delivery_id from meta.delivery
            where sender = 'VS202' and state = 'applied' order by period_start limit 1)" \
    -c "delete from warehouse.support_session where delivery_id = (select delivery_id from meta.delivery
            where sender = 'VS202' and state = 'applied' order by period_start limit 1)" \
    -c "delete from meta.setting where name = 'linked_for'"
night_under_test "a delivery went" $((points_wanted / 3)) incremental
echo "points $points, as before $wholly_before, as after $wholly_after"
check "killed at all points" test "$points" -ge $((points_wanted > 1000 ? 100 : points_wanted))
finish
