#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"

bool option_fits(const struct option_entry *entry, const struct command *command)
{
    return strcmp(entry->command, "*") == 0 ||
           (command != NULL && strcmp(entry->command, command->name) == 0);
}

static int usage(struct error *error, const struct command *command)
{
    error_hint(error, "see: joinedup %s%s--help", command == NULL ? "" : command->name,
               command == NULL ? "" : " ");
    return error->code;
}

/* ---- the command's words ---- */

/* The row of an option that every command has, given as "--site" or "--site=x"; NULL for others. */
static const struct option_entry *common_option(const char *text)
{
    size_t length = strcspn(text, "=");

    for (size_t i = 0; i < option_table_count; i++) {
        const struct option_entry *entry = &option_table[i];

        if (strcmp(entry->command, "*") == 0 && strlen(entry->option) + 2 == length &&
            strncmp(text + 2, entry->option, length - 2) == 0)
            return entry;
    }
    return NULL;
}

enum { WORDS_MAX = 3 }; /* of a command */

/* The places in argv of the first words that are no option and no option's value. */
static int find_words(int argc, char **argv, int places[WORDS_MAX])
{
    int count = 0;

    for (int i = 1; i < argc && count < WORDS_MAX; i++) {
        if (strcmp(argv[i], "--") == 0)
            break;
        if (*argv[i] != '-') {
            /* The words of a command stand right behind each other. */
            if (count > 0 && places[count - 1] + 1 != i)
                break;
            places[count++] = i;
        } else if (strncmp(argv[i], "--", 2) == 0 && strchr(argv[i], '=') == NULL) {
            const struct option_entry *entry = common_option(argv[i]);

            if (entry != NULL && *entry->argument != '\0')
                i++;
        }
    }
    return count;
}

static const struct command *command_by_name(const char *name)
{
    for (size_t i = 0; i < command_table_count; i++) {
        if (strcmp(command_table[i].name, name) == 0)
            return &command_table[i];
    }
    return NULL;
}

static int unknown_command(const char *name, struct error *error)
{
    const char *names[INVOCATION_OPTIONS_MAX] = {NULL}, *near;
    size_t length = strlen(name);

    for (size_t i = 0; i < command_table_count && i + 1 < INVOCATION_OPTIONS_MAX; i++) {
        names[i] = command_table[i].name;
        if (strncmp(names[i], name, length) == 0 && names[i][length] == ' ') {
            error_set(error, ERROR_USAGE, "%.80s needs a %s word, such as: joinedup %s", name,
                      strchr(name, ' ') == NULL ? "second" : "third", names[i]);
            return usage(error, NULL);
        }
    }
    near = nearest_name(name, names);
    if (is_near(name, near))
        error_set(error, ERROR_USAGE, "there is no command \"%.40s\"; did you mean \"%s\"?", name,
                  near);
    else
        error_set(error, ERROR_USAGE, "there is no command \"%.40s\"", name);
    return usage(error, NULL);
}

static void drop_words(int *argc, char **argv, int place, int words)
{
    for (int i = place; i + words <= *argc; i++)
        argv[i] = argv[i + words];
    *argc -= words;
}

static bool begins_a_command(const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < command_table_count; i++) {
        if (strncmp(command_table[i].name, name, length) == 0 &&
            command_table[i].name[length] == ' ')
            return true;
    }
    return false;
}

/* "key --help" and "help key": commands begin with the word, and help is asked for. */
static bool wants_group_help(int argc, char **argv, const char *name, bool help)
{
    for (int i = 1; i < argc; i++)
        help = help || strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;
    return help && begins_a_command(name);
}

static void join_words(char **argv, const int places[WORDS_MAX], int words, char *ret, size_t size)
{
    size_t used = 0;

    for (int i = 0; i < words && used < size; i++)
        used += (size_t)snprintf(ret + used, size - used, "%s%.60s", i == 0 ? "" : " ",
                                 argv[places[i]]);
}

/* Of words that are no command: as many as commands begin with, else the first. */
static int group_words(char **argv, const int places[WORDS_MAX], int count, char *ret, size_t size)
{
    for (int words = count; words > 1; words--) {
        join_words(argv, places, words, ret, size);
        if (begins_a_command(ret))
            return words;
    }
    join_words(argv, places, 1, ret, size);
    return 1;
}

/* Finds the command and takes its words out of argv; "help" before it is as good as --help. */
static int take_command(int *argc, char **argv, struct invocation *ret, struct error *error)
{
    int places[WORDS_MAX], count = find_words(*argc, argv, places), words;
    const struct command *command = NULL;
    char name[200];

    if (count > 0 && strcmp(argv[places[0]], "help") == 0) {
        drop_words(argc, argv, places[0], 1);
        ret->help = true;
        count = find_words(*argc, argv, places);
    }
    if (count == 0)
        return 0;
    for (words = count; words > 0 && command == NULL; words -= command == NULL) {
        join_words(argv, places, words, name, sizeof name);
        command = command_by_name(name);
    }
    if (command == NULL) {
        words = group_words(argv, places, count, name, sizeof name);
        if (!wants_group_help(*argc, argv, name, ret->help))
            return unknown_command(name, error);
        snprintf(ret->group, sizeof ret->group, "%s", name);
    }
    drop_words(argc, argv, places[0], words);
    ret->command = command;
    return 0;
}

/* ---- options ---- */

static int unknown_option(const struct command *command, const char *text, struct error *error)
{
    const char *names[INVOCATION_OPTIONS_MAX] = {NULL};
    size_t count = 0, length = strcspn(text, "=");
    const char *near;
    char name[64];

    snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), text);
    for (size_t i = 0; i < option_table_count && count + 1 < INVOCATION_OPTIONS_MAX; i++) {
        if (option_fits(&option_table[i], command) && *option_table[i].option != '\0')
            names[count++] = option_table[i].option;
    }
    near = nearest_name(name + strspn(name, "-"), names);
    if (is_near(name + strspn(name, "-"), near))
        error_set(error, ERROR_USAGE, "there is no option \"%s\"; did you mean \"--%s\"?", name,
                  near);
    else
        error_set(error, ERROR_USAGE, "there is no option \"%s\"", name);
    return usage(error, command);
}

/* getopt's table of the command's options; val is the row of option_table. */
static void make_options(const struct command *command, struct option *options)
{
    size_t count = 0;

    for (size_t i = 0; i < option_table_count && count + 2 < INVOCATION_OPTIONS_MAX; i++) {
        const struct option_entry *entry = &option_table[i];

        if (option_fits(entry, command) && *entry->option != '\0')
            options[count++] = (struct option){
                entry->option, *entry->argument == '\0' ? no_argument : required_argument, NULL,
                256 + (int)i};
    }
    if (command == NULL)
        options[count++] = (struct option){"version", no_argument, NULL, 'V'};
    options[count] = (struct option){NULL, 0, NULL, 0};
}

static int take_options(int argc, char **argv, struct invocation *ret, struct error *error)
{
    struct option options[INVOCATION_OPTIONS_MAX + 1];
    int found;

    make_options(ret->command, options);
    optind = 0; /* GNU: start afresh, also with another argv */
    opterr = 0;
    while ((found = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (found == 'h') {
            ret->help = true;
        } else if (found == 'V') {
            ret->version = true;
        } else if (found == ':') {
            error_set(error, ERROR_USAGE, "%.60s needs a value", argv[optind - 1]);
            return usage(error, ret->command);
        } else if (found == '?') {
            return unknown_option(ret->command, argv[optind - 1], error);
        } else {
            const struct option_entry *entry = &option_table[found - 256];

            ret->values[found - 256] = *entry->argument == '\0' ? "yes" : optarg;
            ret->help = ret->help || strcmp(entry->option, "help") == 0;
        }
    }
    return 0;
}

static int take_arguments(int argc, char **argv, struct invocation *ret, struct error *error)
{
    size_t most = 0, least = 0;
    const char *missing = "";

    for (size_t i = 0; i < option_table_count; i++) {
        const struct option_entry *entry = &option_table[i];

        if (*entry->option != '\0' || !option_fits(entry, ret->command))
            continue;
        most++;
        if (*entry->argument != '[') {
            least++;
            missing = entry->argument;
        }
    }
    for (int i = optind; i < argc && ret->argument_count < INVOCATION_ARGUMENTS_MAX; i++)
        ret->arguments[ret->argument_count++] = argv[i];
    if (ret->help || ret->version)
        return 0;
    if (ret->argument_count > most) {
        error_set(error, ERROR_USAGE, "\"%.60s\" is one word too many", ret->arguments[most]);
        return usage(error, ret->command);
    }
    if (ret->argument_count < least) {
        error_set(error, ERROR_USAGE, "%s is missing", missing);
        return usage(error, ret->command);
    }
    return 0;
}

static size_t json_row(void)
{
    size_t row = 0;

    while (row + 1 < option_table_count && strcmp(option_table[row].option, "json") != 0)
        row++;
    return row;
}

int invocation_parse(int argc, char **argv, struct invocation *ret, struct error *error)
{
    struct invocation invocation = {.command = NULL};
    int result = take_command(&argc, argv, &invocation, error);

    if (result == 0)
        result = take_options(argc, argv, &invocation, error);
    if (result == 0)
        result = take_arguments(argc, argv, &invocation, error);
    if (result == 0 && invocation.command == NULL && !invocation.version)
        invocation.help = true;
    /* Also after a fault: whoever asked for JSON gets the fault as JSON. */
    for (int i = 1; result < 0 && i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            invocation.values[json_row()] = "yes";
    }
    *ret = invocation;
    return result;
}

/* ---- asking ---- */

const char *invocation_value(const struct invocation *invocation, const char *option)
{
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option_entry *entry = &option_table[i];

        if (strcmp(entry->option, option) != 0 || !option_fits(entry, invocation->command))
            continue;
        if (invocation->values[i] != NULL)
            return invocation->values[i];
        return *entry->standard == '\0' ? NULL : entry->standard;
    }
    return NULL;
}

bool invocation_flag(const struct invocation *invocation, const char *option)
{
    return invocation_value(invocation, option) != NULL;
}

const char *const *invocation_arguments(const struct invocation *invocation, size_t *ret_count)
{
    *ret_count = invocation->argument_count;
    return invocation->arguments;
}

const char *invocation_site(const struct invocation *invocation)
{
    const char *named = getenv("JOINEDUP_SITE");

    for (size_t i = 0; i < option_table_count; i++) {
        if (strcmp(option_table[i].option, "site") == 0 && invocation->values[i] != NULL)
            return invocation->values[i];
    }
    return named != NULL && *named != '\0' ? named : ".";
}

bool invocation_json(const struct invocation *invocation)
{
    return invocation_flag(invocation, "json");
}

bool invocation_quiet(const struct invocation *invocation)
{
    return invocation_flag(invocation, "quiet");
}
