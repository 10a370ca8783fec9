#include "csv_row.h"

#include <stdlib.h>

#include "text_encoding.h"

enum { ROW_BYTES_FIRST = 16 << 10 };

struct csv_row *csv_row_new(enum parse_encoding encoding)
{
    struct csv_row *row = calloc(1, sizeof *row);
    char *bytes = malloc(ROW_BYTES_FIRST);
    if (!row || !bytes) {
        free(row);
        free(bytes);
        return NULL;
    }
    row->bytes = bytes;
    row->size = ROW_BYTES_FIRST;
    row->encoding = encoding;
    row->columns = RECORD_FIELDS_MAX;
    csv_row_clear(row);
    return row;
}

void csv_row_free(struct csv_row *row)
{
    if (!row)
        return;
    free(row->bytes);
    free(row->converted);
    free(row);
}

void csv_row_clear(struct csv_row *row)
{
    row->field_count = 0;
    row->used = 0;
    row->long_field = -1;
    row->out_of_memory = false;
    row->plain = false;
    row->nul_dropped = false;
    row->lines_dropped = 0;
}

/* Counts a field that is not kept. */
static void drop(struct csv_row *row, const char *data, size_t length)
{
    if (row->field_count < row->columns) {
        if (row->long_field < 0)
            row->long_field = (int)row->field_count;
        row->fields[row->field_count] = (struct slice){"", 0};
    }
    row->field_count++;
    if (length > 0 && memchr(data, '\0', length))
        row->nul_dropped = true;
    row->lines_dropped += text_count_lines(data, length);
}

/* Room for length bytes more; the fields kept so far move along. */
static bool grow(struct csv_row *row, size_t length)
{
    size_t size = row->size;
    while (size - row->used < length)
        size *= 2;
    if (size > CSV_ROW_BYTES_MAX)
        size = CSV_ROW_BYTES_MAX;
    char *larger = malloc(size);
    if (!larger) {
        row->out_of_memory = true;
        return false;
    }
    memcpy(larger, row->bytes, row->used);
    for (size_t i = 0; i < row->field_count; i++)
        if (row->fields[i].length > 0)
            row->fields[i].data = larger + (row->fields[i].data - row->bytes);
    free(row->bytes);
    row->bytes = larger;
    row->size = size;
    return true;
}

void csv_row_add_slow(struct csv_row *row, const char *data, size_t length)
{
    if (row->field_count >= row->columns || length > RECORD_FIELD_BYTES_MAX ||
        length > CSV_ROW_BYTES_MAX - row->used || !grow(row, length))
        drop(row, data, length);
    else
        csv_row_add(row, data, length);
}

uint64_t csv_row_lines(const struct csv_row *row)
{
    return row->lines_dropped + (row->plain ? 0 : text_count_lines(row->bytes, row->used));
}

static bool make_converted(struct csv_row *row)
{
    size_t size = row->size * TEXT_UTF8_MAX;
    if (size > CSV_ROW_BYTES_MAX)
        size = CSV_ROW_BYTES_MAX;
    if (row->converted_size >= size)
        return true;
    free(row->converted);
    row->converted = malloc(size);
    row->converted_size = row->converted ? size : 0;
    return row->converted;
}

static int to_utf8(struct csv_row *row, size_t count, int *ret_field)
{
    size_t used = 0;
    if (!make_converted(row))
        return ERROR_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        struct slice *field = &row->fields[i];
        char *to = row->converted + used;
        size_t length = 0;
        *ret_field = (int)i;
        /* Sized for the worst case: a row this near the cap is no row of a table. */
        if (field->length > (row->converted_size - used) / TEXT_UTF8_MAX)
            return RULE_FIELD_TOO_LONG;
        if (!text_from_windows_1252(field->data, field->length, to, &length))
            return RULE_ENCODING;
        if (length > RECORD_FIELD_BYTES_MAX)
            return RULE_FIELD_TOO_LONG;
        *field = (struct slice){to, length};
        used += length;
    }
    return 0;
}

static int check_utf8(const struct csv_row *row, size_t count, int *ret_field)
{
    for (size_t i = 0; i < count; i++)
        if (!text_is_utf8(row->fields[i].data, row->fields[i].length)) {
            *ret_field = (int)i;
            return RULE_ENCODING;
        }
    return 0;
}

int csv_row_verdict(struct csv_row *row, int *ret_field)
{
    bool plain = row->plain = text_is_plain(row->bytes, row->used);
    *ret_field = -1;
    if (row->out_of_memory)
        return ERROR_OUT_OF_MEMORY;
    if (plain && row->field_count == row->columns && row->long_field < 0)
        return 0;
    if (row->nul_dropped || (!plain && memchr(row->bytes, '\0', row->used)))
        return RULE_NUL;
    if (row->field_count != row->columns)
        return RULE_RAGGED;
    if (row->long_field >= 0) {
        *ret_field = row->long_field;
        return RULE_FIELD_TOO_LONG;
    }
    int field = -1;
    int rc = row->encoding == PARSE_WINDOWS_1252 ? to_utf8(row, row->columns, &field)
                                                 : check_utf8(row, row->columns, &field);
    if (rc)
        *ret_field = field;
    return rc;
}
