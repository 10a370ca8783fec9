/* Binary COPY: see "COPY", binary format, in the PostgreSQL manual. */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"

enum {
    FLUSH_AT = 256 << 10,
    BUFFER_SIZE = FLUSH_AT + 64, /* a value's head and the longest number fit behind the mark */
    HEADER_SIZE = 19
};

/* Signature, no flags, no header extension. */
static const char copy_header[HEADER_SIZE + 1] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";

/* Postgres counts days and microseconds from 2000-01-01. */
static const int32_t epoch_days = 10957;
static const int64_t epoch_microseconds = INT64_C(10957) * 86400 * 1000000;

static int send(struct database_copy *copy, const char *bytes, size_t length, struct error *error)
{
    if (PQputCopyData(copy->database->connection, bytes, (int)length) == 1)
        return 0;
    return database_error(copy->database, NULL, "COPY", error);
}

static int flush(struct database_copy *copy, struct error *error)
{
    size_t used = copy->used;

    copy->used = 0;
    return used == 0 ? 0 : send(copy, copy->buffer, used, error);
}

static int flush_when_full(struct database_copy *copy, struct error *error)
{
    return copy->used < FLUSH_AT ? 0 : flush(copy, error);
}

static void put(struct database_copy *copy, const void *bytes, size_t length)
{
    memcpy(copy->buffer + copy->used, bytes, length);
    copy->used += length;
}

static void put_length(struct database_copy *copy, uint32_t length)
{
    uint32_t big = htobe32(length);

    put(copy, &big, sizeof big);
}

static int begin(struct database_copy *copy, const char *text, struct error *error)
{
    PGresult *result = PQexec(copy->database->connection, text);
    int failed = 0;

    if (PQresultStatus(result) != PGRES_COPY_IN)
        failed = database_error(copy->database, result, "COPY", error);
    PQclear(result);
    return failed;
}

int database_copy_begin(struct database *database, const char *table, const char *columns,
                        struct database_copy *ret, struct error *error)
{
    struct database_copy copy = {.database = database};
    size_t size = strlen(table) + (columns == NULL ? 0 : strlen(columns)) + 64;
    char *text = malloc(size);
    int result;

    copy.buffer = malloc(BUFFER_SIZE);
    if (text == NULL || copy.buffer == NULL) {
        result = error_set(error, ERROR_OUT_OF_MEMORY, "no memory for COPY");
    } else {
        snprintf(text, size, "copy %s %s from stdin (format binary)", table,
                 columns == NULL ? "" : columns);
        result = begin(&copy, text, error);
    }
    free(text);
    if (result < 0) {
        free(copy.buffer);
        return result;
    }
    put(&copy, copy_header, HEADER_SIZE);
    *ret = copy;
    return 0;
}

int database_copy_row_begin(struct database_copy *copy, unsigned column_count, struct error *error)
{
    uint16_t big = htobe16((uint16_t)column_count);

    put(copy, &big, sizeof big);
    copy->rows++;
    return flush_when_full(copy, error);
}

int database_copy_null(struct database_copy *copy, struct error *error)
{
    put_length(copy, UINT32_MAX); /* length -1 */
    return flush_when_full(copy, error);
}

int database_copy_bytes(struct database_copy *copy, const void *bytes, size_t length,
                        struct error *error)
{
    int result;

    if (length > (size_t)1 << 30)
        return error_set(error, ERROR_INTERNAL, "a value of more than 1 GiB for COPY");
    put_length(copy, (uint32_t)length);
    if (length < BUFFER_SIZE - copy->used) {
        put(copy, bytes, length);
        return flush_when_full(copy, error);
    }
    result = flush(copy, error);
    return result < 0 ? result : send(copy, bytes, length, error);
}

int database_copy_int16(struct database_copy *copy, int16_t value, struct error *error)
{
    uint16_t big = htobe16((uint16_t)value);

    put_length(copy, sizeof big);
    put(copy, &big, sizeof big);
    return flush_when_full(copy, error);
}

int database_copy_int32(struct database_copy *copy, int32_t value, struct error *error)
{
    uint32_t big = htobe32((uint32_t)value);

    put_length(copy, sizeof big);
    put(copy, &big, sizeof big);
    return flush_when_full(copy, error);
}

int database_copy_int64(struct database_copy *copy, int64_t value, struct error *error)
{
    uint64_t big = htobe64((uint64_t)value);

    put_length(copy, sizeof big);
    put(copy, &big, sizeof big);
    return flush_when_full(copy, error);
}

int database_copy_double(struct database_copy *copy, double value, struct error *error)
{
    int64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return database_copy_int64(copy, bits, error);
}

int database_copy_bool(struct database_copy *copy, bool value, struct error *error)
{
    char byte = value ? 1 : 0;

    put_length(copy, 1);
    put(copy, &byte, 1);
    return flush_when_full(copy, error);
}

int database_copy_date(struct database_copy *copy, int32_t day, struct error *error)
{
    return database_copy_int32(copy, day - epoch_days, error);
}

int database_copy_timestamp(struct database_copy *copy, int64_t microseconds, struct error *error)
{
    return database_copy_int64(copy, microseconds - epoch_microseconds, error);
}

static void release(struct database_copy *copy)
{
    free(copy->buffer);
    copy->buffer = NULL;
}

/* Every result has to be taken, also after an error, or the next statement would get the rest. */
static int take_results(struct database_copy *copy, struct error *error)
{
    PGconn *connection = copy->database->connection;
    uint64_t counted = 0;
    PGresult *result;
    int failed = 0;

    while ((result = PQgetResult(connection)) != NULL) {
        if (PQresultStatus(result) == PGRES_COMMAND_OK)
            counted = strtoull(PQcmdTuples(result), NULL, 10);
        else if (failed == 0)
            failed = database_error(copy->database, result, "COPY", error);
        PQclear(result);
        if (PQstatus(connection) != CONNECTION_OK)
            break;
    }
    if (failed == 0 && counted != copy->rows)
        failed = error_set(error, ERROR_COPY_COUNT,
                           "the server took %llu rows of COPY where %llu were sent",
                           (unsigned long long)counted, (unsigned long long)copy->rows);
    return failed;
}

int database_copy_end(struct database_copy *copy, struct error *error)
{
    const uint16_t trailer = UINT16_MAX; /* column count -1 */
    int result;

    put(copy, &trailer, sizeof trailer);
    result = flush(copy, error);
    if (result < 0) {
        database_copy_abort(copy);
        return result;
    }
    if (PQputCopyEnd(copy->database->connection, NULL) != 1)
        result = database_error(copy->database, NULL, "COPY", error);
    if (result == 0)
        result = take_results(copy, error);
    release(copy);
    return result;
}

void database_copy_abort(struct database_copy *copy)
{
    struct error ignored = {0};

    if (copy->buffer == NULL)
        return;
    PQputCopyEnd(copy->database->connection, "given up by joinedup");
    take_results(copy, &ignored);
    release(copy);
}
