#!/usr/bin/env bash
# Everything a BI tool or an analyst can look at says what it is: no schema, table, view or column without
# a comment.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${PGVERSION:-}" ]; then
    exec pg_virtualenv -t bash tests/database/comments.sh
fi
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }
for file in sql/schema/*.sql; do sql -f "$file"; done
status=0
silent() { # NAME QUERY: ok when it finds nothing
    local found
    found=$(sql -c "$2")
    if [ -z "$found" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: $(echo "$found" | head -n 5 | tr '\n' ' ')"
        status=1
    fi
}
ours="('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality')"
silent "every schema has a comment" "select nspname from pg_namespace
    where nspname in $ours and obj_description(oid, 'pg_namespace') is null"
silent "every table and view has a comment" "select n.nspname || '.' || c.relname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in $ours and c.relkind in ('r', 'v') and obj_description(c.oid, 'pg_class') is null"
silent "every column has a comment" "select n.nspname || '.' || c.relname || '.' || a.attname
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in $ours and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
      and col_description(c.oid, a.attnum) is null"
exit $status
