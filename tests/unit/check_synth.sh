#!/usr/bin/env bash
# The generator keeps its promises: the same arguments give the same bytes, other seeds other people; what its truth
# says stands in the files; its NHS numbers are valid and in the range that is nobody's.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
make -s BUILD="$build" "$build/synth"
synth=$build/synth
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

check() { # name, then a command that must succeed
    local name=$1
    shift
    if "$@"; then echo "ok - $name"; else echo "not ok - $name"; failed=1; fi
}

small=(--people 1500 --months 7 --end 2026-09)
"$synth" --out "$work/one" --truth "$work/one.truth" "${small[@]}" --seed 5
TZ=Asia/Tokyo "$synth" --out "$work/two" --truth "$work/two.truth" "${small[@]}" --seed 5
"$synth" --out "$work/three" --truth "$work/three.truth" "${small[@]}" --seed 6

check "same seed, same bytes, in another folder and time zone" diff -rq "$work/one" "$work/two"
check "same seed, same truth" diff -rq "$work/one.truth" "$work/two.truth"
differs() { ! diff -rq "$1" "$2" >/dev/null; }
check "another seed, other people" differs "$work/one/G8H03_ips_202609.csv" "$work/three/G8H03_ips_202609.csv"

every_file_there() {
    local file
    while IFS=, read -r file _; do
        [ -s "$work/one/$file" ] || { echo "# $file is missing"; return 1; }
    done < <(tail -n +2 "$work/one.truth/expected_files.csv")
}
check "every file of the truth was written" every_file_there
no_other_file() { # all files but those of the truth: none
    diff <(cd "$work/one" && find . -type f | sed 's|^\./||' | sort) \
        <(tail -n +2 "$work/one.truth/expected_files.csv" | cut -d, -f1 | sort)
}
check "no file but those of the truth" no_other_file
rows_add_up() { # of the CSV feeds: lines less the header; no value of theirs holds a line end
    local file feed rows
    while IFS=, read -r file feed _ _ rows; do
        case $file in *.csv) [ "$(($(wc -l <"$work/one/$file") - 1))" -eq "$rows" ] || { echo "# $file"; return 1; } ;; esac
    done < <(tail -n +2 "$work/one.truth/expected_files.csv")
}
check "row counts of the truth are those of the files" rows_add_up

# The line that the truth says must be refused.
line_of() { sed -n "$2p" "$work/one/$1"; }
shows() { # rule, pattern the line must match
    local rule=$1 pattern=$2 file row found=0
    while IFS=, read -r file _ row _ _; do
        line_of "$file" "$row" | LC_ALL=C grep -aEq "$pattern" || { echo "# $file row $row"; return 1; }
        found=$((found + 1))
    done < <(LC_ALL=C grep -E "^[^,/]*\.csv,.*,$rule\$" "$work/one.truth/expected_rejects.csv")
    [ "$found" -gt 0 ]
}
check "blank lines stand where the truth says" shows BLANK_LINE '^$'
check "stray quotes stand where the truth says" shows STRAY_QUOTE '[^,]"[^,]'
check "wrong bytes stand where the truth says" shows ENCODING $'[\x81\x8d\xfe\xff]'
check "another sender's rows stand where the truth says" shows SENDER_MISMATCH ',G99999,'
check "an invalid NHS number stands where the truth says" shows NHS_NUMBER '^9990000001,'

for rule in BLANK FORMAT LENGTH CODE KEY_DUPLICATE PARENT_MISSING PARENT_REJECTED PARENT_WITHHELD NHS_NUMBER \
    DATE_OUTSIDE_PERIOD DATE_ORDER RAGGED STRAY_QUOTE BLANK_LINE ENCODING IDENTITY_MISSING ROW_DUPLICATE \
    SENDER_MISMATCH; do
    check "a row for rule $rule is planted" grep -q ",$rule\$" "$work/one.truth/expected_rejects.csv"
done
"$synth" --out "$work/clean" --truth "$work/clean.truth" "${small[@]}" --errors no --late no
check "--errors no plants none" test "$(wc -l <"$work/clean.truth/expected_rejects.csv")" -eq 1
check "--late no writes no second night" test ! -e "$work/clean/late"

"$synth" --out "$work/canaries" --truth "$work/canaries.truth" --people 300 --months 3 --canaries yes --errors no
canaries_written() {
    local plain=$work/canaries/plain
    mkdir -p "$plain"
    cat "$work"/canaries/*.csv >"$plain/all"
    # Those of the CSV feeds must all be there; the zipped feeds say the same of the same people.
    local missing total
    total=$(tail -n +2 "$work/canaries.truth/canaries.csv" | wc -l)
    missing=$(tail -n +2 "$work/canaries.truth/canaries.csv" | grep -E '^(forename|surname|postcode|nhs_number),' |
        cut -d, -f2 | sort -u | while read -r value; do grep -qF -e "$value" "$plain/all" || echo "$value"; done | wc -l)
    [ "$total" -ge 1000 ] && [ "$missing" -le $((total / 10)) ]
}
check "a thousand canaries and more are written" canaries_written

# NHS numbers: 999, ten digits, the check digit right; about as many as people, so they are one each.
numbers_valid() {
    grep '^nhs_number,' "$work/canaries.truth/canaries.csv" | cut -d, -f2 | awk -F, '
        { sum = 0
          for (i = 1; i <= 9; i++) sum += (11 - i) * substr($1, i, 1)
          check = (11 - sum % 11) % 11
          if (length($1) != 10 || substr($1, 1, 3) != "999" || check == 10 || check != substr($1, 10)) bad++
        }
        END { exit (bad > 0 || NR < 250) ? 1 : 0 }'
}
check "NHS numbers are valid and of the 999 range" numbers_valid

"$synth" --out "$work/bench" --bench-contacts 1000
bench_shape() {
    local table=$work/bench/MHSDS_RV5_202609/MHS201CareContact.csv
    [ "$(wc -l <"$table")" -eq 1001 ] && awk -F, 'NF != 28 { exit 1 }' "$table" && [ -s "$work/bench/MHSDS_RV5_202609.zip" ]
}
check "a benchmark delivery has the rows asked for, of 28 columns" bench_shape

refuses() { ! "$synth" "$@" >/dev/null 2>&1; }
check "wrong arguments are refused" refuses --out "$work/x" --errors maybe
check "a month that is none is refused" refuses --out "$work/x" --end 2026-13
exit $failed
