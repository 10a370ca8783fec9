#!/usr/bin/env bash
# make check: everything that must hold, in one list that closes with "N passed, N failed".
# Each step prints TAP-like lines (ok / not ok); a step that fails without saying so counts as one failure.
set -uo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
export BUILD=$build
mkdir -p "$build"
log=$build/check.log
: > "$log"
passed=0
failed=0
steps=${CHECK_STEPS:-build style unit sanitized database cli leak fuzz fault}

# step NAME COMMAND...: runs it, counts its ok lines, shows what is not ok.
step() {
    local name=$1 out=$build/check_step.log status=0 good bad start
    shift
    start=$(date +%s)
    "$@" > "$out" 2>&1 || status=$?
    cat "$out" >> "$log"
    good=$(grep -c '^ok ' "$out")
    bad=$(grep '^not ok ' "$out" | grep -vc '# SKIP')
    if [ "$status" != 0 ] && [ "$bad" = 0 ]; then
        bad=1
        tail -n 25 "$out" | sed 's/^/      /'
    elif [ "$status" = 0 ] && [ "$good" = 0 ] && [ "$bad" = 0 ]; then
        good=1
    fi
    grep '^not ok ' "$out" | grep -v '# SKIP' | sed 's/^/      /'
    passed=$((passed + good))
    failed=$((failed + bad))
    printf '  %-44s %4d passed %3d failed %4ds\n' "$name" "$good" "$bad" "$(($(date +%s) - start))"
}

wants() { case " $steps " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }
unit_programs() { find tests/unit -name 'test_*.c' -printf "$1/tests/unit/%f\n" | sed 's/\.c$//' | sort; }
build_with() { # folder, compiler, extra flags
    # shellcheck disable=SC2046
    make --no-print-directory -s -j2 BUILD="$1" CC="$2" EXTRA="$3" ${4:+OPTIMISE="$4"} all "$1/synth" &&
        make --no-print-directory -s -j2 BUILD="$1" CC="$2" EXTRA="$3" ${4:+OPTIMISE="$4"} $(unit_programs "$1")
}
export CMOCKA_MESSAGE_OUTPUT=TAP

if wants build; then
    step "build with gcc, no warning" build_with "$build" gcc -Werror
    step "build with clang, no warning" build_with "$build/clang" clang -Werror
fi
if wants style; then
    step "format" bash -c 'clang-format --dry-run -Werror $(git ls-files "*.c" "*.h" 2>/dev/null || find . -name "*.[ch]" -not -path "./build/*")'
    step "rooms, sizes, names" tests/unit/check_house.sh
fi
if wants unit; then
    for program in $(unit_programs "$build"); do step "unit: $(basename "$program")" "$program"; done
    for script in tests/unit/check_*.sh; do
        [ "$script" = tests/unit/check_house.sh ] || step "unit: $(basename "$script")" "$script"
    done
fi
if wants sanitized; then
    step "build with sanitizers" build_with "$build/asan" gcc \
        "-fsanitize=address,undefined -fno-sanitize-recover=undefined" "-O1"
    export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
    for program in $(unit_programs "$build/asan"); do
        step "sanitized: $(basename "$program")" "$program"
    done
    BUILD=$build/asan EXTRA="-fsanitize=address,undefined -fno-sanitize-recover=undefined" OPTIMISE=-O1 \
        step "sanitized: a night against the truth" tests/cli/truth.sh
fi
if wants database; then
    for script in tests/database/*.sh; do step "database: $(basename "$script")" "$script"; done
fi
if wants cli; then
    for script in tests/cli/*.sh; do step "command line: $(basename "$script")" "$script"; done
fi
if wants leak; then
    step "leak: no identifier anywhere" tests/fault/leak.sh
    step "leak: a copy of the database" tests/fault/frequency.sh
fi
if wants fuzz; then
    for source in tests/fuzz/fuzz_*.c; do
        step "fuzz: $(basename "$source" .c)" tests/fuzz/run.sh "$(basename "$source" .c)" "${FUZZ_SECONDS:-15}"
    done
fi
if wants fault; then
    FAULT_POINTS=${FAULT_POINTS:-24} step "fault: killed and run again" tests/fault/kill.sh
    FAULT_POINTS=12 step "fault: linking killed and run again" tests/fault/link.sh
    FAULT_POINTS=${FAULT_POINTS:-10} step "fault: a key rotation, killed" tests/fault/rotate.sh
fi

echo "  details: $log"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
