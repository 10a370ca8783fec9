#!/bin/bash
# The MHSDS definition against the national field list: 61 tables and 438 fields always; where the
# public data folder lies beside the project also every name in its order, length, blank rule, code
# list, key and parent.
set -euo pipefail
cd "$(dirname "$0")/../.."

fields=config/feeds/mhsds/fields.csv
national=../shared/data/mhsds/mhsds_v6_field_spec.csv
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

expect() {
    if [ "$2" = "$3" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: expected $2, found $3"
        failed=1
    fi
}

expect 'MHSDS has 61 tables' 61 "$(awk -F, 'FNR > 1 { print $1 }' $fields | sort -u | wc -l)"
expect 'MHSDS has 438 fields' 438 "$(awk -F, 'FNR > 1 && $2 != ""' $fields | wc -l)"
expect 'no field is there twice' 438 \
    "$(awk -F, 'FNR > 1 && $2 != "" { print tolower($1 "." $2) }' $fields | sort -u | wc -l)"

unknown=$(awk -F, '
    NR == FNR { if (FNR > 1) known[$1 "." $2] = 1; next }
    FNR > 1 && !(($1 "." $2) in known) { print FILENAME ":" FNR }
    FNR > 1 && $4 != "" && !(($1 "." $4) in known) { print FILENAME ":" FNR }
' $fields config/feeds/mhsds/rules.csv)
expect 'every rule is about a field there is' '' "$unknown"

if [ ! -f "$national" ]; then
    echo "skipped - comparison with the national field list: $national is not there"
    exit "$failed"
fi

# The codes of a list in one order, whatever the file's.
sorted='
    function sorted(text,    n, i, j, t, part) {
        n = split(text, part, " ")
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && part[j - 1] "" > part[j] ""; j--) {
                t = part[j]; part[j] = part[j - 1]; part[j - 1] = t
            }
        text = ""
        for (i = 1; i <= n; i++) text = text " " part[i]
        return text
    }
'

# Ours as the facts of the list: code lists opened; the type nhs_number is its own bound.
awk -F, -v lists=config/code_lists "$sorted"'
    function codes(cell,    file, line, part, text) {
        if (cell !~ /^@/) return cell
        file = lists "/" substr(cell, 2) ".csv"
        getline line < file
        while ((getline line < file) > 0) { split(line, part, ","); text = text " " part[1] }
        close(file)
        return substr(text, 2)
    }
    FNR > 1 && $2 != "" {
        if ($4 == "nhs_number") $5 = $6 = 10
        print $1 "." $2, "length " $5 "-" $6, "blank " $7, $8, "codes" sorted(codes($9)), $10, $11,
              "parent " $13
    }' $fields > "$scratch/ours"

# Blank rule and code rule are CODE:SEVERITY; a foreign key gives the first six letters of its table
# and its field; a bound of 0 is none.
awk -F, "$sorted"'
    function severity(rule, none) {
        if (rule == "") return none
        return rule ~ /REJECT_RECORD$/ ? "reject" : "warn"
    }
    function code(rule) { sub(/:.*/, "", rule); return rule }
    NR == FNR { if (FNR > 1) table[substr($1, 1, 6)] = $1; next }
    FNR > 1 {
        least = $6 == 0 ? "" : $6
        most = $7 == 0 ? "" : $7
        parent = $13 == "" ? "" : table[substr($13, 1, 6)] substr($13, 7)
        print $1 "." $3, "length " least "-" most, "blank " severity($8, "ok"), code($8),
              "codes" sorted($9), severity($10, ""), code($10), "parent " parent
    }' $national $national > "$scratch/national"

if diff "$scratch/national" "$scratch/ours" > "$scratch/difference"; then
    echo "ok - names, order, lengths, blank rules, code lists and parents are the national list's"
else
    echo "not ok - the definition differs from the national field list:"
    head -20 "$scratch/difference"
    failed=1
fi

keys() { sort | tr '\n' ' '; }
expect 'keys: the national ones and those of the look-up tables' \
    "$({ awk -F, '$12 == "PK" { print $1 "." $3 }' $national
         printf '%s\n' MHS901StaffDetails.CareProfLocalID \
             MHS902ServiceTeamDetails.CareProfTeamLocalID MHS903WardDetails.WardCode; } | keys)" \
    "$(awk -F, '$12 == "unique" { print $1 "." $2 }' $fields | keys)"

exit "$failed"
