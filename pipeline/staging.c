#include "staging.h"

#include <inttypes.h>
#include <stdio.h>

static const char *column_type_name(enum column_type type)
{
    static const char *const names[] = {"text",    "uuid",      "date",
                                        "time",    "timestamp", "smallint",
                                        "integer", "bigint",    "double precision",
                                        "boolean", "bytea"};
    return names[type];
}

static int make_table(struct database *database, const struct table *table, struct error *error)
{
    char names[8192] = "{", types[8192] = "{";
    size_t name_length = 1, type_length = 1;
    for (size_t i = 0; i < table->column_count; i++) {
        const char *comma = i ? "," : "";
        name_length += (size_t)snprintf(names + name_length, sizeof names - name_length, "%s%s",
                                        comma, table->columns[i].name);
        type_length += (size_t)snprintf(types + type_length, sizeof types - type_length, "%s\"%s\"",
                                        comma, column_type_name(table->columns[i].type));
        if (name_length >= sizeof names - 1 || type_length >= sizeof types - 1) {
            return error_set(error, ERROR_FEED_DEFINITION_INVALID, "too many columns to keep");
        }
    }
    snprintf(names + name_length, sizeof names - name_length, "}");
    snprintf(types + type_length, sizeof types - type_length, "}");
    const char *parameters[] = {table->stage, names, types};
    return database_query(database, "sql/stage/make_table.sql", parameters, 3, NULL, error);
}

int staging_begin(struct database *database, const struct feed *feed, struct error *error)
{
    int failed = database_run(database, "sql/stage/begin.sql", error);
    for (size_t i = 0; i < feed->table_count && failed == 0; i++) {
        if (feed->tables[i].column_count > 0) {
            failed = make_table(database, &feed->tables[i], error);
        }
    }
    return failed;
}

void staging_init(struct staging *staging, struct database *database, const struct feed *feed)
{
    *staging = (struct staging){.database = database, .feed = feed, .table = TABLE_NONE};
}

int staging_open(struct staging *staging, int table, struct error *error)
{
    char name[128];
    int failed = staging_close(staging, error);
    if (failed != 0 || staging->feed->tables[table].column_count == 0) {
        return failed;
    }
    snprintf(name, sizeof name, "pg_temp.stage_%s", staging->feed->tables[table].stage);
    failed = database_copy_begin(staging->database, name, NULL, &staging->copy, error);
    if (failed == 0) {
        staging->table = table;
    }
    return failed;
}

static int copy_value(struct database_copy *copy, enum column_type type,
                      const struct staging_value *value, struct error *error)
{
    if (value->null) {
        return database_copy_null(copy, error);
    }
    switch (type) {
    case COLUMN_TEXT:
    case COLUMN_BYTEA:
        return database_copy_bytes(copy, value->text.data, value->text.length, error);
    case COLUMN_UUID:
        return database_copy_bytes(copy, value->token.bytes, TOKEN_SIZE, error);
    case COLUMN_DATE:
        return database_copy_date(copy, value->day, error);
    case COLUMN_TIME:
        return database_copy_int64(copy, value->microseconds, error);
    case COLUMN_TIMESTAMP:
        return database_copy_timestamp(copy, value->microseconds, error);
    case COLUMN_SMALLINT:
        return database_copy_int16(copy, (int16_t)value->integer, error);
    case COLUMN_INTEGER:
        return database_copy_int32(copy, (int32_t)value->integer, error);
    case COLUMN_BIGINT:
        return database_copy_int64(copy, value->integer, error);
    case COLUMN_NUMERIC:
        return database_copy_double(copy, value->number, error);
    case COLUMN_BOOLEAN:
        return database_copy_bool(copy, value->boolean, error);
    }
    return error_set(error, ERROR_INTERNAL, "a column of an unknown type");
}

int staging_row(struct staging *staging, const struct staging_value *values, struct error *error)
{
    if (staging->table == TABLE_NONE) {
        return 0; /* validated, not kept */
    }
    const struct table *table = &staging->feed->tables[staging->table];
    int failed = database_copy_row_begin(&staging->copy, (unsigned)table->column_count, error);
    for (size_t i = 0; i < table->column_count && failed == 0; i++) {
        failed = copy_value(&staging->copy, table->columns[i].type, &values[i], error);
    }
    return failed;
}

int staging_close(struct staging *staging, struct error *error)
{
    if (staging->table == TABLE_NONE) {
        return 0;
    }
    staging->table = TABLE_NONE;
    return database_copy_end(&staging->copy, error);
}

void staging_abort(struct staging *staging)
{
    if (staging->table != TABLE_NONE) {
        staging->table = TABLE_NONE;
        database_copy_abort(&staging->copy);
    }
}

int staging_describe(struct database *database, const struct delivery *delivery,
                     const struct delivery_facts *facts, struct error *error)
{
    char id[24], start[16], end[16], extract[32];
    snprintf(id, sizeof id, "%" PRId64, delivery->id);
    const char *parameters[] = {
        id,
        delivery->feed->name,
        delivery->sender,
        delivery_file_name(delivery),
        facts->has_period ? ledger_day_text(facts->period_start, start) : NULL,
        facts->has_period ? ledger_day_text(facts->period_end, end) : NULL,
        facts->has_extract_time ? ledger_time_text(facts->extract_microseconds, extract) : NULL};
    return database_query(database, "sql/stage/this_delivery.sql", parameters, 7, NULL, error);
}
