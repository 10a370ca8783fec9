/* joinedup explain [CODE]: our own codes from config/errors.csv, national ones from the feeds. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "feed_definition.h"
#include "national_rule.h"
#include "site.h"

enum { FEEDS_MAX = 256 };

/* The definitions at hand: the site's when there is one, else those that came with the program. A
 * feed whose definition has faults tells nothing here; joinedup check does. */
struct definitions {
    struct arena arena;
    struct feed feeds[FEEDS_MAX];
    size_t count;
};

static int find_folder(const struct invocation *invocation, char *ret, size_t size,
                       struct error *error)
{
    char proof[PATH_MAX];

    snprintf(proof, sizeof proof, "%.4000s/joinedup.yaml", invocation_site(invocation));
    if (access(proof, F_OK) == 0) {
        snprintf(ret, size, "%s", invocation_site(invocation));
        return 0;
    }
    return site_data_folder(ret, size, error);
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int not_hidden(const struct dirent *entry)
{
    return *entry->d_name != '.';
}

static int load_definitions(const struct invocation *invocation, struct definitions *definitions,
                            struct error *error)
{
    char folder[PATH_MAX], feeds[PATH_MAX + 8], lists[PATH_MAX + 16];
    struct dirent **entries = NULL;
    struct problem_list ignored;
    int result = find_folder(invocation, folder, sizeof folder, error), count = 0;

    if (result < 0)
        return result;
    snprintf(feeds, sizeof feeds, "%s/feeds", folder);
    snprintf(lists, sizeof lists, "%s/code_lists", folder);
    problem_list_init(&ignored);
    count = scandir(feeds, &entries, not_hidden, by_name);
    for (int i = 0; i < count; i++) {
        char path[2 * PATH_MAX];
        struct error story = {0};

        snprintf(path, sizeof path, "%s/%s", feeds, entries[i]->d_name);
        if (definitions->count < FEEDS_MAX &&
            feed_definition_load(&definitions->arena, path, lists,
                                 &definitions->feeds[definitions->count], &ignored, &story) == 0)
            definitions->count++;
        free(entries[i]);
    }
    free(entries);
    problem_list_release(&ignored);
    return 0;
}

/* ---- our own codes ---- */

static json_t *entry_json(const struct error_entry *entry)
{
    char code[8];

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "code",
                     error_code_text(entry->code, code), "name", entry->name, "kind", entry->kind,
                     "title", entry->title, "meaning", entry->meaning, "action", entry->action,
                     "exit_status", entry->exit_status);
}

static int tell_entry(const struct invocation *invocation, const struct error_entry *entry,
                      struct error *error)
{
    char code[8];

    if (invocation_json(invocation))
        return print_json(entry_json(entry), error);
    printf("%s %s: %s\n\n  %s\n  %s\n", error_code_text(entry->code, code), entry->kind,
           entry->title, entry->meaning, entry->action);
    if (entry->exit_status != 0)
        printf("\n  exit status %d\n", entry->exit_status);
    return 0;
}

/* ---- national codes ---- */

static json_t *rule_json(const struct national_rule *rule)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "code", rule->code, "feed", rule->feed,
                     "table", rule->table, "field", rule->field, "meaning", rule->meaning, "effect",
                     rule->effect, "action", rule->action);
}

static int tell_rules(const struct invocation *invocation, const struct national_rule *rules,
                      size_t count, struct error *error)
{
    if (invocation_json(invocation)) {
        json_t *list = json_array();

        for (size_t i = 0; list != NULL && i < count; i++)
            json_array_append_new(list, rule_json(&rules[i]));
        return print_json(
            json_pack("{s:s, s:s, s:o}", "code", rules[0].code, "kind", "national", "rules", list),
            error);
    }
    printf("%s national rule\n", rules[0].code);
    for (size_t i = 0; i < count; i++)
        printf("\n  %s: %s.%s\n  %s\n  %s\n  %s\n", rules[i].feed, rules[i].table, rules[i].field,
               rules[i].meaning, rules[i].effect, rules[i].action);
    return 0;
}

static int tell_unknown(const char *code, struct error *error)
{
    error_set(error, ERROR_CODE_UNKNOWN, "there is no error or rule \"%.40s\"", code);
    error_hint(error, "joinedup explain without a code lists them all");
    return error->code;
}

static int explain_national(const struct invocation *invocation, const char *code,
                            struct error *error)
{
    struct definitions *definitions = calloc(1, sizeof *definitions);
    struct national_rule *rules = NULL;
    size_t count = 0;
    int result;

    if (definitions == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the feeds");
    arena_init(&definitions->arena, 0);
    result = load_definitions(invocation, definitions, error);
    if (result == 0)
        result = national_rules_find(definitions->feeds, definitions->count, code,
                                     &definitions->arena, &rules, &count, error);
    if (result == 0)
        result =
            count == 0 ? tell_unknown(code, error) : tell_rules(invocation, rules, count, error);
    arena_release(&definitions->arena);
    free(definitions);
    return result;
}

static int list_all(const struct invocation *invocation, struct error *error)
{
    size_t count;
    const struct error_entry *entries = error_entries(&count);
    json_t *list = invocation_json(invocation) ? json_array() : NULL;

    for (size_t i = 0; i < count; i++) {
        char code[8];

        if (list != NULL)
            json_array_append_new(list, entry_json(&entries[i]));
        else
            printf("%s  %-6s  %s\n", error_code_text(entries[i].code, code), entries[i].kind,
                   entries[i].title);
    }
    if (invocation_json(invocation))
        return print_json(json_pack("{s:o}", "codes", list), error);
    puts("\nNational rule codes (such as MHS10104) are told from the feed definitions.");
    return 0;
}

int command_explain(const struct invocation *invocation, struct error *error)
{
    size_t count;
    const char *code = invocation_arguments(invocation, &count)[0];
    const struct error_entry *entry;

    if (count == 0)
        return list_all(invocation, error);
    entry = error_entry_by_text(code);
    return entry != NULL ? tell_entry(invocation, entry, error)
                         : explain_national(invocation, code, error);
}
