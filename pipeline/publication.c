#include "publication.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disclosure.h"
#include "file.h"

enum { SHA256_SIZE = 32, SHA256_TEXT = 2 * SHA256_SIZE + 1 };

/* Columns of sql/publish/cube.sql. */
enum cube_column {
    CUBE_START_DAY,
    CUBE_END_DAY,
    CUBE_START,
    CUBE_END,
    CUBE_STATUS,
    CUBE_BREAKDOWN,
    CUBE_PRIMARY,
    CUBE_PRIMARY_DESCRIPTION,
    CUBE_SECONDARY,
    CUBE_SECONDARY_DESCRIPTION,
    CUBE_MEASURE,
    CUBE_MEASURE_NAME,
    CUBE_IS_PERCENT,
    CUBE_EXEMPT,
    CUBE_NUMERATOR,
    CUBE_DENOMINATOR
};

struct cube {
    PGresult *rows;
    struct disclosure_cell *cells; /* one a row */
    size_t count;
};

static void cube_release(struct cube *cube)
{
    PQclear(cube->rows);
    free(cube->cells);
}

static bool cube_flag(const struct cube *cube, int row, int column)
{
    return PQgetvalue(cube->rows, row, column)[0] == 't';
}

static int64_t cube_number(const struct cube *cube, int row, int column)
{
    return strtoll(PQgetvalue(cube->rows, row, column), NULL, 10); /* null reads as 0 */
}

static int cube_read(struct database *database, struct cube *ret, struct error *error)
{
    int result = database_query(database, "sql/publish/cube.sql", NULL, 0, &ret->rows, error);
    if (result != 0) {
        return result;
    }
    ret->count = (size_t)PQntuples(ret->rows);
    ret->cells = calloc(ret->count + 1, sizeof *ret->cells);
    if (ret->cells == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for %zu figures", ret->count);
    }
    for (int row = 0; row < (int)ret->count; row++) {
        struct disclosure_cell *cell = &ret->cells[row];
        cell->is_percent = cube_flag(ret, row, CUBE_IS_PERCENT);
        cell->exempt_level = cube_flag(ret, row, CUBE_EXEMPT);
        cell->numerator = cube_number(ret, row, CUBE_NUMERATOR);
        cell->denominator = cube_number(ret, row, CUBE_DENOMINATOR);
    }
    return 0;
}

/* The 11 published columns of a row. */
static void cube_values(const struct cube *cube, int row, const char *values[PUBLICATION_COLUMNS])
{
    for (int i = 0; i < PUBLICATION_COLUMNS - 1; i++) {
        values[i] = PQgetvalue(cube->rows, row, CUBE_START + i);
    }
    values[PUBLICATION_COLUMNS - 1] = cube->cells[row].published;
}

/* SHA-256 over the rows as an export writes them, without the header. */
static int cube_hash(const struct cube *cube, char ret[SHA256_TEXT], struct error *error)
{
    unsigned char digest[SHA256_SIZE];
    struct publication_text line = {0};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    int result = 0;

    for (int row = 0; ok && result == 0 && row < (int)cube->count; row++) {
        const char *values[PUBLICATION_COLUMNS];
        cube_values(cube, row, values);
        line.used = 0;
        result = publication_text_row(&line, values, error);
        ok = result != 0 || EVP_DigestUpdate(context, line.data, line.used) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    publication_text_release(&line);
    if (result == 0 && !ok) {
        result = error_set(error, ERROR_INTERNAL, "the hash of the figures could not be made");
    }
    if (result == 0) {
        file_hex(digest, sizeof digest, ret);
    }
    return result;
}

/* What is published now: its number (0 = nothing yet), and is it what we would publish? */
static int read_current(struct database *database, const char *policy, const char *hash,
                        int32_t *ret_publication, bool *ret_same, struct error *error)
{
    PGresult *rows = NULL;
    int result = database_query(database, "sql/publish/current.sql", NULL, 0, &rows, error);
    if (result != 0) {
        return result;
    }
    *ret_publication = 0;
    *ret_same = false;
    if (PQntuples(rows) == 1) {
        *ret_publication = (int32_t)strtol(PQgetvalue(rows, 0, 0), NULL, 10);
        *ret_same = strcmp(PQgetvalue(rows, 0, 1), hash) == 0 &&
                    strcmp(PQgetvalue(rows, 0, 2), policy) == 0 &&
                    strcmp(PQgetvalue(rows, 0, 3), PUBLICATION_POLICY_VERSION) == 0 &&
                    PQgetvalue(rows, 0, 4)[0] == 't';
    }
    PQclear(rows);
    return 0;
}

static int copy_text(struct database_copy *copy, const char *text, struct error *error)
{
    return database_copy_bytes(copy, text, strlen(text), error);
}

static int copy_row(struct database_copy *copy, const struct cube *cube, int row,
                    int32_t publication, struct error *error)
{
    const char *values[PUBLICATION_COLUMNS];
    cube_values(cube, row, values);
    int result = database_copy_row_begin(copy, PUBLICATION_COLUMNS + 2, error);
    if (result == 0) {
        result = database_copy_int32(copy, publication, error);
    }
    if (result == 0) {
        result = database_copy_int32(copy, row + 1, error);
    }
    if (result == 0) {
        result = database_copy_date(copy, (int32_t)cube_number(cube, row, CUBE_START_DAY), error);
    }
    if (result == 0) {
        result = database_copy_date(copy, (int32_t)cube_number(cube, row, CUBE_END_DAY), error);
    }
    for (int i = 2; result == 0 && i < PUBLICATION_COLUMNS; i++) {
        result = copy_text(copy, values[i], error);
    }
    return result;
}

static int copy_cube(struct database *database, const struct cube *cube, int32_t publication,
                     struct error *error)
{
    struct database_copy copy;
    int result = database_copy_begin(
        database, "publish.measure_value_all",
        "(publication, row_number, reporting_period_start, reporting_period_end, status, "
        "breakdown, primary_level, primary_level_description, secondary_level, "
        "secondary_level_description, measure_id, measure_name, measure_value)",
        &copy, error);
    if (result != 0) {
        return result;
    }
    for (int row = 0; result == 0 && row < (int)cube->count; row++) {
        result = copy_row(&copy, cube, row, publication, error);
    }
    if (result != 0) {
        database_copy_abort(&copy);
        return result;
    }
    return database_copy_end(&copy, error);
}

static int write_publication(struct database *database, int64_t run_id, const char *policy,
                             const char *hash, const struct cube *cube, int32_t *ret,
                             struct error *error)
{
    char run_text[24];
    PGresult *rows = NULL;
    snprintf(run_text, sizeof run_text, "%" PRId64, run_id);
    const char *values[] = {run_text, policy, PUBLICATION_POLICY_VERSION, hash, JOINEDUP_VERSION};
    int result = database_query(database, "sql/publish/new.sql", values,
                                sizeof values / sizeof values[0], &rows, error);
    if (result != 0) {
        return result;
    }
    int32_t publication = (int32_t)strtol(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    result = copy_cube(database, cube, publication, error);
    if (result == 0) {
        result = database_run(database, "sql/publish/swap.sql", error);
    }
    if (result == 0) {
        *ret = publication;
    }
    return result;
}

static int publish_cube(struct database *database, int64_t run_id, const char *policy,
                        const struct cube *cube, struct measure_summary *summary,
                        struct error *error)
{
    char hash[SHA256_TEXT];
    int32_t current = 0;
    bool same = false;
    int result = cube_hash(cube, hash, error);
    if (result == 0) {
        result = read_current(database, policy, hash, &current, &same, error);
    }
    /* Nothing computed and nothing published before: there is nothing to tell anybody. */
    bool nothing = cube->count == 0 && current == 0;
    if (result == 0 && !same && !nothing) {
        result = write_publication(database, run_id, policy, hash, cube, &current, error);
        summary->published = result == 0;
    }
    if (result == 0) {
        summary->publication = current;
    }
    return result;
}

int publication_make(struct database *database, int64_t run_id, const char *policy,
                     struct measure_summary *summary, struct error *error)
{
    struct cube cube = {0};
    const struct disclosure_profile *profile = disclosure_profile_by_name(policy);
    if (profile == NULL) {
        return error_set(error, ERROR_CONFIG_INVALID, "there is no disclosure profile \"%s\"",
                         policy);
    }
    int result = cube_read(database, &cube, error);
    if (result == 0) {
        result = profile->protect(cube.cells, cube.count, error);
    }
    if (result == 0) {
        result = publish_cube(database, run_id, policy, &cube, summary, error);
    }
    cube_release(&cube);
    return result == 0 ? 0 : error_while(error, "while publishing");
}
