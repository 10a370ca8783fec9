#include "link_records.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void link_records_init(struct link_records *records, const struct linkage_set *sources,
                       struct rekeyer *rekeyer)
{
    memset(records, 0, sizeof *records);
    records->rekeyer = rekeyer;
    records->set.schema = sources->schema;
    records->set.source_count = sources->source_count;
    memcpy(records->set.sources, sources->sources, sizeof sources->sources);
}

void link_records_release(struct link_records *records)
{
    if (records->faces.bytes != NULL) {
        OPENSSL_cleanse(records->faces.bytes,
                        records->set.face_count * records->set.schema->words * sizeof(uint32_t));
    }
    page_array_release(&records->keys);
    page_array_release(&records->periods);
    page_array_release(&records->sources);
    page_array_release(&records->changed);
    page_array_release(&records->fingerprints);
    page_array_release(&records->faces);
    page_array_release(&records->face_records);
    page_array_release(&records->first_faces);
    rekeyer_free(records->own_rekeyer);
    free(records->verdicts);
    memset(records, 0, sizeof *records);
}

static int reserve(struct link_records *records, size_t faces, struct error *error)
{
    size_t words = records->set.schema->words, count = records->count + 1;
    faces += records->set.face_count;
    const struct {
        struct page_array *array;
        size_t size;
    } wanted[] = {{&records->keys, count * sizeof(struct token)},
                  {&records->periods, count * sizeof(int32_t)},
                  {&records->sources, count * sizeof(uint8_t)},
                  {&records->changed, count * sizeof(bool)},
                  {&records->fingerprints, count * sizeof(int64_t)},
                  {&records->first_faces, (count + 1) * sizeof(uint32_t)},
                  {&records->faces, faces * words * sizeof(uint32_t)},
                  {&records->face_records, faces * sizeof(uint32_t)}};
    int failed = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted && failed == 0; i++) {
        failed = page_array_reserve(wanted[i].array, wanted[i].size, error);
    }
    return failed;
}

int link_records_add(struct link_records *records, const struct link_record *record,
                     const uint32_t *faces, size_t face_count, struct error *error)
{
    size_t words = records->set.schema->words, at = records->count;
    int failed = at + 1 >= UINT32_MAX || records->set.face_count + face_count >= UINT32_MAX
                     ? error_set(error, ERROR_OUT_OF_MEMORY, "there are too many records to link")
                     : reserve(records, face_count, error);
    if (failed != 0) {
        return failed;
    }
    ((struct token *)records->keys.bytes)[at] = record->key;
    ((int32_t *)records->periods.bytes)[at] = record->period;
    ((uint8_t *)records->sources.bytes)[at] = record->source;
    ((bool *)records->changed.bytes)[at] = record->changed;
    ((int64_t *)records->fingerprints.bytes)[at] = record->fingerprint;
    memcpy((uint32_t *)records->faces.bytes + records->set.face_count * words, faces,
           face_count * words * sizeof *faces);
    for (size_t i = 0; i < face_count; i++) {
        ((uint32_t *)records->face_records.bytes)[records->set.face_count + i] = (uint32_t)at;
    }
    uint32_t *first_faces = records->first_faces.bytes;
    first_faces[at] = (uint32_t)records->set.face_count;
    records->set.face_count += face_count;
    records->count++;
    first_faces[at + 1] = (uint32_t)records->set.face_count;
    return 0;
}

int link_records_copy(struct link_records *records, const struct link_records *from, uint32_t which,
                      struct error *error)
{
    uint32_t first = linkage_first_face(&from->set, which);
    struct link_record record = {.key = *link_origin(from, which),
                                 .period = ((const int32_t *)from->periods.bytes)[which],
                                 .source = ((const uint8_t *)from->sources.bytes)[which],
                                 .changed = ((const bool *)from->changed.bytes)[which],
                                 .fingerprint = link_fingerprint(from, which)};
    return link_records_add(records, &record, linkage_face(&from->set, first),
                            linkage_first_face(&from->set, which + 1) - first, error);
}

void link_records_settle(struct link_records *records)
{
    records->set.faces = records->faces.bytes;
    records->set.records = records->face_records.bytes;
    records->set.first_faces = records->first_faces.bytes;
    records->set.record_count = records->count;
    records->set.source_of = records->sources.bytes;
}

int link_key(const struct link_records *records, uint32_t record, struct token *ret,
             struct error *error)
{
    *ret = *link_origin(records, record);
    return rekeyer_present(records->rekeyer, ret) == 0
               ? 0
               : error_set(error, ERROR_INTERNAL, "a token cannot be made");
}

struct place {
    struct token origin;
    uint32_t record;
};

int link_records_sort(struct link_records *records, struct error *error)
{
    struct place *places = malloc((records->count + 1) * sizeof *places);
    struct link_records sorted;
    int failed = 0;
    if (places == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to order records");
    }
    for (uint32_t i = 0; i < records->count; i++) {
        places[i] = (struct place){*link_origin(records, i), i};
    }
    qsort(places, records->count, sizeof *places, token_compare);
    link_records_settle(records);
    link_records_init(&sorted, &records->set, records->rekeyer);
    for (size_t i = 0; i < records->count && failed == 0; i++) {
        failed = link_records_copy(&sorted, records, places[i].record, error);
    }
    free(places);
    link_records_release(failed == 0 ? records : &sorted);
    if (failed == 0) {
        *records = sorted;
        link_records_settle(records);
    }
    return failed;
}

uint32_t link_find_origin(const struct link_records *records, const struct token *origin)
{
    const struct token *keys = records->keys.bytes;
    const struct token *found =
        records->count == 0 ? NULL
                            : bsearch(origin, keys, records->count, sizeof *keys, token_compare);
    return found == NULL ? UINT32_MAX : (uint32_t)(found - keys);
}

uint32_t link_find(const struct link_records *records, const struct token *patient_key)
{
    struct token origin = *patient_key;
    return rekeyer_origin(records->rekeyer, &origin) == 0 ? link_find_origin(records, &origin)
                                                          : UINT32_MAX;
}
