/*
 * sql_file.h: the statements of sql/, embedded at build. No other SQL is in the program.
 */
#ifndef SQL_FILE_H
#define SQL_FILE_H

#include <stddef.h>

struct sql_file {
    const char *name; /* "sql/load/mhsds.sql" */
    const char *text;
};

extern const struct sql_file sql_table[];
extern const size_t sql_table_count;

/* The text of a file, or NULL. */
const char *sql_file_text(const char *name);

#endif
