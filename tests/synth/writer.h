/*
 * writer.h: CSV tables in memory, and files and zips on disk whose bytes depend on nothing but what
 * was written (fixed times in zips).
 */
#ifndef SYNTH_WRITER_H
#define SYNTH_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Text that grows. When memory ends, failed is set and the rest is dropped; saving then fails. */
struct text {
    char *data;
    size_t length, size;
    bool failed;
};

void text_add(struct text *text, const char *data, size_t length);
void text_add_string(struct text *text, const char *string);
void text_add_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_release(struct text *text);

enum { TABLE_COLUMNS_MAX = 64 };

/* One CSV table. records counts the header too: it is the row number of the last record. */
struct csv_table {
    const char *name;
    const char *columns[TABLE_COLUMNS_MAX]; /* as the layout spells them */
    size_t column_count;
    struct text text;
    unsigned long records;
    size_t last_record; /* where the last record begins in text */
};

/* columns: count names; headings: what the header row says instead, or NULL. */
void csv_table_init(struct csv_table *table, const char *name, const char *const *columns,
                    const char *const *headings, size_t count);
void csv_table_release(struct csv_table *table);
/* Adds a record: pairs of column name and value in the order of the layout, then NULL. Columns not
 * named are blank. A name that is unknown or out of order ends the program: it is a slip in here.
 */
void csv_row(struct csv_table *table, ...) __attribute__((sentinel));
/* Adds a record just as it is, without its line end; "" is a blank line. */
void csv_raw(struct csv_table *table, const char *line);
/* Records that are no header. */
unsigned long csv_rows(const struct csv_table *table);

/* Makes a folder and those above it. */
int folder_make(const char *path, struct error *error);
/* Writes text to folder/name in one go. */
int file_save(const char *folder, const char *name, const struct text *text, struct error *error);

struct zip_part {
    const char *name;
    const struct text *text;
};

/* Writes folder/name as a zip of the parts. */
int zip_save(const char *folder, const char *name, const struct zip_part *parts, size_t count,
             struct error *error);

#endif
