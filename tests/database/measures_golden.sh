#!/bin/bash
# Golden cases and identities of the measures, on a database of its own. Run from the project's root:
#   tests/database/measures_golden.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -z "${PGHOST:-}${PGPORT:-}" ]; then
    exec pg_virtualenv -t "$0" "$@"
fi
. tests/database/measures_run.sh

run() { psql -X -q -v ON_ERROR_STOP=1 -d "$database" "$@"; }

# fresh NAME FILE...: a database of that name with the schema and those files.
fresh() {
    database=$1
    shift
    createdb "$database"
    cat sql/schema/*.sql "$@" | run -o /dev/null
}

fresh measures_golden tests/database/measures_fixture.sql tests/database/measures_golden.sql
measures_sql | run -o /dev/null
result=$(run -A -t -f tests/database/measures_check.sql)

# The tests must be able to fail: with one rule turned round, cases must break.
measures_sql | sed 's/r.age_at_referral >= 18/r.age_at_referral < 18/' | run -o /dev/null
wrong=$(run -A -t -c 'drop function test.holds' -f tests/database/measures_check.sql)
if grep -q '^not ok' <<<"$wrong"; then
    result=$result$'\nok - a wrong rule is noticed'
else
    result=$result$'\nnot ok - a wrong rule is noticed'
fi

fresh measures_random tests/database/measures_fixture.sql tests/database/measures_random.sql
measures_sql | run -o /dev/null
result=$result$'\n'$(run -A -t -f tests/database/measures_oracle.sql)

printf '%s\n' "$result"
! grep -q '^not ok' <<<"$result"
