#include "ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "file.h"

/* gmtime_r knows the calendar; a day number needs no time zone. */
char *ledger_day_text(int32_t day, char text[16])
{
    time_t seconds = (time_t)day * 86400;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(text, 16, "%Y-%m-%d", &parts);
    return text;
}

char *ledger_time_text(int64_t microseconds, char text[32])
{
    time_t seconds = (time_t)(microseconds / 1000000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(text, 32, "%Y-%m-%d %H:%M:%S", &parts);
    return text;
}

static char *number_text(int64_t number, char text[24])
{
    snprintf(text, 24, "%" PRId64, number);
    return text;
}

int ledger_find(struct database *database, const struct delivery *delivery,
                struct ledger_entry *ret, struct error *error)
{
    char id[24];
    const char *parameters[] = {number_text(delivery->id, id)};
    PGresult *rows = NULL;
    int result =
        database_query(database, "sql/meta/delivery_by_id.sql", parameters, 1, &rows, error);
    if (result != 0) {
        return result;
    }
    memset(ret, 0, sizeof *ret);
    if (PQntuples(rows) == 1) {
        ret->found = true;
        snprintf(ret->state, sizeof ret->state, "%s", PQgetvalue(rows, 0, 0));
        snprintf(ret->error_code, sizeof ret->error_code, "%s", PQgetvalue(rows, 0, 1));
        snprintf(ret->definition_hash, sizeof ret->definition_hash, "%s", PQgetvalue(rows, 0, 2));
        snprintf(ret->file_name, sizeof ret->file_name, "%s", PQgetvalue(rows, 0, 3));
        snprintf(ret->code_version, sizeof ret->code_version, "%s", PQgetvalue(rows, 0, 4));
        ret->run_id = strtoll(PQgetvalue(rows, 0, 5), NULL, 10);
    }
    PQclear(rows);
    return 0;
}

bool ledger_refusal_stands(const struct ledger_entry *entry, const struct delivery *delivery)
{
    /* What "raise limits:" and "map its name under senders:" mend. */
    static const enum error_code by_settings[] = {ERROR_ARCHIVE_BOMB, ERROR_CSV_COLUMN_MISSING,
                                                  ERROR_CSV_HEADER_MISSING};
    char hash[65];
    file_hex(delivery->feed->hash, 32, hash);
    bool stands = strcmp(hash, entry->definition_hash) == 0 &&
                  strcmp(delivery_file_name(delivery), entry->file_name) == 0 &&
                  strcmp(JOINEDUP_VERSION, entry->code_version) == 0;
    for (size_t i = 0; i < sizeof by_settings / sizeof by_settings[0]; i++) {
        char code[8];
        stands = stands && strcmp(error_code_text(by_settings[i], code), entry->error_code) != 0;
    }
    return stands;
}

static int record_tables(struct database *database, const struct delivery *delivery,
                         const struct delivery_result *result, struct error *error)
{
    char text[6][24];
    for (size_t i = 0; i < delivery->feed->table_count; i++) {
        const struct row_counts *counts = &result->tables[i];
        if (counts->received == 0) {
            continue;
        }
        const char *parameters[] = {number_text(delivery->id, text[0]),
                                    delivery->feed->tables[i].name,
                                    number_text((int64_t)counts->received, text[1]),
                                    number_text((int64_t)counts->staged, text[2]),
                                    number_text((int64_t)counts->rejected, text[3]),
                                    number_text((int64_t)counts->duplicate, text[4]),
                                    number_text((int64_t)counts->withheld, text[5])};
        int failed =
            database_query(database, "sql/meta/record_table.sql", parameters, 7, NULL, error);
        if (failed != 0) {
            return failed;
        }
    }
    return 0;
}

int ledger_record(struct database *database, const struct delivery *delivery,
                  const struct ledger_record *record, const struct delivery_result *result,
                  struct error *error)
{
    char id[24], sha[65], bytes[24], start[16], end[16], extract[32], hash[65], code[8], run[24];
    char seconds[32], told[2 * ERROR_TEXT_MAX + 8] = "";
    const struct delivery_facts *facts = record->facts;
    file_hex(delivery->sha256, 32, sha);
    file_hex(delivery->feed->hash, 32, hash);
    snprintf(seconds, sizeof seconds, "%.3f", record->seconds);
    if (record->failure != NULL) {
        snprintf(told, sizeof told, "%s%s%s", record->failure->place,
                 record->failure->place[0] ? ": " : "", record->failure->primary);
    }
    const char *parameters[] = {
        number_text(delivery->id, id),
        delivery->feed->name,
        delivery->sender,
        delivery_file_name(delivery),
        sha,
        number_text((int64_t)delivery->bytes, bytes),
        facts->has_period ? ledger_day_text(facts->period_start, start) : NULL,
        facts->has_period ? ledger_day_text(facts->period_end, end) : NULL,
        facts->has_extract_time ? ledger_time_text(facts->extract_microseconds, extract) : NULL,
        hash,
        JOINEDUP_VERSION,
        record->key_id,
        record->state,
        record->failure ? error_code_text(record->failure->code, code) : NULL,
        record->failure ? told : NULL,
        seconds,
        number_text(record->run_id, run)};

    const char *first[] = {parameters[0]};
    int failed = database_query(database, "sql/meta/forget_findings.sql", first, 1, NULL, error);
    if (failed == 0) {
        failed = database_query(database, "sql/meta/record_delivery.sql", parameters,
                                sizeof parameters / sizeof parameters[0], NULL, error);
    }
    return failed != 0 ? failed : record_tables(database, delivery, result, error);
}

int ledger_lock_delivery(struct database *database, const struct delivery *delivery,
                         struct error *error)
{
    char id[24];
    const char *parameters[] = {number_text(delivery->id, id)};
    return database_query(database, "sql/meta/lock_delivery.sql", parameters, 1, NULL, error);
}

int ledger_lock_run(struct database *database, struct error *error)
{
    PGresult *rows = NULL;
    int failed = database_query(database, "sql/meta/lock_run.sql", NULL, 0, &rows, error);
    if (failed == 0 && strcmp(PQgetvalue(rows, 0, 0), "t") != 0) {
        failed = error_set(error, ERROR_RUN_LOCKED, "another run of this site is at work");
    }
    PQclear(rows);
    return failed;
}

int ledger_lock_sender(struct database *database, const struct delivery *delivery,
                       struct error *error)
{
    const char *parameters[] = {delivery->feed->name, delivery->sender};
    return database_query(database, "sql/meta/lock_sender.sql", parameters, 2, NULL, error);
}

int ledger_is_superseded(struct database *database, const struct delivery *delivery,
                         const struct delivery_facts *facts, bool *ret, struct error *error)
{
    char id[24], start[16], extract[32];
    const char *parameters[] = {
        number_text(delivery->id, id), delivery->feed->name, delivery->sender,
        facts->has_period ? ledger_day_text(facts->period_start, start) : NULL,
        facts->has_extract_time ? ledger_time_text(facts->extract_microseconds, extract) : NULL};
    PGresult *rows = NULL;
    int result =
        database_query(database, "sql/meta/later_extract.sql", parameters, 5, &rows, error);
    if (result == 0) {
        *ret = PQntuples(rows) > 0;
        PQclear(rows);
    }
    return result;
}

int ledger_mark_replaced(struct database *database, const struct delivery *delivery,
                         const struct delivery_facts *facts, struct error *error)
{
    char id[24], start[16];
    const char *parameters[] = {
        number_text(delivery->id, id), delivery->feed->name, delivery->sender,
        facts->has_period ? ledger_day_text(facts->period_start, start) : NULL};
    return database_query(database, "sql/meta/mark_replaced.sql", parameters, 4, NULL, error);
}

int ledger_setting(struct database *database, const char *name, char value[256],
                   struct error *error)
{
    const char *parameters[] = {name};
    PGresult *rows = NULL;
    int result = database_query(database, "sql/meta/setting_get.sql", parameters, 1, &rows, error);
    if (result == 0) {
        snprintf(value, 256, "%s", PQntuples(rows) == 1 ? PQgetvalue(rows, 0, 0) : "");
        PQclear(rows);
    }
    return result;
}

int ledger_set_setting(struct database *database, const char *name, const char *value,
                       struct error *error)
{
    const char *parameters[] = {name, value};
    return database_query(database, "sql/meta/setting_set.sql", parameters, 2, NULL, error);
}
