/*
 * decide.h: from odds to people. Groups grow best link first, under constraints: one record of a
 * duplicate-free source, never two valid different NHS numbers, never sex and birth date both
 * different, never what a steward parted. A link must be ahead of its best rival, else "many match"
 * is the outcome and none is taken.
 */
#ifndef LINKAGE_DECIDE_H
#define LINKAGE_DECIDE_H

#include "odds.h"

/* What a steward decided about two records. */
struct linkage_verdict {
    uint32_t left, right;
    bool same; /* else: never the same */
};

/* Sorts the pairs, which come in order of records, best first and sets their outcomes;
 * cluster[record] gets the smallest record of its group. Pairs below the threshold join nobody:
 * they get the outcome they would have if it were lower, BELOW in place of LINKED.
 * ERROR_OUT_OF_MEMORY. */
int linkage_decide(const struct linkage_set *set, const struct linkage_model *model,
                   const struct linkage_verdict *verdicts, size_t verdict_count,
                   struct linkage_pair *pairs, size_t pair_count, uint32_t *cluster);

/* "below", "linked", ...: as linkage.pair and explanations have it; "" for no outcome. */
const char *linkage_outcome_name(uint8_t outcome);

#endif
