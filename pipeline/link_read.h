/*
 * link_read.h: the records of linkage.record, opened and laid out for the engine: one record a
 * patient_key, in the order of link_order.h, with its faces oldest first.
 */
#ifndef LINK_READ_H
#define LINK_READ_H

#include "link.h"
#include "linkage/decide.h"
#include "linkage/set.h"
#include "page_array.h"
#include "rekey.h"

enum { LINK_FACES_MAX = 8 }; /* of a record: the latest different ones */

struct link_records {
    struct linkage_set set;
    size_t count;
    struct rekeyer *rekeyer;
    struct page_array keys;    /* struct token, ascending: origins of the patient keys */
    struct page_array periods; /* int32_t: first day of the first period, since 1970-01-01 */
    struct page_array sources; /* uint8_t */
    struct page_array changed; /* bool: the sender gave different NHS numbers */
    struct page_array faces, face_records, first_faces;
    struct linkage_verdict *verdicts;
    size_t verdict_count;
};

/* In the caller's transaction. ERROR_IDENTITY_DAMAGED when an identity does not open. */
int link_read(const struct link_context *context, struct link_records *ret, struct error *error);
void link_records_release(struct link_records *records);

/* The patient key of a record. ERROR_INTERNAL when OpenSSL fails. */
int link_key(const struct link_records *records, uint32_t record, struct token *ret,
             struct error *error);

/* The record of a patient key, or UINT32_MAX. */
uint32_t link_find(const struct link_records *records, const struct token *patient_key);

#endif
