#!/bin/bash
# golden.sh: what a site promises, seen from outside. Each golden case of the measures is a trust of its own, so that
# its figure tells of nothing else; then what rows are refused, who is linked with whom, and what a second
# delivery of the same month does. Every expected figure was worked out by hand from the published definitions.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

# ---- making deliveries ----

# row PROVIDER MONTH TABLE VALUES: a row of a trust's month; the trust's first one makes header and teams too.
declare -A columns=(
    [MHS000Header]="DatSetVer,OrgIDProvider,OrgIDSubmit,PrimSystemInUse,ReportingPeriodStartDate,ReportingPeriodEndDate,DateTimeDatSetCreate"
    [MHS001MPI]="LocalPatientID,OrgIDLocalPatientID,NHSNumber,PersonBirthDate,Postcode,GenderIDCode,Gender,EthnicCategory"
    [MHS002GP]="LocalPatientID,GMPReg,EndDateGMPRegistration"
    [MHS101Referral]="ServiceRequestID,LocalPatientID,OrgIDComm,CareProfTeamLocalID,ReferralRequestReceivedDate"
    [MHS102OtherServiceType]="ServiceRequestID,OtherCareProfTeamLocalID"
    [MHS201CareContact]="CareContactID,ServiceRequestID,CareContDate,AttendStatus,ConsMechanismMH"
    [MHS202CareActivity]="CareActID,CareContactID,Procedure"
    [MHS501HospProvSpell]="HospProvSpellID,ServiceRequestID,StartDateHospProvSpell"
    [MHS607CodedScoreAssessmentAct]="CareActID,CodedAssToolType,PersScore"
    [MHS902ServiceTeamDetails]="CareProfTeamLocalID,OrgIDCareProfTeamLocalID,ServTeamTypeMH,ServTeamIntAgeGroup"
)
extract=T08:00:00
row() {
    local folder=$work/month/$1_$2 team first
    if [ ! -d "$folder" ]; then
        mkdir -p "$folder"
        first=$(date -d "${2}01" +%F)
        row "$1" "$2" MHS000Header "6.0,$1,$1,Made up,$first,$(date -d "$first + 1 month - 1 day" +%F),$(date -d "$first + 50 days" +%F)$extract"
        for team in A02 A05 A06 A14 D05; do row "$1" "$2" MHS902ServiceTeamDetails "$team,$1,$team,02"; done
    fi
    [ -f "$folder/$3.csv" ] || echo "${columns[$3]}" > "$folder/$3.csv"
    echo "$4" >> "$folder/$3.csv"
}

# referral PROVIDER MONTH TEAM [NAME=VALUE...]: a patient P with one referral R, received in 2024. Names: id, number, born, postcode,
# gender, ethnic, practice, received, other (a further team), ref (for a second referral of the same patient).
numbers=0
referral() {
    local provider=$1 month=$2 team=$3 id=P number=- born=1980-02-03 postcode="SE13 5AA" gender=2 ethnic=A practice=G85003
    local received=2024-04-02 other='' ref=R
    shift 3
    for value in "$@"; do local "${value?}"; done
    if [ "$number" = - ]; then
        numbers=$((numbers + 1))
        number=$(sed -n "${numbers}p" "$work/numbers")
    fi
    if ! grep -q "^$id," "$work/month/${provider}_$month/MHS001MPI.csv" 2> /dev/null; then
        row "$provider" "$month" MHS001MPI "$id,$provider,$number,$born,$postcode,$gender,,$ethnic"
        row "$provider" "$month" MHS002GP "$id,$practice,"
    fi
    row "$provider" "$month" MHS101Referral "$ref,$id,08L,$team,$received"
    [ -z "$other" ] || row "$provider" "$month" MHS102OtherServiceType "$ref,$other"
}

# contacts PROVIDER MONTH REF CONTACT...: a contact as attendance/mechanism[/procedure], one a day.
contacts() {
    local provider=$1 month=$2 ref=$3 day=0 contact attend mechanism procedure
    shift 3
    for contact in "$@"; do
        day=$((day + 1))
        IFS=/ read -r attend mechanism procedure <<< "$contact"
        row "$provider" "$month" MHS201CareContact "C$ref$day,$ref,$(date -d "${month}01 + $day days" +%F),$attend,$mechanism"
        [ -z "$procedure" ] || row "$provider" "$month" MHS202CareActivity "A$ref$day,C$ref$day,$procedure"
    done
}
spell() { row "$1" "$2" MHS501HospProvSpell "H,$3,$(date -d "${2}01 + 9 days" +%F)"; }

# land_months: every month made so far goes to landing as a zip.
land_months() {
    local folder
    for folder in "$work"/month/*; do
        zip_folder "$folder" "$work/one.zip"
        land "$work/one.zip" "MHSDS_${folder##*/}.zip"
    done
    rm -rf "$work/month"
}

# figures YYYY-MM [OPTION...]: that period's export is what figure looks at.
figures() {
    rm -f "$work/figures.csv"
    "$joinedup" measures export --site "$site" --period-end "$1" --out "$work/figures.csv" "${@:2}" > "$work/export.log" 2>&1
}
# figure CODE LEVEL [BREAKDOWN]
figure() {
    awk -F, -v code="$1" -v level="$2" -v breakdown="${3:-Provider}" \
        '$9 == code && $5 == level && $4 == breakdown { print $NF }' "$work/figures.csv"
}

nhs_numbers 200 > "$work/numbers"
site_new s
cat > "$work/postcodes.csv" << 'END'
Postcode,LSOA11CD,LAD19CD
SE13 5AA,E01003288,E09000023
SE6 2BN,E01003318,E09000023
CF10 1EP,W01001939,W06000015
END
printf 'LSOA11CD,IMD19\nE01003288,7648\nE01003318,2640\n' > "$work/imd_2019.csv"
printf 'PracticeCode,PracticeName,Postcode,CommissionerCode2020\nG85003,ONE,SE13 5AA,08L\nG85001,TWO,SE6 2BN,08Q\n' > "$work/practices.csv"
for file in postcodes imd_2019 practices; do land "$work/$file.csv" "$file.csv"; done

# ---- golden cases of MHS108 ----

attended="5/01 6/02"
# shellcheck disable=SC2086 # two words
{
    referral R01 202505 A06 born=2007-05-10 received=2025-05-10
    contacts R01 202505 R $attended
    referral R02 202505 A06 born=2006-05-10 received=2024-05-09
    contacts R02 202505 R 5/01 5/01 5/01 5/01 5/01
    referral R03 202505 A06
    contacts R03 202505 R 5/01
    referral R03 202505 A06 ref=S
    contacts R03 202505 S 5/01
    referral R04 202505 A06
    contacts R04 202505 R 5/01 5/05
    referral R05 202505 A06
    contacts R05 202505 R 5/01 3/01
    referral R06 202504 A06 number=
    contacts R06 202504 R $attended
    referral R06 202505 A06 number=
    spell R06 202505 R
    for provider in R07 R08; do
        referral "$provider" 202503 A06 number=
        contacts "$provider" 202503 R 5/01
        spell "$provider" 202503 R
        referral "$provider" 202504 A06 number=
    done
    contacts R07 202504 R 5/01
    contacts R08 202504 R $attended
    referral R09 202505 A06 postcode="CF10 1EP"
    contacts R09 202505 R $attended
    referral R10 202505 A06 postcode="SE99 9ZZ"
    contacts R10 202505 R $attended
    referral R11 202505 A06 postcode=
    contacts R11 202505 R $attended
    referral R12 202410 A06 number=
    contacts R12 202410 R 5/01
    referral R12 202505 A06 number= practice=G85001
    contacts R12 202505 R 5/11
    for provider in R13 R14; do
        referral "$provider" 202505 A06 number="$(sed -n 190p "$work/numbers")"
        contacts "$provider" 202505 R $attended
    done
    referral R15 202505 A06 other=A05
    contacts R15 202505 R 5/01
    referral R16 202505 A02 other=A05
    contacts R16 202505 R $attended
    referral R17 202505 A14 gender=1 ethnic=K postcode="SE6 2BN" practice=V81999
    contacts R17 202505 R $attended
    referral R18 202505 A02
    contacts R18 202505 R $attended
    # Two contacts a year ago: the window of May 2025 begins with June 2024.
    referral R19 202405 A06
    contacts R19 202405 R $attended
    referral R19 202505 A02
}

# ---- golden cases of MHS116 ----

ips=1082621000000104
referral R21 202505 D05 born=2009-01-01 received=2025-05-01
contacts R21 202505 R 5/01
referral R22 202505 A02
contacts R22 202505 R 5/01/$ips
referral R23 202505 A02
contacts R23 202505 R "5/01/$ips:408730004=443390004"
referral R24 202505 A02
contacts R24 202505 R 3/01/$ips 5/01
referral R25 202505 D05 received=2015-12-31
contacts R25 202505 R 5/01
referral R26 202505 D05 received=2016-01-01
contacts R26 202505 R 5/01/$ips
referral R26 202505 A02 other=D05 ref=S
contacts R26 202505 S 5/01
spell R26 202505 S
referral R27 202505 D05
contacts R27 202505 R 5/05
referral DFC 202505 D05
contacts DFC 202505 R 5/05 5/09
land_months

# ---- golden cases of the physical health checks ----

# smi PRACTICE YYYYMMDD: lines "number registered remission register_date lipid_date"; the other checks were made in April 2025.
smi() {
    {
        echo "$smi_header"
        awk -v practice="$1" 'NR == FNR { number[NR] = $1; next }
            { sub(/-$/, "", $4); sub(/^-$/, "", $5)
              print number[$1] "," practice ",11/02/1984,F,A,SE13 5AA," $2 "," $4 "," $3 ",2025-04-01,2025-04-01,2025-04-01,2025-04-01," $5 ",2025-04-01" }' \
            "$work/numbers" -
    } > "$work/smi.csv"
    land "$work/smi.csv" "gp_smi_$1_$2.csv"
}
smi G85003 20250430 << 'END'
101 Y N 2016-05-20 2025-04-01
109 Y N 2016-05-20 2025-04-01
END
smi G85003 20250531 << 'END'
101 Y N 2016-05-20 2025-05-31
102 Y N 2016-05-20 2024-05-31
103 Y N 2016-05-20 01/06/2024
104 Y Y 2016-05-20 2025-04-01
105 N N 2016-05-20 2025-04-01
106 Y N 2025-06-01 2025-04-01
107 Y N - 2025-04-01
108 Y N 2016-05-20 -
END
smi G85001 20250515 << 'END'
101 Y N 2016-05-20 -
110 Y N 2016-05-20 2025-06-01
END

night
is "the night is done" "0 0" "$status $(jq '[.deliveries[] | select(.state != "applied")] | length' "$work/run.json")"
is "every table adds up" 0 \
    "$(jq '[.deliveries[].tables[] | select(.received != .staged + .rejected + .duplicate + .withheld)] | length' "$work/run.json")"
figures 2025-05 --exact
is "the header line is NHS England's" "REPORTING_PERIOD_START,REPORTING_PERIOD_END,STATUS,BREAKDOWN,PRIMARY_LEVEL,PRIMARY_LEVEL_DESCRIPTION,SECONDARY_LEVEL,SECONDARY_LEVEL_DESCRIPTION,MEASURE_ID,MEASURE_NAME,MEASURE_VALUE" \
    "$(head -n 1 "$work/figures.csv")"
is "dates are dd/mm/yyyy" "01/06/2024,31/05/2025" "$(tail -n +2 "$work/figures.csv" | cut -d, -f1,2 | sort -u)"
while read -r provider mhs108 mhs116 title; do
    is "$provider: $title" "$mhs108 $mhs116" "$(figure MHS108 "$provider") $(figure MHS116 "$provider")"
done << 'END'
R01 1 0 18 on the day of referral counts
R02 0 0 17 at referral does not, whatever the age now
R03 0 0 one contact on each of two referrals does not
R04 0 0 an email is no contact
R05 0 0 nor is a missed appointment
R06 0 0 a spell of the same year takes the referral out
R07 0 0 a spell of the year before takes that year's contacts
R08 1 0 but not those of this year
R09 0 0 a resident of Wales does not count
R10 1 0 a postcode nobody knows does
R11 1 0 no postcode does
R12 1 0 two contacts half a year apart count
R13 1 0 who is seen by two trusts counts at this one
R14 1 0 and at that one
R15 0 0 two teams do not make two of one contact
R16 1 0 a further team in scope is enough
R17 1 0 early intervention is in scope
R18 0 0 the crisis team is not
R19 0 0 contacts before the window are not
R21 0 1 an employment team counts at any age
R22 0 1 the procedure counts with any team
R23 0 0 unless it was refused
R24 0 0 or the contact that carries it was missed
R25 0 0 referrals received before 2016 do not count
R26 0 2 referrals are counted, each once, hospital spell or not
R27 0 0 an email is no contact here either
DFC 0 1 but at the digital provider it is
END
england() { echo "$(figure MHS108 England England) $(figure MHS116 England England)"; }
is "England counts each person once" "8 5" "$(england)"
# R12's second contact was at the other practice; R17's practice is a default code.
sub_icb="Sub ICB of GP Practice or Residence"
is "sub-ICB is that of the practice at the second contact" "6 1 1" \
    "$(for level in 08L 08Q UNKNOWN; do figure MHS108 "$level" "$sub_icb"; done | xargs)"
is "age bands" "1 7 0" "$(for level in 18 "45 to 49" UNKNOWN; do figure MHS108 "$level" "England; Age Band"; done | xargs)"
is "ethnicity" "7 1 0" "$(for level in A K UNKNOWN; do figure MHS108 "$level" "England; Ethnicity"; done | xargs)"
is "gender" "1 7 0" "$(for level in 1 2 UNKNOWN; do figure MHS108 "$level" "England; Gender"; done | xargs)"
is "deprivation: decile of the rank; unknown and missing postcodes" "1 5 2" \
    "$(for level in "01 Most deprived" "03 More deprived" UNKNOWN; do figure MHS108 "$level" "England; IMD Decile"; done | xargs)"
is "the register: on it by the period's end, not in remission, a missing date counts, a person once" "6 5 2" \
    "$(figure PHS001 England England) $(figure PHS001 G85003) $(figure PHS001 G85001)"
is "all six: twelve months back to the day is too old, the period's last day is not" "3 3 0" \
    "$(figure PHS014a England England) $(figure PHS014a G85003) $(figure PHS014a G85001)"
is "and as a percentage" "50 60" "$(figure PHS014b England England) $(figure PHS014b G85003)"
figures 2025-04 --exact
is "April: before the spell was known; the practice's extract of then" "1 2" \
    "$(figure MHS108 R06) $(figure PHS001 G85003)"
figures 2024-05 --exact
is "May 2024: contacts of then" "1" "$(figure MHS108 England England)"
figures 2025-05
is "published: small figures hidden, others to the nearest 5, England exact" "* 5 8 5 *" \
    "$(figure MHS108 R01) $(figure PHS001 G85003) $(figure MHS108 England England) $(figure MHS108 08L "$sub_icb") $(figure MHS108 08Q "$sub_icb")"
is "the skeleton is full: every level for every measure" "5" \
    "$(awk -F, 'NR > 1 && $4 != "Provider" { count[$9]++ } END { for (code in count) { n++; if (count[code] != count["MHS108"]) n = -99 }; print n }' "$work/figures.csv")"

# ---- a night with nothing new ----

started=$(date +%s%N)
night
is "nothing new: the same publication" "0 0 1" "$status $(jq '.deliveries | length' "$work/run.json") $(jq .publication "$work/run.json")"
check "in less than a second" test $((($(date +%s%N) - started) / 1000000)) -lt 1000

# ---- refused rows ----

# month_of PROVIDER YYYYMM: patients P1 to P3, each with referral, contact, activity and score.
month_of() {
    local patient
    for patient in P1 P2 P3; do
        referral "$1" "$2" A06 id=$patient ref="R$patient"
        contacts "$1" "$2" "R$patient" 5/01/$ips
        row "$1" "$2" MHS607CodedScoreAssessmentAct "AR${patient}1,$ips,5"
    done
}
table_counts() { # DELIVERY TABLE: received staged rejected duplicate withheld
    delivery "$1" ".tables[] | select(.table == \"$2\") | [.received, .staged, .rejected, .duplicate, .withheld] | join(\" \")"
}
month_of RX1 202504
folder=$work/month/RX1_202504
sed -i -e '/^P1,/s/1980-02-03/2025-05-02/' -e "/^P2,/s/,999[0-9]*,/,9990000012,/" "$folder/MHS001MPI.csv"
row RX1 202504 MHS101Referral "RP3,P3,08L,A06,2025-04-01"
row RX1 202504 MHS101Referral "R9,P9,08L,A06,2025-04-01"
row RX1 202504 MHS101Referral "R10,P3,,A06,2025-04-01"
row RX1 202504 MHS101Referral "R11,P3,08L,A06,31/02/2025"
row RX1 202504 MHS201CareContact "C10,RP3,2025-05-01,5,01"
row RX1 202504 MHS201CareContact "C11,RP3,2025-04-09,5,77"
row RX1 202504 MHS201CareContact "C123456789012345678901,RP3,2025-04-09,5,01"
land_months
night
name=MHSDS_RX1_202504.zip
is "bad rows hold nothing else back" applied "$(delivery $name .state)"
is "a refused and a withheld patient: receive, stage, reject" "3 1 1 0 1" "$(table_counts $name MHS001MPI)"
is "their referrals; and a key twice, no such patient, a blank, a bad date" "7 1 4 1 1" "$(table_counts $name MHS101Referral)"
is "their contacts; and one outside the month, one key too long; an unknown code is kept" "6 2 3 0 1" "$(table_counts $name MHS201CareContact)"
is "down to the third level" "3 1 1 0 1" "$(table_counts $name MHS607CodedScoreAssessmentAct)"
"$joinedup" rejects --site "$site" --feed mhsds --json > "$work/rejects.json"
is "each by its rule" "JU2002 JU2003 JU2005 JU2006 JU2007 JU2008 JU2009 JU2017 MHS00168 MHS10108" \
    "$(jq -r '.counts[].rule_code' "$work/rejects.json" | sort -u | xargs)"
"$joinedup" rejects --site "$site" --warnings --json --limit 1000 > "$work/warnings.json"
is "the unknown code is told as a warning" 1 "$(jq '[.warnings[] | select(.rule_code == "MHS20120")] | length' "$work/warnings.json")"

# ---- columns ----

month_of RX2 202504
folder=$work/month/RX2_202504
sed -i '1s/.*/\L&/' "$folder/MHS101Referral.csv"
awk -F, -v OFS=, '{ print $8, $7, $6, $5, $4, $3, $2, $1, NR == 1 ? "Ward Round" : "x" }' "$folder/MHS001MPI.csv" > "$folder/new" &&
    mv "$folder/new" "$folder/MHS001MPI.csv"
sed -i '1s/AttendStatus/Attendance_Status/' "$folder/MHS201CareContact.csv"
land_months
night
is "other order, other case, a further column: all rows are read" "applied 0" "$(delivery MHSDS_RX2_202504.zip '"\(.state) \(.rejected)"')"
"$joinedup" rejects --site "$site" --warnings --json --limit 1000 > "$work/warnings.json"
is "and each is told" "JU2102 Ward Round" \
    "$(jq -r '.warnings[] | select(.rule_code == "JU2102") | .rule_code + " " + .detail' "$work/warnings.json")"
check "also what moved and what is called otherwise" \
    jq -e '[.warnings[] | select(.table_name == "MHS001MPI" and .rule_code == "JU2103")] | length > 0' "$work/warnings.json" > "$work/jq.log"

# ---- refused files ----

# refused NAME CODE: the last night held that delivery for that reason, and nothing of it was staged.
refused() { is "$1" "refused $3 0 6" "$(delivery "$2" '"\(.state) \(.error.code) \(.staged)"') $status"; }
spoil() { # PROVIDER SED TABLE: a month of that trust with the edit in that table
    month_of "$1" 202504
    sed -i "$2" "$work/month/$1_202504/$3.csv"
}
spoil RY1 '$p' MHS000Header
spoil RY2 '2d' MHS000Header
spoil RY3 's/,RY3,RY3,/,RY9,RY9,/' MHS000Header
spoil RY4 's/2025-04-01,2025-04-30/2025-03-01,2025-03-31/' MHS000Header
spoil RY5 '2,$d' MHS001MPI
spoil RY6 '2,$d' MHS002GP
spoil RY7 '2,$d' MHS101Referral
spoil RY8 '1s/ServiceRequestID/X/' MHS101Referral
month_of RY9 202504
rm "$work/month/RY9_202504/MHS000Header.csv"
land_months
night
refused "two header rows" MHSDS_RY1_202504.zip JU1240
refused "a header table without a row" MHSDS_RY2_202504.zip JU1240
refused "no header table" MHSDS_RY9_202504.zip JU1240
refused "another trust in the header" MHSDS_RY3_202504.zip JU1202
refused "another month in the header" MHSDS_RY4_202504.zip JU1202
refused "no patients" MHSDS_RY5_202504.zip JU1241
refused "no registrations" MHSDS_RY6_202504.zip JU1241
refused "no referrals" MHSDS_RY7_202504.zip JU1241
refused "no column for the key" MHSDS_RY8_202504.zip JU1215
is "all are in held, none in landing" "9 0" \
    "$(find "$site/held" -type f | wc -l) $(find "$site/landing" -type f | wc -l)"
echo 'feeds: {mhsds: {bad_nhs_number: reject_file}}' >> "$site/joinedup.yaml"
spoil RZ1 's/,999[0-9]*,/,9990000012,/' MHS001MPI
land_months
night
refused "an invalid NHS number, where the site wants that" MHSDS_RZ1_202504.zip JU1242
is "whose rows are listed all the same" 3 \
    "$("$joinedup" rejects --site "$site" --rows --rule JU2009 --json | jq '[.rows[] | select(.file_name == "MHSDS_RZ1_202504.zip")] | length')"

# ---- a month sent again ----

contacts_of() { sql -c "select count(*) from warehouse.care_contact where provider = '$1'"; }
resend() { # PATIENTS EXTRACT: state and contacts after that delivery
    mhsds_zip "$work/again.zip" RW1 202504 "$2" "$1" 900
    land "$work/again.zip" MHSDS_RW1_202504.zip
    night
    echo "$(delivery MHSDS_RW1_202504.zip .state) $(contacts_of RW1)"
}
is "a month" "applied 6" "$(resend 2 2025-05-20T08:00:00)"
is "the same file again" "already 6" "$(resend 2 2025-05-20T08:00:00)"
is "a later extract takes its place" "applied 9" "$(resend 3 2025-05-21T08:00:00)"
is "an older one does not" "superseded 9" "$(resend 4 2025-05-19T08:00:00)"

# ---- who is who ----

mhsds_row() { sed -n "$1p" "$work/numbers"; }
referral RL1 202505 A06 number="$(mhsds_row 150)" born=1984-02-11 postcode="SE1 1AA"
land_months
session() { # CLIENT FORENAME SURNAME BIRTH POSTCODE
    echo "$1,,$2,$3,$4,$5,Female,White British,03/05/2025,Finances,Telephone,Yes"
}
# A town around them: how rare a name or a birth date is shows among many only.
{
    echo "$support_header"
    awk 'function letter(text) { return substr(text, int(rand() * length(text)) + 1, 1) }
        function syllable() { return letter("BDFGHKLMNPRSTW") letter("AEIOU") }
        BEGIN { srand(20250503)
            for (i = 1; i <= 3000; i++)
                printf "T%d,,%s,%s,%02d/%02d/%d,SE%d %d%s%s,Female,White British,03/05/2025,Finances,Telephone,Yes\n", i,
                    syllable() syllable() "N", syllable() syllable() syllable(), rand() * 28 + 1, rand() * 12 + 1, 1940 + rand() * 70,
                    rand() * 28 + 1, rand() * 9 + 1, letter("ABDEFGHJLN"), letter("ABDEFGHJLN") }'
} > "$work/town.csv"
land "$work/town.csv" L2_support_202505.csv
{
    echo "$support_header"
    session C1 Zoe Marsh 11/02/1984 "SE6 4AB"
    session C2 Marsh Zoe 11/02/1984 "SE6 4AB"
    session C3 Zoe Marsh 02/11/1984 "SE6 4AB"
    session C4 Zoe Marsh 11/02/1984 "SE23 9AB"
    session C5 Ada Marsh 30/09/2010 "SE6 4AB"
    session C6 Zoe Marsh 19/07/1951 "BR1 1AA"
} > "$work/support.csv"
land "$work/support.csv" L1_support_202505.csv
mkdir -p "$work/hclic"
cat > "$work/hclic/person.xml" << 'END'
<h:personalData xmlns:h="urn:another"><h:applicant caseReference="H1"><h:personReference>P1</h:personReference><h:name><h:forename>ZOE</h:forename><h:surname>Marsh</h:surname></h:name><h:dateOfBirth>1984-02-11</h:dateOfBirth><h:gender>Female</h:gender><h:lastSettledAddress><h:postcode>SE6 4AB</h:postcode></h:lastSettledAddress></h:applicant></h:personalData>
END
echo '<caseData><cases><case reference="H1"><approachDate>2025-05-14</approachDate></case></cases></caseData>' > "$work/hclic/case.xml"
zip_folder "$work/hclic" "$work/hclic.zip"
land "$work/hclic.zip" HCLIC_211_2025Q2.zip
night
# people: which of the records are one person, as groups of letters in the order trust, clients C1 to C6, homeless, council.
people() {
    sql << 'END' | awk '{ if (!($1 in letter)) letter[$1] = substr("abcdefgh", ++count, 1); printf "%s", letter[$1] } END { print "" }'
select person_key from (
    select 1 as place, 0 as line, patient_key from warehouse.patient_month where provider = 'RL1'
    union all select 2, row_number, patient_key from warehouse.support_session where provider = 'L1'
    union all select 3, 0, patient_key from warehouse.homelessness_case
    union all select 4, row_number, patient_key from warehouse.social_care_event) as record
join warehouse.patient using (patient_key)
order by place, line
END
}
is "names or birth date swapped, or moved: one person; a child of the house and a namesake: others" "abbbbcdb" "$(people)"
{
    echo "LA Code,Reporting Period Start Date,Reporting Period End Date,NHS_Number,LA Person Unique Identifier,First Name,Last Name,Gender,Date of Birth,Postcode,Client Type,Event_Type,Event Start Date,Event: End Date"
    echo "211,2024-07-01,2025-06-30,$(mhsds_row 150),L1,Zoe,Marsh,Female,1984-02-11,SE6 4AB,Service user,1. Request,2025-05-01,2025-05-02"
} > "$work/cld.csv"
land "$work/cld.csv" CLD_211_20250710.csv
before=$(sql -c "select person_key from warehouse.support_session join warehouse.patient using (patient_key) where provider = 'L1' and row_number = 6")
night
is "the council knows number and name: trust and clients are one" "aaaaabcaa" "$(people)"
is "a merge is on record" 1 "$(sql -c "select count(*) from linkage.person_history
    where change = 'merged' and run_id = (select max(run_id) from meta.run)")"
is "whoever was not touched keeps the key" "$before" \
    "$(sql -c "select person_key from warehouse.support_session join warehouse.patient using (patient_key) where provider = 'L1' and row_number = 6")"
# ---- a directory that comes late ----

# The new postcode of client C4 is in no directory yet; the identities of that month are opened again for it.
lives() { sql -c "select string_agg(distinct coalesce(lsoa_2011, '-'), ' ' order by coalesce(lsoa_2011, '-'))
                    from warehouse.support_session where provider = 'L1' and row_number in (2, 5)"; }
is "postcodes that no directory holds" "-" "$(lives)"
{ cat "$work/postcodes.csv"; echo "SE6 4AB,E01003250,E09000023"; echo "SE23 9AB,E01003251,E09000023"; } > "$work/newer.csv"
land "$work/newer.csv" postcodes_2025.csv
night
is "a directory that holds them completes the months before" "applied E01003250 E01003251" \
    "$(delivery postcodes_2025.csv .state) $(lives)"
finish
