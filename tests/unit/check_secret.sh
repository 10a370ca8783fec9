#!/usr/bin/env bash
# Identifying values are a type: the compiler refuses to print, copy or keep a struct secret, and nobody
# outside transforms/ opens one. CC and BUILD as for make; BUILD/gen must hold error_codes.h.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
cases=10
status=0

tell() { # result name
    if [ "$1" = 0 ]; then
        echo "ok - $2"
    else
        echo "not ok - $2"
        status=1
    fi
}

compiles() { # case
    # shellcheck disable=SC2046
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wformat=2 -Werror -fsyntax-only -DCASE="$1" \
        -DWITH_DATABASE -Itransforms -Iconnectors -Ipipeline -I"$build/gen" \
        $(pkg-config --cflags libpq) tests/unit/secret_refused.c 2>/dev/null
}

make -s BUILD="$build" "$build/gen/error_codes.h"
if compiles 0; then tell 0 "a secret can be validated"; else tell 1 "a secret can be validated"; fi
for ((number = 1; number <= cases; number++)); do
    if compiles "$number"; then refused=1; else refused=0; fi
    tell "$refused" "the compiler refuses leak $number"
done
# The list of cases ends where this script thinks it does.
if grep -q "CASE == $cases\$" tests/unit/secret_refused.c &&
    ! grep -q "CASE == $((cases + 1))\$" tests/unit/secret_refused.c; then
    tell 0 "every case was tried"
else
    tell 1 "every case was tried"
fi
if grep -rnE '\bsecret_open\b|\bhidden_\b' pipeline connectors --include='*.[ch]'; then
    tell 1 "secrets are opened in transforms only"
else
    tell 0 "secrets are opened in transforms only"
fi
exit "$status"
