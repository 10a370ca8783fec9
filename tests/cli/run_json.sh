#!/usr/bin/env bash
# What run --json prints is what config/schemas/run.json says: the same keys in every object, the same
# states, and counts that reconcile. (A full schema validator is not in Debian's jq; this reads the parts
# of the schema that run.json uses.)
set -euo pipefail
. "$(dirname "$0")/../harness.sh"

schema=config/schemas/run.json
site_new run
"$synth" --out "$work/feeds" --people 300 --months 2 --end 2026-09 --seed 5 --truth "$work/truth"
cat "$work/truth/senders.yaml" >> "$site/joinedup.yaml"
find "$work/feeds" -maxdepth 1 -type f -exec cp {} "$site/landing/" \;
printf 'x' > "$site/landing/nobody's file.csv"
: > "$site/landing/gp_smi_G85001_20260930.csv.gz"
night

keys_of() { jq -cS "$1 | keys" "$2"; }
required() { jq -cS "$1 | .required | sort" "$schema"; }

is "the run has the keys of the schema" "$(required .)" "$(keys_of . "$work/run.json")"
is "each delivery has the keys of the schema" \
    "$(required .properties.deliveries.items)" \
    "$(jq -cS '[.deliveries[] | keys] | unique | .[]' "$work/run.json")"
is "each table has the keys of the schema" \
    "$(required .properties.deliveries.items.properties.tables.items)" \
    "$(jq -cS '[.deliveries[].tables[] | keys] | unique | .[]' "$work/run.json")"
for part in totals links measures; do
    is "$part has the keys of the schema" "$(required ".properties.$part")" \
        "$(keys_of ".$part" "$work/run.json")"
done
is "each error has the keys of the schema" "$(required '."$defs".error')" \
    "$(jq -cS '[.deliveries[].error | select(. != null) | keys] | unique | .[]' "$work/run.json")"
is "no state that the schema does not know" "[]" "$(jq -c --slurpfile schema "$schema" \
    '[.deliveries[].state] - $schema[0].properties.deliveries.items.properties.state.enum' \
    "$work/run.json")"
is "every table of every delivery reconciles" "[]" "$(jq -c '[.deliveries[] | ., .tables[] |
    select(.received != .staged + .rejected + .duplicate + .withheld)]' "$work/run.json")"
is "the tables of a delivery add up to it" "[]" "$(jq -c '[.deliveries[] |
    select(.tables != [] and .received != ([.tables[].received] | add))]' "$work/run.json")"
is "the deliveries add up to the totals" true "$(jq '.totals ==
    ([.deliveries[]] | {received: (map(.received) | add), staged: (map(.staged) | add),
      rejected: (map(.rejected) | add), duplicate: (map(.duplicate) | add),
      withheld: (map(.withheld) | add)})' "$work/run.json")"
is "the run's own record is what it printed" "$(jq -cS . "$work/run.json")" \
    "$(sql -c 'select summary from meta.run order by run_id desc limit 1' | jq -cS .)"
is "exit status and report agree" "$status" "$(jq .exit_status "$work/run.json")"
is "a file nobody claims is told without its name" 0 "$(grep -c "nobody's" "$work/run.json" || true)"
night
is "nothing new: nothing is computed anew" "false false" \
    "$(jq -r '"\(.links.computed) \(.measures.computed)"' "$work/run.json")"
finish
