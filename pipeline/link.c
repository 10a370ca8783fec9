#include "link.h"

#include <stdlib.h>
#include <string.h>

#include "linkage.h"

struct record_list {
    struct linkage_record *items;
    size_t count, size;
};

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Postgres writes a uuid as 32 hex digits with hyphens between. */
static bool parse_uuid(const char *text, struct token *ret)
{
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        int value = hex_digit(*text);
        if (*text == '-') {
            continue;
        }
        if (value < 0 || digits == 2 * TOKEN_SIZE) {
            return false;
        }
        ret->bytes[digits / 2] = (unsigned char)(ret->bytes[digits / 2] << 4 | value);
        digits++;
    }
    return digits == 2 * TOKEN_SIZE;
}

static bool optional_uuid(const PGresult *rows, int row, int column, bool *has, struct token *ret)
{
    *has = !PQgetisnull(rows, row, column);
    return !*has || parse_uuid(PQgetvalue(rows, row, column), ret);
}

/* A practice code is no secret: its own bytes serve as the token. */
static bool practice_token(const PGresult *rows, int row, int column, bool *has, struct token *ret)
{
    *has = !PQgetisnull(rows, row, column);
    size_t length = *has ? strlen(PQgetvalue(rows, row, column)) : 0;
    if (length > TOKEN_SIZE) {
        return false;
    }
    memcpy(ret->bytes, PQgetvalue(rows, row, column), length);
    return true;
}

/* Only the order of periods matters to linkage, so YYYYMMDD serves as well as a day number. */
static int32_t period_order(const char *text)
{
    int32_t order = 0;
    for (; *text != '\0'; text++) {
        if (*text >= '0' && *text <= '9') {
            order = order * 10 + (*text - '0');
        }
    }
    return order;
}

static int add_records(struct record_list *list, const PGresult *rows, struct error *error)
{
    size_t more = (size_t)PQntuples(rows);
    if (list->count + more > list->size) {
        size_t size = list->size * 2 > list->count + more ? list->size * 2 : list->count + more;
        struct linkage_record *items = realloc(list->items, size * sizeof *items);
        if (items == NULL) {
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %zu records", size);
        }
        list->items = items;
        list->size = size;
    }
    for (int row = 0; row < (int)more; row++) {
        struct linkage_record *record = &list->items[list->count];
        memset(record, 0, sizeof *record);
        record->first_period = period_order(PQgetvalue(rows, row, 1));
        if (!parse_uuid(PQgetvalue(rows, row, 0), &record->patient_key) ||
            !optional_uuid(rows, row, 2, &record->has_nhs_number, &record->nhs_number) ||
            !optional_uuid(rows, row, 3, &record->has_name, &record->name) ||
            !optional_uuid(rows, row, 4, &record->has_postcode, &record->postcode) ||
            !practice_token(rows, row, 5, &record->has_practice, &record->practice)) {
            return error_set(error, ERROR_INTERNAL, "linkage.record holds what is no token");
        }
        list->count++;
    }
    return 0;
}

static int read_records(struct database *database, struct record_list *list, struct error *error)
{
    int failed = database_query(database, "sql/link/open_records.sql", NULL, 0, NULL, error);
    int fetched = 1;
    while (failed == 0 && fetched > 0) {
        PGresult *rows = NULL;
        failed = database_query(database, "sql/link/fetch_records.sql", NULL, 0, &rows, error);
        if (failed == 0) {
            fetched = PQntuples(rows);
            failed = add_records(list, rows, error);
            PQclear(rows);
        }
    }
    return failed;
}

static int copy_decision(struct database_copy *copy, const struct linkage_record *record,
                         const struct linkage_decision *decision, struct error *error)
{
    static const char *const steps[] = {"alone", "nhs_number", "name_postcode", "name_practice"};
    const char *step = steps[decision->step];
    int failed = database_copy_row_begin(copy, 3, error);
    failed =
        failed ? failed : database_copy_bytes(copy, record->patient_key.bytes, TOKEN_SIZE, error);
    failed =
        failed ? failed : database_copy_bytes(copy, decision->person_key.bytes, TOKEN_SIZE, error);
    return failed ? failed : database_copy_bytes(copy, step, strlen(step), error);
}

static int write_decisions(struct database *database, const struct record_list *list,
                           const struct linkage_decision *decisions, struct error *error)
{
    struct database_copy copy;
    int failed = database_run(database, "sql/link/begin.sql", error);
    failed = failed ? failed
                    : database_copy_begin(database, "pg_temp.person_decision", NULL, &copy, error);
    if (failed != 0) {
        return failed;
    }
    for (size_t i = 0; i < list->count && failed == 0; i++) {
        failed = copy_decision(&copy, &list->items[i], &decisions[i], error);
    }
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    failed = database_copy_end(&copy, error);
    return failed ? failed : database_run(database, "sql/link/apply.sql", error);
}

int link_run(struct database *database, struct error *error)
{
    struct record_list list = {0};
    struct linkage_summary summary;
    struct linkage_decision *decisions = NULL;
    int failed = database_begin(database, error);
    if (failed != 0) {
        return failed;
    }
    failed = read_records(database, &list, error);
    if (failed == 0) {
        decisions = calloc(list.count + 1, sizeof *decisions);
        failed = decisions ? linkage_resolve(list.items, list.count, decisions, &summary, error)
                           : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for decisions");
    }
    failed = failed ? failed : write_decisions(database, &list, decisions, error);
    if (failed == 0) {
        failed = database_commit(database, error);
    } else {
        database_rollback(database);
        error_while(error, "linking records");
    }
    free(decisions);
    free(list.items);
    return failed;
}

int link_summarise(struct database *database, struct link_summary *ret, struct error *error)
{
    PGresult *rows = NULL;
    int failed = database_query(database, "sql/link/summary.sql", NULL, 0, &rows, error);
    if (failed == 0) {
        ret->records = strtoull(PQgetvalue(rows, 0, 0), NULL, 10);
        ret->persons = strtoull(PQgetvalue(rows, 0, 1), NULL, 10);
        ret->links_nhs_number = strtoull(PQgetvalue(rows, 0, 2), NULL, 10);
        ret->links_name = strtoull(PQgetvalue(rows, 0, 3), NULL, 10);
        PQclear(rows);
    }
    return failed;
}
