#!/usr/bin/env bash
# Builds one fuzz target and runs it for some seconds over its seeds: run.sh fuzz_csv 15
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}/fuzz
target=$1
seconds=${2:-15}
make --no-print-directory -s -j2 BUILD="$build" CC=clang OPTIMISE=-O1 \
    EXTRA="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" \
    "$build/$target" > "$build.log" 2>&1 || { cat "$build.log"; exit 1; }
corpus=$build/corpus_$target
mkdir -p "$corpus"
for seeds in "tests/fuzz/seeds/$target" "tests/fuzz/seeds/${target#fuzz_}"; do
    [ ! -d "$seeds" ] || cp -n "$seeds/"* "$corpus/"
done
[ "$target" != fuzz_archive ] || tests/fuzz/seeds.sh "$corpus"
"$build/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -verbosity=0 \
    -artifact_prefix="$build/$target-" "$corpus"
echo "ok - $target ran $seconds seconds without a finding"
