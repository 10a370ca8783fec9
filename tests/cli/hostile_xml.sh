#!/bin/bash
# hostile_xml.sh: XML that attacks or does not hold together.
set -euo pipefail
# shellcheck source=tests/cli/hostile.bash
source "$(dirname "$0")/hostile.bash"

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

site_new site
xml_files
finish
