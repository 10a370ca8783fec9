#include "record_postcode.h"

#include <openssl/crypto.h>
#include <string.h>

/* Columns of sql/stage/open_identities.sql, in binary. */
enum { AT_DELIVERY, AT_KEY, AT_IDENTITY, DELIVERY_SIZE = 8 };

/* The person of a delivery at hand, and the last postcode told of them. */
struct told_postcode {
    unsigned char person[DELIVERY_SIZE + TOKEN_SIZE];
    struct token postcode;
    bool found;
};

static int copy_told(struct database_copy *copy, struct told_postcode *told, struct error *error)
{
    if (!told->found) {
        return 0;
    }
    told->found = false;
    int failed = database_copy_row_begin(copy, 3, error);
    failed = failed ? failed : database_copy_bytes(copy, told->person, DELIVERY_SIZE, error);
    failed = failed ? failed
                    : database_copy_bytes(copy, told->person + DELIVERY_SIZE, TOKEN_SIZE, error);
    return failed ? failed : database_copy_bytes(copy, told->postcode.bytes, TOKEN_SIZE, error);
}

static int take_identity(struct linkage_sealer *sealer, const PGresult *rows, int row,
                         struct database_copy *copy, struct told_postcode *told,
                         struct error *error)
{
    static const struct token none;
    unsigned char person[DELIVERY_SIZE + TOKEN_SIZE];
    struct linkage_identity identity;
    struct token key;
    int failed = 0;
    memcpy(person, PQgetvalue(rows, row, AT_DELIVERY), DELIVERY_SIZE);
    memcpy(person + DELIVERY_SIZE, PQgetvalue(rows, row, AT_KEY), TOKEN_SIZE);
    memcpy(key.bytes, person + DELIVERY_SIZE, TOKEN_SIZE);
    if (memcmp(person, told->person, sizeof person) != 0) {
        failed = copy_told(copy, told, error);
        memcpy(told->person, person, sizeof person);
    }
    failed = failed ? failed
                    : linkage_unseal(sealer, &key,
                                     (const unsigned char *)PQgetvalue(rows, row, AT_IDENTITY),
                                     (size_t)PQgetlength(rows, row, AT_IDENTITY), &identity, error);
    if (failed == 0 && memcmp(&identity.postcode, &none, sizeof none) != 0) {
        told->postcode = identity.postcode;
        told->found = true;
    }
    OPENSSL_cleanse(&identity, sizeof identity);
    return failed;
}

/* One part of the cursor, in a COPY of its own: the two share a connection. */
static int take_part(struct database *database, struct linkage_sealer *sealer, const PGresult *rows,
                     struct told_postcode *told, struct error *error)
{
    struct database_copy copy;
    int failed = database_copy_begin(database, "pg_temp.record_postcode", NULL, &copy, error);
    if (failed != 0) {
        return failed;
    }
    for (int row = 0; row < PQntuples(rows) && failed == 0; row++) {
        failed = take_identity(sealer, rows, row, &copy, told, error);
    }
    if (failed == 0 && PQntuples(rows) == 0) {
        failed = copy_told(&copy, told, error); /* the last one */
    }
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    return database_copy_end(&copy, error);
}

int record_postcode_open(struct database *database, struct linkage_sealer *sealer,
                         struct error *error)
{
    struct told_postcode told = {.found = false};
    int failed = database_query(database, "sql/stage/record_postcode.sql", NULL, 0, NULL, error);
    failed = failed
                 ? failed
                 : database_query(database, "sql/stage/open_identities.sql", NULL, 0, NULL, error);
    for (int fetched = 1; failed == 0 && fetched > 0;) {
        PGresult *rows = NULL;
        /* The simple protocol gives a binary cursor's rows in binary. */
        failed = database_run_last(database, "sql/stage/fetch_identities.sql", &rows, error);
        fetched = failed == 0 ? PQntuples(rows) : 0;
        failed = failed ? failed : take_part(database, sealer, rows, &told, error);
        PQclear(rows);
    }
    if (failed != 0) {
        error_while(error, "opening the postcodes of earlier deliveries");
    }
    return failed;
}
