/*
 * accuracy.h: a result held against the truth. Used where records carry a label of who they are:
 * equal labels are the same person, label 0 is not known and left out of every count.
 *
 * A pair is one of two records; where the set looks across sources only, one of two sources. True
 * pairs are counted from the sizes of the groups of equal labels, never listed in full.
 */
#ifndef LINKAGE_ACCURACY_H
#define LINKAGE_ACCURACY_H

#include "engine.h"

/* Pairs said to be one person, those of them that are, and those there are. */
struct linkage_score {
    uint64_t said, right, truth;
    double threshold; /* log2 odds */
};

/* NAN when nothing was said, or nothing is true. */
double linkage_precision(const struct linkage_score *score);
double linkage_recall(const struct linkage_score *score);
double linkage_f1(const struct linkage_score *score);

/* The labels of a set, sorted. */
struct linkage_truth {
    const struct linkage_set *set;
    const uint64_t *labels; /* of each record; the caller's */
    uint32_t *order;        /* records that have a label, by label, then by record */
    uint32_t *place;        /* of each record in order; UINT32_MAX when it has no label */
    size_t count;           /* of order */
    uint64_t pairs;
    size_t unlabelled;
};

/* A set that looks across sources only has two of them here, and its records in their order. */
int linkage_truth_make(const struct linkage_set *set, const uint64_t *labels,
                       struct linkage_truth *ret, struct error *error);
void linkage_truth_release(struct linkage_truth *truth);

/* Pairs with the outcome "linked", and the threshold at which F1 is best: there a pair counts when
 * its odds reach it and nothing but the threshold spoke against it. */
void linkage_score_pairs(const struct linkage_truth *truth, const struct linkage_result *result,
                         struct linkage_score *ret_shipped, struct linkage_score *ret_best);
/* The same of the pairs that groups of linked records imply. The best is looked for in steps of
 * half a bit. */
int linkage_score_clusters(const struct linkage_truth *truth, const struct linkage_result *result,
                           struct linkage_score *ret_shipped, struct linkage_score *ret_best,
                           struct error *error);

/* Would the blocking rules bring the true pairs together? *ret_tested of them are tried: all, or
 * every n-th so that there are at most `most`. */
void linkage_count_blocked(const struct linkage_truth *truth, const struct linkage_model *model,
                           uint64_t most, uint64_t *ret_tested, uint64_t *ret_blocked);

/* The counts of one group of pairs, at the shipped threshold. */
struct linkage_group {
    struct linkage_score score;
    uint64_t tested, blocked;
};

/* Parts true and linked pairs by group. group_of: of each record; a pair belongs to the group of
 * its left record, or of its right one. groups has room for every group. */
void linkage_count_groups(const struct linkage_truth *truth, const struct linkage_result *result,
                          const uint16_t *group_of, bool of_right, uint64_t most,
                          struct linkage_group *groups);

#endif
