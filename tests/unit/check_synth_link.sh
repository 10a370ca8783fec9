#!/usr/bin/env bash
# The generator of linkage sets keeps its promises: the same arguments give the same bytes; the truth is there; true
# pairs agree as often as tests/synth/link/README.md says; every hard case occurs; NHS numbers are valid but for few.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C
build=${BUILD:-build}
make -s BUILD="$build" "$build/synth_link"
synth_link=$build/synth_link
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

check() { # name, then a command that must succeed
    local name=$1
    shift
    if "$@"; then echo "ok - $name"; else echo "not ok - $name"; failed=1; fi
}

"$synth_link" --shape survey --seed 5 --out "$work/survey"
TZ=Asia/Tokyo "$synth_link" --shape survey --seed 5 --out "$work/again"
"$synth_link" --shape survey --seed 6 --out "$work/other"
"$synth_link" --shape system --people 40000 --seed 5 --out "$work/system"

check "same seed, same bytes, in another folder and time zone" diff -rq "$work/survey" "$work/again"
differs() { ! diff -q "$1" "$2" > /dev/null; }
check "another seed, other people" differs "$work/survey/left.csv" "$work/other/left.csv"

header=id,given_name,family_name,date_of_birth,sex,postcode,nhs_number,gp_practice,ethnicity,deprivation,person,note
well_formed() { # folder: the header, twelve columns, no quote, every id and every person once, all groups known
    local file
    for file in "$1"/left.csv "$1"/right.csv; do
        [ "$(head -n 1 "$file")" = "$header" ] || return 1
        awk -F, '
            NF != 12 || /"/ { bad = 1 }
            FNR == 1 { next }
            $1 !~ /^[LR][0-9]+$/ || ids[$1]++ || $11 !~ /^[1-9][0-9]*$/ || persons[$11]++ { bad = 1 }
            $9 !~ /^(white|black|asian|other|mixed)$/ || $10 < 1 || $10 > 10 || $12 == "" { bad = 1 }
            $4 !~ /^([0-9][0-9][0-9][0-9]-[0-9][0-9](-[0-9][0-9])?)?$/ || $5 !~ /^[MF]?$/ { bad = 1 }
            bad { print "# " FILENAME " line " FNR; exit 1 }' "$file" || return 1
    done
}
check "survey: rows are whole, a person is once in a file" well_formed "$work/survey"
check "system: rows are whole, a person is once in a file" well_formed "$work/system"

maps() { grep -qx "unique: \[left, right\]" "$1/map.yaml" && grep -qx 'id: id' "$1/map.yaml"; }
check "survey: a map" maps "$work/survey"
check "system: a map" maps "$work/system"
check "the map of system has NHS numbers" grep -q 'nhs_number: nhs_number' "$work/system/map.yaml"
check "that of survey has none" differs "$work/survey/map.yaml" "$work/system/map.yaml"

# Counts, then agreement of true pairs in 1000, capitals and spaces of postcodes and numbers aside.
awk_agreement='
    FNR == 1 { file++; next }
    { given = toupper($2); family = toupper($3); postcode = toupper($6); gsub(/ /, "", postcode); gsub(/ /, "", $7) }
    file == 1 { left++; value[$11] = given FS family FS $4 FS $5 FS postcode FS $7; next }
    { right++ }
    $11 in value {
        both++
        split(value[$11], was, FS)
        agree["given"] += given == was[1]; agree["family"] += family == was[2]; agree["birth"] += $4 == was[3]
        agree["sex"] += $5 == was[4]; agree["postcode"] += postcode == was[5]
        agree["number"] += $7 != "" && $7 == was[6]
    }
    END {
        print "left", left; print "right", right; print "both", both
        for (field in agree) printf "%s %d\n", field, agree[field] * 1000 / both
    }'
for shape in survey system; do
    awk -F, "$awk_agreement" "$work/$shape/left.csv" "$work/$shape/right.csv" > "$work/$shape.figures"
done
within() { # shape, figure, least, most
    local found
    found=$(awk -v name="$2" '$1 == name { print $2 }' "$work/$1.figures")
    [ -n "$found" ] && [ "$found" -ge "$3" ] && [ "$found" -le "$4" ] || { echo "# $2 is ${found:-missing}"; return 1; }
}
while read -r shape figure least most; do
    check "$shape: $figure is from $least to $most" within "$shape" "$figure" "$least" "$most"
done << 'END'
survey left 25200 25400
survey right 24500 24700
survey both 23900 24100
survey given 680 720
survey family 710 750
survey birth 910 930
survey sex 985 995
survey postcode 935 960
system left 40000 40000
system right 40000 40000
system both 32000 32000
system given 840 890
system family 880 920
system birth 945 970
system sex 975 990
system postcode 760 800
system number 310 370
END

cases=$(sed -n 's/.*X([A-Z_]*, .*/&/p' tests/synth/link/people.h | grep -o '"[a-z_]*"' | tr -d '"')
check "the hard cases are read from people.h" test "$(wc -w <<< "$cases")" -ge 30
cut -d, -f12 "$work/system/left.csv" "$work/system/right.csv" | sort | uniq -c > "$work/cases"
for hard_case in $cases; do
    check "a record is noted $hard_case" grep -qw "$hard_case" "$work/cases"
done

# Few numbers fail modulus 11, and some are another person's.
numbers() {
    awk -F, '
        FNR == 1 || $7 == "" { next }
        {
            gsub(/ /, "", $7)
            if ($7 == "0000000000") next
            sum = 0
            for (i = 1; i <= 9; i++) sum += (11 - i) * substr($7, i, 1)
            digit = (11 - sum % 11) % 11
            total++
            if (length($7) != 10 || digit == 10 || digit != substr($7, 10)) fails++
            else if (substr($7, 1, 3) != "999") nobodys++
        }
        END {
            print "# " fails " of " total " fail, " nobodys + 0 " are not of the range"
            exit !(total > 10000 && fails > 0 && fails < total / 50 && nobodys == 0)
        }' "$1"
}
check "few numbers of left fail modulus 11" numbers "$work/system/left.csv"
check "few numbers of right fail modulus 11" numbers "$work/system/right.csv"
others_number() { # valid, and that of another person by the left file
    awk -F, '
        { gsub(/ /, "", $7) }
        NR == FNR { if ($12 != "others_number" && $7 != "") owner[$7] = $11; next }
        $12 == "others_number" && $7 in owner { total++; same += owner[$7] == $11 }
        END { exit !(total >= 20 && same == 0) }' "$work/system/left.csv" "$work/system/right.csv"
}
check "others' numbers are others'" others_number
missing_numbers() {
    awk -F, 'FNR > 1 { total++; blank += $7 == "" } END { exit !(blank > total * 0.62 && blank < total * 0.67) }' \
        "$work/system/right.csv"
}
check "64 % of right lack an NHS number" missing_numbers
no_numbers() { awk -F, 'FNR > 1 && ($7 != "" || $8 != "") { exit 1 }' "$work/survey/left.csv" "$work/survey/right.csv"; }
check "a survey has no NHS number and no practice" no_numbers
shared_postcodes() { # hostels and prisons: one postcode with far more people than a street has
    cut -d, -f6 "$work/system/left.csv" | sort | uniq -c | sort -rn | head -n 1 | awk '{ exit !($1 > 90) }'
}
check "a postcode that is an institution's" shared_postcodes
long_tail() { # distinct family names of those of the survey that are written right
    awk -F, '$12 == "plain" { print $3 }' "$work/survey/left.csv" | sort | uniq -c | sort -rn |
        awk 'NR == 1 { top = $1 } { total += $1 } END { exit !(NR > 4500 && NR < 8000 && top > total / 200 && top < total / 50) }'
}
check "family names have a head and a long tail" long_tail
worse_names() { # given names of a group agree less often
    local group figures=()
    for group in white asian; do
        figures+=("$(awk -F, -v group="$group" '
            FNR == 1 || $9 != group { next }
            NR == FNR { given[$11] = toupper($2); next }
            $11 in given { both++; agree += toupper($2) == given[$11] }
            END { printf "%d", agree * 1000 / both }' "$work/system/left.csv" "$work/system/right.csv")")
    done
    [ "${figures[1]}" -lt $((figures[0] - 15)) ]
}
check "Asian people's names meet with more errors" worse_names

"$synth_link" --shape system --people 5000 --seed 5 --repeats 10 --out "$work/repeats"
repeated() { # about a tenth of the people of right twice, nobody of left, and the map says so
    awk -F, -v of="$2" 'FNR > 1 && rows[$11]++ == 1 { twice++ } FNR > 1 { people[$11] }
        END { exit !(twice >= length(people) * of * 0.8 && twice <= length(people) * of * 1.2) }' "$1"
}
check "--repeats: a tenth of right twice" repeated "$work/repeats/right.csv" 0.1
check "--repeats: nobody of left twice" repeated "$work/repeats/left.csv" 0
check "--repeats: the map says so" grep -qx 'unique: \[left\]' "$work/repeats/map.yaml"

refuses() { ! "$synth_link" "$@" > /dev/null 2>&1; }
check "a shape that is none is refused" refuses --shape census --out "$work/x"
check "no folder is refused" refuses --shape survey
check "more people than numbers are refused" refuses --shape system --people 800000 --out "$work/x"
exit $failed
