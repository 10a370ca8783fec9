# Turns config/options.csv and config/errors.csv (in this order) into the man page joinedup(1).
# -v version=0.1.0. Everything in it stands in those files once; this adds the frame around them.
function split_row(line,    i, letter, quoted, count) {
    delete cell; count = 1; cell[1] = ""; quoted = 0
    for (i = 1; i <= length(line); i++) {
        letter = substr(line, i, 1)
        if (quoted && letter == "\"" && substr(line, i + 1, 1) == "\"") { cell[count] = cell[count] "\""; i++ }
        else if (letter == "\"") quoted = !quoted
        else if (letter == "," && !quoted) cell[++count] = ""
        else cell[count] = cell[count] letter
    }
    return count
}
# Backslashes and hyphens are roff's own; a dot or quote at the start of a line would be a request.
function roff(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}
function option_text(    text) {
    if (cell[2] == "") text = ".TP\n.I " roff(cell[3]) "\n"
    else if (cell[3] == "") text = ".TP\n.B \\-\\-" roff(cell[2]) "\n"
    else {
        gsub(/"/, "", cell[3])
        text = ".TP\n.BI \"\\-\\-" roff(cell[2]) " \" \"" roff(cell[3]) "\"\n"
    }
    return text roff(cell[5] (cell[4] == "" ? "" : " (" cell[4] ")")) "\n"
}
FNR == 1 { file++; next }
{ split_row($0) }
file == 1 && cell[2] == "@summary" { names[++count] = cell[1]; summary[cell[1]] = cell[5]; next }
file == 1 && cell[1] == "@exit" { exits = exits ".TP\n.B " cell[2] "\n" roff(cell[5]) "\n"; next }
file == 1 {
    options[cell[1]] = options[cell[1]] option_text()
    if (cell[2] == "") positional[cell[1]] = positional[cell[1]] " " cell[3]
    next
}
file == 2 {
    codes = codes ".TP\n.B JU" cell[1] " (" cell[3] (cell[4] > 0 ? ", exit status " cell[4] : "") ")\n" \
        roff(cell[5] ". " cell[6] " " cell[7]) "\n"
}
END {
    printf ".TH JOINEDUP 1 \"\" \"joinedup %s\" \"User commands\"\n", roff(version)
    print ".SH NAME\njoinedup \\- an ICS's feeds, from files to a linked warehouse and published measures"
    print ".SH SYNOPSIS\n.B joinedup\n.I command\n[\n.I options\n]\n.br\n.B joinedup \\-\\-help\n.br\n.B joinedup \\-\\-version"
    print ".SH DESCRIPTION"
    print "Reads the files that trusts, practices, councils and voluntary organisations of an English Integrated Care"
    print "System send, checks every row, replaces what identifies people by keyed tokens before anything is stored,"
    print "links records of one person, computes measures and publishes protected figures."
    print ".PP\nA site is a folder made by"
    print ".BR \"joinedup init\" ."
    print "Deliveries are put into its folder"
    print ".IR landing/ ;"
    print ".B joinedup run"
    print "takes them from there. A run can be stopped at any point and repeated: the result is the same."
    print ".SH COMMANDS"
    for (i = 1; i <= count; i++) {
        printf ".SS joinedup %s%s\n%s.\n", roff(names[i]), roff(positional[names[i]]), roff(summary[names[i]])
        printf "%s", options[names[i]]
    }
    printf ".SH OPTIONS OF EVERY COMMAND\n%s", options["*"]
    print ".TP\n.B \\-\\-version\nshow the version (without a command)"
    printf ".SH EXIT STATUS\n%s", exits
    print ".SH ENVIRONMENT\n.TP\n.B JOINEDUP_SITE\nfolder of the site when there is no \\-\\-site"
    print ".TP\n.B JOINEDUP_DATA\nfolder with the program's own feeds and code lists, where it is not the installed one"
    print ".SH FILES\n.TP\n.I joinedup.yaml\nsettings of the site\n.TP\n.IR feeds/ , code_lists/\nwhat feeds look like"
    print ".TP\n.I keys/site.key\nthe site key\n.TP\n.IR landing/ , held/ , archive/ , work/"
    print "deliveries waiting, refused and kept sealed; scratch space\n.TP\n.I postgres/\nthe private cluster, unless database: names a server"
    printf ".SH CODES\nAlso told by\n.BR \"joinedup explain\" .\n%s", codes
}
