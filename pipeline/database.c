#include "database.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "sql_file.h"

/* ---- errors ---- */

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Of the standard's classes and Postgres' own. */
static enum error_code code_of_state(const char *state)
{
    if (begins_with(state, "08") || begins_with(state, "57P0"))
        return ERROR_DATABASE_UNREACHABLE;
    return strcmp(state, "53100") == 0 ? ERROR_DISK_FULL : ERROR_DATABASE_FAILED;
}

/* Names of our own tables and columns are no data; texts of the server may quote some. */
static void add_names(const PGresult *result, struct error *error)
{
    const char *table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    const char *column = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);

    if (table != NULL)
        error_detail(error, "table %s%s%s%s%s", table, column == NULL ? "" : ", column ",
                     column == NULL ? "" : column, constraint == NULL ? "" : ", constraint ",
                     constraint == NULL ? "" : constraint);
}

/* The line of the file where the server stopped reading. */
static void add_line(const PGresult *result, const char *what, struct error *error)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const char *text = sql_file_text(what);
    long left = position == NULL ? 0 : strtol(position, NULL, 10);
    unsigned line = 1;

    if (text == NULL || left <= 0)
        return;
    for (; *text != '\0' && left > 1; text++) {
        /* The server counts characters, not bytes. */
        if (((unsigned char)*text & 0xC0) != 0x80)
            left--;
        line += *text == '\n';
    }
    error_place(error, "%s:%u", what, line);
}

int database_error(struct database *database, const PGresult *result, const char *what,
                   struct error *error)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (state == NULL) {
        bool lost = PQstatus(database->connection) != CONNECTION_OK;

        error_set(error, lost ? ERROR_DATABASE_UNREACHABLE : ERROR_DATABASE_FAILED,
                  lost ? "the connection to the database was lost during %s"
                       : "the database client failed during %s",
                  what);
        return error->code;
    }
    error_set(error, code_of_state(state), "the database ended %s with SQLSTATE %s", what, state);
    add_names(result, error);
    error_place(error, "%s", what);
    add_line(result, what, error);
    if (error->code == ERROR_DATABASE_FAILED)
        error_hint(error, "nothing of the transaction was kept");
    return error->code;
}

/* ---- statements ---- */

static const char *statement(const char *sql_file, struct error *error)
{
    const char *text = sql_file_text(sql_file);

    if (text == NULL)
        error_set(error, ERROR_INTERNAL, "the program has no %s", sql_file);
    return text;
}

static int check(struct database *database, PGresult *result, const char *what,
                 PGresult **ret_result, struct error *error)
{
    ExecStatusType status = PQresultStatus(result);
    int failed = 0;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        failed = database_error(database, result, what, error);
    if (failed == 0 && ret_result != NULL)
        *ret_result = result;
    else
        PQclear(result);
    return failed;
}

int database_run_last(struct database *database, const char *sql_file, PGresult **ret_result,
                      struct error *error)
{
    const char *text = statement(sql_file, error);

    if (text == NULL)
        return error->code;
    return check(database, PQexec(database->connection, text), sql_file, ret_result, error);
}

int database_run(struct database *database, const char *sql_file, struct error *error)
{
    return database_run_last(database, sql_file, NULL, error);
}

int database_query(struct database *database, const char *sql_file, const char *const *parameters,
                   size_t parameter_count, PGresult **ret_result, struct error *error)
{
    const char *text = statement(sql_file, error);

    if (text == NULL)
        return error->code;
    return check(database,
                 PQexecParams(database->connection, text, (int)parameter_count, NULL, parameters,
                              NULL, NULL, 0),
                 sql_file, ret_result, error);
}

int database_begin(struct database *database, struct error *error)
{
    return database_run(database, "sql/session/begin.sql", error);
}

/* A transaction that failed before answers COMMIT with ROLLBACK, which is no error to the server.
 */
int database_commit(struct database *database, struct error *error)
{
    PGresult *result = NULL;
    int failed = database_run_last(database, "sql/session/commit.sql", &result, error);

    if (failed == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        failed = error_set(error, ERROR_DATABASE_FAILED,
                           "the transaction was rolled back instead of committed");
    if (failed < 0 && result == NULL)
        return failed;
    PQclear(result);
    return failed;
}

void database_rollback(struct database *database)
{
    struct error ignored = {0};

    if (database->connection != NULL && PQtransactionStatus(database->connection) != PQTRANS_IDLE)
        database_run(database, "sql/session/rollback.sql", &ignored);
}

/* ---- opening ---- */

static void swallow_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static int connect_to(const char *conninfo, bool private_cluster, struct database *database,
                      struct error *error)
{
    /* The connection string first, so that what follows wins over it. */
    static const char *const keywords[] = {"dbname",           "connect_timeout",
                                           "tcp_user_timeout", "keepalives",
                                           "keepalives_idle",  "keepalives_interval",
                                           "keepalives_count", "client_encoding",
                                           "application_name", NULL};
    const char *const values[] = {conninfo, "10", "120000", "1",        "30",
                                  "10",     "6",  "UTF8",   "joinedup", NULL};

    database->connection = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(database->connection) != CONNECTION_OK) {
        database_close(database);
        error_set(error, ERROR_DATABASE_UNREACHABLE, "no connection to the database could be made");
        error_hint(error, private_cluster
                              ? "the private cluster is in postgres/ of the site; see its log/"
                              : "check database: in joinedup.yaml with: psql \"<what it says>\"");
        return error->code;
    }
    PQsetNoticeProcessor(database->connection, swallow_notice, NULL);
    PQsetErrorVerbosity(database->connection, PQERRORS_SQLSTATE);
    PQsetErrorContextVisibility(database->connection, PQSHOW_CONTEXT_NEVER);
    return database_run(database, "sql/session/settings.sql", error);
}

static int schema_missing(struct error *error)
{
    error_set(error, ERROR_DATABASE_SCHEMA, "the database has no warehouse of joinedup in it");
    error_hint(error, "joinedup init makes one; for a server: joinedup init SITE --database ...");
    return error->code;
}

static int check_schema(struct database *database, struct error *error)
{
    static const char *const name[] = {"schema_version"};
    PGresult *result = NULL;
    int failed = database_run_last(database, "sql/session/schema_version.sql", &result, error);
    bool there = failed == 0 && PQntuples(result) == 1 && !PQgetisnull(result, 0, 0);

    if (failed < 0)
        return failed;
    PQclear(result);
    if (!there)
        return schema_missing(error);
    failed = database_query(database, "sql/meta/setting_get.sql", name, 1, &result, error);
    if (failed < 0)
        return failed;
    if (PQntuples(result) == 0) {
        failed = schema_missing(error);
    } else if (strcmp(PQgetvalue(result, 0, 0), DATABASE_SCHEMA_VERSION) != 0) {
        error_set(error, ERROR_DATABASE_SCHEMA,
                  "the warehouse has schema version %.20s; this program needs %s",
                  PQgetvalue(result, 0, 0), DATABASE_SCHEMA_VERSION);
        failed = error->code;
    }
    PQclear(result);
    return failed;
}

static int open_connection(const struct site *site, struct database *ret, struct error *error)
{
    char conninfo[8192];
    int result;

    if (site->database != NULL)
        return connect_to(site->database, false, ret, error);
    result = cluster_start(site->folder, error);
    if (result == 0)
        result = cluster_connection(site->folder, conninfo, sizeof conninfo, error);
    return result < 0 ? result : connect_to(conninfo, true, ret, error);
}

static int open_as_loader(struct database *database, struct error *error)
{
    int result = check_schema(database, error);

    return result < 0 ? result : database_run(database, "sql/session/loader.sql", error);
}

int database_open(const struct site *site, bool as_owner, struct database *ret, struct error *error)
{
    struct database database = {NULL};
    int result = open_connection(site, &database, error);

    if (result == 0 && !as_owner)
        result = open_as_loader(&database, error);
    if (result < 0) {
        database_close(&database);
        return error_while(error, "opening the database");
    }
    *ret = database;
    return 0;
}

void database_close(struct database *database)
{
    PQfinish(database->connection);
    database->connection = NULL;
}

/* ---- the schema ---- */

static int run_schema_files(struct database *database, struct error *error)
{
    static const char *const version[] = {"schema_version", DATABASE_SCHEMA_VERSION};
    int result = 0;

    /* sql_table is in name order, as the build sorts it. */
    for (size_t i = 0; result == 0 && i < sql_table_count; i++) {
        if (begins_with(sql_table[i].name, "sql/schema/"))
            result = database_run(database, sql_table[i].name, error);
    }
    if (result == 0)
        result = database_run(database, "sql/session/grant_creator.sql", error);
    return result < 0
               ? result
               : database_query(database, "sql/meta/setting_set.sql", version, 2, NULL, error);
}

int database_create_schema(struct database *database, struct error *error)
{
    PGresult *found = NULL;
    int result = database_run_last(database, "sql/session/schema_version.sql", &found, error);
    bool there = result == 0 && PQntuples(found) > 0;

    if (result < 0)
        return result;
    PQclear(found);
    if (there)
        return error_set(error, ERROR_DATABASE_SCHEMA,
                         "the database has a schema \"meta\" already");
    result = database_begin(database, error);
    if (result == 0)
        result = run_schema_files(database, error);
    if (result == 0)
        result = database_commit(database, error);
    if (result < 0) {
        database_rollback(database);
        return error_while(error, "making the warehouse");
    }
    return 0;
}
