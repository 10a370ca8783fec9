#include "link_read.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link_order.h"
#include "linkage/gather.h"
#include "linkage/seal.h"

/* Columns of sql/link/open_records.sql. */
enum { AT_KEY, AT_FEED, AT_SENDER, AT_PERIOD, AT_PRACTICE, AT_IDENTITY };

enum {
    GATHERED_MAX = 64, /* faces of one record held at a time; the oldest go first */
    MEMO_BYTES = 1 << 20
};

struct reading {
    const struct link_context *context;
    struct link_records *records;
    struct linkage_sealer *sealer;
    struct linkage_deriver *deriver;
    /* The record at hand. */
    uint32_t *gathered;
    size_t gathered_count;
    struct token key;
    int32_t period;
    uint8_t source;
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
static int make_sources(struct reading *reading, struct error *error)
{
    struct linkage_set *set = &reading->records->set;
    const struct site *site = reading->context->site;
    PGresult *rows = NULL;
    int failed =
        database_query(reading->context->database, "sql/link/senders.sql", NULL, 0, &rows, error);
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

static int reserve(struct link_records *records, size_t faces, struct error *error)
{
    size_t words = records->set.schema->words, count = records->count + 1;
    faces += records->set.face_count;
    int failed = page_array_reserve(&records->keys, count * sizeof(struct token), error);
    failed =
        failed ? failed : page_array_reserve(&records->periods, count * sizeof(int32_t), error);
    failed = failed ? failed : page_array_reserve(&records->sources, count, error);
    failed = failed ? failed : page_array_reserve(&records->changed, count * sizeof(bool), error);
    failed = failed
                 ? failed
                 : page_array_reserve(&records->first_faces, (count + 1) * sizeof(uint32_t), error);
    failed = failed ? failed
                    : page_array_reserve(&records->faces, faces * words * sizeof(uint32_t), error);
    return failed ? failed
                  : page_array_reserve(&records->face_records, faces * sizeof(uint32_t), error);
}

/* The record at hand is complete: settles its faces and adds it. */
static int end_record(struct reading *reading, struct error *error)
{
    struct link_records *records = reading->records;
    const struct linkage_schema *schema = records->set.schema;
    if (!reading->open) {
        return 0;
    }
    bool changed = linkage_faces_renumbered(schema, reading->gathered, reading->gathered_count);
    size_t faces =
        linkage_faces_settle(schema, reading->gathered, reading->gathered_count, LINK_FACES_MAX);
    int failed = records->count + 1 >= UINT32_MAX
                     ? error_set(error, ERROR_OUT_OF_MEMORY, "there are too many records to link")
                     : reserve(records, faces, error);
    if (failed != 0) {
        return failed;
    }
    struct token *origin = (struct token *)records->keys.bytes + records->count;
    *origin = reading->key;
    if (rekeyer_origin(records->rekeyer, origin) != 0) {
        return error_set(error, ERROR_INTERNAL, "a token cannot be turned back");
    }
    ((int32_t *)records->periods.bytes)[records->count] = reading->period;
    ((uint8_t *)records->sources.bytes)[records->count] = reading->source;
    ((bool *)records->changed.bytes)[records->count] = changed;
    memcpy((uint32_t *)records->faces.bytes + records->set.face_count * schema->words,
           reading->gathered, faces * schema->words * sizeof(uint32_t));
    for (size_t i = 0; i < faces; i++) {
        ((uint32_t *)records->face_records.bytes)[records->set.face_count + i] =
            (uint32_t)records->count;
    }
    ((uint32_t *)records->first_faces.bytes)[records->count] = (uint32_t)records->set.face_count;
    records->set.face_count += faces;
    records->count++;
    ((uint32_t *)records->first_faces.bytes)[records->count] = (uint32_t)records->set.face_count;
    reading->gathered_count = 0;
    reading->open = false;
    return 0;
}

static int derive_practice(struct reading *reading, const PGresult *rows, int row, uint32_t *face,
                           struct error *error)
{
    const struct linkage_schema *schema = reading->records->set.schema;
    const struct linkage_field *field =
        &schema->fields[linkage_schema_find(schema, LINKAGE_GP_PRACTICE)];
    if (PQgetisnull(rows, row, AT_PRACTICE)) {
        return 0;
    }
    struct slice value = {PQgetvalue(rows, row, AT_PRACTICE),
                          (size_t)PQgetlength(rows, row, AT_PRACTICE)};
    return linkage_derive(reading->deriver, field, secret_of(value), face) < 0
               ? error_set(error, ERROR_INTERNAL, "a form cannot be made")
               : 0;
}

static int add_face(struct reading *reading, const PGresult *rows, int row, struct error *error)
{
    size_t words = reading->records->set.schema->words;
    struct linkage_identity identity;
    if (reading->gathered_count == GATHERED_MAX) {
        memmove(reading->gathered, reading->gathered + words,
                (GATHERED_MAX - 1) * words * sizeof(uint32_t));
        reading->gathered_count--;
    }
    int failed = linkage_unseal(reading->sealer, &reading->key,
                                (const unsigned char *)PQgetvalue(rows, row, AT_IDENTITY),
                                (size_t)PQgetlength(rows, row, AT_IDENTITY), &identity, error);
    if (failed == 0) {
        uint32_t *face = reading->gathered + reading->gathered_count++ * words;
        memcpy(face, identity.face, words * sizeof *face);
        failed = derive_practice(reading, rows, row, face, error);
    }
    return failed;
}

static int32_t read_int32(const char *bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;
    return (int32_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]);
}

static int take_row(struct reading *reading, const PGresult *rows, int row, struct error *error)
{
    const char *key = PQgetvalue(rows, row, AT_KEY);
    int32_t period = read_int32(PQgetvalue(rows, row, AT_PERIOD));
    int failed = 0;
    if (!reading->open || memcmp(reading->key.bytes, key, TOKEN_SIZE) != 0) {
        failed = end_record(reading, error);
        memcpy(reading->key.bytes, key, TOKEN_SIZE);
        reading->period = period;
        reading->source = source_of(&reading->records->set, PQgetvalue(rows, row, AT_FEED),
                                    PQgetvalue(rows, row, AT_SENDER));
        reading->open = true;
    }
    reading->period = period < reading->period ? period : reading->period;
    return failed ? failed : add_face(reading, rows, row, error);
}

static int read_records(struct reading *reading, struct error *error)
{
    struct database *database = reading->context->database;
    const struct site_key *key = reading->context->key;
    int failed = link_order_write(database, key, reading->records->rekeyer, error);
    failed = failed ? failed
                    : database_query(database, "sql/link/open_records.sql", NULL, 0, NULL, error);
    for (int fetched = 1; failed == 0 && fetched > 0;) {
        PGresult *rows = NULL;
        /* The simple protocol gives a binary cursor's rows in binary. */
        failed = database_run_last(database, "sql/link/fetch_records.sql", &rows, error);
        fetched = failed == 0 ? PQntuples(rows) : 0;
        for (int row = 0; row < fetched && failed == 0; row++) {
            failed = take_row(reading, rows, row, error);
        }
        PQclear(rows);
    }
    return failed ? failed : end_record(reading, error);
}

/* ---- what stewards decided ---- */

static bool parse_uuid(const char *text, struct token *ret)
{
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        int value = *text >= '0' && *text <= '9'   ? *text - '0'
                    : *text >= 'a' && *text <= 'f' ? *text - 'a' + 10
                                                   : -1;
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

static int read_verdicts(struct reading *reading, struct error *error)
{
    struct link_records *records = reading->records;
    PGresult *rows = NULL;
    int failed =
        database_query(reading->context->database, "sql/link/decisions.sql", NULL, 0, &rows, error);
    if (failed != 0) {
        return failed;
    }
    records->verdicts = calloc((size_t)PQntuples(rows) + 1, sizeof *records->verdicts);
    for (int row = 0; row < PQntuples(rows) && records->verdicts != NULL; row++) {
        struct token left = {0}, right = {0};
        struct linkage_verdict verdict = {UINT32_MAX, UINT32_MAX, *PQgetvalue(rows, row, 2) == 't'};
        if (parse_uuid(PQgetvalue(rows, row, 0), &left) &&
            parse_uuid(PQgetvalue(rows, row, 1), &right)) {
            verdict.left = link_find(records, &left);
            verdict.right = link_find(records, &right);
        }
        /* A record that is no longer there needs no decision. */
        if (verdict.left != UINT32_MAX && verdict.right != UINT32_MAX) {
            records->verdicts[records->verdict_count++] = verdict;
        }
    }
    PQclear(rows);
    return records->verdicts == NULL
               ? error_set(error, ERROR_OUT_OF_MEMORY, "no memory for decisions")
               : 0;
}

/* ---- the whole ---- */

static void point_set(struct link_records *records)
{
    records->set.faces = records->faces.bytes;
    records->set.records = records->face_records.bytes;
    records->set.first_faces = records->first_faces.bytes;
    records->set.record_count = records->count;
    records->set.source_of = records->sources.bytes;
}

int link_read(const struct link_context *context, struct link_records *ret, struct error *error)
{
    struct reading reading = {.context = context, .records = ret};
    memset(ret, 0, sizeof *ret);
    ret->set.schema = linkage_schema_person();
    size_t bytes = (GATHERED_MAX + 1) * ret->set.schema->words * sizeof(uint32_t);
    reading.gathered = calloc(1, bytes);
    int failed = reading.gathered != NULL
                     ? 0
                     : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a record's faces");
    failed = failed ? failed
                    : rekeyer_new(context->key->bytes, context->key->count, &ret->rekeyer, error);
    failed = failed ? failed : linkage_sealer_new(context->key->bytes, &reading.sealer, error);
    failed = failed ? failed
                    : linkage_deriver_new(site_key_first(context->key), context->nicknames,
                                          MEMO_BYTES, &reading.deriver, error);
    failed = failed ? failed : make_sources(&reading, error);
    failed = failed ? failed : reserve(ret, 1, error);
    failed = failed ? failed : read_records(&reading, error);
    point_set(ret);
    failed = failed ? failed : read_verdicts(&reading, error);
    linkage_sealer_free(reading.sealer);
    linkage_deriver_free(reading.deriver);
    if (reading.gathered != NULL) {
        OPENSSL_cleanse(reading.gathered, bytes);
        free(reading.gathered);
    }
    return failed;
}

void link_records_release(struct link_records *records)
{
    if (records->faces.bytes != NULL) {
        OPENSSL_cleanse(records->faces.bytes,
                        records->set.face_count * records->set.schema->words * sizeof(uint32_t));
    }
    rekeyer_free(records->rekeyer);
    records->rekeyer = NULL;
    page_array_release(&records->keys);
    page_array_release(&records->periods);
    page_array_release(&records->sources);
    page_array_release(&records->changed);
    page_array_release(&records->faces);
    page_array_release(&records->face_records);
    page_array_release(&records->first_faces);
    free(records->verdicts);
    records->verdicts = NULL;
}

static int compare_keys(const void *left, const void *right)
{
    return memcmp(left, right, TOKEN_SIZE);
}

int link_key(const struct link_records *records, uint32_t record, struct token *ret,
             struct error *error)
{
    *ret = ((const struct token *)records->keys.bytes)[record];
    return rekeyer_present(records->rekeyer, ret) == 0
               ? 0
               : error_set(error, ERROR_INTERNAL, "a token cannot be made");
}

uint32_t link_find(const struct link_records *records, const struct token *patient_key)
{
    const struct token *keys = records->keys.bytes, *found = NULL;
    struct token origin = *patient_key;
    if (records->count > 0 && rekeyer_origin(records->rekeyer, &origin) == 0) {
        found = bsearch(&origin, keys, records->count, sizeof *keys, compare_keys);
    }
    return found == NULL ? UINT32_MAX : (uint32_t)(found - keys);
}
