#include "rotation.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "link_faint.h"
#include "link_segment.h"
#include "link_snapshot.h"
#include "linkage/blob.h"
#include "linkage/seal.h"
#include "rekey.h"

/* Columns that hold something sealed, and the column whose token is bound in. */
static const struct sealed_column {
    const char *table, *column, *bound;
} sealed_columns[] = {{"linkage.record", "identity", "patient_key"}};

/* Columns that hold a blob (linkage/blob.h), and its label. What is in it are tokens under the
 * first key, which no rotation changes. */
static const struct blob_column {
    const char *table, *column, *label;
} blob_columns[] = {{"linkage.key_segment", "sealed", LINK_SEGMENT_LABEL},
                    {"linkage.faint_segment", "sealed", LINK_FAINT_LABEL},
                    {"linkage.snapshot", "sealed", LINK_SNAPSHOT_LABEL}};

/* Two columns of which the smaller token is the first: they change places when need be. */
static const struct ordered_columns {
    const char *table, *smaller, *larger;
} ordered_columns[] = {{"linkage.pair", "left_key", "right_key"}};

enum { TYPE_UUID = 2950, NO_COLUMN = -1 };
#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

struct rotating {
    struct database *database;
    struct rotation *rotation;
    struct rekeyer *rekeyer;
    struct linkage_sealer *old_sealer, *new_sealer;
    struct linkage_blob_sealer *old_blobs, *new_blobs;
    void (*tick)(const struct rotation *rotation);
    /* Of the table at hand. */
    const struct rotation_table *table;
    const struct blob_column *blob;
    int blob_place, sealed_place, bound_place, smaller_place, larger_place;
};

/* ---- the plan ---- */

static int set(struct database *database, const char *name, const char *value, struct error *error)
{
    const char *const parameters[] = {name, value};
    return database_query(database, "sql/rotate/setting.sql", parameters, 2, NULL, error);
}

static int name_sealed_tables(struct database *database, struct error *error)
{
    char names[1024] = "";
    size_t used = 0;
    for (size_t i = 0; i < COUNT_OF(blob_columns); i++) {
        used += (size_t)snprintf(names + used, sizeof names - used, "%s,", blob_columns[i].table);
    }
    for (size_t i = 0; i < COUNT_OF(sealed_columns); i++) {
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? "," : "",
                                 sealed_columns[i].table);
    }
    return set(database, "joinedup.sealed", names, error);
}

int rotation_plan(struct database *database, struct rotation *ret, struct error *error)
{
    PGresult *rows = NULL;
    *ret = (struct rotation){0};
    int failed = name_sealed_tables(database, error);
    failed = failed ? failed : database_run_last(database, "sql/rotate/plan.sql", &rows, error);
    if (failed != 0) {
        return failed;
    }
    ret->tables = calloc((size_t)PQntuples(rows) + 1, sizeof *ret->tables);
    for (int row = 0; row < PQntuples(rows) && ret->tables != NULL; row++) {
        struct rotation_table *table = &ret->tables[ret->table_count++];
        snprintf(table->name, sizeof table->name, "%s", PQgetvalue(rows, row, 0));
        table->rows = strtoull(PQgetvalue(rows, row, 1), NULL, 10);
        table->bytes = strtoull(PQgetvalue(rows, row, 2), NULL, 10);
        ret->rows += table->rows;
        ret->bytes += table->bytes;
    }
    PQclear(rows);
    return ret->tables != NULL ? 0 : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for tables");
}

void rotation_release(struct rotation *rotation)
{
    free(rotation->tables);
    rotation->tables = NULL;
}

/* ---- a row ---- */

static int step_token(struct rotating *rotating, const char *value, struct token *ret,
                      struct error *error)
{
    memcpy(ret->bytes, value, TOKEN_SIZE);
    if (rekeyer_step(rotating->rekeyer, ret) != 0) {
        return error_set(error, ERROR_INTERNAL, "a token cannot be made");
    }
    rotating->rotation->tokens++;
    return 0;
}

static bool has_postcode(const struct linkage_identity *identity)
{
    static const struct token none;
    return memcmp(identity->postcode.bytes, none.bytes, TOKEN_SIZE) != 0;
}

/* Opened as it was bound to the old patient key, sealed again for the new one; its postcode is a
 * token too. */
static int copy_identity(struct rotating *rotating, struct database_copy *copy,
                         const PGresult *rows, int row, struct error *error)
{
    const unsigned char *bytes =
        (const unsigned char *)PQgetvalue(rows, row, rotating->sealed_place);
    size_t length = (size_t)PQgetlength(rows, row, rotating->sealed_place);
    unsigned char sealed[SEALED_SIZE];
    struct linkage_identity identity;
    struct token old_key, new_key;
    memcpy(old_key.bytes, PQgetvalue(rows, row, rotating->bound_place), TOKEN_SIZE);
    new_key = old_key;
    int failed = linkage_unseal(rotating->old_sealer, &old_key, bytes, length, &identity, error);
    if (failed != 0) {
        return failed;
    }
    if (rekeyer_step(rotating->rekeyer, &new_key) != 0 ||
        (has_postcode(&identity) && rekeyer_step(rotating->rekeyer, &identity.postcode) != 0) ||
        linkage_seal(rotating->new_sealer, &new_key, &identity, sealed) != 0) {
        failed = error_set(error, ERROR_INTERNAL, "an identity cannot be sealed anew");
    }
    OPENSSL_cleanse(&identity, sizeof identity);
    rotating->rotation->identities++;
    return failed ? failed : database_copy_bytes(copy, sealed, sizeof sealed, error);
}

static int copy_blob(struct rotating *rotating, struct database_copy *copy, const PGresult *rows,
                     int row, struct error *error)
{
    const unsigned char *old = (const unsigned char *)PQgetvalue(rows, row, rotating->blob_place);
    size_t length = (size_t)PQgetlength(rows, row, rotating->blob_place);
    const char *label = rotating->blob->label;
    unsigned char *opened = malloc(length + 1), *sealed = malloc(length + 1);
    int failed = opened != NULL && sealed != NULL
                     ? linkage_blob_open(rotating->old_blobs, label, old, length, opened, error)
                     : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %s", label);
    failed = failed ? failed
                    : linkage_blob_seal(rotating->new_blobs, label, opened,
                                        length - linkage_blob_size(0), sealed, error);
    failed = failed ? failed : database_copy_bytes(copy, sealed, length, error);
    free(opened);
    free(sealed);
    return failed;
}

/* Where the value of a column of this row is taken from: columns in order may have changed places.
 */
static int value_place(const struct rotating *rotating, bool swap, int column)
{
    if (swap && column == rotating->smaller_place) {
        return rotating->larger_place;
    }
    return swap && column == rotating->larger_place ? rotating->smaller_place : column;
}

static int is_swapped(struct rotating *rotating, const PGresult *rows, int row, bool *ret,
                      struct error *error)
{
    struct token smaller, larger;
    int failed = 0;
    *ret = false;
    if (rotating->smaller_place != NO_COLUMN) {
        uint64_t counted = rotating->rotation->tokens;
        failed =
            step_token(rotating, PQgetvalue(rows, row, rotating->smaller_place), &smaller, error);
        failed = failed ? failed
                        : step_token(rotating, PQgetvalue(rows, row, rotating->larger_place),
                                     &larger, error);
        rotating->rotation->tokens = counted;
        *ret = failed == 0 && memcmp(smaller.bytes, larger.bytes, TOKEN_SIZE) > 0;
    }
    return failed;
}

static int copy_row(struct rotating *rotating, struct database_copy *copy, const PGresult *rows,
                    int row, struct error *error)
{
    int columns = PQnfields(rows);
    bool swap;
    int failed = is_swapped(rotating, rows, row, &swap, error);
    failed = failed ? failed : database_copy_row_begin(copy, (unsigned)columns, error);
    for (int column = 0; column < columns && failed == 0; column++) {
        int place = value_place(rotating, swap, column);
        const char *value = PQgetvalue(rows, row, place);
        struct token token;
        if (PQgetisnull(rows, row, place)) {
            failed = database_copy_null(copy, error);
        } else if (place == rotating->blob_place) {
            failed = copy_blob(rotating, copy, rows, row, error);
        } else if (place == rotating->sealed_place) {
            failed = copy_identity(rotating, copy, rows, row, error);
        } else if (PQftype(rows, place) == TYPE_UUID) {
            failed = step_token(rotating, value, &token, error);
            failed = failed ? failed : database_copy_bytes(copy, token.bytes, TOKEN_SIZE, error);
        } else {
            failed = database_copy_bytes(copy, value, (size_t)PQgetlength(rows, row, place), error);
        }
    }
    return failed;
}

/* ---- a table ---- */

/* Which columns of the table at hand are more than tokens. */
static int find_places(struct rotating *rotating, const PGresult *rows, struct error *error)
{
    const char *table = rotating->table->name;
    rotating->sealed_place = rotating->bound_place = NO_COLUMN;
    rotating->smaller_place = rotating->larger_place = rotating->blob_place = NO_COLUMN;
    for (size_t i = 0; i < COUNT_OF(blob_columns); i++) {
        if (strcmp(blob_columns[i].table, table) == 0) {
            rotating->blob = &blob_columns[i];
            rotating->blob_place = PQfnumber(rows, blob_columns[i].column);
            if (rotating->blob_place < 0) {
                return error_set(error, ERROR_INTERNAL, "%s lacks its sealed column", table);
            }
        }
    }
    for (size_t i = 0; i < COUNT_OF(sealed_columns); i++) {
        if (strcmp(sealed_columns[i].table, table) == 0) {
            rotating->sealed_place = PQfnumber(rows, sealed_columns[i].column);
            rotating->bound_place = PQfnumber(rows, sealed_columns[i].bound);
            if (rotating->sealed_place < 0 || rotating->bound_place < 0) {
                return error_set(error, ERROR_INTERNAL, "%s lacks a sealed column", table);
            }
        }
    }
    for (size_t i = 0; i < COUNT_OF(ordered_columns); i++) {
        if (strcmp(ordered_columns[i].table, table) == 0) {
            rotating->smaller_place = PQfnumber(rows, ordered_columns[i].smaller);
            rotating->larger_place = PQfnumber(rows, ordered_columns[i].larger);
            if (rotating->smaller_place < 0 || rotating->larger_place < 0) {
                return error_set(error, ERROR_INTERNAL, "%s lacks a column in order", table);
            }
        }
    }
    return 0;
}

static int copy_rows(struct rotating *rotating, const char *target, const PGresult *rows,
                     struct error *error)
{
    struct database_copy copy;
    int failed = find_places(rotating, rows, error);
    failed = failed ? failed : database_copy_begin(rotating->database, target, NULL, &copy, error);
    if (failed != 0) {
        return failed;
    }
    for (int row = 0; row < PQntuples(rows) && failed == 0; row++) {
        failed = copy_row(rotating, &copy, rows, row, error);
    }
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    rotating->rotation->rows_done += (uint64_t)PQntuples(rows);
    rotating->tick(rotating->rotation);
    return database_copy_end(&copy, error);
}

static int rotate_table(struct rotating *rotating, struct error *error)
{
    struct database *database = rotating->database;
    char target[160];
    int failed = set(database, "joinedup.table", rotating->table->name, error);
    snprintf(target, sizeof target, "pg_temp.rotated_%s", rotating->table->name);
    *strrchr(target, '.') = '_'; /* its schema's */
    failed = failed ? failed : database_run(database, "sql/rotate/open.sql", error);
    for (int fetched = 1; failed == 0 && fetched > 0;) {
        PGresult *rows = NULL;
        failed = database_run_last(database, "sql/rotate/fetch.sql", &rows, error);
        fetched = failed == 0 ? PQntuples(rows) : 0;
        if (fetched > 0) {
            failed = copy_rows(rotating, target, rows, error);
        }
        PQclear(rows);
    }
    return failed ? failed : database_run(database, "sql/rotate/close.sql", error);
}

int rotation_run(struct database *database, const struct site_key *old,
                 const struct site_key *grown, struct rotation *rotation,
                 void (*tick)(const struct rotation *rotation), struct error *error)
{
    struct rotating rotating = {.database = database, .rotation = rotation, .tick = tick};
    int failed = rekeyer_new(grown->bytes, grown->count, &rotating.rekeyer, error);
    failed = failed ? failed : linkage_sealer_new(old->bytes, &rotating.old_sealer, error);
    failed = failed ? failed : linkage_sealer_new(grown->bytes, &rotating.new_sealer, error);
    failed = failed ? failed : linkage_blob_sealer_new(old->bytes, &rotating.old_blobs, error);
    failed = failed ? failed : linkage_blob_sealer_new(grown->bytes, &rotating.new_blobs, error);
    for (size_t i = 0; i < rotation->table_count && failed == 0; i++) {
        rotating.table = &rotation->tables[i];
        failed = rotate_table(&rotating, error);
        if (failed != 0) {
            error_while(error, "rotating the site key");
        }
    }
    failed = failed ? failed : database_run(database, "sql/rotate/swap.sql", error);
    failed = failed ? failed : ledger_set_setting(database, "key_id", grown->id, error);
    failed = failed ? failed : ledger_set_setting(database, "key_check", grown->check_value, error);
    rekeyer_free(rotating.rekeyer);
    linkage_sealer_free(rotating.old_sealer);
    linkage_sealer_free(rotating.new_sealer);
    linkage_blob_sealer_free(rotating.old_blobs);
    linkage_blob_sealer_free(rotating.new_blobs);
    return failed;
}
