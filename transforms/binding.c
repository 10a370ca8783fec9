/*
 * binding.c: which column of a file is which field of the layout. A header is whatever the first
 * row of the file held: if it may be a row of data, nothing of it is repeated.
 */
#include "normalise.h"
#include "row_engine.h"
#include "validate.h"

enum { EXTRA_COMPARED_MAX = 128, KEY_COMPARED_MAX = 64 };

struct header_column {
    char key[NORMALISE_KEY_MAX];
    size_t key_length;
    int field; /* or FIELD_NONE */
};

struct binder {
    const struct table *table;
    const struct slice *header;
    struct header_column *columns;
    size_t column_count;
    int *column_of;       /* field -> column, or -1 */
    bool *renamed;        /* field: told as RENAMED, so not as MISSING */
    bool *moved;          /* column stands outside the longest run in layout order */
    bool names_are_names; /* the header is surely a header */
    struct binding *binding;
};

static bool is_input(const struct field *field)
{
    return field->name[0] != '\0';
}

static bool is_mandatory(const struct field *field)
{
    return is_input(field) && field->blank == SEVERITY_REJECT;
}

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to bind the columns of a table");
}

/* ---- finding each column's field ---- */

static int field_by_key(const struct table *table, const char *key)
{
    for (size_t i = 0; i < table->field_count; i++)
        if (is_input(&table->fields[i]) && strcmp(table->fields[i].key, key) == 0)
            return (int)i;
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];

        for (size_t j = 0; is_input(field) && j < field->alias_count; j++)
            if (strcmp(field->aliases[j], key) == 0)
                return (int)i;
    }
    return FIELD_NONE;
}

/* The field a sender's own column name stands for, by joinedup.yaml. */
static int field_by_sender(const struct binder *binder, const char *key,
                           const char *const (*extra_names)[2], size_t extra_count)
{
    for (size_t i = 0; i < extra_count; i++) {
        char name[NORMALISE_KEY_MAX], field[NORMALISE_KEY_MAX];

        if (normalise_key(slice_of(extra_names[i][0]), name) == 0 || strcmp(name, key) != 0)
            continue;
        if (normalise_key(slice_of(extra_names[i][1]), field) > 0)
            return field_by_key(binder->table, field);
    }
    return FIELD_NONE;
}

static void find_fields(struct binder *binder, const char *const (*extra_names)[2],
                        size_t extra_count)
{
    for (size_t i = 0; i < binder->column_count; i++) {
        struct header_column *column = &binder->columns[i];

        column->field = FIELD_NONE;
        column->key_length = normalise_key(binder->header[i], column->key);
        if (column->key_length == 0)
            continue;
        if (extra_names != NULL)
            column->field = field_by_sender(binder, column->key, extra_names, extra_count);
        if (column->field == FIELD_NONE)
            column->field = field_by_key(binder->table, column->key);
    }
}

static const struct field *missing_mandatory(const struct binder *binder)
{
    for (size_t i = 0; i < binder->table->field_count; i++)
        if (is_mandatory(&binder->table->fields[i]) && binder->column_of[i] < 0)
            return &binder->table->fields[i];
    return NULL;
}

/* Notes each field's column; refuses what cannot be read without guessing. */
static int place_columns(struct binder *binder, struct error *error)
{
    const struct field *missing;
    size_t known = 0;
    int twice = FIELD_NONE;

    for (size_t i = 0; i < binder->column_count; i++) {
        int field = binder->columns[i].field;

        if (field == FIELD_NONE)
            continue;
        known++;
        if (binder->column_of[field] >= 0)
            twice = field;
        else
            binder->column_of[field] = (int)i;
    }
    missing = missing_mandatory(binder);
    binder->names_are_names = known > 0 && known * 2 >= binder->column_count;
    if (known == 0 || (missing != NULL && !binder->names_are_names)) {
        error_set(error, ERROR_CSV_HEADER_MISSING, "the first row is not a header of table %s",
                  binder->table->name);
        error_detail(error, "%zu of %zu columns are known to the layout", known,
                     binder->column_count);
        return error->code;
    }
    if (twice != FIELD_NONE)
        return error_set(error, ERROR_CSV_HEADER_DUPLICATE, "two columns are named %s",
                         binder->table->fields[twice].name);
    if (missing != NULL) {
        error_set(error, ERROR_CSV_COLUMN_MISSING, "no column for mandatory field %s",
                  missing->name);
        error_hint(error, "if the sender has another name for it, map it under senders: in "
                          "joinedup.yaml");
        return error->code;
    }
    return 0;
}

/* ---- notices ---- */

static struct binding_notice *add_notice(struct binder *binder, enum binding_kind kind, int field,
                                         int column)
{
    struct binding_notice *notice = &binder->binding->notices[binder->binding->notice_count++];

    *notice = (struct binding_notice){kind, field, column, ""};
    return notice;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A header's text for a report: only what a name is made of, and nothing where it could be a value:
 * more than four digits, or no three letters, or a mail address or postcode. */
static void clean_name(const struct binder *binder, struct slice text, char name[65])
{
    size_t length = 0, digits = 0, letters = 0;
    char postcode[NORMALISE_POSTCODE_MAX];
    bool value_like =
        !binder->names_are_names || validate_postcode(secret_of(text), postcode) == VALUE_VALID;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];

        digits += c >= '0' && c <= '9';
        letters += is_letter(c);
        value_like |= c == '@';
        if (length < 64 &&
            (is_letter(c) || (c >= '0' && c <= '9') || (c != '\0' && strchr(" _-.", c))))
            name[length++] = c;
    }
    if (value_like || digits > 4 || letters < 3 || letters < digits)
        length = 0;
    name[length] = '\0';
}

/* Marks the columns outside the longest run whose fields rise as in the layout (patience sorting),
 * so that one column in another place gives one notice, whatever is missing or extra. */
static bool find_moved(struct binder *binder, struct arena *arena)
{
    size_t count = binder->column_count, length = 0;
    int *tails = arena_take_array(arena, count + 1, sizeof *tails);
    int *before = arena_take_array(arena, count + 1, sizeof *before);

    if (tails == NULL || before == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t low = 0, high = length;

        if (binder->columns[i].field == FIELD_NONE)
            continue;
        binder->moved[i] = true;
        while (low < high) {
            size_t middle = (low + high) / 2;

            if (binder->columns[tails[middle]].field < binder->columns[i].field)
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low == 0 ? -1 : tails[low - 1];
        tails[low] = (int)i;
        if (low == length)
            length++;
    }
    for (int at = length == 0 ? -1 : tails[length - 1]; at >= 0; at = before[at])
        binder->moved[at] = false;
    return true;
}

static size_t smallest(size_t one, size_t two, size_t three)
{
    size_t least = one < two ? one : two;

    return least < three ? least : three;
}

/* Letters to change, add or drop between two keys (Levenshtein). */
static size_t edit_distance(const char *left, size_t left_length, const char *right,
                            size_t right_length)
{
    size_t row[KEY_COMPARED_MAX + 1];

    for (size_t j = 0; j <= right_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= left_length; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= right_length; j++) {
            size_t above = row[j];

            row[j] = smallest(above + 1, row[j - 1] + 1,
                              diagonal + (left[i - 1] != right[j - 1] ? 1 : 0));
            diagonal = above;
        }
    }
    return row[right_length];
}

/* Could one be the other under a new name? */
static bool is_similar(const char *left, size_t left_length, const char *right, size_t right_length)
{
    size_t longer = left_length > right_length ? left_length : right_length;
    size_t shorter = left_length > right_length ? right_length : left_length;
    size_t allowed = longer / 4 > 2 ? longer / 4 : 2;

    if (longer > KEY_COMPARED_MAX)
        return false;
    if (shorter >= 4 && (strstr(left, right) != NULL || strstr(right, left) != NULL))
        return true;
    /* Two letters of change say nothing about names of three. */
    return shorter > allowed && longer - shorter <= allowed &&
           edit_distance(left, left_length, right, right_length) <= allowed;
}

/* A missing field that looks like an unknown column, or FIELD_NONE. */
static int similar_missing(const struct binder *binder, const struct header_column *column)
{
    for (size_t i = 0; i < binder->table->field_count; i++) {
        const struct field *field = &binder->table->fields[i];

        if (is_input(field) && binder->column_of[i] < 0 && !binder->renamed[i] &&
            is_similar(column->key, column->key_length, field->key, strlen(field->key)))
            return (int)i;
    }
    return FIELD_NONE;
}

static void tell_columns(struct binder *binder)
{
    size_t compared = 0;

    for (size_t i = 0; i < binder->column_count; i++) {
        const struct header_column *column = &binder->columns[i];
        int like = FIELD_NONE;
        struct binding_notice *notice;

        if (column->field != FIELD_NONE) {
            if (binder->moved[i])
                add_notice(binder, BINDING_MOVED, column->field, (int)i);
            continue;
        }
        if (column->key_length > 0 && compared++ < EXTRA_COMPARED_MAX)
            like = similar_missing(binder, column);
        if (like != FIELD_NONE)
            binder->renamed[like] = true;
        notice =
            add_notice(binder, like != FIELD_NONE ? BINDING_RENAMED : BINDING_EXTRA, like, (int)i);
        clean_name(binder, binder->header[i], notice->name);
    }
}

static void tell_missing(struct binder *binder)
{
    for (size_t i = 0; i < binder->table->field_count; i++)
        if (is_input(&binder->table->fields[i]) && binder->column_of[i] < 0 && !binder->renamed[i])
            add_notice(binder, BINDING_MISSING, (int)i, -1);
}

/* ---- the two ways to bind ---- */

static bool binder_init(struct binder *binder, struct arena *arena)
{
    size_t fields = binder->table->field_count + 1, columns = binder->column_count + 1;

    binder->columns = arena_take_array(arena, columns, sizeof *binder->columns);
    binder->column_of = arena_take_array(arena, fields, sizeof(int));
    binder->renamed = arena_take_array(arena, fields, sizeof(bool));
    binder->moved = arena_take_array(arena, columns, sizeof(bool));
    binder->binding->positions = arena_take_array(arena, columns, sizeof(int));
    binder->binding->notices =
        arena_take_array(arena, columns + fields, sizeof(struct binding_notice));
    if (binder->columns == NULL || binder->column_of == NULL || binder->renamed == NULL ||
        binder->moved == NULL || binder->binding->positions == NULL ||
        binder->binding->notices == NULL)
        return false;
    for (size_t i = 0; i < fields; i++)
        binder->column_of[i] = -1;
    return true;
}

int binding_make(const struct table *table, const struct slice *header, size_t column_count,
                 const char *const (*extra_names)[2], size_t extra_count, struct arena *arena,
                 struct binding *ret, struct error *error)
{
    struct binding binding = {NULL, column_count, NULL, 0};
    struct binder binder = {
        .table = table, .header = header, .column_count = column_count, .binding = &binding};
    int result;

    if (!binder_init(&binder, arena))
        return out_of_memory(error);
    find_fields(&binder, extra_names, extra_count);
    result = place_columns(&binder, error);
    if (result != 0)
        return result;
    if (!find_moved(&binder, arena))
        return out_of_memory(error);
    for (size_t i = 0; i < column_count; i++)
        binding.positions[i] = binder.columns[i].field;
    tell_columns(&binder);
    tell_missing(&binder);
    *ret = binding;
    return 0;
}

int binding_by_order(const struct table *table, struct arena *arena, struct binding *ret,
                     struct error *error)
{
    struct binding binding = {arena_take_array(arena, table->field_count + 1, sizeof(int)), 0, NULL,
                              0};

    if (binding.positions == NULL)
        return out_of_memory(error);
    for (size_t i = 0; i < table->field_count; i++)
        if (is_input(&table->fields[i]))
            binding.positions[binding.column_count++] = (int)i;
    *ret = binding;
    return 0;
}
