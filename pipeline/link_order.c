#include "link_order.h"

#include <stdlib.h>
#include <string.h>

#include "page_array.h"

struct ordered_key {
    struct token origin, present;
};

static int take_keys(struct page_array *keys, size_t *count, const PGresult *rows,
                     struct rekeyer *rekeyer, struct error *error)
{
    size_t wanted = (*count + (size_t)PQntuples(rows)) * sizeof(struct ordered_key);
    int failed = page_array_reserve(keys, wanted, error);
    for (int row = 0; row < PQntuples(rows) && failed == 0; row++) {
        struct ordered_key *key = (struct ordered_key *)keys->bytes + (*count)++;
        memcpy(key->present.bytes, PQgetvalue(rows, row, 0), TOKEN_SIZE);
        key->origin = key->present;
        if (rekeyer_origin(rekeyer, &key->origin) != 0) {
            failed = error_set(error, ERROR_INTERNAL, "a token cannot be turned back");
        }
    }
    return failed;
}

static int read_keys(struct database *database, struct rekeyer *rekeyer, struct page_array *keys,
                     size_t *count, struct error *error)
{
    int failed = database_run(database, "sql/link/open_keys.sql", error);
    for (int fetched = 1; failed == 0 && fetched > 0;) {
        PGresult *rows = NULL;
        failed = database_run_last(database, "sql/link/fetch_keys.sql", &rows, error);
        fetched = failed == 0 ? PQntuples(rows) : 0;
        failed = failed ? failed : take_keys(keys, count, rows, rekeyer, error);
        PQclear(rows);
    }
    return failed;
}

static int write_places(struct database *database, const struct ordered_key *keys, size_t count,
                        struct error *error)
{
    struct database_copy copy;
    int failed = database_copy_begin(database, "pg_temp.link_order", NULL, &copy, error);
    if (failed != 0) {
        return failed;
    }
    for (size_t i = 0; i < count && failed == 0; i++) {
        failed = database_copy_row_begin(&copy, 2, error);
        failed =
            failed ? failed : database_copy_bytes(&copy, keys[i].present.bytes, TOKEN_SIZE, error);
        failed = failed ? failed : database_copy_int64(&copy, (int64_t)i, error);
    }
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    return database_copy_end(&copy, error);
}

int link_order_write(struct database *database, const struct site_key *key, struct rekeyer *rekeyer,
                     struct error *error)
{
    struct page_array keys = {0};
    size_t count = 0;
    int failed = database_run(database, "sql/link/order.sql", error);
    if (failed != 0 || key->count == 1) {
        return failed;
    }
    failed = read_keys(database, rekeyer, &keys, &count, error);
    if (failed == 0 && count > 0) {
        qsort(keys.bytes, count, sizeof(struct ordered_key), token_compare);
        failed = write_places(database, keys.bytes, count, error);
    }
    page_array_release(&keys);
    return failed ? failed : database_run(database, "sql/link/close_keys.sql", error);
}
