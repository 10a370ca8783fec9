/*
 * csv_table.h: a settings file in CSV (fields.csv, rules.csv, code lists), read whole and strictly,
 * each cell with its line and column. Feeds' own CSV is not read by this but by connectors/.
 */
#ifndef CSV_TABLE_H
#define CSV_TABLE_H

#include "settings_reader.h"

enum { CSV_TABLE_BYTES_MAX = 16 << 20, CSV_TABLE_CELL_MAX = 64 << 10, CSV_TABLE_COLUMNS_MAX = 64 };

struct csv_cell {
    const char *text; /* never NULL */
    unsigned column;  /* of its first character in the line, from 1 */
};

struct csv_row {
    unsigned line;
    struct csv_cell *cells; /* as many as the header has */
};

struct csv_table {
    struct csv_row *rows; /* without the header row */
    size_t count;
};

/* Reads text, which must begin with exactly the header row given ("a,b,c"). Rows with another
 * number of cells, quotes out of place, an open quote at the end, NUL bytes and text that is not
 * UTF-8 are faults. Returns negative only when memory ran out. */
int csv_table_parse(const struct settings_reader *reader, struct slice text, const char *header,
                    struct csv_table *ret, struct error *error);

#endif
