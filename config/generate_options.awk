# Turns config/options.csv into build/gen/option_table.c: options, commands and exit statuses.
# Rows: command,option,argument,default,help. command "*": every command; option "": a positional
# argument; option "@summary": what the command is for; command "@exit": an exit status and its meaning.
function split_row(line,    i, letter, quoted, count) {
    delete cell; count = 1; cell[1] = ""; quoted = 0
    for (i = 1; i <= length(line); i++) {
        letter = substr(line, i, 1)
        if (quoted && letter == "\"" && substr(line, i + 1, 1) == "\"") { cell[count] = cell[count] "\""; i++ }
        else if (letter == "\"") quoted = !quoted
        else if (letter == "," && !quoted) cell[++count] = ""
        else cell[count] = cell[count] letter
    }
    if (quoted || count != 5) {
        printf "config/options.csv:%d: %d cells, 5 expected\n", NR, count > "/dev/stderr"
        failed = 1
        exit 1
    }
}
function quote(text) {
    gsub(/\\/, "&&", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}
function function_name(command) { gsub(/ /, "_", command); return "command_" command }
{ sub(/\r$/, ""); split_row($0) }
NR == 1 {
    if ($0 != "command,option,argument,default,help") {
        print "config/options.csv:1: unexpected header" > "/dev/stderr"
        failed = 1
        exit 1
    }
    next
}
cell[2] == "@summary" {
    commands = commands sprintf("    {%s, %s, %s},\n", quote(cell[1]), quote(cell[5]), function_name(cell[1]))
    next
}
cell[1] == "@exit" { exits = exits sprintf("    {%d, %s},\n", cell[2], quote(cell[5])); next }
{
    options = options sprintf("    {%s, %s, %s, %s,\n     %s},\n", quote(cell[1]), quote(cell[2]), \
        quote(cell[3]), quote(cell[4]), quote(cell[5]))
}
END {
    if (failed) exit 1
    print "/* Made from config/options.csv. Do not edit. */\n#include \"command.h\"\n"
    printf "const struct option_entry option_table[] = {\n%s};\n", options
    print "const size_t option_table_count = sizeof option_table / sizeof option_table[0];\n"
    printf "const struct command command_table[] = {\n%s};\n", commands
    print "const size_t command_table_count = sizeof command_table / sizeof command_table[0];\n"
    printf "const struct exit_entry exit_table[] = {\n%s};\n", exits
    print "const size_t exit_table_count = sizeof exit_table / sizeof exit_table[0];"
}
