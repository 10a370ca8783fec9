/*
 * command.h: commands and their options. Options are declared once, in config/options.csv; the
 * parser,
 * --help, the man page and docs come from the same rows.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

/* One row of config/options.csv: command,option,argument,default,help
 * command "*" = on every command; option "" = a positional argument, optional when in brackets. */
struct option_entry {
    const char *command;  /* "measures export" */
    const char *option;   /* "period-end" */
    const char *argument; /* "YYYY-MM", or "" for a flag */
    const char *standard; /* default, shown in help */
    const char *help;
};
extern const struct option_entry option_table[];
extern const size_t option_table_count;

/* What each exit status of the program means; permanent. */
struct exit_entry {
    int status;
    const char *meaning;
};
extern const struct exit_entry exit_table[];
extern const size_t exit_table_count;

struct invocation; /* the parsed command line */

/* Value of an option ("period-end"), its default, or NULL; flags give "yes". */
const char *invocation_value(const struct invocation *invocation, const char *option);
bool invocation_flag(const struct invocation *invocation, const char *option);
/* The positional arguments after the command words. */
const char *const *invocation_arguments(const struct invocation *invocation, size_t *ret_count);
const char *
invocation_site(const struct invocation *invocation); /* --site, $JOINEDUP_SITE, or "." */
bool invocation_json(const struct invocation *invocation);
bool invocation_quiet(const struct invocation *invocation);

/* A command returns 0 or a negative error code; the caller prints error (as text on stderr, or with
 * --json as {"error": {...}} on stdout) and exits with the entry's exit status. */
struct command {
    const char *name; /* "run", "key new", "measures export" */
    const char *summary;
    int (*run)(const struct invocation *invocation, struct error *error);
};
extern const struct command command_table[];
extern const size_t command_table_count;

int command_init(const struct invocation *invocation, struct error *error);
int command_key_new(const struct invocation *invocation, struct error *error);
int command_key_check(const struct invocation *invocation, struct error *error);
int command_key_rotate(const struct invocation *invocation, struct error *error);
int command_check(const struct invocation *invocation, struct error *error);
int command_plan(const struct invocation *invocation, struct error *error);
int command_run(const struct invocation *invocation, struct error *error);
int command_status(const struct invocation *invocation, struct error *error);
int command_rejects(const struct invocation *invocation, struct error *error);
int command_explain(const struct invocation *invocation, struct error *error);
int command_measures_list(const struct invocation *invocation, struct error *error);
int command_measures_export(const struct invocation *invocation, struct error *error);
int command_link_evaluate(const struct invocation *invocation, struct error *error);
int command_link_report(const struct invocation *invocation, struct error *error);
int command_link_train(const struct invocation *invocation, struct error *error);
int command_link_explain(const struct invocation *invocation, struct error *error);
int command_link_review_export(const struct invocation *invocation, struct error *error);
int command_link_review_import(const struct invocation *invocation, struct error *error);
int command_link_decide_same(const struct invocation *invocation, struct error *error);
int command_link_decide_apart(const struct invocation *invocation, struct error *error);
int command_link_decide_withdraw(const struct invocation *invocation, struct error *error);
int command_link_decide_list(const struct invocation *invocation, struct error *error);
int command_cluster_start(const struct invocation *invocation, struct error *error);
int command_cluster_stop(const struct invocation *invocation, struct error *error);

/* Prints error the way every command does: "error JU1203: primary", place, detail, hint; with json
 * as
 * {"error": {...}} on stdout, unless a JSON document is there already: then as text on stderr. */
void error_print(const struct error *error, bool json);
/* Prints a JSON value on stdout with a final newline and releases it. NULL: ERROR_OUT_OF_MEMORY. */
int print_json(json_t *value, struct error *error);

#endif
