/*
 * database_binary.h: statements whose parameters and rows are in Postgres's binary form.
 */
#ifndef DATABASE_BINARY_H
#define DATABASE_BINARY_H

#include "database.h"
#include "token.h"

/* One parameter: its bytes in binary, or a text of length strlen with is_text. */
struct database_value {
    const void *bytes;
    size_t length;
    bool is_text;
};

/* As database_query; rows are in binary. */
int database_query_binary(struct database *database, const char *sql_file,
                          const struct database_value *values, size_t count, PGresult **ret_result,
                          struct error *error);

/* A statement with one parameter, an array of uuid. Rows are in binary. */
int database_query_keys(struct database *database, const char *sql_file, const struct token *keys,
                        size_t count, PGresult **ret_result, struct error *error);

/* The same in two steps, so that the server works while the caller does: one statement at a time.
 */
int database_send_keys(struct database *database, const char *sql_file, const struct token *keys,
                       size_t count, struct error *error);
int database_receive(struct database *database, const char *sql_file, PGresult **ret_result,
                     struct error *error);

/* Rows one by one, as the server sends them, in binary: begin, then next until *ret_row is NULL;
 * the caller PQclears each. After an error, or to stop early: end, which throws the rest away. */
int database_stream_begin(struct database *database, const char *sql_file, struct error *error);
int database_stream_next(struct database *database, const char *sql_file, PGresult **ret_row,
                         struct error *error);
void database_stream_end(struct database *database);

/* Numbers in binary: the highest byte first. */
static inline uint32_t database_uint32(const void *bytes)
{
    const unsigned char *at = bytes;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}
static inline uint64_t database_uint64(const void *bytes)
{
    return (uint64_t)database_uint32(bytes) << 32 |
           database_uint32((const unsigned char *)bytes + 4);
}

#endif
