/*
 * labelled_csv.h: CSV files with a header that a person made to try something out, as against the
 * deliveries of a sender: rows are read in order, columns are found by name, and the first fault
 * ends the reading. Packed by gzip or not; UTF-8 or Windows-1252; LF or CR LF; with a byte order
 * mark or without. Blanks around names and values are dropped.
 */
#ifndef LABELLED_CSV_H
#define LABELLED_CSV_H

#include <stdbool.h>

#include "base/error.h"
#include "base/slice.h"

enum { LABELLED_CSV_WANTED_MAX = 64, LABELLED_CSV_COLUMNS_MAX = 4096 };

/* A column that is wanted. A name that no column has exactly is looked for without its case. */
struct labelled_csv_column {
    const char *name;
    bool optional; /* its values are empty when the file has no such column */
    bool found;    /* set by the functions below */
    bool missing;  /* set too: the file was refused for want of it */
};

/* Takes one row: a value for each wanted column, UTF-8, which live until it returns. A negative
 * code ends the reading. */
typedef int labelled_csv_take(void *data, const struct slice *values, struct error *error);

/* Looks at the header alone and says which columns are there. ERROR_LABELLED_FILE when a wanted one
 * is missing (the detail lists the columns there are) or given twice; ERROR_FILE_FAILED when the
 * file cannot be read. */
int labelled_csv_find(const char *path, struct labelled_csv_column *columns, size_t count,
                      struct error *error);

/* Reads all rows. ERROR_LABELLED_FILE also for a row with another number of values than the header,
 * a stray or open quote, a value over 1 MiB, and bytes that are no text; the place names file and
 * row (the header is row 1), never a value. */
int labelled_csv_read(const char *path, struct labelled_csv_column *columns, size_t count,
                      labelled_csv_take *take, void *data, struct error *error);

#endif
