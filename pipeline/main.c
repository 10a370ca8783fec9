/* joinedup: reads the command line, runs one command, tells its failure, gives the exit status. */
#include <malloc.h>
#include <stdio.h>
#include <sys/stat.h>

#include "log.h"
#include "options.h"

static int open_log(const struct invocation *invocation, struct error *error)
{
    int level = log_level_by_name(invocation_value(invocation, "log-level"));

    if (level < 0) {
        error_set(error, ERROR_USAGE, "--log-level is error, warning, info or debug");
        return error->code;
    }
    if (invocation_quiet(invocation))
        level = LOG_LEVEL_ERROR;
    log_open((enum log_level)level, invocation_json(invocation));
    return 0;
}

static int run(const struct invocation *invocation, struct error *error)
{
    int result;

    if (invocation->version) {
        puts("joinedup " JOINEDUP_VERSION);
        return 0;
    }
    if (invocation->help) {
        if (*invocation->group != '\0')
            help_print_group(invocation->group);
        else
            help_print(invocation->command);
        return 0;
    }
    result = open_log(invocation, error);
    return result < 0 ? result : invocation->command->run(invocation, error);
}

int main(int argc, char **argv)
{
    struct invocation invocation = {.command = NULL};
    struct error error = {0};
    const struct error_entry *entry;
    int result;

    /* Everything a site holds may tell of people: nothing is made for others to read. */
    umask(077);
    /* Large arrays go back to the system when they are freed, however many there were before. */
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    result = invocation_parse(argc, argv, &invocation, &error);
    if (result == 0)
        result = run(&invocation, &error);
    if (result == 0 && fflush(stdout) != 0)
        result = error_set(&error, ERROR_FILE_FAILED, "standard output cannot be written");
    if (result == 0)
        return 0;
    if (error.code == 0)
        error.code = result;
    error_print(&error, invocation_json(&invocation));
    entry = error_entry_by_code(error.code);
    return entry == NULL ? 70 : entry->exit_status;
}
