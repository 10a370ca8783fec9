#include "link_snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database_binary.h"
#include "file.h"
#include "linkage/blob.h"

/* Changes whenever linkage would decide otherwise on the same records, or what it keeps for the
 * next night has another form. */
static const char linkage_version[] = "4";
static const char label[] = LINK_SNAPSHOT_LABEL;

/* Columns of sql/link/snapshot.sql. */
enum { AT_BASIS, AT_MODEL, AT_COUNTED, AT_RECORDS, AT_CAPPED, AT_SEALED };

const char *link_version(void)
{
    return linkage_version;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    }
    return (hash ^ 1) * 0x100000001b3u;
}

/* Senders of feeds without duplicates are sources of their own while there is room; a new one then
 * changes no other. Without room it may: then they are all part of the basis. */
void link_basis(const struct link_context *context, const struct linkage_set *sources,
                char basis[512])
{
    const struct site *site = context->site;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < site->feed_count; i++) {
        hash = hash_text(hash, site->feeds[i].name);
        hash = hash_text(hash, site->feeds[i].duplicate_free ? "duplicate-free" : "");
    }
    for (size_t i = 0; sources->source_count == LINKAGE_SOURCES_MAX && i < LINKAGE_SOURCES_MAX;
         i++) {
        hash = hash_text(hash, sources->sources[i].name);
    }
    snprintf(basis, 512, "program %s, model %s, key %s, feeds %016" PRIx64, linkage_version,
             context->model->version, context->key->first_id, hash);
}

static int read_values(const struct link_context *context, const PGresult *rows,
                       struct linkage_frequencies *ret, struct error *error)
{
    struct linkage_blob_sealer *sealer = NULL;
    const unsigned char *sealed = (const unsigned char *)PQgetvalue(rows, 0, AT_SEALED);
    size_t length = (size_t)PQgetlength(rows, 0, AT_SEALED);
    unsigned char *bytes = malloc(length + 1);
    int failed = bytes != NULL
                     ? linkage_blob_sealer_new(context->key->bytes, &sealer, error)
                     : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for value frequencies");
    failed = failed ? failed : linkage_blob_open(sealer, label, sealed, length, bytes, error);
    failed = failed ? failed
                    : linkage_frequencies_read(bytes, length - linkage_blob_size(0), ret, error);
    linkage_blob_sealer_free(sealer);
    free(bytes);
    return failed;
}

static int read_model(const struct link_context *context, const PGresult *rows,
                      struct linkage_model *ret, struct error *error)
{
    bool edited;
    int failed = linkage_model_read(PQgetvalue(rows, 0, AT_MODEL),
                                    (size_t)PQgetlength(rows, 0, AT_MODEL), ret, &edited, error);
    if (failed == 0) {
        memcpy(ret->version, context->model->version, sizeof ret->version);
    }
    return failed;
}

int link_snapshot_read(const struct link_context *context, const char *basis,
                       struct link_snapshot *ret, struct error *error)
{
    PGresult *rows = NULL;
    *ret = (struct link_snapshot){0};
    int failed =
        database_query_binary(context->database, "sql/link/snapshot.sql", NULL, 0, &rows, error);
    if (failed == 0 && PQntuples(rows) == 1) {
        ret->found = true;
        snprintf(ret->basis, sizeof ret->basis, "%s", PQgetvalue(rows, 0, AT_BASIS));
        ret->counted = database_uint64(PQgetvalue(rows, 0, AT_COUNTED));
        ret->records = database_uint64(PQgetvalue(rows, 0, AT_RECORDS));
        ret->capped = database_uint64(PQgetvalue(rows, 0, AT_CAPPED));
        if (strcmp(ret->basis, basis) == 0) {
            ret->model = calloc(1, sizeof *ret->model);
            failed = ret->model != NULL
                         ? read_model(context, rows, ret->model, error)
                         : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the model");
            failed = failed ? failed : read_values(context, rows, &ret->frequencies, error);
        }
    }
    PQclear(rows);
    return failed;
}

void link_snapshot_release(struct link_snapshot *snapshot)
{
    free(snapshot->model);
    snapshot->model = NULL;
    linkage_frequencies_release(&snapshot->frequencies);
}

static int seal_values(const struct link_context *context,
                       const struct linkage_frequencies *frequencies, unsigned char **ret,
                       size_t *ret_length, struct error *error)
{
    struct linkage_blob_sealer *sealer = NULL;
    unsigned char *bytes = NULL, *sealed = NULL;
    size_t length = 0;
    int failed = linkage_frequencies_write(frequencies, &bytes, &length, error);
    failed = failed ? failed : linkage_blob_sealer_new(context->key->bytes, &sealer, error);
    if (failed == 0 && (sealed = malloc(linkage_blob_size(length))) == NULL) {
        failed = error_set(error, ERROR_OUT_OF_MEMORY, "no memory to seal value frequencies");
    }
    failed = failed ? failed : linkage_blob_seal(sealer, label, bytes, length, sealed, error);
    linkage_blob_sealer_free(sealer);
    free(bytes);
    if (failed != 0) {
        free(sealed);
        return failed;
    }
    *ret = sealed;
    *ret_length = linkage_blob_size(length);
    return 0;
}

/* The text of a copy: writing sets a version, and the site's model keeps its own. */
static int model_text(const struct linkage_model *model, char **ret, struct error *error)
{
    struct linkage_model *copy = malloc(sizeof *copy);
    if (copy == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the model");
    }
    *copy = *model;
    int failed = linkage_model_write(copy, ret, error);
    free(copy);
    return failed;
}

int link_snapshot_write(const struct link_context *context, const struct link_snapshot *snapshot,
                        struct error *error)
{
    char run[24], records[24], capped[24], *text = NULL;
    unsigned char *sealed = NULL;
    size_t length = 0;
    snprintf(run, sizeof run, "%" PRId64, context->run_id);
    snprintf(records, sizeof records, "%" PRIu64, snapshot->records);
    snprintf(capped, sizeof capped, "%" PRIu64, snapshot->capped);
    int failed = model_text(snapshot->model, &text, error);
    failed =
        failed ? failed : seal_values(context, &snapshot->frequencies, &sealed, &length, error);
    if (failed == 0) {
        const struct database_value values[] = {
            {run, strlen(run), true},       {snapshot->basis, strlen(snapshot->basis), true},
            {text, strlen(text), true},     {records, strlen(records), true},
            {capped, strlen(capped), true}, {sealed, length, false}};
        failed = database_query_binary(context->database, "sql/link/snapshot_write.sql", values, 6,
                                       NULL, error);
    }
    free(text);
    free(sealed);
    return failed;
}
