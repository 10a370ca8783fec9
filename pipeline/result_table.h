/*
 * result_table.h: rows of a query as an aligned table, or as JSON.
 */
#ifndef RESULT_TABLE_H
#define RESULT_TABLE_H

#include <jansson.h>
#include <libpq-fe.h>

/* On stdout: a heading (column names, blanks for _) and a line a row, numbers to the right. */
void result_print(const PGresult *result);
/* An array of objects whose keys are the column names; whole numbers and booleans as such, null as
 * null. NULL when there is no memory. */
json_t *result_json(const PGresult *result);
/* The first row alone, or JSON null. */
json_t *result_row_json(const PGresult *result);

#endif
