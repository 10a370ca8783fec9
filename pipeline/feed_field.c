/* fields.csv: tables, fields and staging columns. Derivations are read by feed_derivation.c. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "feed_parts.h"
#include "nearest.h"

enum { TABLES_MAX = 128, FIELDS_MAX = 4096, LENGTH_BOUND_MAX = 1 << 20 };

static const char *const type_names[] = {"text",     "an",         "n",        "decimal",
                                         "date",     "time",       "datetime", "timestamp",
                                         "postcode", "nhs_number", "yes_no",   NULL};
static const char *const severity_names[] = {"ok", "warn", "reject", NULL};
static const char *const identifier_names[] = {
    "nhs_number",    "local_patient_id", "local_record_id", "family_name", "given_name",
    "date_of_birth", "postcode",         "other",           NULL};
static const char *const column_type_names[] = {"text",      "uuid",     "date",    "time",
                                                "timestamp", "smallint", "integer", "bigint",
                                                "numeric",   "boolean",  "bytea",   NULL};

int definition_no_memory(const struct definition *definition, struct error *error)
{
    return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the definition of feed %s",
                     definition->name);
}

void field_fault(const struct definition *definition, const struct csv_row *row, int cell,
                 const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    settings_fault(&definition->fields, row->line, row->cells[cell].column, "%s", text);
}

int find_name(const char *const *names, const char *text)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], text) == 0)
            return i;
    }
    return -1;
}

int find_table(const struct feed *feed, const char *name)
{
    for (size_t i = 0; i < feed->table_count; i++) {
        if (strcmp(feed->tables[i].name, name) == 0)
            return (int)i;
    }
    return TABLE_NONE;
}

int find_field(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->input_count; i++) {
        if (strcmp(table->fields[i].name, name) == 0)
            return (int)i;
    }
    return FIELD_NONE;
}

bool is_date_type(enum field_type type)
{
    return type == FIELD_DATE || type == FIELD_DATETIME || type == FIELD_TIMESTAMP;
}

/* The index of a cell's text in names; standard when it is empty or (a fault) none of them. */
static int cell_choice(const struct definition *definition, const struct csv_row *row, int cell,
                       const char *const *names, int standard)
{
    const char *text = row->cells[cell].text;
    int found = *text == '\0' ? standard : find_name(names, text);

    if (found < 0 && *text != '\0') {
        field_fault(definition, row, cell, "unknown word \"%s\"; did you mean \"%s\"?", text,
                    nearest_name(text, names));
        return standard;
    }
    return found;
}

static unsigned cell_number(const struct definition *definition, const struct csv_row *row,
                            int cell)
{
    const char *text = row->cells[cell].text;
    size_t length = strspn(text, "0123456789");
    unsigned long number = length > 0 && length < 10 ? strtoul(text, NULL, 10) : 0;

    if (text[length] != '\0' || length >= 10 || number > LENGTH_BOUND_MAX) {
        field_fault(definition, row, cell, "a whole number up to %d expected", LENGTH_BOUND_MAX);
        return 0;
    }
    return (unsigned)number;
}

static bool is_layout_name(const char *text, size_t most)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    return length > 0 && length <= most && text[length] == '\0' && !(*text >= '0' && *text <= '9');
}

/* ---- tables ---- */

static int table_new(struct definition *definition, const struct csv_row *row, int *ret,
                     struct error *error)
{
    struct feed *feed = &definition->feed;
    struct table *table = &feed->tables[feed->table_count];
    const char *name = row->cells[CELL_TABLE].text;
    char *stage;

    *ret = TABLE_NONE;
    /* 57: "stage_" before it must still be a Postgres name. */
    if (!is_layout_name(name, 57)) {
        field_fault(definition, row, CELL_TABLE,
                    "a table's name is up to 57 letters, digits and _, a letter first");
        return 0;
    }
    if (feed->table_count == TABLES_MAX) {
        field_fault(definition, row, CELL_TABLE, "more than %d tables", TABLES_MAX);
        return 0;
    }
    stage = arena_copy_string(definition->arena, name);
    if (stage == NULL)
        return definition_no_memory(definition, error);
    for (char *letter = stage; *letter != '\0'; letter++) {
        if (*letter >= 'A' && *letter <= 'Z')
            *letter = (char)(*letter - 'A' + 'a');
    }
    for (size_t i = 0; i < feed->table_count; i++) {
        if (strcmp(feed->tables[i].stage, stage) == 0) {
            field_fault(definition, row, CELL_TABLE, "table \"%s\" was spelt \"%s\" before", name,
                        feed->tables[i].name);
            return 0;
        }
    }
    *table = (struct table){.name = name, .stage = stage, .person_parent = FIELD_NONE};
    table->person = (struct person_rule){FIELD_NONE, FIELD_NONE, FIELD_NONE, FIELD_NONE,
                                         FIELD_NONE, FIELD_NONE, FIELD_NONE, FIELD_NONE};
    *ret = (int)feed->table_count++;
    return 0;
}

/* Finds or makes the table of each row and counts fields. Named fields come first in table.fields,
 * the rows that only derive a column behind them, so that the first input_count are the file's. */
static int make_tables(struct definition *definition, struct error *error)
{
    struct feed *feed = &definition->feed;
    size_t rows = definition->field_rows.count;

    definition->places = arena_take_array(definition->arena, rows, sizeof *definition->places);
    feed->tables = arena_take_array(definition->arena, TABLES_MAX, sizeof *feed->tables);
    if (definition->places == NULL || feed->tables == NULL)
        return definition_no_memory(definition, error);
    for (size_t i = 0; i < rows; i++) {
        const struct csv_row *row = &definition->field_rows.rows[i];
        int table = find_table(feed, row->cells[CELL_TABLE].text);
        int result = table == TABLE_NONE ? table_new(definition, row, &table, error) : 0;

        if (result < 0)
            return result;
        definition->places[i] = (struct field_place){table, FIELD_NONE, TABLE_NONE, FIELD_NONE};
        if (table == TABLE_NONE)
            continue;
        feed->tables[table].field_count++;
        feed->tables[table].input_count += *row->cells[CELL_FIELD].text != '\0';
    }
    return 0;
}

/* Gives each row its place: table.fields is filled by row, named ones and derived ones apart. */
static int place_fields(struct definition *definition, struct error *error)
{
    struct feed *feed = &definition->feed;
    size_t named[TABLES_MAX] = {0}, derived[TABLES_MAX] = {0};

    for (size_t i = 0; i < feed->table_count; i++) {
        struct table *table = &feed->tables[i];

        table->fields =
            arena_take_array(definition->arena, table->field_count, sizeof *table->fields);
        table->columns =
            arena_take_array(definition->arena, table->field_count, sizeof *table->columns);
        if (table->fields == NULL || table->columns == NULL)
            return definition_no_memory(definition, error);
    }
    for (size_t i = 0; i < definition->field_rows.count; i++) {
        const struct csv_row *row = &definition->field_rows.rows[i];
        struct field_place *place = &definition->places[i];

        if (place->table == TABLE_NONE)
            continue;
        if (feed->tables[place->table].field_count > FIELDS_MAX) {
            field_fault(definition, row, CELL_TABLE, "more than %d fields in a table", FIELDS_MAX);
            /* None of its fields is read, so none may be found. */
            feed->tables[place->table].input_count = 0;
            place->table = TABLE_NONE;
        } else if (*row->cells[CELL_FIELD].text != '\0') {
            place->field = (int)named[place->table]++;
        } else {
            place->field = (int)(feed->tables[place->table].input_count + derived[place->table]++);
        }
    }
    return 0;
}

/* ---- fields ---- */

static int read_aliases(struct definition *definition, const struct csv_row *row,
                        struct field *field, struct error *error)
{
    const char *text = row->cells[CELL_ALIASES].text;

    field->aliases =
        arena_take_array(definition->arena, strlen(text) / 2 + 1, sizeof *field->aliases);
    if (field->aliases == NULL)
        return definition_no_memory(definition, error);
    while (*text != '\0') {
        struct slice alias = {text, strcspn(text, ";")};
        const char *key = name_key(definition->arena, alias);

        if (key == NULL)
            return definition_no_memory(definition, error);
        if (*key == '\0')
            field_fault(definition, row, CELL_ALIASES, "an alias without letters or digits");
        else
            field->aliases[field->alias_count++] = key;
        text += alias.length;
        text += *text == ';';
    }
    return 0;
}

static int read_codes(struct definition *definition, const struct csv_row *row, struct field *field,
                      struct error *error)
{
    const struct csv_cell *cell = &row->cells[CELL_CODES];
    int result;

    if (*cell->text == '\0') {
        if (*row->cells[CELL_CODES_SEVERITY].text != '\0')
            field_fault(definition, row, CELL_CODES_SEVERITY, "a severity without codes");
        return 0;
    }
    field->codes_severity = (enum severity)cell_choice(definition, row, CELL_CODES_SEVERITY,
                                                       severity_names, SEVERITY_NONE);
    if (*row->cells[CELL_CODES_SEVERITY].text == '\0')
        field_fault(definition, row, CELL_CODES_SEVERITY,
                    "codes need a severity: ok, warn or reject");
    if (*cell->text != '@')
        return code_list_inline(&definition->fields, cell->text, row->line, cell->column,
                                &field->codes, error);
    result = code_list_find(&definition->lists, cell->text + 1, false, &field->codes, error);
    if (result == 0 && field->codes == NULL)
        field_fault(definition, row, CELL_CODES, "code list \"%s\" is missing or faulty",
                    cell->text + 1);
    return result;
}

static const char *or_null(const char *text)
{
    return *text == '\0' ? NULL : text;
}

static int read_named_field(struct definition *definition, const struct csv_row *row,
                            struct field *field, struct error *error)
{
    const char *key = row->cells[CELL_KEY].text;
    int result;

    if (*row->cells[CELL_TYPE].text == '\0')
        field_fault(definition, row, CELL_TYPE, "a field needs a type");
    field->min_length = cell_number(definition, row, CELL_MIN);
    field->max_length = cell_number(definition, row, CELL_MAX);
    if (field->max_length > 0 && field->min_length > field->max_length)
        field_fault(definition, row, CELL_MIN, "min is larger than max");
    field->blank =
        (enum severity)cell_choice(definition, row, CELL_BLANK, severity_names, SEVERITY_NONE);
    field->blank_rule = or_null(row->cells[CELL_BLANK_RULE].text);
    field->codes_rule = or_null(row->cells[CELL_CODES_RULE].text);
    field->identifier = (enum identifier_kind)(
        1 + cell_choice(definition, row, CELL_IDENTIFIER, identifier_names, -1));
    field->unique = strcmp(key, "unique") == 0;
    if (*key != '\0' && !field->unique)
        field_fault(definition, row, CELL_KEY, "key is \"unique\" or empty");
    result = read_aliases(definition, row, field, error);
    return result < 0 ? result : read_codes(definition, row, field, error);
}

/* What a row without a field may not say, since there is no value to say it of. */
static void expect_only_derivation(const struct definition *definition, const struct csv_row *row)
{
    static const int must_be_empty[] = {
        CELL_ALIASES,        CELL_MIN,        CELL_MAX, CELL_BLANK_RULE, CELL_CODES,
        CELL_CODES_SEVERITY, CELL_CODES_RULE, CELL_KEY, CELL_PARENT,     CELL_IDENTIFIER};

    for (size_t i = 0; i < sizeof must_be_empty / sizeof must_be_empty[0]; i++) {
        if (*row->cells[must_be_empty[i]].text != '\0')
            field_fault(definition, row, must_be_empty[i],
                        "must be empty on a row without a field");
    }
    if (*row->cells[CELL_COLUMN].text == '\0')
        field_fault(definition, row, CELL_COLUMN, "a row without a field must name a column");
    if (*row->cells[CELL_DERIVATION].text == '\0')
        field_fault(definition, row, CELL_DERIVATION,
                    "a row without a field must have a derivation");
}

/* name:type into the table's next column. */
static int read_column(struct definition *definition, const struct csv_row *row,
                       struct table *table, int field, struct error *error)
{
    const char *text = row->cells[CELL_COLUMN].text;
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    struct column column = {.field = field};
    int type;

    table->fields[field].column = -1;
    if (*text == '\0')
        return 0;
    if (length == 0 || length > 63 || text[length] != ':' || (*text >= '0' && *text <= '9')) {
        field_fault(definition, row, CELL_COLUMN,
                    "column is name:type, the name in lower-case letters, digits and _");
        return 0;
    }
    type = find_name(column_type_names, text + length + 1);
    if (type < 0) {
        field_fault(definition, row, CELL_COLUMN, "unknown type \"%s\"; did you mean \"%s\"?",
                    text + length + 1, nearest_name(text + length + 1, column_type_names));
        return 0;
    }
    column.type = (enum column_type)type;
    column.name = arena_copy(definition->arena, text, length);
    if (column.name == NULL)
        return definition_no_memory(definition, error);
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, column.name) == 0)
            field_fault(definition, row, CELL_COLUMN, "column \"%s\" is there twice", column.name);
    }
    table->fields[field].column = (int)table->column_count;
    table->columns[table->column_count++] = column;
    return 0;
}

/* Two columns of a file that normalise to one name could not be told apart. */
static void find_name_twins(const struct definition *definition, const struct csv_row *row,
                            const struct table *table, int index)
{
    const struct field *field = &table->fields[index];

    for (int i = 0; i < index; i++) {
        const struct field *other = &table->fields[i];
        bool same = strcmp(other->key, field->key) == 0;

        for (size_t a = 0; !same && a < field->alias_count; a++)
            same = strcmp(other->key, field->aliases[a]) == 0;
        for (size_t a = 0; !same && a < other->alias_count; a++)
            same = strcmp(other->aliases[a], field->key) == 0;
        if (same)
            field_fault(definition, row, CELL_FIELD,
                        "field \"%s\" cannot be told from \"%s\" of line %u", field->name,
                        other->name, other->line);
    }
}

static int read_field(struct definition *definition, const struct csv_row *row,
                      struct field_place place, struct error *error)
{
    struct table *table = &definition->feed.tables[place.table];
    struct field *field = &table->fields[place.field];
    const char *name = row->cells[CELL_FIELD].text;
    int result = 0;

    *field = (struct field){.name = name,
                            .parent_table = TABLE_NONE,
                            .parent_field = FIELD_NONE,
                            .derivation_field = FIELD_NONE,
                            .source_field = FIELD_NONE,
                            .line = row->line};
    field->type = (enum field_type)cell_choice(definition, row, CELL_TYPE, type_names, FIELD_TEXT);
    field->key = name_key(definition->arena, slice_of(name));
    if (field->key == NULL)
        return definition_no_memory(definition, error);
    if (*name == '\0') {
        expect_only_derivation(definition, row);
    } else {
        if (*field->key == '\0' || strlen(name) > 128)
            field_fault(definition, row, CELL_FIELD,
                        "a field's name has letters or digits and at "
                        "most 128 characters");
        result = read_named_field(definition, row, field, error);
        find_name_twins(definition, row, table, place.field);
    }
    return result < 0 ? result : read_column(definition, row, table, place.field, error);
}

int feed_fields_read(struct definition *definition, struct error *error)
{
    int result =
        csv_table_parse(&definition->fields, definition->fields_text,
                        "table,field,aliases,type,min,max,blank,blank_rule,codes,"
                        "codes_severity,codes_rule,key,parent,identifier,derivation,column",
                        &definition->field_rows, error);

    if (result == 0)
        result = make_tables(definition, error);
    if (result == 0)
        result = place_fields(definition, error);
    for (size_t i = 0; result == 0 && i < definition->field_rows.count; i++) {
        if (definition->places[i].table != TABLE_NONE)
            result = read_field(definition, &definition->field_rows.rows[i], definition->places[i],
                                error);
    }
    if (result == 0 && definition->feed.table_count == 0)
        settings_fault(&definition->fields, 1, 1, "no tables");
    return result;
}
