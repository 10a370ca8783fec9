/* rules.csv: cross-field rules. */
#include "feed_parts.h"
#include "nearest.h"

static const char *const rule_names[] = {"within_period", "not_after_period_end", "not_before",
                                         "equals_sender", NULL};
static const char *const severity_names[] = {"warn", "reject", NULL};

static void rule_fault(const struct definition *definition, const struct csv_row *row, int cell,
                       const char *text, const char *word)
{
    settings_fault(&definition->rules, row->line, row->cells[cell].column, "%s \"%s\"", text, word);
}

/* A date field of the row's table; a fault and FIELD_NONE when it is not. */
static int date_field(const struct definition *definition, const struct csv_row *row, int cell,
                      const struct table *table)
{
    int field = find_field(table, row->cells[cell].text);

    if (field == FIELD_NONE)
        rule_fault(definition, row, cell, "the table has no field", row->cells[cell].text);
    else if (!is_date_type(table->fields[field].type))
        rule_fault(definition, row, cell, "not a date field:", row->cells[cell].text);
    return field;
}

static struct cross_rule read_rule(const struct definition *definition, const struct csv_row *row,
                                   const struct table *table)
{
    const char *kind = row->cells[RULE_CELL_RULE].text;
    const char *severity = row->cells[RULE_CELL_SEVERITY].text;
    const char *code = row->cells[RULE_CELL_CODE].text;
    struct cross_rule rule = {.field = FIELD_NONE, .other = FIELD_NONE};
    int found = find_name(rule_names, kind);

    rule.code = *code == '\0' ? NULL : code;
    if (found < 0)
        rule_fault(definition, row, RULE_CELL_RULE, "unknown rule; did you mean",
                   nearest_name(kind, rule_names));
    else
        rule.kind = (enum rule_kind)found;
    rule.severity = strcmp(severity, "reject") == 0 ? SEVERITY_REJECT : SEVERITY_WARN;
    if (find_name(severity_names, severity) < 0)
        rule_fault(definition, row, RULE_CELL_SEVERITY, "severity is warn or reject, not",
                   severity);
    if (rule.kind != CROSS_EQUALS_SENDER) {
        rule.field = date_field(definition, row, RULE_CELL_FIELD, table);
    } else {
        rule.field = find_field(table, row->cells[RULE_CELL_FIELD].text);
        if (rule.field == FIELD_NONE)
            rule_fault(definition, row, RULE_CELL_FIELD, "the table has no field",
                       row->cells[RULE_CELL_FIELD].text);
    }
    if (rule.kind == CROSS_NOT_BEFORE)
        rule.other = date_field(definition, row, RULE_CELL_OTHER, table);
    else if (*row->cells[RULE_CELL_OTHER].text != '\0')
        rule_fault(definition, row, RULE_CELL_OTHER, "only not_before compares with",
                   row->cells[RULE_CELL_OTHER].text);
    return rule;
}

static int make_room(struct definition *definition, struct error *error)
{
    struct feed *feed = &definition->feed;

    for (size_t i = 0; i < feed->table_count; i++) {
        struct table *table = &feed->tables[i];
        size_t count = 0;

        for (size_t r = 0; r < definition->rule_rows.count; r++) {
            const struct csv_row *row = &definition->rule_rows.rows[r];

            count += strcmp(row->cells[RULE_CELL_TABLE].text, table->name) == 0;
        }
        table->rules = arena_take_array(definition->arena, count, sizeof *table->rules);
        if (table->rules == NULL)
            return definition_no_memory(definition, error);
    }
    return 0;
}

int feed_rules_read(struct definition *definition, struct error *error)
{
    int result;

    if (definition->rules_text.data == NULL)
        return 0;
    result = csv_table_parse(&definition->rules, definition->rules_text,
                             "table,field,rule,other,severity,code", &definition->rule_rows, error);
    if (result == 0)
        result = make_room(definition, error);
    for (size_t i = 0; result == 0 && i < definition->rule_rows.count; i++) {
        const struct csv_row *row = &definition->rule_rows.rows[i];
        int found = find_table(&definition->feed, row->cells[RULE_CELL_TABLE].text);

        if (found == TABLE_NONE) {
            rule_fault(definition, row, RULE_CELL_TABLE, "fields.csv has no table",
                       row->cells[RULE_CELL_TABLE].text);
        } else {
            struct table *table = &definition->feed.tables[found];

            table->rules[table->rule_count++] = read_rule(definition, row, table);
        }
    }
    return result;
}
