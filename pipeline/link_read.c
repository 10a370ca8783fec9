#include "link_read.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database_binary.h"
#include "link_order.h"
#include "linkage/gather.h"
#include "linkage/seal.h"

/* Columns of sql/link/open_records.sql. */
enum { AT_KEY, AT_FEED, AT_SENDER, AT_PERIOD, AT_PRACTICE, AT_IDENTITY };

enum {
    GATHERED_MAX = 64, /* faces of one record held at a time; the oldest go first */
    ASKED_MAX = 5000,  /* records asked for at a time */
    MEMO_BYTES = 1 << 20
};

struct link_reader {
    const struct link_context *context;
    struct linkage_set sources;
    struct linkage_sealer *sealer;
    struct linkage_deriver *deriver;
    struct rekeyer *rekeyer;
    struct link_records *records; /* those being read */
    /* The record at hand. */
    uint32_t *gathered;
    size_t gathered_count;
    struct token key; /* its present key */
    struct link_record record;
    bool open;
};

/* ---- sources ---- */

static bool add_source(struct linkage_set *set, const char *feed, const char *sender, bool unique)
{
    struct linkage_source *source = &set->sources[set->source_count];
    if (set->source_count == LINKAGE_SOURCES_MAX) {
        return false;
    }
    snprintf(source->name, sizeof source->name, "%s%s%s", feed, *sender ? " " : "", sender);
    source->unique = unique;
    set->source_count++;
    return true;
}

/* One source a feed; then one a sender of feeds without duplicates, as far as there is room: the
 * others stay with their feed, where duplicates are looked for as well. */
static int make_sources(struct link_reader *reader, struct error *error)
{
    struct linkage_set *set = &reader->sources;
    const struct site *site = reader->context->site;
    PGresult *rows = NULL;
    int failed =
        database_query(reader->context->database, "sql/link/senders.sql", NULL, 0, &rows, error);
    if (failed != 0) {
        return failed;
    }
    bool good = add_source(set, "other", "", false);
    for (size_t i = 0; i < site->feed_count && good; i++) {
        good = add_source(set, site->feeds[i].name, "", false);
    }
    for (int row = 0; row < PQntuples(rows) && good; row++) {
        const struct feed *feed = site_feed(site, PQgetvalue(rows, row, 0));
        if (feed != NULL && feed->duplicate_free) {
            good = add_source(set, feed->name, PQgetvalue(rows, row, 1), true);
        }
    }
    PQclear(rows);
    return 0;
}

static uint8_t source_of(const struct linkage_set *set, const char *feed, const char *sender)
{
    char name[LINKAGE_SOURCE_NAME_MAX];
    uint8_t found = 0;
    snprintf(name, sizeof name, "%s %s", feed, sender);
    for (size_t i = 0; i < set->source_count; i++) {
        if (strcmp(set->sources[i].name, name) == 0) {
            return (uint8_t)i;
        }
        if (strcmp(set->sources[i].name, feed) == 0) {
            found = (uint8_t)i;
        }
    }
    return found;
}

/* ---- records ---- */

/* The record at hand is complete: settles its faces and adds it. */
static int end_record(struct link_reader *reader, struct error *error)
{
    const struct linkage_schema *schema = reader->sources.schema;
    if (!reader->open) {
        return 0;
    }
    reader->record.changed =
        linkage_faces_renumbered(schema, reader->gathered, reader->gathered_count);
    size_t faces =
        linkage_faces_settle(schema, reader->gathered, reader->gathered_count, LINK_FACES_MAX);
    reader->gathered_count = 0;
    reader->open = false;
    reader->record.key = reader->key;
    if (rekeyer_origin(reader->rekeyer, &reader->record.key) != 0) {
        return error_set(error, ERROR_INTERNAL, "a token cannot be turned back");
    }
    return link_records_add(reader->records, &reader->record, reader->gathered, faces, error);
}

/* FNV-1a of what the record is decided by. A field's length keeps it from running into the next. */
static void add_to_fingerprint(struct link_reader *reader, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t hash = (uint64_t)reader->record.fingerprint ^ length;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ at[i]) * 0x100000001b3u;
    }
    reader->record.fingerprint = (int64_t)(hash * 0x100000001b3u);
}

static void fingerprint_value(struct link_reader *reader, const PGresult *rows, int row, int column)
{
    add_to_fingerprint(reader, PQgetvalue(rows, row, column),
                       (size_t)PQgetlength(rows, row, column));
}

static int derive_practice(struct link_reader *reader, const PGresult *rows, int row,
                           uint32_t *face, struct error *error)
{
    const struct linkage_schema *schema = reader->sources.schema;
    const struct linkage_field *field =
        &schema->fields[linkage_schema_find(schema, LINKAGE_GP_PRACTICE)];
    if (PQgetisnull(rows, row, AT_PRACTICE)) {
        return 0;
    }
    struct slice value = {PQgetvalue(rows, row, AT_PRACTICE),
                          (size_t)PQgetlength(rows, row, AT_PRACTICE)};
    return linkage_derive(reader->deriver, field, secret_of(value), face) < 0
               ? error_set(error, ERROR_INTERNAL, "a form cannot be made")
               : 0;
}

static int add_face(struct link_reader *reader, const PGresult *rows, int row, struct error *error)
{
    size_t words = reader->sources.schema->words;
    struct linkage_identity identity;
    if (reader->gathered_count == GATHERED_MAX) {
        memmove(reader->gathered, reader->gathered + words,
                (GATHERED_MAX - 1) * words * sizeof(uint32_t));
        reader->gathered_count--;
    }
    int failed = linkage_unseal(reader->sealer, &reader->key,
                                (const unsigned char *)PQgetvalue(rows, row, AT_IDENTITY),
                                (size_t)PQgetlength(rows, row, AT_IDENTITY), &identity, error);
    if (failed == 0) {
        uint32_t *face = reader->gathered + reader->gathered_count++ * words;
        memcpy(face, identity.face, words * sizeof *face);
        failed = derive_practice(reader, rows, row, face, error);
        /* The nonce says which identity of this record it is. */
        add_to_fingerprint(reader, PQgetvalue(rows, row, AT_IDENTITY), 1 + SEAL_NONCE_SIZE);
        fingerprint_value(reader, rows, row, AT_PRACTICE);
        fingerprint_value(reader, rows, row, AT_PERIOD);
    }
    return failed;
}

static int take_row(struct link_reader *reader, const PGresult *rows, int row, struct error *error)
{
    const char *key = PQgetvalue(rows, row, AT_KEY);
    int32_t period = (int32_t)database_uint32(PQgetvalue(rows, row, AT_PERIOD));
    int failed = 0;
    if (!reader->open || memcmp(reader->key.bytes, key, TOKEN_SIZE) != 0) {
        failed = end_record(reader, error);
        memcpy(reader->key.bytes, key, TOKEN_SIZE);
        reader->record.period = period;
        reader->record.source = source_of(&reader->sources, PQgetvalue(rows, row, AT_FEED),
                                          PQgetvalue(rows, row, AT_SENDER));
        reader->record.fingerprint = 0;
        fingerprint_value(reader, rows, row, AT_FEED);
        fingerprint_value(reader, rows, row, AT_SENDER);
        reader->open = true;
    }
    reader->record.period = period < reader->record.period ? period : reader->record.period;
    return failed ? failed : add_face(reader, rows, row, error);
}

static int take_rows(struct link_reader *reader, const PGresult *rows, struct error *error)
{
    int failed = 0;
    for (int row = 0; row < PQntuples(rows) && failed == 0; row++) {
        failed = take_row(reader, rows, row, error);
    }
    return failed;
}

int link_read_all(struct link_reader *reader, struct link_records *records, struct error *error)
{
    struct database *database = reader->context->database;
    int failed = link_order_write(database, reader->context->key, reader->rekeyer, error);
    failed = failed ? failed
                    : database_query(database, "sql/link/open_records.sql", NULL, 0, NULL, error);
    reader->records = records;
    for (int fetched = 1; failed == 0 && fetched > 0;) {
        PGresult *rows = NULL;
        /* The simple protocol gives a binary cursor's rows in binary. */
        failed = database_run_last(database, "sql/link/fetch_records.sql", &rows, error);
        fetched = failed == 0 ? PQntuples(rows) : 0;
        failed = failed ? failed : take_rows(reader, rows, error);
        PQclear(rows);
    }
    failed = failed ? failed : end_record(reader, error);
    link_records_settle(records);
    return failed;
}

static int present_keys(struct link_reader *reader, const struct token *origins, size_t count,
                        struct token **ret, struct error *error)
{
    struct token *keys = malloc((count + 1) * sizeof *keys);
    int failed = keys != NULL ? 0 : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for keys");
    for (size_t i = 0; i < count && failed == 0; i++) {
        keys[i] = origins[i];
        if (rekeyer_present(reader->rekeyer, &keys[i]) != 0) {
            failed = error_set(error, ERROR_INTERNAL, "a token cannot be made");
        }
    }
    if (failed != 0) {
        free(keys);
        return failed;
    }
    *ret = keys;
    return 0;
}

/* A part of the keys is asked for while the one before is opened. */
static int read_parts(struct link_reader *reader, const struct token *keys, size_t count,
                      struct error *error)
{
    static const char sql[] = "sql/link/open_some_records.sql";
    struct database *database = reader->context->database;
    PGresult *rows = NULL;
    size_t sent = count < ASKED_MAX ? count : ASKED_MAX;
    int failed = count == 0 ? 0 : database_send_keys(database, sql, keys, sent, error);
    for (bool more = count > 0; failed == 0 && more;) {
        failed = database_receive(database, sql, &rows, error);
        more = sent < count;
        if (failed == 0 && more) {
            size_t part = count - sent < ASKED_MAX ? count - sent : ASKED_MAX;
            failed = database_send_keys(database, sql, keys + sent, part, error);
            sent += part;
        }
        failed = failed ? failed : take_rows(reader, rows, error);
        PQclear(rows);
        rows = NULL;
    }
    database_stream_end(database); /* what an error left unread */
    return failed;
}

int link_read_some(struct link_reader *reader, const struct token *keys, size_t count,
                   struct link_records *records, struct error *error)
{
    struct token *present = NULL;
    reader->records = records;
    int failed = present_keys(reader, keys, count, &present, error);
    failed = failed ? failed : read_parts(reader, present, count, error);
    failed = failed ? failed : end_record(reader, error);
    free(present);
    link_records_settle(records);
    /* Rows come in order of present keys. */
    return failed || reader->context->key->count == 1 ? failed : link_records_sort(records, error);
}

int link_query_keys(struct link_reader *reader, const char *sql_file, const struct token *origins,
                    size_t count, PGresult **ret_rows, struct error *error)
{
    struct token *keys = NULL;
    int failed = present_keys(reader, origins, count, &keys, error);
    failed = failed ? failed
                    : database_query_keys(reader->context->database, sql_file, keys, count,
                                          ret_rows, error);
    free(keys);
    return failed;
}

int link_origin_at(struct link_reader *reader, const PGresult *rows, int row, int column,
                   struct token *ret, struct error *error)
{
    memcpy(ret->bytes, PQgetvalue(rows, row, column), TOKEN_SIZE);
    return rekeyer_origin(reader->rekeyer, ret) == 0
               ? 0
               : error_set(error, ERROR_INTERNAL, "a token cannot be turned back");
}

/* ---- opening ---- */

int link_reader_open(const struct link_context *context, struct link_reader **ret,
                     struct error *error)
{
    struct link_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to read records");
    }
    reader->context = context;
    reader->sources.schema = linkage_schema_person();
    reader->gathered = calloc(GATHERED_MAX + 1, reader->sources.schema->words * sizeof(uint32_t));
    int failed = reader->gathered != NULL
                     ? 0
                     : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a record's faces");
    failed = failed
                 ? failed
                 : rekeyer_new(context->key->bytes, context->key->count, &reader->rekeyer, error);
    failed = failed ? failed : linkage_sealer_new(context->key->bytes, &reader->sealer, error);
    failed = failed ? failed
                    : linkage_deriver_new(site_key_first(context->key), context->nicknames,
                                          MEMO_BYTES, &reader->deriver, error);
    failed = failed ? failed : make_sources(reader, error);
    if (failed != 0) {
        link_reader_close(reader);
        return failed;
    }
    *ret = reader;
    return 0;
}

void link_reader_close(struct link_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    linkage_sealer_free(reader->sealer);
    rekeyer_free(reader->rekeyer);
    linkage_deriver_free(reader->deriver);
    if (reader->gathered != NULL) {
        OPENSSL_cleanse(reader->gathered,
                        (GATHERED_MAX + 1) * reader->sources.schema->words * sizeof(uint32_t));
        free(reader->gathered);
    }
    free(reader);
}

const struct linkage_set *link_reader_sources(const struct link_reader *reader)
{
    return &reader->sources;
}

void link_reader_init(struct link_reader *reader, struct link_records *records)
{
    link_records_init(records, &reader->sources, reader->rekeyer);
}

/* ---- what stewards decided ---- */

static int compare_decisions(const void *left, const void *right)
{
    return memcmp(left, right, 2 * sizeof(struct token)); /* the keys come first */
}

static int decision_at(struct link_reader *reader, const PGresult *rows, int row,
                       struct link_verdict *ret, struct error *error)
{
    int failed = link_origin_at(reader, rows, row, 0, &ret->left, error);
    failed = failed ? failed : link_origin_at(reader, rows, row, 1, &ret->right, error);
    ret->same = *PQgetvalue(rows, row, 2) != 0;
    if (failed == 0 && memcmp(&ret->left, &ret->right, sizeof ret->left) > 0) {
        struct token left = ret->left;
        ret->left = ret->right;
        ret->right = left;
    }
    return failed;
}

int link_verdicts_read(struct link_reader *reader, const char *sql_file, struct link_verdicts *ret,
                       struct error *error)
{
    PGresult *rows = NULL;
    int failed = database_query_binary(reader->context->database, sql_file, NULL, 0, &rows, error);
    if (failed != 0) {
        return failed;
    }
    ret->count = (size_t)PQntuples(rows);
    ret->items = calloc(ret->count + 1, sizeof *ret->items);
    failed =
        ret->items != NULL ? 0 : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for decisions");
    for (size_t i = 0; i < ret->count && failed == 0; i++) {
        failed = decision_at(reader, rows, (int)i, &ret->items[i], error);
    }
    PQclear(rows);
    if (failed == 0) {
        qsort(ret->items, ret->count, sizeof *ret->items, compare_decisions);
    }
    return failed;
}

void link_verdicts_release(struct link_verdicts *decisions)
{
    free(decisions->items);
    *decisions = (struct link_verdicts){0};
}

int link_verdicts_apply(const struct link_verdicts *decisions, struct link_records *records,
                        struct error *error)
{
    records->verdict_count = 0;
    records->verdicts = calloc(decisions->count + 1, sizeof *records->verdicts);
    if (records->verdicts == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for decisions");
    }
    for (size_t i = 0; i < decisions->count; i++) {
        struct linkage_verdict verdict = {link_find_origin(records, &decisions->items[i].left),
                                          link_find_origin(records, &decisions->items[i].right),
                                          decisions->items[i].same};
        /* A record that is no longer there needs no decision. */
        if (verdict.left != UINT32_MAX && verdict.right != UINT32_MAX) {
            records->verdicts[records->verdict_count++] = verdict;
        }
    }
    return 0;
}

int link_read(const struct link_context *context, struct link_records *ret, struct error *error)
{
    struct link_reader *reader = NULL;
    struct link_verdicts decisions = {0};
    memset(ret, 0, sizeof *ret);
    int failed = link_reader_open(context, &reader, error);
    if (failed != 0) {
        return failed;
    }
    link_reader_init(reader, ret);
    failed = link_read_all(reader, ret, error);
    failed =
        failed ? failed : link_verdicts_read(reader, "sql/link/decisions.sql", &decisions, error);
    failed = failed ? failed : link_verdicts_apply(&decisions, ret, error);
    link_verdicts_release(&decisions);
    ret->own_rekeyer = reader->rekeyer;
    reader->rekeyer = NULL;
    link_reader_close(reader);
    return failed;
}
