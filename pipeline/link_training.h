/*
 * link_training.h: what a training found, for a person to review before the model is taken into
 * use: every weight beside the one in use, and what would change. Counts only.
 */
#ifndef LINK_TRAINING_H
#define LINK_TRAINING_H

#include <jansson.h>

#include "linkage/engine.h"
#include "linkage/partition.h"

/* Above this a session contradicts what all sessions agreed on. */
#define LINK_SESSION_WARNING 0.05
/* Of a session with fewer expected matches than this, a difference says little. */
enum { LINK_SESSION_MATCHES = 100 };

struct link_training {
    const struct linkage_set *set;
    struct linkage_model before, after;
    struct linkage_session sessions[LINKAGE_RULES_MAX]; /* by rule of after */
    uint64_t links_before, links_after;                 /* pairs with the outcome "linked" */
    struct linkage_partition_change change;
    char file[4500];
    bool was_there; /* the same model had been written before */
};

json_t *link_training_json(const struct link_training *training);
void link_training_print(const struct link_training *training);

#endif
