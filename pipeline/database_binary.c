#include "database_binary.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "sql_file.h"

enum { VALUES_MAX = 8, TYPE_UUID = 2950 };

static const char *statement(const char *sql_file, struct error *error)
{
    const char *text = sql_file_text(sql_file);
    if (text == NULL) {
        error_set(error, ERROR_INTERNAL, "the program has no %s", sql_file);
    }
    return text;
}

int database_query_binary(struct database *database, const char *sql_file,
                          const struct database_value *values, size_t count, PGresult **ret_result,
                          struct error *error)
{
    const char *text = statement(sql_file, error), *bytes[VALUES_MAX];
    int lengths[VALUES_MAX], formats[VALUES_MAX];
    if (text == NULL || count > VALUES_MAX) {
        return error_set(error, ERROR_INTERNAL, "%s cannot be run", sql_file);
    }
    for (size_t i = 0; i < count; i++) {
        bytes[i] = values[i].bytes;
        lengths[i] = (int)values[i].length;
        formats[i] = values[i].is_text ? 0 : 1;
    }
    PGresult *result =
        PQexecParams(database->connection, text, (int)count, NULL, bytes, lengths, formats, 1);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        int failed = database_error(database, result, sql_file, error);
        PQclear(result);
        return failed;
    }
    if (ret_result != NULL) {
        *ret_result = result;
    } else {
        PQclear(result);
    }
    return 0;
}

/* uuid[]: dimensions, "has nulls", type, length and first index of the one dimension; then each
 * element with its length. The caller frees. */
static unsigned char *array_of(const struct token *keys, size_t count, size_t *ret_length)
{
    uint32_t head[5] = {htobe32(1), 0, htobe32(TYPE_UUID), htobe32((uint32_t)count), htobe32(1)};
    uint32_t size = htobe32(TOKEN_SIZE);
    *ret_length = sizeof head + count * (sizeof size + TOKEN_SIZE);
    unsigned char *bytes = malloc(*ret_length), *at = bytes;
    if (bytes == NULL) {
        return NULL;
    }
    memcpy(at, head, sizeof head);
    at += sizeof head;
    for (size_t i = 0; i < count; i++) {
        memcpy(at, &size, sizeof size);
        memcpy(at + sizeof size, keys[i].bytes, TOKEN_SIZE);
        at += sizeof size + TOKEN_SIZE;
    }
    return bytes;
}

int database_send_keys(struct database *database, const char *sql_file, const struct token *keys,
                       size_t count, struct error *error)
{
    static const int binary = 1;
    const char *text = statement(sql_file, error);
    size_t length = 0;
    if (text == NULL) {
        return error->code;
    }
    unsigned char *bytes = array_of(keys, count, &length);
    if (bytes == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %zu keys", count);
    }
    const char *values[] = {(const char *)bytes};
    const int lengths[] = {(int)length};
    int sent = PQsendQueryParams(database->connection, text, 1, NULL, values, lengths, &binary, 1);
    free(bytes);
    return sent == 1 ? 0 : database_error(database, NULL, sql_file, error);
}

int database_receive(struct database *database, const char *sql_file, PGresult **ret_result,
                     struct error *error)
{
    PGresult *result = PQgetResult(database->connection);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        int failed = database_error(database, result, sql_file, error);
        PQclear(result);
        database_stream_end(database);
        return failed;
    }
    database_stream_end(database); /* takes the end of the statement */
    *ret_result = result;
    return 0;
}

int database_query_keys(struct database *database, const char *sql_file, const struct token *keys,
                        size_t count, PGresult **ret_result, struct error *error)
{
    int failed = database_send_keys(database, sql_file, keys, count, error);
    return failed ? failed : database_receive(database, sql_file, ret_result, error);
}

int database_stream_begin(struct database *database, const char *sql_file, struct error *error)
{
    const char *text = statement(sql_file, error);
    if (text == NULL) {
        return error->code;
    }
    if (PQsendQueryParams(database->connection, text, 0, NULL, NULL, NULL, NULL, 1) != 1 ||
        PQsetSingleRowMode(database->connection) != 1) {
        return database_error(database, NULL, sql_file, error);
    }
    return 0;
}

int database_stream_next(struct database *database, const char *sql_file, PGresult **ret_row,
                         struct error *error)
{
    PGresult *result = PQgetResult(database->connection);
    ExecStatusType status = PQresultStatus(result);
    *ret_row = NULL;
    if (result != NULL && status == PGRES_SINGLE_TUPLE) {
        *ret_row = result;
        return 0;
    }
    int failed = result == NULL || status != PGRES_TUPLES_OK
                     ? database_error(database, result, sql_file, error)
                     : 0;
    PQclear(result);
    database_stream_end(database);
    return failed;
}

void database_stream_end(struct database *database)
{
    PGresult *result;
    while ((result = PQgetResult(database->connection)) != NULL) {
        PQclear(result);
        if (PQstatus(database->connection) != CONNECTION_OK) {
            break;
        }
    }
}
