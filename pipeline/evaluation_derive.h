/*
 * evaluation_derive.h: from rows of a labelled file to faces, on several processors.
 *
 * Rows are collected in batches; each batch is derived by one thread, and batches join the list of
 * faces in the order of their rows, so that the list does not depend on the number of threads. The
 * caller's own thread derives too when it is ahead of the others.
 *
 * A value may hold several spellings, parted by ";". A record has a face for each combination of
 * them. Where that would be more than EVALUATION_FACES_MAX, one value is varied at a time, the
 * others keeping their first spelling, and what is over the cap is left out.
 */
#ifndef EVALUATION_DERIVE_H
#define EVALUATION_DERIVE_H

#include "base/slice.h"
#include "evaluation_map.h"
#include "page_array.h"

enum { EVALUATION_FACES_MAX = 16 };

struct linkage_nicknames;

/* Faces in the order of their records. */
struct face_list {
    struct page_array faces;   /* schema.words words each */
    struct page_array records; /* uint32_t: record of each face */
    size_t face_count, record_count;
};

struct evaluation_deriver;

/* map, nicknames and list must outlive it. Keys are a fixed one: no token leaves this process.
 * memory_bytes: 0, or what all may take; an eighth of it at most goes to remembering forms. */
int evaluation_deriver_new(const struct evaluation_map *map,
                           const struct linkage_nicknames *nicknames, unsigned threads,
                           size_t memory_bytes, struct face_list *list,
                           struct evaluation_deriver **ret, struct error *error);
/* The next record: a value for each column of the map, copied. */
int evaluation_deriver_add(struct evaluation_deriver *deriver, const struct slice *values,
                           struct error *error);
/* Waits for all. */
int evaluation_deriver_finish(struct evaluation_deriver *deriver, struct error *error);
/* Seconds the caller's thread derived or waited so far. */
double evaluation_deriver_seconds(const struct evaluation_deriver *deriver);
void evaluation_deriver_free(struct evaluation_deriver *deriver);

#endif
