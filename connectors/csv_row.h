/*
 * csv_row.h: one row of a CSV file while libcsv hands over its fields, and the verdict on it. The
 * fields lie one after another in one block, so that a clean row is checked in a single pass.
 */
#ifndef CSV_ROW_H
#define CSV_ROW_H

#include <stdbool.h>

#include "parser.h"
#include "record_pipe.h"

/* Bytes of a row that can be sent in one frame, whatever its fields. */
enum { CSV_ROW_BYTES_MAX = RECORD_FRAME_BYTES_MAX - 8 - 5 * RECORD_FIELDS_MAX };

struct csv_row {
    enum parse_encoding encoding;
    size_t columns;     /* fields expected; those beyond are counted, not kept */
    size_t field_count; /* fields seen */
    size_t used;        /* bytes of kept fields */
    int long_field;     /* 0-based field that was too long, or -1 */
    bool out_of_memory;
    bool plain;             /* csv_row_verdict found printable ASCII only */
    bool nul_dropped;       /* a NUL in what was not kept */
    uint64_t lines_dropped; /* line ends in what was not kept */
    char *bytes;            /* the kept fields, one after another */
    size_t size;            /* of bytes; grows to CSV_ROW_BYTES_MAX */
    char *converted;        /* the same in UTF-8, when the file is in Windows-1252 */
    size_t converted_size;
    struct slice fields[RECORD_FIELDS_MAX];
};

/* NULL when memory is out. */
struct csv_row *csv_row_new(enum parse_encoding encoding);
void csv_row_free(struct csv_row *row);
/* Ready for the next row. */
void csv_row_clear(struct csv_row *row);

/* csv_row_add where it is not simple: the row must grow, or the field is one too many or too long.
 * Then it is only counted, its line ends and NULs remembered. */
void csv_row_add_slow(struct csv_row *row, const char *data, size_t length);

/* Keeps a copy of one field. Called for every field of every file, hence here. */
static inline void csv_row_add(struct csv_row *row, const char *data, size_t length)
{
    if (row->field_count >= row->columns || length > RECORD_FIELD_BYTES_MAX ||
        length > row->size - row->used) {
        csv_row_add_slow(row, data, length);
        return;
    }
    char *to = row->bytes + row->used;
    if (length > 0)
        memcpy(to, data, length);
    row->fields[row->field_count++] = (struct slice){to, length};
    row->used += length;
}

/* Line ends inside the fields so far. */
uint64_t csv_row_lines(const struct csv_row *row);

/* 0 and the fields in UTF-8, or the RULE_* the row breaks with *ret_field the 0-based field, -1
 * when it is the whole row. ERROR_OUT_OF_MEMORY too. */
int csv_row_verdict(struct csv_row *row, int *ret_field);

#endif
