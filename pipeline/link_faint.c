#include "link_faint.h"

#include <stdlib.h>
#include <string.h>

#include "database_binary.h"
#include "linkage/blob.h"

enum { SEGMENT_PAIRS = 100000 };
/* Columns of sql/link/faint_segments.sql. */
enum { AT_PAIRS, AT_SEALED };

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for faint pairs");
}

static int make_room(struct link_faint_pairs *pairs, size_t more, struct error *error)
{
    if (pairs->count + more <= pairs->size) {
        return 0;
    }
    size_t size = pairs->count + more + pairs->size / 2;
    struct link_faint_pair *items = realloc(pairs->items, size * sizeof *items);
    if (items == NULL) {
        return no_memory(error);
    }
    pairs->items = items;
    pairs->size = size;
    return 0;
}

void link_faint_release(struct link_faint_pairs *pairs)
{
    free(pairs->items);
    *pairs = (struct link_faint_pairs){0};
}

static int open_segment(struct linkage_blob_sealer *sealer, const PGresult *rows, int row,
                        struct link_faint_pairs *pairs, struct error *error)
{
    size_t length = (size_t)PQgetlength(rows, row, AT_SEALED);
    size_t count = database_uint32(PQgetvalue(rows, row, AT_PAIRS));
    if (linkage_blob_size(count * sizeof *pairs->items) != length) {
        return error_set(error, ERROR_IDENTITY_DAMAGED, "faint pairs are not as many as they were");
    }
    int failed = make_room(pairs, count, error);
    failed = failed ? failed
                    : linkage_blob_open(sealer, LINK_FAINT_LABEL,
                                        (const unsigned char *)PQgetvalue(rows, row, AT_SEALED),
                                        length, pairs->items + pairs->count, error);
    pairs->count += failed == 0 ? count : 0;
    return failed;
}

int link_faint_read(const struct link_context *context, struct link_faint_pairs *ret,
                    struct error *error)
{
    struct linkage_blob_sealer *sealer = NULL;
    PGresult *rows = NULL;
    int failed = database_query_binary(context->database, "sql/link/faint_segments.sql", NULL, 0,
                                       &rows, error);
    failed = failed ? failed : linkage_blob_sealer_new(context->key->bytes, &sealer, error);
    for (int row = 0; failed == 0 && row < PQntuples(rows); row++) {
        failed = open_segment(sealer, rows, row, ret, error);
    }
    linkage_blob_sealer_free(sealer);
    PQclear(rows);
    return failed;
}

int link_faint_add(struct link_faint_pairs *pairs, const struct link_records *records,
                   const struct linkage_result *result, struct error *error)
{
    for (size_t i = 0; i < result->pair_count; i++) {
        const struct linkage_pair *pair = &result->pairs[i];
        if (pair->odds >= (float)result->model.review) {
            continue;
        }
        int failed = make_room(pairs, 1, error);
        if (failed != 0) {
            return failed;
        }
        pairs->items[pairs->count++] = (struct link_faint_pair){*link_origin(records, pair->left),
                                                                *link_origin(records, pair->right)};
    }
    return 0;
}

static int write_segment(struct linkage_blob_sealer *sealer, struct database_copy *copy,
                         const struct link_faint_pair *items, size_t count, unsigned char *sealed,
                         struct error *error)
{
    size_t length = count * sizeof *items;
    int failed = linkage_blob_seal(sealer, LINK_FAINT_LABEL, items, length, sealed, error);
    failed = failed ? failed : database_copy_row_begin(copy, 2, error);
    failed = failed ? failed : database_copy_int32(copy, (int32_t)count, error);
    return failed ? failed : database_copy_bytes(copy, sealed, linkage_blob_size(length), error);
}

static int write_segments(struct linkage_blob_sealer *sealer, struct database_copy *copy,
                          const struct link_faint_pairs *pairs, unsigned char *sealed,
                          struct error *error)
{
    int failed = 0;
    for (size_t from = 0; from < pairs->count && failed == 0; from += SEGMENT_PAIRS) {
        size_t count = pairs->count - from < SEGMENT_PAIRS ? pairs->count - from : SEGMENT_PAIRS;
        failed = write_segment(sealer, copy, pairs->items + from, count, sealed, error);
    }
    return failed;
}

int link_faint_write(const struct link_context *context, const struct link_faint_pairs *pairs,
                     struct error *error)
{
    struct linkage_blob_sealer *sealer = NULL;
    struct database_copy copy;
    unsigned char *sealed =
        malloc(linkage_blob_size(SEGMENT_PAIRS * sizeof(struct link_faint_pair)));
    int failed = sealed == NULL ? no_memory(error)
                                : linkage_blob_sealer_new(context->key->bytes, &sealer, error);
    failed = failed ? failed : database_run(context->database, "sql/link/faint_clear.sql", error);
    failed = failed ? failed
                    : database_copy_begin(context->database, "linkage.faint_segment",
                                          "(pairs, sealed)", &copy, error);
    if (failed == 0) {
        failed = write_segments(sealer, &copy, pairs, sealed, error);
        if (failed == 0) {
            failed = database_copy_end(&copy, error);
        } else {
            database_copy_abort(&copy);
        }
    }
    linkage_blob_sealer_free(sealer);
    free(sealed);
    return failed;
}
