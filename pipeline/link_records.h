/*
 * link_records.h: records laid out for the engine, in arrays that grow: one record a patient_key,
 * with its faces oldest first. In memory a record goes by the origin of its key, which no rotation
 * changes and whose order is that of the records (link_order.h); present keys are for the database.
 */
#ifndef LINK_RECORDS_H
#define LINK_RECORDS_H

#include "linkage/decide.h"
#include "linkage/set.h"
#include "page_array.h"
#include "rekey.h"
#include "token.h"

enum { LINK_FACES_MAX = 8 }; /* of a record: the latest different ones */

struct link_records {
    struct linkage_set set; /* as of the last link_records_settle */
    size_t count;
    struct rekeyer *rekeyer;        /* the reader's, */
    struct rekeyer *own_rekeyer;    /* or their own, released with them */
    struct page_array keys;         /* struct token: origins of the patient keys */
    struct page_array periods;      /* int32_t: first day of the first period, since 1970-01-01 */
    struct page_array sources;      /* uint8_t */
    struct page_array changed;      /* bool: the sender gave different NHS numbers */
    struct page_array fingerprints; /* int64_t: of all that a record is decided by */
    struct page_array faces, face_records, first_faces;
    struct linkage_verdict *verdicts;
    size_t verdict_count;
};

/* What a record is beside its faces. */
struct link_record {
    struct token key; /* origin */
    int32_t period;
    uint8_t source;
    bool changed;
    int64_t fingerprint;
};

/* Empty, with the sources of a set. The rekeyer must outlive the records. */
void link_records_init(struct link_records *records, const struct linkage_set *sources,
                       struct rekeyer *rekeyer);
/* Wipes the faces. All zero is fine. */
void link_records_release(struct link_records *records);

int link_records_add(struct link_records *records, const struct link_record *record,
                     const uint32_t *faces, size_t face_count, struct error *error);
/* A copy of a record of from, whose set is settled. */
int link_records_copy(struct link_records *records, const struct link_records *from, uint32_t which,
                      struct error *error);
/* Puts records in order of origin. */
int link_records_sort(struct link_records *records, struct error *error);
/* Points the set at the arrays, which move while they grow. */
void link_records_settle(struct link_records *records);

static inline const struct token *link_origin(const struct link_records *records, uint32_t record)
{
    return (const struct token *)records->keys.bytes + record;
}

static inline int64_t link_fingerprint(const struct link_records *records, uint32_t record)
{
    return ((const int64_t *)records->fingerprints.bytes)[record];
}

/* The present patient key of a record. ERROR_INTERNAL when OpenSSL fails. */
int link_key(const struct link_records *records, uint32_t record, struct token *ret,
             struct error *error);

/* The record of an origin, or of a present patient key; UINT32_MAX when there is none. Records must
 * be in order. */
uint32_t link_find_origin(const struct link_records *records, const struct token *origin);
uint32_t link_find(const struct link_records *records, const struct token *patient_key);

#endif
