#include "national_rule.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { CODES_SHOWN = 24 };

struct search {
    const char *code; /* NULL: every code */
    struct arena *arena;
    struct national_rule *rules; /* NULL while counting */
    size_t count;
    bool no_memory;
};

static const char *effect_of(enum severity severity)
{
    static const char *const effects[] = {
        [SEVERITY_NONE] = "The row is kept.",
        [SEVERITY_WARN] = "The row is kept and the warning is counted.",
        [SEVERITY_REJECT] = "The row is rejected, and so are the rows that hang on it."};

    return effects[severity];
}

static void add(struct search *search, const struct feed *feed, const struct table *table,
                const struct field *field, const char *code, enum severity severity,
                const char *meaning, const char *action)
{
    struct national_rule *rule;

    if (code == NULL || (search->code != NULL && strcasecmp(code, search->code) != 0))
        return;
    search->count++;
    if (search->rules == NULL)
        return;
    rule = &search->rules[search->count - 1];
    *rule = (struct national_rule){.code = code,
                                   .feed = feed->name,
                                   .table = table->name,
                                   .field = field->name,
                                   .meaning = arena_copy_string(search->arena, meaning),
                                   .effect = effect_of(severity),
                                   .action = arena_copy_string(search->arena, action)};
    search->no_memory = search->no_memory || rule->meaning == NULL || rule->action == NULL;
}

static void describe_codes(const struct code_list *codes, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "The value must be a code of the list:");

    for (size_t i = 0; i < codes->count && used + 80 < size; i++) {
        if (i == CODES_SHOWN) {
            snprintf(text + used, size - used, " and %zu more", codes->count - i);
            return;
        }
        used += (size_t)snprintf(
            text + used, size - used, " %.*s",
            (int)(codes->entries[i].value.length < 60 ? codes->entries[i].value.length : 60),
            codes->entries[i].value.data);
    }
}

static void search_field(struct search *search, const struct feed *feed, const struct table *table,
                         const struct field *field)
{
    char meaning[2048];

    add(search, feed, table, field, field->blank_rule, field->blank, "The field may not be blank.",
        "Ask the sender to fill the field in the rows joinedup rejects lists.");
    if (field->codes == NULL || field->codes_rule == NULL)
        return;
    describe_codes(field->codes, meaning, sizeof meaning);
    add(search, feed, table, field, field->codes_rule, field->codes_severity, meaning,
        "Ask the sender to use a code of the list; a code that is new nationally belongs in the "
        "feed's code list.");
}

static void search_rule(struct search *search, const struct feed *feed, const struct table *table,
                        const struct cross_rule *rule)
{
    const char *field = table->fields[rule->field].name;
    char meaning[512];

    switch (rule->kind) {
    case CROSS_WITHIN_PERIOD:
        snprintf(meaning, sizeof meaning, "%s must lie inside the reporting period.", field);
        break;
    case CROSS_NOT_AFTER_PERIOD_END:
        snprintf(meaning, sizeof meaning, "%s may not be after the end of the reporting period.",
                 field);
        break;
    case CROSS_NOT_BEFORE:
        snprintf(meaning, sizeof meaning, "%s may not be before %s.", field,
                 table->fields[rule->other].name);
        break;
    case CROSS_EQUALS_SENDER:
        snprintf(meaning, sizeof meaning, "%s must be the sender named by the file.", field);
        break;
    }
    add(search, feed, table, &table->fields[rule->field], rule->code, rule->severity, meaning,
        "Ask the sender which of the two is right and have it sent again.");
}

static void search_feed(struct search *search, const struct feed *feed)
{
    for (size_t t = 0; t < feed->table_count; t++) {
        const struct table *table = &feed->tables[t];

        for (size_t f = 0; f < table->input_count; f++)
            search_field(search, feed, table, &table->fields[f]);
        for (size_t r = 0; r < table->rule_count; r++)
            search_rule(search, feed, table, &table->rules[r]);
    }
}

int national_rules_find(const struct feed *feeds, size_t feed_count, const char *code,
                        struct arena *arena, struct national_rule **ret, size_t *ret_count,
                        struct error *error)
{
    struct search search = {.code = code, .arena = arena};

    for (size_t i = 0; i < feed_count; i++)
        search_feed(&search, &feeds[i]);
    *ret = NULL;
    *ret_count = 0;
    if (search.count == 0)
        return 0;
    search.rules = arena_take_array(arena, search.count, sizeof *search.rules);
    if (search.rules != NULL) {
        search.count = 0;
        for (size_t i = 0; i < feed_count; i++)
            search_feed(&search, &feeds[i]);
    }
    if (search.rules == NULL || search.no_memory)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the rules");
    *ret = search.rules;
    *ret_count = search.count;
    return 0;
}
