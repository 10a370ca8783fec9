#!/usr/bin/env bash
# Builds one fuzz target and runs it for some seconds over its seeds: run.sh fuzz_csv 15
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
target=$1
seconds=${2:-15}
make --no-print-directory -s "$build/fuzz/$target"
corpus=$build/fuzz/corpus_$target
mkdir -p "$corpus"
[ ! -d "tests/fuzz/seeds/$target" ] || cp -n "tests/fuzz/seeds/$target/"* "$corpus/"
"$build/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -verbosity=0 \
    -artifact_prefix="$build/fuzz/$target-" "$corpus"
echo "ok - $target ran $seconds seconds without a finding"
