#!/usr/bin/env bash
# The house rules that a script can see: arrows between rooms run one way, files and functions keep their size,
# every sql file says its purpose, no SQL in C, nothing opens a secret outside transforms/.
set -uo pipefail
cd "$(dirname "$0")/../.."
status=0
verdict() { # name, findings
    if [ -z "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        printf '%s\n' "$2" | head -n 10 | sed 's/^/# /'
        status=1
    fi
}
headers() { for f in "$1"/*.h; do basename "$f"; done | paste -sd'|' | sed 's/\./\\./g'; }

pipeline=$(headers pipeline)
connectors=$(headers connectors)
transforms=$(headers transforms)
verdict "transforms include neither connectors nor pipeline" \
    "$(grep -nE "#include \"($pipeline|$connectors)\"" transforms/*.[ch] transforms/base/*.[ch] transforms/linkage/*.[ch])"
verdict "connectors include neither transforms nor pipeline" \
    "$(grep -nE "#include \"($pipeline|$transforms|linkage/[a-z_.]*)\"" connectors/*.[ch])"
verdict "base includes no room" \
    "$(grep -nE "#include \"($pipeline|$connectors|$transforms)\"" transforms/base/*.[ch])"
verdict "transforms and connectors do not know Postgres" \
    "$(grep -nE 'libpq|PGconn|PQexec' transforms/*.[ch] transforms/base/*.[ch] transforms/linkage/*.[ch] connectors/*.[ch])"
verdict "secrets are opened in transforms only" \
    "$(grep -nE '\bsecret_open\b|\bhidden_\b' pipeline/*.[ch] connectors/*.[ch])"
verdict "no file over 800 lines" \
    "$(find pipeline connectors transforms tests -name '*.[ch]' -exec wc -l {} + | awk '$2 != "total" && $1 > 800')"
verdict "no line over 100 columns" \
    "$(LC_ALL=C.UTF-8 grep -rnE --include='*.[ch]' '^.{101,}' pipeline connectors transforms tests)"
# A function runs from its brace in column 1 to the closing one.
verdict "no function over 100 lines" \
    "$(find pipeline connectors transforms tests -name '*.c' -exec awk '
        /^{/ {start = FNR} /^}/ && start {if (FNR - start > 100) print FILENAME ":" start; start = 0}' {} +)"
verdict "every sql file begins with its purpose or its measure" \
    "$(for f in $(find sql -name '*.sql'); do head -n 3 "$f" | grep -qiE '^-- (purpose|code|family|title)' || echo "$f"; done)"
verdict "no statement inside C" \
    "$(grep -nE '"(select|insert|update|delete|create|drop|alter|truncate) [a-z]' pipeline/*.c connectors/*.c transforms/*.c transforms/linkage/*.c | grep -v 'sql/')"
verdict "no exit below main" \
    "$(grep -nE '[^_]\bexit\(' pipeline/*.c connectors/*.c transforms/*.c transforms/linkage/*.c | grep -vE 'pipeline/main\.c|connectors/parser_main\.c|_exit\(')"
exit $status
