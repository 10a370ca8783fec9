#!/bin/bash
# help.sh: every option and command of config/options.csv is in --help and in the man page, and these tell
# of nothing else; every exit status of config/errors.csv is told in both.
set -euo pipefail
# shellcheck source=tests/harness.sh
source "$(dirname "$0")/../harness.sh"

man=$work/joinedup.1
awk -v version=test -f config/generate_man.awk config/options.csv config/errors.csv > "$man"
# As a reader sees it, but with hyphens plain.
sed 's/\\-/-/g; s/\\&//g; s/\\e/\\/g' "$man" > "$work/man.txt"
"$joinedup" --help > "$work/help.txt"

# command|option, one a line, from the CSV; its first two cells never need quotes.
awk -F, 'NR > 1 && $1 != "@exit" && $2 != "@summary" && $2 != "" { print $1 "|" $2 }' \
    config/options.csv | sort > "$work/declared"
awk -F, '$2 == "@summary" { print $1 }' config/options.csv > "$work/commands"

# ---- help ----

{
    # Options of every command stand in each command's help; told once here.
    sed -n '/^Options of every command/,/^Exit/p' "$work/help.txt" |
        awk '/^  --/ && $1 != "--version" { print "*|" substr($1, 3) }'
    while read -r command; do
        # shellcheck disable=SC2086 # two words
        "$joinedup" $command --help > "$work/one.txt"
        awk '/^Options:/ { on = 1 } /^Exit/ { on = 0 } on && /^  --/ { print substr($1, 3) }' "$work/one.txt" |
            while read -r option; do
                grep -qx "\*|$option" "$work/declared" || echo "$command|$option"
            done
    done < "$work/commands"
} | sort > "$work/helped"
check "help tells of every option and no other" diff "$work/declared" "$work/helped"

awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { sub(/^  /, ""); sub(/  .*/, ""); print }' \
    "$work/help.txt" > "$work/helped_commands"
check "help tells of every command and no other" diff "$work/commands" "$work/helped_commands"

groups_are_told() {
    local words
    for words in link "link decide" "link review" key; do
        # shellcheck disable=SC2086 # two words
        "$joinedup" $words --help > "$work/group.txt" || return 1
        awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { sub(/^  /, ""); sub(/  .*/, ""); print }' \
            "$work/group.txt" > "$work/grouped"
        grep "^$words " "$work/commands" | diff - "$work/grouped" > "$work/difference" || return 1
    done
}
check "words that commands begin with: help tells of these commands and no other" groups_are_told

all_known_options() { # each command's help repeats the common ones
    local command option
    while read -r command; do
        # shellcheck disable=SC2086
        "$joinedup" $command --help > "$work/one.txt"
        for option in site json quiet log-level help; do
            grep -q "^  --$option" "$work/one.txt" || return 1
        done
        grep -q '^Exit status:' "$work/one.txt" || return 1
    done < "$work/commands"
}
check "each command's help has the common options and the exit statuses" all_known_options

# ---- man page ----

awk '/^\.SS joinedup / { command = substr($0, 14); sub(/ \[?[A-Z].*/, "", command) }
     /^\.SH OPTIONS OF EVERY COMMAND/ { command = "*" }
     /^\.SH EXIT/ { command = "" }
     command != "" && /^\.BI? "?--/ { gsub(/"/, ""); sub(/^--/, "", $2); if ($2 != "version") print command "|" $2 }' \
    "$work/man.txt" | sort > "$work/manned"
check "the man page tells of every option and no other" diff "$work/declared" "$work/manned"

man_is_clean() {
    local said
    said=$(LC_ALL=C.UTF-8 man --warnings -l "$man" 2>&1 > "$work/man.out") && [ -z "$said" ] && [ -s "$work/man.out" ]
}
if command -v man > /dev/null; then
    check "the man page has no fault of form" man_is_clean
else
    skip "the man page has no fault of form" "man is not installed"
fi

statuses_are_told() {
    local status
    for status in $(awk -F, 'NR > 1 && $3 == "error" { print $4 }' config/errors.csv | sort -un); do
        grep -q "^  $status  " "$work/help.txt" || return 1
        grep -A1 -x "\.B $status" "$work/man.txt" | grep -q '[a-z]' || return 1
    done
}
check "every exit status is told" statuses_are_told

codes_are_told() {
    awk -F, 'NR > 1 { print "JU" $1 }' config/errors.csv > "$work/codes"
    sed -n 's/^\.B \(JU[0-9]*\) .*/\1/p' "$work/man.txt" | diff "$work/codes" - &&
        "$joinedup" explain | sed -n 's/^\(JU[0-9]*\) .*/\1/p' | diff "$work/codes" -
}
check "man page and explain list every code" codes_are_told

is "the version" "joinedup $(sed -n 's/^VERSION *:= *//p' Makefile)" "$("$joinedup" --version)"
finish
