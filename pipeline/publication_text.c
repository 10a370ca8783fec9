#include <stdlib.h>
#include <string.h>

#include "publication.h"

const char *const publication_header[PUBLICATION_COLUMNS] = {
    "REPORTING_PERIOD_START",
    "REPORTING_PERIOD_END",
    "STATUS",
    "BREAKDOWN",
    "PRIMARY_LEVEL",
    "PRIMARY_LEVEL_DESCRIPTION",
    "SECONDARY_LEVEL",
    "SECONDARY_LEVEL_DESCRIPTION",
    "MEASURE_ID",
    "MEASURE_NAME",
    "MEASURE_VALUE",
};

/* Room for length more bytes. */
static int reserve(struct publication_text *text, size_t length, struct error *error)
{
    if (text->size - text->used >= length) {
        return 0;
    }
    size_t size = text->size * 2 > text->used + length ? text->size * 2 : text->used + length;
    size = size < 65536 ? 65536 : size;
    char *data = realloc(text->data, size);
    if (data == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %zu bytes of CSV", size);
    }
    text->data = data;
    text->size = size;
    return 0;
}

static void append_value(struct publication_text *text, const char *value)
{
    bool quoted = strpbrk(value, ",\"\r\n") != NULL;
    if (quoted) {
        text->data[text->used++] = '"';
    }
    for (; *value != '\0'; value++) {
        if (*value == '"') {
            text->data[text->used++] = '"';
        }
        text->data[text->used++] = *value;
    }
    if (quoted) {
        text->data[text->used++] = '"';
    }
}

int publication_text_row(struct publication_text *text, const char *const values[],
                         struct error *error)
{
    for (size_t i = 0; i < PUBLICATION_COLUMNS; i++) {
        /* Every byte may be a quote to double; two quotes around; a comma or LF. */
        int result = reserve(text, 2 * strlen(values[i]) + 3, error);
        if (result != 0) {
            return result;
        }
        append_value(text, values[i]);
        text->data[text->used++] = i + 1 < PUBLICATION_COLUMNS ? ',' : '\n';
    }
    return 0;
}

void publication_text_release(struct publication_text *text)
{
    free(text->data);
    *text = (struct publication_text){0};
}
