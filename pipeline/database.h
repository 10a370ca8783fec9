/*
 * database.h: the only door to Postgres. Statements are files of sql/ (sql_file.h), run by name
 * with parameters; no identifier is ever a parameter. Server messages are never passed on: an error
 * gives the file's name, the SQLSTATE and our own words, because server texts can quote data.
 */
#ifndef DATABASE_H
#define DATABASE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "site.h"

struct database {
    PGconn *connection;
};

/* Of the tables in sql/schema. Raised by one whenever a warehouse made before could not be used. */
#define DATABASE_SCHEMA_VERSION "2"

/* Makes the schema (sql/schema in name order) in one transaction and writes its version to
 * meta.setting. For a database opened as_owner. ERROR_DATABASE_SCHEMA when there is one already. */
int database_create_schema(struct database *database, struct error *error);

/* Starts the private cluster when the site has one and it is down, connects, sets the timeouts and
 * a fixed search_path, checks the schema's version (ERROR_DATABASE_SCHEMA) and takes role
 * joinedup_loader. as_owner: stays the role it connected as and does not ask for the schema, for
 * init. */
int database_open(const struct site *site, bool as_owner, struct database *ret,
                  struct error *error);
void database_close(struct database *database);

/* Runs a whole file (many statements, no parameters); rows are discarded. */
int database_run(struct database *database, const char *sql_file, struct error *error);
/* Runs a file of one statement with text parameters (NULL = null). *ret_result may be NULL when the
 * rows do not matter; else the caller PQclears it. */
int database_query(struct database *database, const char *sql_file, const char *const *parameters,
                   size_t parameter_count, PGresult **ret_result, struct error *error);
/* Runs a whole file and gives the rows of its last statement. */
int database_run_last(struct database *database, const char *sql_file, PGresult **ret_result,
                      struct error *error);

int database_begin(struct database *database, struct error *error);
int database_commit(struct database *database, struct error *error);
/* Never fails from the caller's view; the connection may be gone. */
void database_rollback(struct database *database);

/* Binary COPY. table is our own name, columns NULL or "(a, b)". */
struct database_copy {
    struct database *database;
    char *buffer;
    size_t used;
    uint64_t rows;
};
int database_copy_begin(struct database *database, const char *table, const char *columns,
                        struct database_copy *ret, struct error *error);
int database_copy_row_begin(struct database_copy *copy, unsigned column_count, struct error *error);
int database_copy_null(struct database_copy *copy, struct error *error);
int database_copy_bytes(struct database_copy *copy, const void *bytes, size_t length,
                        struct error *error);
int database_copy_int16(struct database_copy *copy, int16_t value, struct error *error);
int database_copy_int32(struct database_copy *copy, int32_t value, struct error *error);
int database_copy_int64(struct database_copy *copy, int64_t value, struct error *error);
int database_copy_double(struct database_copy *copy, double value, struct error *error);
int database_copy_bool(struct database_copy *copy, bool value, struct error *error);
/* Days since 1970-01-01. */
int database_copy_date(struct database_copy *copy, int32_t day, struct error *error);
/* Microseconds: since midnight, or since 1970-01-01 00:00 for a timestamp. */
int database_copy_timestamp(struct database_copy *copy, int64_t microseconds, struct error *error);
/* Ends the COPY and compares the server's row count with ours (ERROR_COPY_COUNT). */
int database_copy_end(struct database_copy *copy, struct error *error);
/* Gives the COPY up with an error text, so that the server keeps nothing of it. */
void database_copy_abort(struct database_copy *copy);

/* An error of a statement that failed, from result's SQLSTATE. 08*, 57P0* and a lost connection
 * give ERROR_DATABASE_UNREACHABLE, 53100 gives ERROR_DISK_FULL, others ERROR_DATABASE_FAILED. */
int database_error(struct database *database, const PGresult *result, const char *what,
                   struct error *error);

#endif
