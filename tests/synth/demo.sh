#!/usr/bin/env bash
# make demo: a made-up Integrated Care System's feeds, a night run over them, a second night with what came
# late, and where the published figures are. Everything stays inside $BUILD/demo.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
demo=$build/demo
site=$demo/site
people=${DEMO_PEOPLE:-20000}
months=${DEMO_MONTHS:-18}
end=2026-09
joinedup=$build/joinedup

if [ -d "$site/postgres" ]; then
    "$joinedup" cluster stop --site "$site" >/dev/null 2>&1 || true
fi
rm -rf "$demo"
mkdir -p "$demo"

bold='' plain=''
if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
start=$(date +%s)

say "1. A made-up population of $people people, $months months of seven feeds"
"$build/synth" --out "$demo/feeds" --people "$people" --months "$months" --end "$end" --seed 1 \
    --truth "$demo/truth"
printf '  %s files, %s\n' "$(find "$demo/feeds" -type f | wc -l)" "$(du -sh "$demo/feeds" | cut -f1)"

say "2. A site: its folder, its private Postgres, its key"
"$joinedup" init "$site" --quiet
"$joinedup" key new --site "$site"
[ ! -f "$demo/truth/senders.yaml" ] || cat "$demo/truth/senders.yaml" >> "$site/joinedup.yaml"
"$joinedup" check --site "$site" --quiet

say "3. The night: everything that is in landing/"
find "$demo/feeds" -maxdepth 1 -type f -exec cp {} "$site/landing/" \;
"$joinedup" run --site "$site" || [ $? = 6 ]

if [ -d "$demo/feeds/late" ]; then
    say "4. The next night: a late month, a resubmitted one, and an older extract that must not count"
    cp "$demo/feeds/late/"* "$site/landing/"
    "$joinedup" run --site "$site" || [ $? = 6 ]
fi

say "5. How well records are linked: the test with hidden NHS numbers, and who is missed"
"$joinedup" link report --site "$site" --csv "$demo/linkage.csv" > "$demo/linkage.txt"
awk '/^1\. / { exit } NR > 2 && NF' "$demo/linkage.txt"
printf '\n  the full report %s\n  every figure    %s\n' "$demo/linkage.txt" "$demo/linkage.csv"

say "6. The figures"
"$joinedup" measures export --site "$site" --period-end "$end" --out "$demo/published_$end.csv"
grep -E ',England,England,England,' "$demo/published_$end.csv" | cut -d, -f2,9- | sed 's/^/  /'
printf '\n  published CSV   %s\n  the site        %s\n  the database    psql "%s"\n  to stop it      %s\n' \
    "$demo/published_$end.csv" "$site" \
    "host=$(cat "$site/postgres/socket_path" 2>/dev/null || echo "$PWD/$site/postgres/socket") dbname=joinedup user=joinedup" \
    "$joinedup cluster stop --site $site"
printf '  %s seconds\n' "$(($(date +%s) - start))"
