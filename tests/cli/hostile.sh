#!/bin/bash
# hostile.sh: bad files, bad nights. Each case puts one bad file beside a good one of another feed
# and runs the night: the bad file gets its code and nothing of it is in the warehouse, or its bad
# rows are counted and its good rows are in; the good file is applied all the same.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

bad=$work/bad     # the bad file of a case
number=0          # of the case: makes senders and contents new
practice=
smi_name=

# ---- how a case is judged ----

# next_case: a practice and file name no other case has; empties landing.
next_case() {
    number=$((number + 1))
    practice=$(printf 'G%05d' "$number")
    smi_name=gp_smi_${practice}_20260430.csv
    rm -rf "${site:?}"/landing/* "$bad"
}

# Rows of deliveries that are not applied: there must be none, ever.
strangers() {
    sql -F ' ' -f tests/fault/state.sql |
        awk '$2 == "meta.delivery" && $4 == "applied" { good[$1] }
             $2 ~ /^(warehouse|linkage)/ && $1 != 0 { seen[$1] }
             END { for (id in seen) if (!(id in good)) print id }'
}

# Deliveries whose counts do not add up.
unreconciled() {
    jq -r '[.deliveries[] | (., .tables[])] | map(select(.received != .staged + .rejected + .duplicate + .withheld)) | length' \
        "$work/run.json"
}

# expect WHAT EXPECTED FOUND: collects what is wrong with a case in $faults.
expect() {
    if [ "$2" != "$3" ]; then
        faults+=" $1 is '$3', not '$2';"
    fi
}

# night_with_good: lands a good delivery of another feed and runs.
night_with_good() {
    faults=
    good=VOL01_support_$(date -d "2015-01-01 + $number months" +%Y%m).csv
    support_csv 2 $((number * 10)) "${good:14:6}" > "$work/good"
    land "$work/good" "$good"
    night
    if ! jq -e .deliveries "$work/run.json" > /dev/null 2>&1; then
        faults+=" no report: $(head -c 300 "$work/run.err" "$work/run.json");"
        echo '{"deliveries": []}' > "$work/run.json"
    fi
    expect "the good delivery" applied "$(delivery "$good" .state)"
    expect "rows of deliveries that are not applied" "" "$(strangers)"
    expect "deliveries that do not reconcile" 0 "$(unreconciled)"
}

verdict() { # NAME
    if [ -z "$faults" ]; then ok "$1"; else not_ok "$1:$faults"; fi
}

# refused NAME FILE CODE: the file as a whole is at fault.
refused() {
    land "$bad" "$2"
    night_with_good
    expect state refused "$(delivery "$2" .state)"
    expect code "$3" "$(delivery "$2" .error.code)"
    expect "exit status" 6 "$status"
    expect "the file in landing" "" "$(find "$site/landing" -name "$2")"
    expect "files in held" 1 "$(find "$site/held" -name "*-$2" | wc -l)"
    expect "the ledger" "refused $3" \
        "$(sql -c "select state || ' ' || error_code from meta.delivery where file_name = '$2'")"
    expect "a place that names the file" "true" "$(delivery "$2" ".error.place | startswith(\"$2\")")"
    verdict "$1 ($3)"
}

# rows NAME FILE STAGED CODES: bad rows cost rows; CODES as "JU2010:2 JU2011:1", "" = none.
rows() {
    land "$bad" "$2"
    night_with_good
    expect state applied "$(delivery "$2" .state)"
    expect "rows staged" "$3" "$(delivery "$2" .staged)"
    expect "exit status" 0 "$status"
    expect "codes of refused rows" "$4" "$(sql -c "
        select string_agg(rule_code || ':' || rows, ' ' order by rule_code)
          from (select rule_code, count(*) as rows
                  from quality.reject join meta.delivery using (delivery_id)
                 where file_name = '$2' group by 1) as t")"
    verdict "$1 (${4:-no row refused})"
}

# left NAME FILE CODE: not taken tonight, stays where it is.
left() {
    night_with_good
    expect state left "$(delivery "$2" .state)"
    expect code "$3" "$(delivery "$2" .error.code)"
    check_left "$2"
    verdict "$1 ($3)"
}

check_left() {
    expect "the file in landing" "$site/landing/$1" "$(find "$site/landing" -name "$1")"
    expect "rows in the ledger" 0 "$(sql -c "select count(*) from meta.delivery where file_name = '$1'")"
}

# ---- CSV: a register of three good rows and what is done to it ----

good_rows() { smi_csv "$practice" 3 $((number * 20)); }
one_more() { smi_csv "$practice" 1 $((number * 20 + 10)) | tail -n 1; }

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
    { support_header_of 'client_ref' && support_csv 2 $((number * 10)) 202604 | tail -n +2 |
        sed 's/^C/\\.C/'; printf '\\.,,Ada,Byron,01/01/1980,SE13 1AA,Female,,05/04/2026,Finances,Telephone,Yes\n'; } > "$bad"
    rows '\. in a field' "VOL${number}_support_202604.csv" 3 ""
}

support_header_of() { echo "$support_header"; }

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

# ---- zip ----

# A trust's month in folder $work/month, as provider X<number>.
month() {
    provider=$(printf 'R%03d' "$number")
    zip_name=MHSDS_${provider}_202604.zip
    rm -rf "$work/month"
    mhsds_tables "$work/month" "$provider" 202604 2026-05-10T08:00:00 2 $((number * 20))
}

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
    tail -n 1 "$work/month/MHS000Header.csv" >> "$work/month/MHS000Header.csv"
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

# ---- XML ----

# homelessness BEFORE PERSON CASE: a quarter with extra text before the root, in the applicant and in
# the case.
homelessness() {
    council=E0900$(printf '%04d' "$number")
    xml_name=HCLIC_${council}_2026Q2.zip
    rm -rf "$work/xml"
    mkdir "$work/xml"
    {
        echo '<?xml version="1.0" encoding="UTF-8"?>'
        printf '%s' "$1"
        echo "<personalData><applicant caseReference=\"A$number\"><personReference>P$number</personReference>"
        echo '<name><forename>Ada</forename><surname>Byron</surname></name>'
        echo "<dateOfBirth>1980-02-03</dateOfBirth><gender>Female</gender>$2</applicant></personalData>"
    } > "$work/xml/person.xml"
    {
        echo '<?xml version="1.0" encoding="UTF-8"?>'
        echo "<caseData><cases><case reference=\"A$number\"><approachDate>2026-04-20</approachDate>$3</case></cases></caseData>"
    } > "$work/xml/case.xml"
}

xml_case() { # NAME CODE
    zip_folder "$work/xml" "$bad"
    refused "$1" "$xml_name" "$2"
}

xml_files() {
    next_case
    homelessness "" "" ""
    zip_folder "$work/xml" "$bad"
    rows "good XML" "$xml_name" 2 ""

    next_case
    homelessness '<!DOCTYPE personalData>' "" ""
    xml_case "a DOCTYPE" JU1231

    next_case
    homelessness '<!DOCTYPE personalData [<!ENTITY secret SYSTEM "file:///etc/passwd">]>' '<postcode>&secret;</postcode>' ""
    xml_case "an external entity" JU1231

    next_case
    homelessness '<!DOCTYPE personalData SYSTEM "http://127.0.0.1:9/evil.dtd">' "" ""
    xml_case "an external document type" JU1231

    next_case
    homelessness '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>' '<postcode>&d;&d;</postcode>' ""
    xml_case "entities that grow" JU1231

    next_case
    homelessness "" '<postcode>&nowhere;</postcode>' ""
    xml_case "an entity nobody declared" JU1230

    next_case
    homelessness "" "<extra $(seq -f 'a%g="1"' -s ' ' 200000)/>" ""
    xml_case "200,000 attributes" JU1232

    next_case
    homelessness "" "$(printf '<d>%.0s' $(seq 5000))$(printf '</d>%.0s' $(seq 5000))" ""
    xml_case "deep nesting" JU1232

    next_case
    homelessness "" "" "<decision>"
    xml_case "an element that is never closed" JU1230

    next_case
    homelessness "" "" ""
    head -c 100 "$work/xml/case.xml" > "$work/xml/cut"
    mv "$work/xml/cut" "$work/xml/case.xml"
    xml_case "XML cut short" JU1230

    next_case
    homelessness "" "" ""
    sed -i 's/caseData/otherData/g' "$work/xml/case.xml"
    xml_case "XML of another layout" JU1233
}

# ---- the file and its place ----

odd_files() {
    next_case
    good_rows > "$bad"
    land "$bad" "$smi_name"
    exec 9>> "$site/landing/$smi_name"
    left "a file that is still being written" "$smi_name" JU1203
    exec 9>&-
    night
    is "it is taken once it is closed" "applied 0" "$(delivery "$smi_name" .state) $status"

    next_case
    good_rows > "$bad"
    mkdir -p "$site/landing/a"
    land "$bad" "a/$smi_name"
    land "$bad" "$smi_name"
    night_with_good
    # The folder is left out of what is told: nobody checks what it is called.
    expect "the first and the second" "applied already" "$(delivery "$smi_name" .state | xargs)"
    expect "exit status" 0 "$status"
    expect "rows" 3 "$(sql -c "select count(*) from warehouse.health_check where practice = '$practice'")"
    verdict "the same file twice in one night"

    land "$bad" "GP_SMI_${practice,,}_20260430.csv"
    faults=
    night
    expect state already "$(delivery "GP_SMI_${practice,,}_20260430.csv" .state)"
    expect rows 3 "$(sql -c "select count(*) from warehouse.health_check where practice = '$practice'")"
    expect "exit status" 0 "$status"
    verdict "a file that was renamed"

    next_case
    good_rows > "$work/elsewhere"
    ln -s "$work/elsewhere" "$site/landing/$smi_name"
    left "a symbolic link" "$smi_name" JU1205
    is "a link makes the night partial" 6 "$status"

    next_case
    mkfifo "$site/landing/$smi_name"
    left "a pipe" "$smi_name" JU1205

    next_case
    good_rows > "$bad"
    land "$bad" "Jane Smith 9990000018.csv"
    night_with_good
    expect state left "$(jq -r '.deliveries[] | select(.feed == "") | .state' "$work/run.json")"
    expect code JU1201 "$(jq -r '.deliveries[] | select(.feed == "") | .error.code' "$work/run.json")"
    expect "its name anywhere in the report" 0 "$(grep -c -e Smith -e 9990000018 "$work/run.json" "$work/run.err" | cut -d : -f 2 | paste -sd+ | bc)"
    verdict "a file no feed claims, its name unsaid (JU1201)"

    next_case
    { good_rows; printf '"%s' "$(one_more)"; } > "$bad"
    land "$bad" "$smi_name"
    night
    land "$bad" "$smi_name"
    night_with_good
    expect state refused "$(delivery "$smi_name" .state)"
    expect code JU1207 "$(delivery "$smi_name" .error.code)"
    verdict "the same bad file again (JU1207)"
}

# ---- the site and its machine ----

wrong_key() {
    local key
    next_case
    good_rows > "$bad"
    land "$bad" "$smi_name"
    key=$(find "$site/keys" -type f | head -n 1)
    mv "$key" "$work/right.key"
    "$joinedup" key new --site "$site" > /dev/null
    sql -c "select count(*) from meta.delivery" > "$work/before"
    status=0
    "$joinedup" run --site "$site" --json > "$work/run.json" 2> "$work/run.err" || status=$?
    is "a wrong key is refused" "3 JU1007" "$status $(jq -r .error.code "$work/run.json")"
    check "a wrong key: the file stays" test -f "$site/landing/$smi_name"
    is "a wrong key: nothing is written" "$(cat "$work/before")" "$(sql -c "select count(*) from meta.delivery")"
    mv "$work/right.key" "$key"
    night
    is "with the right key the night goes on" "applied 0" "$(delivery "$smi_name" .state) $status"
}

# full FOLDER: the night with a folder of the site on a disk of 48 KiB, mounted for the run alone.
full() {
    next_case
    month
    mhsds_tables "$work/month" "$provider" 202604 2026-05-10T08:00:00 4000 $((number * 20))
    sed -i 's/-14,30,/-99,30,/' "$work/month/MHS201CareContact.csv" # rows to remember as refused
    zip_folder "$work/month" "$bad"
    land "$bad" "$zip_name"
    status=0
    unshare -m bash -c 'mount -t tmpfs -o size=48k,mode=700 none "$1/$2" && exec "$3" run --site "$1" --json' \
        full "$site" "$1" "$joinedup" > "$work/run.json" 2> "$work/run.err" || status=$?
    is "no space in $1/: told with its code" "9 failed JU1012" \
        "$status $(delivery "$zip_name" '.state + " " + .error.code')"
    check "no space in $1/: the file stays" test -f "$site/landing/$zip_name"
    is "no space in $1/: nothing half loaded" "" "$(strangers)"
    night
    is "no space in $1/: with room again it is applied" "applied 0" "$(delivery "$zip_name" .state) $status"
}

full_disks() {
    if ! unshare -m true 2> /dev/null; then
        skip "no space left on the disk" "mounting a small disk needs root"
        return
    fi
    full archive
    full work
}

# The server stops as in a crash while it takes in a large delivery.
server_stops() {
    local tries=0
    next_case
    month
    mhsds_tables "$work/month" "$provider" 202604 2026-05-10T08:00:00 20000 $((number * 20))
    zip_folder "$work/month" "$bad"
    land "$bad" "$zip_name"
    "$joinedup" run --site "$site" --json > "$work/run.json" 2> "$work/run.err" &
    while [ "$(sql -c "select count(*) from pg_stat_progress_copy where tuples_processed > 1000")" = 0 ] &&
        [ $tries -lt 600 ]; do
        tries=$((tries + 1))
    done
    server_stop "$site" QUIT
    status=0
    wait $! || status=$?
    # The run may have started the server again and loaded on its second try; else it says why not.
    case "$status $(delivery "$zip_name" '.state + " " + (.error.code // "")')" in
    "0 applied "* | "5 failed JU1008" | "5 failed JU1009") ok "Postgres stopped in mid-COPY: exit status $status" ;;
    *) not_ok "Postgres stopped in mid-COPY: exit status $status, $(head -c 400 "$work/run.json" "$work/run.err")" ;;
    esac
    night
    is "Postgres stopped in mid-COPY: the next night ends well" 0 "$status"
    is "Postgres stopped in mid-COPY: every row is there once" "20000 60000" \
        "$(sql -F ' ' -c "select (select count(*) from warehouse.patient_month where provider = '$provider'),
                                 (select count(*) from warehouse.care_contact where provider = '$provider')")"
    is "Postgres stopped in mid-COPY: nothing else is there" "" "$(strangers)"
}

site_new site
csv_files
csv_rows
gzip_files
zip_files
month_files
xml_files
odd_files
wrong_key
full_disks
server_stops
finish
