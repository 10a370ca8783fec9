/* link_segment.c: a segment is rows of the origin of a patient key and a 32-bit key, in the
 * byte order of the machine, for each rule of the model. Another number of rules is another basis,
 * and so everything is linked anew. */
#include "link_segment.h"

#include <stdlib.h>
#include <string.h>

#include "database_binary.h"
#include "key_set.h"
#include "linkage/blob.h"

enum { SEGMENT_FACES = 8192 };
/* Columns of sql/link/segments.sql. */
enum { AT_RUN, AT_FACES, AT_SEALED };
static const char label[] = LINK_SEGMENT_LABEL;

/* ---- writing ---- */

struct segment_writer {
    const struct link_context *context;
    struct linkage_blob_sealer *sealer;
    struct database_copy copy;
    size_t stride, rows;
    unsigned char *bytes, *sealed;
};

static size_t row_size(size_t stride)
{
    return TOKEN_SIZE + stride * sizeof(uint32_t);
}

static int flush_segment(struct segment_writer *writer, struct error *error)
{
    size_t length = writer->rows * row_size(writer->stride);
    if (writer->rows == 0) {
        return 0;
    }
    int failed =
        linkage_blob_seal(writer->sealer, label, writer->bytes, length, writer->sealed, error);
    failed = failed ? failed : database_copy_row_begin(&writer->copy, 3, error);
    failed = failed ? failed : database_copy_int64(&writer->copy, writer->context->run_id, error);
    failed = failed ? failed : database_copy_int32(&writer->copy, (int32_t)writer->rows, error);
    failed = failed ? failed
                    : database_copy_bytes(&writer->copy, writer->sealed, linkage_blob_size(length),
                                          error);
    writer->rows = 0;
    return failed;
}

/* keys: NULL for none. */
static int add_row(struct segment_writer *writer, const struct token *key, const uint32_t *keys,
                   struct error *error)
{
    unsigned char *at = writer->bytes + writer->rows++ * row_size(writer->stride);
    memcpy(at, key->bytes, TOKEN_SIZE);
    if (keys != NULL) {
        memcpy(at + TOKEN_SIZE, keys, writer->stride * sizeof *keys);
    } else {
        memset(at + TOKEN_SIZE, 0, writer->stride * sizeof *keys);
    }
    return writer->rows == SEGMENT_FACES ? flush_segment(writer, error) : 0;
}

static int add_rows(struct segment_writer *writer, const struct link_records *records,
                    uint32_t from, const struct linkage_keys *keys, const struct token *gone,
                    size_t gone_count, struct error *error)
{
    int failed = 0;
    for (size_t face = linkage_first_face(&records->set, from);
         face < records->set.face_count && failed == 0; face++) {
        failed = add_row(writer, link_origin(records, linkage_record_of(&records->set, face)),
                         keys->keys + face * keys->stride, error);
    }
    for (size_t i = 0; i < gone_count && failed == 0; i++) {
        failed = add_row(writer, &gone[i], NULL, error);
    }
    return failed ? failed : flush_segment(writer, error);
}

int link_segments_write(const struct link_context *context, const struct link_records *records,
                        uint32_t from, const struct linkage_keys *keys, const struct token *gone,
                        size_t gone_count, struct error *error)
{
    struct segment_writer writer = {.context = context, .stride = keys->stride};
    size_t size = SEGMENT_FACES * row_size(keys->stride);
    writer.bytes = malloc(size);
    writer.sealed = malloc(linkage_blob_size(size));
    int failed = writer.bytes != NULL && writer.sealed != NULL
                     ? linkage_blob_sealer_new(context->key->bytes, &writer.sealer, error)
                     : error_set(error, ERROR_OUT_OF_MEMORY, "no memory to seal blocking keys");
    failed = failed ? failed
                    : database_copy_begin(context->database, "linkage.key_segment",
                                          "(run_id, faces, sealed)", &writer.copy, error);
    if (failed == 0) {
        failed = add_rows(&writer, records, from, keys, gone, gone_count, error);
        if (failed == 0) {
            failed = database_copy_end(&writer.copy, error);
        } else {
            database_copy_abort(&writer.copy);
        }
    }
    linkage_blob_sealer_free(writer.sealer);
    free(writer.bytes);
    free(writer.sealed);
    return failed;
}

/* ---- finding ---- */

struct segment_search {
    struct linkage_lookup *lookup;
    struct linkage_blob_sealer *sealer;
    struct key_set settled; /* records that a later run, or this one, has spoken of */
    struct token *found;
    size_t count, size;
    unsigned char *bytes;
    size_t bytes_size;
    /* Records of the run at hand that are settled from the run before on. */
    int64_t run;
    struct token *spoken;
    size_t spoken_count, spoken_size;
};

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to look blocking keys up");
}

static bool add_token(struct token **items, size_t *count, size_t *size, const struct token *token)
{
    if (*count > 0 && memcmp(&(*items)[*count - 1], token, TOKEN_SIZE) == 0) {
        return true;
    }
    if (*count == *size) {
        size_t larger = *size * 2 + 1024;
        struct token *moved = realloc(*items, larger * sizeof *moved);
        if (moved == NULL) {
            return false;
        }
        *items = moved;
        *size = larger;
    }
    (*items)[(*count)++] = *token;
    return true;
}

static bool settle(struct key_set *settled, const struct token *tokens, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct key_slot *slot = key_set_put(settled, &tokens[i]);
        if (slot == NULL) {
            return false;
        }
        slot->state = KEY_STAGED;
    }
    return true;
}

/* The oldest run's rows are most of all, and nothing comes before them: only other runs' are
 * remembered. */
static int look_through(struct segment_search *search, size_t rows, bool oldest,
                        struct error *error)
{
    size_t stride = search->lookup->stride, size = row_size(stride);
    uint32_t keys[LINKAGE_RULES_MAX];
    struct token token;
    for (size_t row = 0; row < rows; row++) {
        const unsigned char *at = search->bytes + row * size;
        memcpy(keys, at + TOKEN_SIZE, stride * sizeof *keys);
        bool may_hit = linkage_lookup_may_hit(search->lookup, keys);
        if (!may_hit && oldest) {
            continue;
        }
        memcpy(token.bytes, at, TOKEN_SIZE);
        if (!oldest &&
            !add_token(&search->spoken, &search->spoken_count, &search->spoken_size, &token)) {
            return no_memory(error);
        }
        if (may_hit && key_set_find(&search->settled, &token) == NULL &&
            linkage_lookup_hit(search->lookup, keys) &&
            !add_token(&search->found, &search->count, &search->size, &token)) {
            return no_memory(error);
        }
    }
    return 0;
}

static int search_segment(struct segment_search *search, const PGresult *row, int64_t oldest,
                          struct error *error)
{
    size_t length = (size_t)PQgetlength(row, 0, AT_SEALED);
    size_t rows = database_uint32(PQgetvalue(row, 0, AT_FACES));
    int64_t run = (int64_t)database_uint64(PQgetvalue(row, 0, AT_RUN));
    if (length > search->bytes_size) {
        unsigned char *larger = realloc(search->bytes, length);
        if (larger == NULL) {
            return no_memory(error);
        }
        search->bytes = larger;
        search->bytes_size = length;
    }
    if (run != search->run) {
        if (!settle(&search->settled, search->spoken, search->spoken_count)) {
            return no_memory(error);
        }
        search->spoken_count = 0;
        search->run = run;
    }
    int failed = linkage_blob_open(search->sealer, label,
                                   (const unsigned char *)PQgetvalue(row, 0, AT_SEALED), length,
                                   search->bytes, error);
    if (failed == 0 && linkage_blob_size(rows * row_size(search->lookup->stride)) != length) {
        failed = error_set(error, ERROR_IDENTITY_DAMAGED, "blocking keys are of another model");
    }
    return failed ? failed : look_through(search, rows, run == oldest, error);
}

static int search_all(const struct link_context *context, struct segment_search *search,
                      struct error *error)
{
    static const char sql[] = "sql/link/segments.sql";
    PGresult *rows = NULL;
    int64_t oldest = 0;
    int failed = database_query_binary(context->database, "sql/link/segments_oldest.sql", NULL, 0,
                                       &rows, error);
    if (failed == 0) {
        oldest = (int64_t)database_uint64(PQgetvalue(rows, 0, 0));
        PQclear(rows);
    }
    failed = failed ? failed : database_stream_begin(context->database, sql, error);
    for (PGresult *row = NULL; failed == 0;) {
        failed = database_stream_next(context->database, sql, &row, error);
        if (row == NULL) {
            return failed;
        }
        failed = search_segment(search, row, oldest, error);
        PQclear(row);
    }
    database_stream_end(context->database);
    return failed;
}

int link_segments_find(const struct link_context *context, struct linkage_lookup *lookup,
                       const struct token *known, size_t known_count, struct token **ret_keys,
                       size_t *ret_count, struct error *error)
{
    struct segment_search search = {.lookup = lookup};
    key_set_init(&search.settled);
    int failed = settle(&search.settled, known, known_count)
                     ? linkage_blob_sealer_new(context->key->bytes, &search.sealer, error)
                     : no_memory(error);
    failed = failed ? failed : search_all(context, &search, error);
    key_set_release(&search.settled);
    linkage_blob_sealer_free(search.sealer);
    free(search.bytes);
    free(search.spoken);
    if (failed != 0) {
        free(search.found);
        return failed;
    }
    size_t kept = 0;
    if (search.count > 0) {
        qsort(search.found, search.count, sizeof *search.found, token_compare);
    }
    for (size_t i = 0; i < search.count; i++) {
        if (kept == 0 || token_compare(&search.found[kept - 1], &search.found[i]) != 0) {
            search.found[kept++] = search.found[i];
        }
    }
    *ret_keys = search.found;
    *ret_count = kept;
    return 0;
}
