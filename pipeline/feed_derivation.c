/* The derivation and parent cells of fields.csv: what points from one field to another. */
#include <stdio.h>
#include <stdlib.h>

#include "feed_parts.h"
#include "nearest.h"

enum argument_kind { TAKES_NOTHING, TAKES_SOURCE, TAKES_DATE, TAKES_LIST };

struct derivation_word {
    const char *word;
    enum derivation_kind kind;
    enum argument_kind argument;
    bool hides;       /* an identifier may be kept this way */
    unsigned columns; /* bits of enum column_type it can fill; 0: by the field's type */
};

#define COLUMN(type) (1U << COLUMN_##type)

static const struct derivation_word words[] = {
    {"value", DERIVE_VALUE, TAKES_SOURCE, false, 0},
    {"token", DERIVE_TOKEN, TAKES_SOURCE, true, COLUMN(UUID)},
    {"age", DERIVE_AGE, TAKES_DATE, true, COLUMN(SMALLINT) | COLUMN(INTEGER)},
    {"map", DERIVE_MAP, TAKES_LIST, false, COLUMN(TEXT)},
    {"present", DERIVE_PRESENT, TAKES_SOURCE, true, COLUMN(BOOLEAN)},
    {"patient_key", DERIVE_PERSON, TAKES_NOTHING, true, COLUMN(UUID)},
    {"identity", DERIVE_IDENTITY, TAKES_NOTHING, true, COLUMN(BYTEA)},
    {"row_number", DERIVE_ROW_NUMBER, TAKES_NOTHING, false, COLUMN(INTEGER) | COLUMN(BIGINT)},
    {"postcode_token", DERIVE_POSTCODE_TOKEN, TAKES_SOURCE, true, COLUMN(UUID)},
};
enum { WORD_COUNT = sizeof words / sizeof words[0] };

/* What a value of each field type can be kept as. */
static const unsigned value_columns[] = {
    [FIELD_TEXT] = COLUMN(TEXT),
    [FIELD_ALNUM] = COLUMN(TEXT),
    [FIELD_DIGITS] =
        COLUMN(TEXT) | COLUMN(SMALLINT) | COLUMN(INTEGER) | COLUMN(BIGINT) | COLUMN(NUMERIC),
    [FIELD_DECIMAL] = COLUMN(NUMERIC),
    [FIELD_DATE] = COLUMN(DATE),
    [FIELD_TIME] = COLUMN(TIME),
    [FIELD_DATETIME] = COLUMN(TIMESTAMP) | COLUMN(DATE),
    [FIELD_TIMESTAMP] = COLUMN(TIMESTAMP) | COLUMN(DATE),
    [FIELD_POSTCODE] = 0,
    [FIELD_NHS_NUMBER] = 0,
    [FIELD_YES_NO] = COLUMN(BOOLEAN),
};

/* One row being read. */
struct derivation_row {
    struct definition *definition;
    const struct csv_row *row;
    struct table *table;
    struct field *field;
    int index; /* of field */
    struct field_place *place;
};

static const struct derivation_word *find_word(const struct derivation_row *at, const char *text,
                                               size_t length)
{
    const char *all[WORD_COUNT + 1] = {NULL};
    char word[64];

    for (size_t i = 0; i < WORD_COUNT; i++) {
        all[i] = words[i].word;
        if (strlen(words[i].word) == length && memcmp(words[i].word, text, length) == 0)
            return &words[i];
    }
    snprintf(word, sizeof word, "%.*s", (int)(length < 60 ? length : 60), text);
    field_fault(at->definition, at->row, CELL_DERIVATION,
                "unknown derivation \"%s\"; did you mean \"%s\"?", word, nearest_name(word, all));
    return NULL;
}

/* The field an argument names; a fault and FIELD_NONE when there is none. */
static int argument_field(const struct derivation_row *at, const char *name)
{
    int found = find_field(at->table, name);

    if (found == FIELD_NONE)
        field_fault(at->definition, at->row, CELL_DERIVATION, "table %s has no field \"%s\"",
                    at->table->name, name);
    return found;
}

static void set_source(const struct derivation_row *at, const char *name)
{
    bool named = *at->field->name != '\0';
    int source;

    if (*name == '\0') {
        if (!named)
            field_fault(at->definition, at->row, CELL_DERIVATION,
                        "on a row without a field, name the source: value(FIELD)");
        return;
    }
    source = argument_field(at, name);
    if (named && source != FIELD_NONE && source != at->index) {
        field_fault(at->definition, at->row, CELL_DERIVATION,
                    "to keep another field's value use a row without a field");
        return;
    }
    at->field->source_field = source;
}

static void set_age(const struct derivation_row *at, const char *date)
{
    int found;

    if (strcmp(date, "period_start") == 0) {
        at->field->derivation_field = FIELD_NONE;
        return;
    }
    if (strcmp(date, "period_end") == 0) {
        at->field->derivation_field = -2;
        return;
    }
    found = argument_field(at, date);
    at->field->derivation_field = found;
    if (found != FIELD_NONE && !is_date_type(at->table->fields[found].type))
        field_fault(at->definition, at->row, CELL_DERIVATION, "\"%s\" is not a date", date);
}

static int set_map(const struct derivation_row *at, char *argument, struct error *error)
{
    char *comma = strchr(argument, ',');
    int result;

    if (comma != NULL)
        *comma = '\0';
    set_source(at, comma == NULL ? "" : comma + 1);
    result = code_list_find(&at->definition->lists, argument, true, &at->field->map, error);
    if (result == 0 && at->field->map == NULL)
        field_fault(at->definition, at->row, CELL_DERIVATION,
                    "code list \"%s\" is missing or faulty", argument);
    return result;
}

/* token(Table.Field): this field's own value, under the label of a key it does not hang on. */
static bool set_label(const struct derivation_row *at, const char *argument)
{
    const struct feed *feed = &at->definition->feed;
    const char *dot = strchr(argument, '.');

    if (dot == NULL || *at->field->name == '\0')
        return false;
    for (size_t i = 0; i < feed->table_count; i++) {
        const char *name = feed->tables[i].name;
        int field = find_field(&feed->tables[i], dot + 1);

        if (strlen(name) == (size_t)(dot - argument) &&
            strncmp(name, argument, strlen(name)) == 0 && field != FIELD_NONE) {
            at->place->label_table = (int)i;
            at->place->label_field = field;
            return true;
        }
    }
    return false;
}

static int set_argument(const struct derivation_row *at, const struct derivation_word *word,
                        char *argument, struct error *error)
{
    switch (word->argument) {
    case TAKES_NOTHING:
        if (*argument != '\0')
            field_fault(at->definition, at->row, CELL_DERIVATION, "%s takes nothing in brackets",
                        word->word);
        return 0;
    case TAKES_SOURCE:
        if (word->kind != DERIVE_TOKEN || !set_label(at, argument))
            set_source(at, argument);
        return 0;
    case TAKES_DATE:
        set_age(at, argument);
        return 0;
    case TAKES_LIST:
        return set_map(at, argument, error);
    }
    return 0;
}

/* A derived row speaks of its source: its type and identifier are the source's. */
static void inherit_source(const struct derivation_row *at)
{
    const struct field *source;

    if (at->field->source_field == FIELD_NONE || at->field->source_field == at->index)
        return;
    source = &at->table->fields[at->field->source_field];
    at->field->type = source->type;
    at->field->identifier = source->identifier;
}

static void check_identifier(const struct derivation_row *at, const struct derivation_word *word)
{
    const struct field *field = at->field;
    bool type_identifies = field->type == FIELD_POSTCODE || field->type == FIELD_NHS_NUMBER;

    if (field->column >= 0 && !word->hides &&
        (field->identifier != IDENTIFIER_NONE ||
         (type_identifies && word->kind == DERIVE_VALUE && field->source_field != FIELD_NONE)))
        field_fault(at->definition, at->row, CELL_COLUMN,
                    "an identifier may not be kept in clear: use identity, token, present, "
                    "postcode_token or age, or leave the column empty");
    if (word->kind == DERIVE_POSTCODE_TOKEN && field->identifier != IDENTIFIER_POSTCODE)
        field_fault(at->definition, at->row, CELL_DERIVATION,
                    "postcode_token needs a field whose identifier is postcode");
}

static void check_column(const struct derivation_row *at, const struct derivation_word *word)
{
    const struct field *field = at->field;
    unsigned accepted = word->columns != 0 ? word->columns : value_columns[field->type];

    if (field->column < 0)
        return;
    if (accepted == 0 || field->identifier != IDENTIFIER_NONE) {
        if (word->columns == 0)
            return; /* told by check_identifier */
    }
    if ((accepted & (1U << at->table->columns[field->column].type)) == 0)
        field_fault(at->definition, at->row, CELL_COLUMN,
                    "a column of this type cannot hold what %s gives", word->word);
}

static int read_derivation(const struct derivation_row *at, struct error *error)
{
    const char *text = at->row->cells[CELL_DERIVATION].text;
    size_t length = strcspn(text, "(");
    const struct derivation_word *word = *text == '\0' ? &words[0] : find_word(at, text, length);
    char *argument = arena_copy_string(at->definition->arena, text + length);
    size_t argument_length = strlen(text + length);
    int result;

    if (argument == NULL)
        return definition_no_memory(at->definition, error);
    if (word == NULL)
        return 0;
    if (argument_length > 0) {
        if (argument_length < 3 || argument[argument_length - 1] != ')') {
            field_fault(at->definition, at->row, CELL_DERIVATION, "brackets do not match");
            return 0;
        }
        argument[argument_length - 1] = '\0';
        argument++;
    }
    at->field->derivation = word->kind;
    if (*at->field->name != '\0')
        at->field->source_field = at->index;
    result = *text == '\0' ? 0 : set_argument(at, word, argument, error);
    inherit_source(at);
    check_identifier(at, word);
    check_column(at, word);
    return result;
}

static int read_parent(const struct derivation_row *at, struct error *error)
{
    const char *text = at->row->cells[CELL_PARENT].text, *dot = strchr(text, '.');
    struct feed *feed = &at->definition->feed;
    char *table_name;
    int table, field;

    if (*text == '\0' || *at->field->name == '\0')
        return 0;
    table_name = arena_copy(at->definition->arena, text, strcspn(text, "."));
    if (table_name == NULL)
        return definition_no_memory(at->definition, error);
    table = find_table(feed, table_name);
    field =
        table == TABLE_NONE || dot == NULL ? FIELD_NONE : find_field(&feed->tables[table], dot + 1);
    if (field == FIELD_NONE) {
        field_fault(at->definition, at->row, CELL_PARENT, "there is no field \"%s\"", text);
        return 0;
    }
    if (&feed->tables[table] == at->table) {
        field_fault(at->definition, at->row, CELL_PARENT,
                    "a parent must be in another table: rows are judged in file order");
        return 0;
    }
    at->field->parent_table = table;
    at->field->parent_field = field;
    feed->tables[table].fields[field].is_parent = true;
    return 0;
}

int feed_derivations_read(struct definition *definition, struct error *error)
{
    int result = 0;

    /* Named fields first: a derived row may stand above the field it speaks of. */
    for (int derived = 0; derived < 2; derived++) {
        for (size_t i = 0; result == 0 && i < definition->field_rows.count; i++) {
            struct field_place *place = &definition->places[i];
            struct derivation_row at = {
                definition, &definition->field_rows.rows[i], NULL, NULL, place->field, place};

            if (place->table == TABLE_NONE)
                continue;
            at.table = &definition->feed.tables[place->table];
            at.field = &at.table->fields[place->field];
            if ((*at.field->name == '\0') != (derived == 1))
                continue;
            result = read_derivation(&at, error);
            if (result == 0)
                result = read_parent(&at, error);
        }
    }
    return result;
}
