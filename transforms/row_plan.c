/*
 * row_plan.c: what the row engine can settle before the first row: labels of tokens, indexes of
 * code lists, which fields need a key set, and whether each column can be had from its field.
 */
#include "row_plan.h"

#include <stdio.h>

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the plan of a feed");
}

static int definition_error(const struct row_engine *engine, const struct table *table,
                            const struct field *field, const char *what, struct error *error)
{
    error_set(error, ERROR_FEED_DEFINITION_INVALID, "%s", what);
    error_detail(error, "table %s, field %s", table->name,
                 field->name[0] != '\0' ? field->name : "(derived)");
    error_place(error, "feeds/%s/fields.csv:%u", engine->feed->name, field->line);
    return error->code;
}

static bool has_name(const struct field *field)
{
    return field->name[0] != '\0';
}

/* ---- labels ---- */

static char *own_label(struct row_engine *engine, const struct table *table,
                       const struct field *field)
{
    char text[256];
    int length =
        snprintf(text, sizeof text, "%s.%s.%s", engine->feed->name, table->name, field->name);

    if (length < 0 || (size_t)length >= sizeof text)
        return NULL;
    return arena_copy(&engine->memory, text, (size_t)length);
}

/* A field's token carries the label of the key it belongs to: the patient's, its parent's, the one
 * the definition gives, or its own. Parents are loaded first, so depth ends any circle. */
static const char *label_of(struct row_engine *engine, int table, int field, int depth)
{
    const struct table *owner = &engine->feed->tables[table];
    const struct field *definition = &owner->fields[field];
    struct field_plan *plan = &engine->tables[table].fields[field];

    if (plan->label != NULL)
        return plan->label;
    if (definition->identifier == IDENTIFIER_LOCAL_PATIENT_ID ||
        owner->person.local_patient_id == field)
        plan->label = engine->labels.local;
    else if (definition->parent_table != TABLE_NONE && depth < 16)
        plan->label =
            label_of(engine, definition->parent_table, definition->parent_field, depth + 1);
    else if (definition->label != NULL)
        plan->label = definition->label;
    else
        plan->label = own_label(engine, owner, definition);
    return plan->label;
}

/* ---- code lists ---- */

static const struct code_index *index_of(struct row_engine *engine, const struct code_list *list,
                                         bool by_key)
{
    for (size_t i = 0; i < engine->index_count; i++)
        if (engine->indexes[i].list == list && engine->indexes[i].by_key == by_key)
            return &engine->indexes[i];
    if (!code_index_init(&engine->indexes[engine->index_count], list, by_key, &engine->memory))
        return NULL;
    return &engine->indexes[engine->index_count++];
}

/* ---- fields ---- */

static bool is_key(const struct field *field)
{
    return has_name(field) && (field->unique || field->is_parent);
}

static int plan_field(struct row_engine *engine, int table, int index, struct error *error)
{
    struct table_plan *plan = &engine->tables[table];
    const struct field *field = &plan->table->fields[index];
    struct field_plan *ret = &plan->fields[index];

    ret->field = field;
    if (!has_name(field))
        return 0;
    plan->named[plan->named_count++] = index;
    ret->checks_length =
        field->type != FIELD_NHS_NUMBER && (field->min_length > 0 || field->max_length > 0);
    if (label_of(engine, table, index, 0) == NULL)
        return out_of_memory(error);
    if (field->codes != NULL && field->codes_severity != SEVERITY_NONE) {
        ret->codes = index_of(engine, field->codes, false);
        if (ret->codes == NULL)
            return out_of_memory(error);
    }
    if (is_key(field)) {
        ret->keys = &engine->key_sets[engine->key_set_count++];
        plan->keyed[plan->keyed_count++] = index;
    }
    return 0;
}

/* Second pass, when every table has its key sets. */
static int plan_parent(struct row_engine *engine, struct table_plan *plan, int index,
                       struct error *error)
{
    const struct field *field = &plan->table->fields[index];

    if (!has_name(field) || field->parent_table == TABLE_NONE)
        return 0;
    plan->fields[index].parent_keys =
        engine->tables[field->parent_table].fields[field->parent_field].keys;
    if (plan->fields[index].parent_keys == NULL)
        return definition_error(engine, plan->table, field, "the parent field keeps no keys",
                                error);
    plan->children[plan->child_count++] = index;
    return 0;
}

/* ---- columns ---- */

static bool value_fits(enum field_type type, enum column_type column)
{
    switch (column) {
    case COLUMN_TEXT:
        return type != FIELD_NHS_NUMBER && type != FIELD_POSTCODE;
    case COLUMN_DATE:
        return type == FIELD_DATE || type == FIELD_DATETIME || type == FIELD_TIMESTAMP;
    case COLUMN_TIME:
        return type == FIELD_TIME || type == FIELD_DATETIME || type == FIELD_TIMESTAMP;
    case COLUMN_TIMESTAMP:
        return type == FIELD_DATE || type == FIELD_DATETIME || type == FIELD_TIMESTAMP;
    case COLUMN_SMALLINT:
    case COLUMN_INTEGER:
    case COLUMN_BIGINT:
        return type == FIELD_DIGITS;
    case COLUMN_NUMERIC:
        return type == FIELD_DIGITS || type == FIELD_DECIMAL;
    case COLUMN_BOOLEAN:
        return type == FIELD_YES_NO;
    case COLUMN_UUID:
    case COLUMN_BYTEA:
    default:
        return false;
    }
}

static bool is_integer_column(enum column_type type)
{
    return type == COLUMN_SMALLINT || type == COLUMN_INTEGER || type == COLUMN_BIGINT;
}

static bool derivation_fits(const struct field *source, enum derivation_kind derivation,
                            enum column_type column)
{
    switch (derivation) {
    case DERIVE_VALUE:
        return source->identifier == IDENTIFIER_NONE && value_fits(source->type, column);
    case DERIVE_TOKEN:
    case DERIVE_PERSON:
    case DERIVE_POSTCODE_TOKEN:
        return column == COLUMN_UUID;
    case DERIVE_IDENTITY:
        return column == COLUMN_BYTEA;
    case DERIVE_AGE:
    case DERIVE_ROW_NUMBER:
        return is_integer_column(column);
    case DERIVE_MAP:
        return source->identifier == IDENTIFIER_NONE &&
               (column == COLUMN_TEXT || column == COLUMN_BOOLEAN || is_integer_column(column));
    case DERIVE_PRESENT:
        return column == COLUMN_BOOLEAN;
    default:
        return false;
    }
}

static bool needs_source(enum derivation_kind derivation)
{
    return derivation != DERIVE_PERSON && derivation != DERIVE_IDENTITY &&
           derivation != DERIVE_ROW_NUMBER && derivation != DERIVE_AGE;
}

static int64_t integer_limit(enum column_type type)
{
    if (type == COLUMN_SMALLINT)
        return INT16_MAX;
    return type == COLUMN_INTEGER ? INT32_MAX : INT64_MAX;
}

/* Where an age takes the birth date: the person rule's field, else the parent's person, else the
 * row's own source when that is a date of birth. */
static int birth_field(const struct table *table, int source)
{
    if (table->person.date_of_birth != FIELD_NONE)
        return table->person.date_of_birth;
    if (table->person_parent == FIELD_NONE && source != FIELD_NONE &&
        table->fields[source].identifier == IDENTIFIER_DATE_OF_BIRTH)
        return source;
    return FIELD_NONE;
}

/* A token of something that means the same everywhere is not scoped by sender. */
static enum derivation_kind sharper(enum derivation_kind derivation, const struct field *source)
{
    if (derivation == DERIVE_TOKEN && source->type == FIELD_POSTCODE)
        return DERIVE_POSTCODE_TOKEN;
    return derivation;
}

static int plan_source(struct row_engine *engine, struct table_plan *plan,
                       const struct field *field, struct column_plan *column, struct error *error)
{
    struct field_plan *source = &plan->fields[column->source];
    int64_t limit = integer_limit(column->type);

    if (!derivation_fits(source->field, column->derivation, column->type))
        return definition_error(engine, plan->table, field,
                                "the column cannot hold what is derived", error);
    column->derivation = sharper(column->derivation, source->field);
    if (column->derivation == DERIVE_VALUE && is_integer_column(column->type) &&
        (source->integer_max == 0 || limit < source->integer_max))
        source->integer_max = limit;
    if (column->derivation == DERIVE_MAP) {
        column->map = field->map == NULL ? NULL : index_of(engine, field->map, true);
        if (column->map == NULL)
            return definition_error(engine, plan->table, field, "map has no code list", error);
    }
    return 0;
}

static int plan_column(struct row_engine *engine, struct table_plan *plan, size_t index,
                       struct error *error)
{
    const struct table *table = plan->table;
    const struct field *field = &table->fields[table->columns[index].field];
    struct column_plan *column = &plan->columns[index];

    column->type = table->columns[index].type;
    column->derivation = field->derivation;
    column->source = has_name(field) ? table->columns[index].field : field->source_field;
    column->date = field->derivation_field;
    column->birth = birth_field(table, column->source);
    if (field->derivation == DERIVE_PERSON || field->derivation == DERIVE_IDENTITY)
        plan->needs_identity = true;
    if (column->source < FIELD_NONE || column->source >= (int)table->field_count ||
        (column->source == FIELD_NONE && needs_source(field->derivation)) ||
        (column->source != FIELD_NONE && !has_name(&table->fields[column->source])))
        return definition_error(engine, table, field, "the field to derive from is not named",
                                error);
    if (column->source != FIELD_NONE)
        return plan_source(engine, plan, field, column, error);
    if (!derivation_fits(field, field->derivation, column->type))
        return definition_error(engine, table, field, "the column cannot hold what is derived",
                                error);
    return 0;
}

/* ---- tables ---- */

static bool rule_names_a_field(const struct person_rule *rule)
{
    return rule->local_patient_id != FIELD_NONE || rule->nhs_number != FIELD_NONE ||
           rule->date_of_birth != FIELD_NONE || rule->postcode != FIELD_NONE ||
           rule->family_name != FIELD_NONE || rule->given_name != FIELD_NONE ||
           rule->sex != FIELD_NONE;
}

static int table_plan_init(struct row_engine *engine, size_t index, struct error *error)
{
    struct table_plan *plan = &engine->tables[index];
    const struct table *table = &engine->feed->tables[index];

    plan->table = table;
    plan->fields = arena_take_array(&engine->memory, table->field_count, sizeof *plan->fields);
    plan->named = arena_take_array(&engine->memory, table->field_count, sizeof(int));
    plan->keyed = arena_take_array(&engine->memory, table->field_count, sizeof(int));
    plan->children = arena_take_array(&engine->memory, table->field_count, sizeof(int));
    plan->columns = arena_take_array(&engine->memory, table->column_count, sizeof *plan->columns);
    if (plan->fields == NULL || plan->named == NULL || plan->keyed == NULL ||
        plan->children == NULL || plan->columns == NULL)
        return out_of_memory(error);
    for (size_t i = 0; i < table->field_count; i++)
        plan->makes_persons |= table->fields[i].is_parent;
    plan->has_person = table->person_parent != FIELD_NONE || rule_names_a_field(&table->person);
    return 0;
}

static int table_plan_finish(struct row_engine *engine, struct table_plan *plan,
                             struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < plan->table->field_count && result == 0; i++)
        result = plan_parent(engine, plan, (int)i, error);
    for (size_t i = 0; i < plan->table->column_count && result == 0; i++)
        result = plan_column(engine, plan, i, error);
    plan->needs_identity &= plan->has_person;
    return result;
}

int row_plan_make(struct row_engine *engine, struct error *error)
{
    const struct feed *feed = engine->feed;
    size_t field_total = 0;
    int result = 0;

    for (size_t i = 0; i < feed->table_count; i++)
        field_total += feed->tables[i].field_count;
    engine->tables = arena_take_array(&engine->memory, feed->table_count, sizeof *engine->tables);
    engine->indexes = arena_take_array(&engine->memory, 2 * field_total, sizeof *engine->indexes);
    engine->key_sets = arena_take_array(&engine->memory, field_total, sizeof *engine->key_sets);
    if (engine->tables == NULL || engine->indexes == NULL || engine->key_sets == NULL)
        return out_of_memory(error);
    for (size_t i = 0; i < feed->table_count && result == 0; i++)
        result = table_plan_init(engine, i, error);
    for (size_t i = 0; i < feed->table_count && result == 0; i++)
        for (size_t j = 0; j < feed->tables[i].field_count && result == 0; j++)
            result = plan_field(engine, (int)i, (int)j, error);
    for (size_t i = 0; i < feed->table_count && result == 0; i++)
        result = table_plan_finish(engine, &engine->tables[i], error);
    return result;
}
