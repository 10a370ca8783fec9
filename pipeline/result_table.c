#include "result_table.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Type numbers of Postgres, which are fixed for ever (catalog pg_type). */
enum { TYPE_BOOLEAN = 16, TYPE_BIGINT = 20, TYPE_SMALLINT = 21, TYPE_INTEGER = 23 };
enum { COLUMNS_MAX = 32, COLUMN_WIDTH_MAX = 60 };

static bool is_number(const PGresult *result, int column)
{
    Oid type = PQftype(result, column);

    return type == TYPE_BIGINT || type == TYPE_SMALLINT || type == TYPE_INTEGER;
}

/* Columns on the screen: bytes that begin a character. */
static int width_of(const char *text)
{
    int width = 0;

    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void print_cell(const char *text, int width, bool right, bool last)
{
    int blanks = width - width_of(text);

    if (right)
        printf("%*s", blanks > 0 ? blanks : 0, "");
    fputs(text, stdout);
    if (!right && !last)
        printf("%*s", blanks > 0 ? blanks : 0, "");
    fputs(last ? "\n" : "  ", stdout);
}

static void heading(const PGresult *result, int column, char text[64])
{
    snprintf(text, 64, "%s", PQfname(result, column));
    for (char *letter = text; *letter != '\0'; letter++) {
        if (*letter == '_')
            *letter = ' ';
    }
}

void result_print(const PGresult *result)
{
    int columns = PQnfields(result) < COLUMNS_MAX ? PQnfields(result) : COLUMNS_MAX;
    int widths[COLUMNS_MAX] = {0};
    char text[64];

    for (int c = 0; c < columns; c++) {
        heading(result, c, text);
        widths[c] = width_of(text);
        for (int r = 0; r < PQntuples(result); r++) {
            int width = width_of(PQgetvalue(result, r, c));

            if (width > widths[c])
                widths[c] = width < COLUMN_WIDTH_MAX ? width : COLUMN_WIDTH_MAX;
        }
    }
    for (int c = 0; c < columns; c++) {
        heading(result, c, text);
        fputs(c == 0 ? "  " : "", stdout);
        print_cell(text, widths[c], is_number(result, c), c == columns - 1);
    }
    for (int r = 0; r < PQntuples(result); r++) {
        for (int c = 0; c < columns; c++) {
            fputs(c == 0 ? "  " : "", stdout);
            print_cell(PQgetvalue(result, r, c), widths[c], is_number(result, c), c == columns - 1);
        }
    }
}

static json_t *cell_json(const PGresult *result, int row, int column)
{
    const char *text = PQgetvalue(result, row, column);

    if (PQgetisnull(result, row, column))
        return json_null();
    if (PQftype(result, column) == TYPE_BOOLEAN)
        return json_boolean(*text == 't');
    /* Readers of JSON may keep numbers as doubles, which would change the last digits of an id. */
    bool id = strcmp(PQfname(result, column), "delivery_id") == 0;
    return is_number(result, column) && !id ? json_integer(strtoll(text, NULL, 10))
                                            : json_string(text);
}

static json_t *row_json(const PGresult *result, int row)
{
    json_t *object = json_object();

    for (int c = 0; object != NULL && c < PQnfields(result); c++)
        json_object_set_new(object, PQfname(result, c), cell_json(result, row, c));
    return object;
}

json_t *result_json(const PGresult *result)
{
    json_t *list = json_array();

    for (int r = 0; list != NULL && r < PQntuples(result); r++)
        json_array_append_new(list, row_json(result, r));
    return list;
}

json_t *result_row_json(const PGresult *result)
{
    return PQntuples(result) == 0 ? json_null() : row_json(result, 0);
}
