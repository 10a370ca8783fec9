/* How failures and JSON documents are told. */
#include <stdio.h>

#include "command.h"
#include "log.h"

/* One JSON document a command: an error after a report goes to stderr. */
static bool document_printed;

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static json_t *error_json(const struct error *error)
{
    const struct error_entry *entry = error_entry_by_code(error->code);
    json_t *frames = json_array();
    char code[8];

    for (size_t i = 0; i < error->frame_count && i < ERROR_FRAME_MAX; i++)
        json_array_append_new(frames, json_string(error->frame[i]));
    return json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:i}}", "error", "code",
                     error_code_text(error->code, code), "name",
                     entry == NULL ? "" : or_empty(entry->name), "title",
                     entry == NULL ? "" : or_empty(entry->title), "primary", error->primary,
                     "place", error->place, "detail", error->detail, "hint", error->hint, "while",
                     frames, "exit_status", entry == NULL ? 70 : entry->exit_status);
}

static void print_line(const char *label, const char *text)
{
    if (*text != '\0')
        fprintf(stderr, "  %-7s %s\n", label, text);
}

static void error_print_text(const struct error *error)
{
    const struct error_entry *entry = error_entry_by_code(error->code);
    char code[8];

    fprintf(stderr, "%serror %s: %s\n", log_journal_prefix(LOG_LEVEL_ERROR),
            error_code_text(error->code, code),
            *error->primary != '\0' || entry == NULL ? error->primary : entry->title);
    print_line("at", error->place);
    print_line("detail", error->detail);
    for (size_t i = 0; i < error->frame_count && i < ERROR_FRAME_MAX; i++)
        fprintf(stderr, "  %s\n", error->frame[i]);
    print_line("hint", error->hint);
    fprintf(stderr, "  %-7s joinedup explain %s\n", "more", code);
}

void error_print(const struct error *error, bool json)
{
    struct error ignored = {0};

    fflush(stdout);
    if (!json || document_printed || print_json(error_json(error), &ignored) < 0)
        error_print_text(error);
}

int print_json(json_t *value, struct error *error)
{
    int failed;

    if (value == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the JSON document");
    failed = json_dumpf(value, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    json_decref(value);
    document_printed = true;
    if (failed != 0 || putchar('\n') == EOF || fflush(stdout) != 0)
        return error_set(error, ERROR_FILE_FAILED, "standard output cannot be written");
    return 0;
}
