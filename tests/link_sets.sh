#!/bin/bash
# link_sets.sh: what the scripts that hold linkage against truth share: labelled sets and one way to
# evaluate them. Sourced after harness.sh, never run.

make -s BUILD="$BUILD" "$BUILD/synth_link" > "$work/make.log" 2>&1 || { cat "$work/make.log"; exit 1; }

# made NAME OPTION...: a set of made-up people in $work/NAME (tests/synth/link/README.md).
made() {
    local name=$1
    shift
    "$BUILD/synth_link" "$@" --seed "${LINK_SEED:-1}" --out "$work/$name"
}

# without COLUMN NAME NEW: the set NAME once more, as NEW, its map without that column.
without() {
    mkdir -p "$work/$3"
    cp "$work/$2"/{left,right}.csv "$work/$3/"
    sed "s/, $1: $1//" "$work/$2/map.yaml" > "$work/$3/map.yaml"
}

# evaluate_set SET REPORT OPTION...: joinedup link evaluate on a set; its report is $work/REPORT.json.
evaluate_set() {
    local set=$1 report=$2
    shift 2
    "$joinedup" link evaluate --json --left "$work/$set/left.csv" --right "$work/$set/right.csv" \
        --map "$work/$set/map.yaml" --truth person "$@" > "$work/$report.json"
}
of() { jq -r "$2" "$work/$1.json"; }
# How far the recalls of the groups of a column are apart, in points.
gap() { of "$1" "[.by[] | select(.column == \"$2\") | .recall] | (max - min) * 100"; }
# Figures that no clock and no memory has a hand in.
figures() { jq -S 'del(.seconds, .peak_mib, .threads)' "$work/$1.json"; }

# ---- public test sets ----

public_sets=../shared/data/linkage

# labelled FILE: febrl's records with the number they have in common, of rec-70-org, rec-70-dup-0.
labelled() {
    awk -F', *' -v OFS=, '{ sub(/\r$/, "") } NR == 1 { print $0 ", person"; next }
        { split($1, part, "-"); print $0 ", " part[2] }' "$1"
}

# febrl4: made in $work/febrl4; false when the files are not here.
febrl4() {
    [ -f "$public_sets/dataset4a.csv" ] && [ -f "$public_sets/dataset4b.csv" ] || return 1
    mkdir -p "$work/febrl4"
    labelled "$public_sets/dataset4a.csv" > "$work/febrl4/left.csv"
    labelled "$public_sets/dataset4b.csv" > "$work/febrl4/right.csv"
    cat > "$work/febrl4/map.yaml" << 'MAP'
id: rec_id
unique: [left, right]
fields: {given_name: given_name, surname: family_name, street_number: exact, address_1: text, address_2: text,
  suburb: text, postcode: exact, state: exact, date_of_birth: date_of_birth, soc_sec_id: exact}
MAP
}

# evaluate_fake REPORT OPTION...: fake_1000, one file; false when it is not here.
evaluate_fake() {
    local report=$1
    shift
    [ -f "$public_sets/fake_1000.csv" ] || return 1
    cat > "$work/fake.yaml" << 'MAP'
id: unique_id
fields: {first_name: given_name, surname: family_name, dob: date_of_birth, city: text, email: text}
MAP
    "$joinedup" link evaluate --json --left "$public_sets/fake_1000.csv" --map "$work/fake.yaml" --truth cluster \
        "$@" > "$work/$report.json"
}
