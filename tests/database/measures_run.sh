# Sourced by the measure tests: the measures as psql runs them. Each statement is a file; only the
# registration of a measure takes parameters, which here come from the headers by awk.
measures_sql() {
    echo 'begin;'
    cat sql/measures/prepare/*.sql
    awk -f tests/database/measure_headers.awk sql/measures/*.sql
    cat sql/measures/*.sql sql/measures/finish/*.sql
    echo 'commit;'
}
