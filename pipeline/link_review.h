/*
 * link_review.h: what the clerks' answers to one sample (linkage.review) say of precision and
 * recall. See linkage/review.h for the arithmetic.
 */
#ifndef LINK_REVIEW_H
#define LINK_REVIEW_H

#include <jansson.h>

#include "database.h"
#include "linkage/review.h"

enum {
    LINK_REVIEW_HIGHEST = 8, /* bin: from threshold + 8 bits on */
    LINK_REVIEW_BINS_MAX = 96,
    LINK_REVIEW_BATCH_SIZE = 13
};

struct link_review_bin {
    int bin;
    char group[8]; /* "linked", "open", "barred" */
    uint64_t total, drawn, answered, same, unsure;
};

struct link_review {
    char batch[LINK_REVIEW_BATCH_SIZE];
    char model_version[65];
    double threshold;
    struct link_review_bin bins[LINK_REVIEW_BINS_MAX];
    size_t bin_count;
};

/* The sample as it stands in the database; *ret has no bin when there is none of that name. */
int link_review_read(struct database *database, const char *batch, struct link_review *ret,
                     struct error *error);

json_t *link_review_json(const struct link_review *review);
void link_review_print(const struct link_review *review);

#endif
