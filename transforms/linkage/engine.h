/*
 * engine.h: the whole linkage of a set in memory: frequencies, training, blocking and scoring,
 * deciding. What pipeline/ calls; each step has a header of its own.
 *
 * The result depends on the set and the model alone: not on the number of threads, nor on the key.
 */
#ifndef LINKAGE_ENGINE_H
#define LINKAGE_ENGINE_H

#include "block.h"
#include "decide.h"
#include "frequency.h"
#include "train.h"

struct linkage_options {
    unsigned threads;    /* 1 or more */
    size_t memory_bytes; /* for sorting keys; 0 = no limit. Keys are sorted in parts */
    const struct linkage_model *model; /* reuse this; NULL: train on the set itself */
    bool fit_priors; /* with a model: how many pairs match is found from the set all the same, for
                        that follows from the size of the sources, not from their quality */
    const struct linkage_model *kept; /* training: its fixed levels, thresholds and block cap stay;
                                         or NULL. Of the set's schema */
    const struct linkage_frequencies *frequencies; /* with a model: these; NULL: counted anew */
    const struct linkage_verdict *verdicts;
    size_t verdict_count;
};

struct linkage_seconds {
    double frequency, block, train, score, decide; /* block: making keys; sorting is in score */
};

struct linkage_result {
    struct linkage_model model;                         /* as trained, or a copy of the one given */
    struct linkage_session sessions[LINKAGE_RULES_MAX]; /* of training; zeros with a given model */
    struct linkage_pair *pairs;                         /* above the floor, best odds first */
    size_t pair_count;
    uint32_t *cluster;   /* of each record: the smallest record of its group */
    uint64_t candidates; /* pairs compared */
    struct linkage_rule_count rules[LINKAGE_RULES_MAX];
    struct linkage_seconds seconds;
};

/* ERROR_OUT_OF_MEMORY. Fills the frequency bytes of the set's faces. */
int linkage_run(struct linkage_set *set, const struct linkage_options *options,
                struct linkage_result *ret, struct error *error);
void linkage_result_release(struct linkage_result *result);

struct linkage_score_options {
    unsigned threads;
    uint32_t from_face;                     /* only pairs with a face from here on; 0: all */
    uint32_t parts;                         /* block.h */
    const struct linkage_keys *keys;        /* of the model's rules, or NULL */
    const struct linkage_session *sessions; /* of a training on this very set, or NULL */
};

/* Blocks and weighs: one pair for two records, in order of records. counts has a place for each
 * rule of the model. The caller frees *ret_pairs. */
int linkage_score(const struct linkage_set *set, const struct linkage_model *model,
                  const struct linkage_score_options *options, struct linkage_pair **ret_pairs,
                  size_t *ret_count, struct linkage_rule_count *counts);

/* Forgets pairs whose odds would be below the floor even without rivals. Returns how many stay. */
size_t linkage_keep_above_floor(const struct linkage_set *set, const struct linkage_model *model,
                                struct linkage_pair *pairs, size_t count);

/* Would any rule of the model bring the two records together? Block recall is the share of true
 * pairs for which it would. */
bool linkage_would_block(const struct linkage_set *set, const struct linkage_model *model,
                         uint32_t left, uint32_t right);

#endif
