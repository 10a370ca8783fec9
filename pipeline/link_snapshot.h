/*
 * link_snapshot.h: what the last full linking counted: how common each value is, how many pairs of
 * each two sources match. Until the next full one every linking weighs by it, so that a weight is a
 * function of the two records alone, whichever night they came in.
 */
#ifndef LINK_SNAPSHOT_H
#define LINK_SNAPSHOT_H

#include "link.h"
#include "linkage/frequency.h"
#include "linkage/set.h"

#define LINK_SNAPSHOT_LABEL "value frequencies" /* blob.h */

struct link_snapshot {
    bool found;
    char basis[512];                        /* program, model, key and feeds it holds for */
    uint64_t counted, records;              /* records then and now */
    uint64_t capped;                        /* blocks that were too large to look at */
    struct linkage_model *model;            /* with the priors found then; the site's version */
    struct linkage_frequencies frequencies; /* what was counted */
};

/* What a snapshot has to hold for today. */
void link_basis(const struct link_context *context, const struct linkage_set *sources,
                char basis[512]);

/* Values and model are read when the basis is the one given. */
int link_snapshot_read(const struct link_context *context, const char *basis,
                       struct link_snapshot *ret, struct error *error);
void link_snapshot_release(struct link_snapshot *snapshot);

/* In the caller's transaction; snapshot->model's version is left alone. */
int link_snapshot_write(const struct link_context *context, const struct link_snapshot *snapshot,
                        struct error *error);

#endif
