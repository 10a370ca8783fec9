/*
 * options.h: the command line, parsed after config/options.csv.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"

enum { INVOCATION_OPTIONS_MAX = 128, INVOCATION_ARGUMENTS_MAX = 8 };

struct invocation {
    const struct command *command; /* NULL: joinedup --help or --version */
    char group[200]; /* with help: words that several commands begin with; "" for none */
    bool help, version;
    const char *values[INVOCATION_OPTIONS_MAX]; /* by row of option_table; NULL = not given */
    const char *arguments[INVOCATION_ARGUMENTS_MAX];
    size_t argument_count;
};

/* Values point into argv, which is reordered. ERROR_USAGE says what is wrong and what was meant. */
int invocation_parse(int argc, char **argv, struct invocation *ret, struct error *error);

/* Does the row belong to the command (or to every command)? */
bool option_fits(const struct option_entry *entry, const struct command *command);

/* Prints the help of the program (command NULL) or of one command on stdout. */
void help_print(const struct command *command);
/* Prints the commands that begin with these words: "link decide". */
void help_print_group(const char *words);

#endif
