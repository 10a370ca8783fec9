#!/bin/bash
# harness.sh: what the scripts under cli, fault and bench share: throwaway sites, small deliveries,
# and one way to count and tell. Sourced, never run. BUILD names the build folder.
#
# Everything lies in one temporary folder inside BUILD; on exit every server it started is stopped
# and the folder goes. KEEP=yes leaves the folder for a look.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
BUILD=$(realpath -m "${BUILD:-build}")
joinedup=$BUILD/joinedup
# shellcheck disable=SC2034 # used by the scripts
synth=$BUILD/synth
export LC_ALL=C JOINEDUP_DATA=$root/config
unset JOINEDUP_SITE PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGOPTIONS

passed=0
failed=0
skipped=0

ok() {
    passed=$((passed + 1))
    echo "ok - $1"
}

not_ok() {
    failed=$((failed + 1))
    echo "not ok - $1"
}

skip() {
    skipped=$((skipped + 1))
    echo "ok - $1 # skipped: $2"
}

# check NAME COMMAND...: ok when the command succeeds.
check() {
    local name=$1
    shift
    if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# is NAME EXPECTED FOUND
is() {
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: expected '$2', found '$3'"; fi
}

# The closing line, and the exit status that goes with it.
finish() {
    if [ "$skipped" -gt 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

if [ ! -x "$joinedup" ] || [ ! -x "$BUILD/joinedup-parser" ]; then
    echo "not ok - $BUILD holds no joinedup: run make first"
    echo "0 passed, 1 failed"
    exit 1
fi

# The server of a site may belong to another user (root may not run Postgres), who must be able to
# walk to it; names are short because a socket's path is.
work=$(mktemp -d "$BUILD/t.XXXXXX")
chmod 711 "$work"

server_stop() { # SITE [SIGNAL]: INT = clean, QUIT = as in a crash
    local file=$1/postgres/data/postmaster.pid pid
    [ -f "$file" ] || return 0
    pid=$(head -n 1 "$file")
    kill -"${2:-INT}" "$pid" 2> /dev/null || return 0
    while kill -0 "$pid" 2> /dev/null; do sleep 0.05; done
}

harness_end() {
    local status=$? folder pid
    trap - EXIT
    for folder in "$work"/*/postgres; do
        server_stop "$(dirname "$folder")" QUIT
    done
    for pid in $(jobs -p); do kill "$pid" 2> /dev/null || true; done
    if [ "${KEEP:-no}" = yes ]; then
        echo "left in $work"
    else
        rm -rf "$work"
    fi
    exit "$status"
}
trap harness_end EXIT
trap 'exit 130' INT TERM

# site_new NAME: a site with a key; its folder is in $site from then on.
site_new() {
    site=$work/$1
    if ! "$joinedup" init "$site" > "$work/init.log" 2>&1 ||
        ! "$joinedup" key new --site "$site" > "$work/key.log" 2>&1; then
        cat "$work/init.log" "$work/key.log" >&2
        echo "not ok - a new site can be made"
        exit 1
    fi
}

# sql [PSQL OPTION...]: psql on the site's server, as its superuser, bare values.
sql() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$(cat "$site/postgres/socket_path")" -p 5432 \
        -U joinedup -d joinedup "$@"
}

# night [OPTION...]: a run whose report goes to $work/run.json, what it says on stderr to run.err;
# its exit status is in $status.
night() {
    status=0
    "$joinedup" run --site "$site" --json "$@" > "$work/run.json" 2> "$work/run.err" || status=$?
}

# delivery NAME FILTER: of the last night's report, for the delivery of that name.
delivery() {
    jq -r --arg name "$1" ".deliveries[] | select(.delivery == \$name) | $2" "$work/run.json"
}

# One line a table of the warehouse and its neighbours: what two nights must agree on.
# ledger: "all", or "applied" for nights that need not have judged the same deliveries.
digest() {
    sql -v ledger="${1:-all}" -f tests/fault/digest.sql
}

# ---- small deliveries ----

# nhs_numbers COUNT [START]: valid made-up ones, in the range never given to anyone.
nhs_numbers() {
    awk -v count="$1" -v number="${2:-1}" 'BEGIN {
        while (made < count) {
            text = sprintf("999%06d", number++)
            sum = 0
            for (i = 1; i <= 9; i++) sum += substr(text, i, 1) * (11 - i)
            digit = (11 - sum % 11) % 11
            if (digit < 10) { print text digit; made++ }
        }
    }'
}

# land FILE NAME: puts a copy into landing, old enough not to be waited for.
land() {
    cp "$1" "$site/landing/$2"
    touch -d '1 hour ago' "$site/landing/$2"
}

# smi_csv PRACTICE COUNT [START]: a practice's register of severe mental illness.
smi_header='nhs_number,gp_practice_code,date_of_birth,sex,ethnic_category,postcode,on_smi_register,register_date,in_remission,alcohol_date,glucose_hba1c_date,blood_pressure_date,bmi_date,lipid_date,smoking_date'
smi_csv() {
    echo "$smi_header"
    nhs_numbers "$2" "${3:-1}" | awk -v practice="$1" '{
        printf "%s,%s,%d-%02d-%02d,%s,A,SE13 %d%s,Y,2020-01-15,N,2026-01-10,,2026-02-03,,,2026-03-01\n",
            $0, practice, 1950 + NR % 50, 1 + NR % 12, 1 + NR % 28, 1 + NR % 2, 1 + NR % 9,
            substr("AABBDD", 1 + NR % 5, 2)
    }'
}

# support_csv COUNT [START] [YYYYMM]: sessions of a voluntary organisation.
support_header='client_ref,nhs_number,forename,surname,date_of_birth,postcode,gender,ethnicity,session_date,support_pillar,delivered_by,attended'
support_csv() {
    local month=${3:-202604}
    echo "$support_header"
    nhs_numbers "$1" "${2:-1}" | awk -v month="$month" -v start="${2:-1}" '{
        printf "C%d,%s,Ada%d,Byron,%02d/%02d/%d,SE13 %dAA,Female,White British,%02d/%s/%s,Finances,Telephone,Yes\n",
            start * 1000 + NR, $0, NR, 1 + NR % 28, 1 + NR % 12, 1950 + NR % 50, 1 + NR % 9,
            1 + NR % 28, substr(month, 5, 2), substr(month, 1, 4)
    }'
}

# mhsds_tables FOLDER PROVIDER YYYYMM EXTRACT PATIENTS [START]: the members of a trust's month: its
# patients, a referral each and three contacts a referral. EXTRACT as YYYY-MM-DDTHH:MM:SS.
mhsds_tables() {
    local folder=$1 provider=$2 month=$3 extract=$4 patients=$5 start=${6:-1} first last
    first=$(date -d "${month}01" +%F)
    last=$(date -d "${month}01 + 1 month - 1 day" +%F)
    mkdir -p "$folder"
    {
        echo "DatSetVer,OrgIDProvider,OrgIDSubmit,PrimSystemInUse,ReportingPeriodStartDate,ReportingPeriodEndDate,DateTimeDatSetCreate"
        echo "6.0,$provider,$provider,Made up,$first,$last,$extract"
    } > "$folder/MHS000Header.csv"
    nhs_numbers "$patients" "$start" | awk -v folder="$folder" -v provider="$provider" \
        -v month="$(date -d "${month}01" +%Y-%m)" '
    function put(name, line) { print line > (folder "/" name ".csv") }
    BEGIN {
        put("MHS001MPI", "LocalPatientID,OrgIDLocalPatientID,NHSNumber,PersonBirthDate,Postcode,GenderIDCode,Gender,EthnicCategory")
        put("MHS002GP", "LocalPatientID,GMPReg,StartDateGMPRegistration,EndDateGMPRegistration")
        put("MHS101Referral", "ServiceRequestID,LocalPatientID,OrgIDComm,CareProfTeamLocalID,ReferralRequestReceivedDate,SourceOfReferralMH")
        put("MHS201CareContact", "CareContactID,ServiceRequestID,CareContDate,ClinContDurOfCareCont,ConsMechanismMH,AttendStatus")
        put("MHS902ServiceTeamDetails", "CareProfTeamLocalID,OrgIDCareProfTeamLocalID,ServTeamTypeMH,ServTeamIntAgeGroup")
        put("MHS902ServiceTeamDetails", "T1," provider ",A06,03")
    }
    {
        local = substr($0, 4, 7)
        put("MHS001MPI", "P" local "," provider "," $0 "," 1940 + NR % 70 "-03-1" NR % 10 ",SE13 " 1 + NR % 9 "AA," 1 + NR % 2 "," 1 + NR % 2 ",A")
        put("MHS002GP", "P" local ",G85001,2019-05-01,")
        put("MHS101Referral", "R" local ",P" local ",72Q,T1," month "-0" 1 + NR % 9 ",A1")
        for (i = 1; i <= 3; i++)
            put("MHS201CareContact", "C" local i ",R" local "," month "-" 10 + i * 4 ",30,01,5")
    }'
}

# zip_folder FOLDER FILE: its files as a zip, without folders.
zip_folder() {
    rm -f "$2"
    (cd "$1" && zip -q -X -j - ./*) > "$2"
}

# mhsds_zip FILE PROVIDER YYYYMM EXTRACT PATIENTS [START]
mhsds_zip() {
    local file=$1
    shift
    rm -rf "$work/mhsds"
    mhsds_tables "$work/mhsds" "$@"
    find "$work/mhsds" -type f -exec touch -d '2026-01-01 00:00:00 UTC' {} +
    zip_folder "$work/mhsds" "$file"
}
