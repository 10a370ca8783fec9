/*
 * link_faint.h: linkage.faint_segment, the pairs between the model's floor and the review
 * threshold. They are too weak to be told, but can be rivals of others, so the next night has to
 * know them. Sealed: people with common names have more of them.
 */
#ifndef LINK_FAINT_H
#define LINK_FAINT_H

#include "link.h"
#include "link_records.h"
#include "linkage/engine.h"

#define LINK_FAINT_LABEL "faint pairs" /* blob.h */

struct link_faint_pair {
    struct token left, right; /* origins */
};
struct link_faint_pairs {
    struct link_faint_pair *items;
    size_t count, size;
};

int link_faint_read(const struct link_context *context, struct link_faint_pairs *ret,
                    struct error *error);
/* Adds the faint pairs among those of a result. */
int link_faint_add(struct link_faint_pairs *pairs, const struct link_records *records,
                   const struct linkage_result *result, struct error *error);
/* In the place of those there were. */
int link_faint_write(const struct link_context *context, const struct link_faint_pairs *pairs,
                     struct error *error);
void link_faint_release(struct link_faint_pairs *pairs);

#endif
