#!/bin/bash
# hostile_csv.sh: bad CSV and bad gzip.
set -euo pipefail
# shellcheck source=tests/cli/hostile.bash
source "$(dirname "$0")/hostile.bash"

csv_files() {
    next_case
    { good_rows; printf '"%s' "$(one_more)"; } > "$bad"
    refused "a quote that is never closed" "$smi_name" JU1210

    next_case
    { good_rows; echo '"'; head -c 3000000 /dev/zero | tr '\0' 'x' | fold -w 100; } > "$bad"
    refused "a quote that is never closed, far from the end" "$smi_name" JU1211

    next_case
    { good_rows; one_more; } | sed '/^nhs_number/s/smoking_date/NHS Number/' > "$bad"
    refused "a column given twice" "$smi_name" JU1214

    next_case
    good_rows | tail -n +2 > "$bad"
    refused "no header row" "$smi_name" JU1213

    next_case
    good_rows | cut -d , -f 1,3-15 > "$bad"
    refused "a mandatory column is missing" "$smi_name" JU1215

    next_case
    good_rows | iconv -f UTF-8 -t UTF-16 > "$bad"
    refused "UTF-16 with a byte order mark" "$smi_name" JU1216

    next_case
    good_rows | iconv -f UTF-8 -t UTF-16LE > "$bad"
    refused "UTF-16 without a byte order mark" "$smi_name" JU1216

    next_case
    { good_rows; printf '"'; head -c 67108864 /dev/zero | tr '\0' 'y'; echo '"'; } > "$bad"
    refused "a quoted field of 64 MB" "$smi_name" JU1211

    next_case
    { printf 'c%s,' $(seq 1000000); echo last; one_more; } > "$bad"
    refused "a header of a million columns" "$smi_name" JU1212

    next_case
    : > "$bad"
    refused "an empty file" "$smi_name" JU1206

    next_case
    echo "$smi_header" > "$bad"
    refused "a header and nothing else" "$smi_name" JU1206

    next_case
    good_rows | awk -F , -v OFS=, 'NR > 1 { $7 = "perhaps" } 1' > "$bad"
    refused "no row is valid" "$smi_name" JU1244
}

csv_rows() {
    next_case
    { good_rows; one_more | sed 's/,SE13/,SE"13/'; } > "$bad"
    rows "a stray quote" "$smi_name" 3 JU2011:1

    next_case
    { good_rows | head -n 2; one_more | sed 's/SE13 \(...\)/"SE13" \1/'; good_rows | tail -n +3; } > "$bad"
    rows "text after a closing quote" "$smi_name" 3 JU2011:1

    next_case
    { good_rows | head -n 2; one_more | sed 's/SE13/SE\x0013/'; good_rows | tail -n +3; } > "$bad"
    rows "a NUL byte" "$smi_name" 3 JU2012:1

    next_case
    { good_rows; one_more | cut -d , -f 1-14; one_more | sed 's/$/,more/'; } > "$bad"
    rows "ragged rows" "$smi_name" 3 JU2010:2

    next_case
    { good_rows | head -n 2; echo; echo; good_rows | tail -n +3; } > "$bad"
    rows "blank lines" "$smi_name" 3 JU2014:2

    next_case
    { printf '\xef\xbb\xbf'; good_rows; } > "$bad"
    rows "a byte order mark" "$smi_name" 3 ""
    is "it is told as a notice" 1 "$(sql -c "select count(*) from quality.warning join meta.delivery using (delivery_id)
                                             where file_name = '$smi_name' and rule_code = 'JU2107'")"

    next_case
    good_rows | sed 's/$/\r/' > "$bad"
    rows "lines that end in CR LF" "$smi_name" 3 ""

    next_case
    { good_rows; one_more | sed 's/,A,SE13/,\xff\xfe,SE13/'; } > "$bad"
    rows "bytes that are not UTF-8" "$smi_name" 3 JU2013:1

    next_case
    { good_rows | head -n 2; echo '\.'; good_rows | tail -n +3; } > "$bad"
    rows '\. alone on a line' "$smi_name" 3 JU2010:1

    next_case
    { good_rows | head -n 2; seq -s , 1000000; good_rows | tail -n +3; } > "$bad"
    rows "a row of a million columns" "$smi_name" 3 JU2010:1

    next_case
    {
        good_rows | head -n 2
        one_more | cut -d , -f 1-3 | tr '\n' ,
        head -c 67108864 /dev/zero | tr '\0' 'z'
        one_more | cut -d , -f 5- | sed 's/^/,/'
        good_rows | tail -n +3
    } > "$bad"
    rows "an unquoted field of 64 MB" "$smi_name" 3 JU2015:1

    next_case
    { echo "$support_header"; support_csv 2 $((number * 10)) 202604 | tail -n +2 |
        sed 's/^C/\\.C/'; printf '\\.,,Ada,Byron,01/01/1980,SE13 1AA,Female,,05/04/2026,Finances,Telephone,Yes\n'; } > "$bad"
    rows '\. in a field' "VOL${number}_support_202604.csv" 3 ""
}

gzip_files() {
    next_case
    good_rows | gzip > "$work/whole.gz"
    cp "$work/whole.gz" "$bad"
    rows "a gzip file" "$smi_name.gz" 3 ""

    next_case
    good_rows | gzip | head -c 100 > "$bad"
    refused "gzip cut in the middle" "$smi_name.gz" JU1220

    next_case
    good_rows | gzip | head -c -4 > "$bad"
    refused "gzip cut in its trailer" "$smi_name.gz" JU1220

    next_case
    good_rows | gzip > "$work/flipped"
    printf '\x5a\xa5' | dd of="$work/flipped" bs=1 seek=60 conv=notrunc status=none
    cp "$work/flipped" "$bad"
    refused "gzip damaged in the middle" "$smi_name.gz" JU1221

    next_case
    good_rows | gzip | head -c -8 > "$bad"
    printf '\x01\x02\x03\x04\x05\x06\x07\x08' >> "$bad"
    refused "gzip with a wrong checksum" "$smi_name.gz" JU1221

    next_case
    good_rows > "$bad"
    refused "text that calls itself gzip" "$smi_name.gz" JU1221

    next_case
    { good_rows | gzip; echo more; } > "$bad"
    refused "bytes after the gzip member" "$smi_name.gz" JU1222

    next_case
    { good_rows | gzip; one_more | gzip; } > "$bad"
    refused "two gzip members" "$smi_name.gz" JU1222

    next_case
    { echo "$smi_header"; head -c 600000000 /dev/zero | tr '\0' '\n'; } | gzip > "$bad"
    refused "a gzip bomb" "$smi_name.gz" JU1223
}

site_new site
csv_files
csv_rows
gzip_files
finish
