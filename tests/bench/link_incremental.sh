#!/bin/bash
# link_incremental.sh: a night that links 1 % new records against a linked million, beside linking
# everything anew.
#
#   BUILD=build tests/bench/link_incremental.sh        # RECORDS (1000000), NIGHTS (3), JOBS (one a processor)
#
# Two voluntary organisations bring the records of tests/synth/link, each its own half, all through
# the loader; then NIGHTS nights bring 1 % more each, most of them people the other half knows.
# Closes with percent=P, the median night's share of the full linking's time, and note=TEXT.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"
# shellcheck source=tests/link_sets.sh
source "$(dirname "$0")/../link_sets.sh"

records=${RECORDS:-1000000}
nights=${NIGHTS:-3}
half=$((records / 2))
hundredth=$((records / 200)) # of each half
own=$((half < 500000 ? half : 500000))
base=$((own - nights * hundredth))

# sessions FILE FROM TO PREFIX: its rows as a voluntary organisation tells them.
sessions() {
    awk -F , -v header="$support_header" -v from="$2" -v to="$3" -v prefix="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; if (prefix == "") print header; next }
        NR - 1 > to { exit }
        NR - 1 > from {
            printf "%s%s,%s,%s,%s,%s,%s,%s,White British,01/05/2026,Finances,Telephone,Yes\n", prefix, $1,
                prefix == "" ? $at["nhs_number"] : "", $at["given_name"], $at["family_name"], $at["date_of_birth"],
                $at["postcode"], $at["sex"] == "F" ? "Female" : $at["sex"] == "M" ? "Male" : ""
        }' "$1"
}

linking() { jq -r ".links.linking.$1" "$work/run.json"; }
phases() { grep -o 'seconds: [^"]*' "$work/run.err" | tail -n 1; }

made people --shape system --people "$own"
LINK_SEED=2 made others --shape system --people $((half - base))
site_new site
[ -z "${JOBS:-}" ] || echo "linkage: {jobs: $JOBS}" >> "$site/joinedup.yaml"
for side in left right; do
    sender=VS201
    [ $side = left ] || sender=VS202
    file=$site/landing/${sender}_support_202605.csv
    {
        sessions "$work/people/$side.csv" 0 "$base" ""
        sessions "$work/others/$side.csv" 0 $((half - base)) X
    } > "$file"
    touch -d '1 hour ago' "$file"
done
night --log-level info
[ "$(linking mode)" = full ] || { echo "the first night: $(cat "$work/run.err")"; exit 1; }
full=$(linking seconds)
echo "full: $full s for $(linking changed) records; $(phases)"
for number in $(seq "$nights"); do
    month=$(printf '2026%02d' $((5 + number)))
    from=$((base + (number - 1) * hundredth))
    for side in left right; do
        sender=VS201
        [ $side = left ] || sender=VS202
        file=$site/landing/${sender}_support_$month.csv
        sessions "$work/people/$side.csv" "$from" $((from + hundredth)) "" |
            sed "s#,01/05/2026,#,01/${month:4:2}/2026,#" > "$file"
        touch -d '1 hour ago' "$file"
    done
    night --log-level info
    [ "$(linking mode)" = incremental ] || { echo "a night: $(linking reason) $(cat "$work/run.err")"; exit 1; }
    echo "night $number: $(linking seconds) s for $(linking changed) against $(linking against), $(linking decided) decided; $(phases)"
    linking seconds >> "$work/seconds"
done
median=$(sort -n "$work/seconds" | awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }')
awk -v full="$full" -v median="$median" -v records="$records" -v nights="$nights" 'BEGIN {
    printf "note=%d new against %d: %.3f s, everything anew %.2f s (median of %d nights)\n", records / 100, records,
        median, full, nights
    printf "percent=%.2f\n", 100 * median / full }'
