/*
 * engine.h: the whole linkage of a set in memory: frequencies, blocking, training, scoring,
 * deciding. What pipeline/ calls; each step has a header of its own.
 *
 * The result depends on the set and the model alone: not on the number of threads, nor on the key.
 */
#ifndef LINKAGE_ENGINE_H
#define LINKAGE_ENGINE_H

#include "block.h"

struct linkage_options {
    unsigned threads;            /* 1 or more */
    size_t memory_bytes;         /* for pairs and sorting; 0 = no limit. Blocks are partitioned */
    const struct linkage_model *model; /* reuse this; NULL: train on the set itself */
    bool no_rivals;              /* odds without competition (tests) */
};

struct linkage_seconds {
    double frequency, block, train, score, decide;
};

struct linkage_result {
    struct linkage_model model; /* as trained, or a copy of the one given */
    struct linkage_pair *pairs; /* scored at or above the model's floor, best odds first */
    size_t pair_count;
    uint32_t *cluster; /* of each record: the smallest record of its group */
    uint64_t candidates; /* pairs compared */
    struct linkage_rule_count rules[LINKAGE_RULES_MAX];
    struct linkage_seconds seconds;
};

/* ERROR_OUT_OF_MEMORY, ERROR_USAGE (a set the model does not fit). */
int linkage_run(struct linkage_set *set, const struct linkage_options *options,
                struct linkage_result *ret, struct error *error);
void linkage_result_release(struct linkage_result *result);

/* Would any rule of the model bring the two records together? Block recall is the share of true
 * pairs for which it would. */
bool linkage_would_block(const struct linkage_set *set, const struct linkage_model *model,
                         uint32_t left, uint32_t right);

#endif
