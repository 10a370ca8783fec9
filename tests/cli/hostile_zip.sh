#!/bin/bash
# hostile_zip.sh: bad zips, and zips whose content contradicts itself.
set -euo pipefail
# shellcheck source=tests/cli/hostile.bash
source "$(dirname "$0")/hostile.bash"

# zip_month WORD...: the month as zip packs it with these words, in $work/month.zip. Not through a pipe:
# then it writes sizes after the members, which is a case of its own.
zip_month() {
    rm -f "$work/month.zip"
    (cd "$work/month" && zip -q -X "$work/month.zip" "$@")
}

zip_files() {
    next_case
    month
    zip_folder "$work/month" "$bad"
    rows "a good zip" "$zip_name" 14 ""

    next_case
    month
    zip_folder "$work/month" "$bad"
    truncate -s -30 "$bad"
    refused "zip cut in its directory" "$zip_name" JU1225

    next_case
    month
    zip_folder "$work/month" "$bad"
    truncate -s 200 "$bad"
    refused "zip cut in the middle" "$zip_name" JU1225

    next_case
    month
    zip_month -0 -r .
    sed 's/LocalPatientID,GMPReg/LocalPatientID,XXXReg/' "$work/month.zip" > "$bad"
    refused "zip with a damaged member" "$zip_name" JU1224

    next_case
    month
    mkdir "$work/month/aa"
    cp "$work/month/MHS002GP.csv" "$work/month/aa/"
    zip_month -r .
    sed 's!aa/MHS002GP!../MHS002GP!g' "$work/month.zip" > "$bad"
    refused "zip slip" "$zip_name" JU1226

    next_case
    month
    mv "$work/month/MHS002GP.csv" "$work/month/xMHS002GP.csv"
    zip_month -r .
    sed 's!xMHS002GP!/MHS002GP!g' "$work/month.zip" > "$bad"
    refused "zip with an absolute name" "$zip_name" JU1226

    next_case
    month
    ln -sf /etc/passwd "$work/month/MHS002GP.csv"
    zip_month -y -r .
    mv "$work/month.zip" "$bad"
    refused "zip with a symbolic link" "$zip_name" JU1226

    next_case
    month
    mkdir "$work/month/again"
    cp "$work/month/MHS002GP.csv" "$work/month/again/"
    zip_month -r .
    mv "$work/month.zip" "$bad"
    refused "zip with a member twice" "$zip_name" JU1227

    next_case
    month
    mkdir "$work/other"
    echo hello > "$work/other/hello.txt"
    zip_folder "$work/other" "$bad"
    refused "zip of nothing known" "$zip_name" JU1228

    next_case
    month
    zip_month -P secret -r .
    mv "$work/month.zip" "$bad"
    refused "zip with a password" "$zip_name" JU1229

    next_case
    month
    {
        cat "$work/month/MHS201CareContact.csv"
        head -c 600000000 /dev/zero | tr '\0' '\n'
    } > "$work/month/bomb"
    mv "$work/month/bomb" "$work/month/MHS201CareContact.csv"
    zip_folder "$work/month" "$bad"
    rm -rf "$work/month"
    refused "a zip bomb" "$zip_name" JU1223

    next_case
    month
    echo "not a zip" > "$bad"
    refused "text that calls itself zip" "$zip_name" JU1224

    next_case
    month
    : > "$bad"
    refused "an empty zip" "$zip_name" JU1206
}

# What a trust's month says of itself.
month_files() {
    next_case
    month
    sed -i "2p" "$work/month/MHS000Header.csv"
    zip_folder "$work/month" "$bad"
    refused "two header rows" "$zip_name" JU1240

    next_case
    month
    sed -i 's/^6\.0/5.0/' "$work/month/MHS000Header.csv"
    zip_folder "$work/month" "$bad"
    refused "a header row that is not valid" "$zip_name" JU1240

    next_case
    month
    rm "$work/month/MHS000Header.csv"
    zip_folder "$work/month" "$bad"
    refused "no header table" "$zip_name" JU1240

    next_case
    month
    zip_folder "$work/month" "$bad"
    refused "another month in the name than inside" "MHSDS_${provider}_202605.zip" JU1202

    next_case
    month
    zip_folder "$work/month" "$bad"
    refused "another sender in the name than inside" "MHSDS_XX$((number % 10))_202604.zip" JU1202

    next_case
    month
    sed -i 2,99d "$work/month/MHS101Referral.csv"
    zip_folder "$work/month" "$bad"
    refused "a table that must hold rows is empty" "$zip_name" JU1241
}

site_new site
zip_files
month_files
finish
