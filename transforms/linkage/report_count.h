/*
 * report_count.h: what a linkage report counts of a set of records and of the pairs found in it.
 */
#ifndef LINKAGE_REPORT_COUNT_H
#define LINKAGE_REPORT_COUNT_H

#include "engine.h"

enum {
    LINKAGE_HISTOGRAM_LOW = -20, /* bits; smaller and larger weights count in the outermost bins */
    LINKAGE_HISTOGRAM_HIGH = 60,
    LINKAGE_HISTOGRAM_BINS = 2 * (LINKAGE_HISTOGRAM_HIGH - LINKAGE_HISTOGRAM_LOW),
    LINKAGE_THRESHOLD_LOW = -4, /* log2 odds */
    LINKAGE_THRESHOLD_HIGH = 12,
    LINKAGE_THRESHOLDS = LINKAGE_THRESHOLD_HIGH - LINKAGE_THRESHOLD_LOW + 1
};

/* ---- completeness ---- */

/* The records of one source: those that have a field's value whole, and those that have it in part
 * only (an initial, a birth year, a postcode district). Values are valid, or they would have no
 * form (form.h). */
struct linkage_completeness {
    uint64_t records, several; /* several: records with more than one identity */
    uint64_t whole[LINKAGE_FIELDS_MAX], part[LINKAGE_FIELDS_MAX];
};

/* sources: one for each of the set's. */
void linkage_count_forms(const struct linkage_set *set, struct linkage_completeness *sources);

/* ---- unlinkables ---- */

/* The odds of each record against itself, by its best face and the kindest pair of sources: what no
 * other record can surpass. The set's frequencies must be filled. ERROR_OUT_OF_MEMORY. */
int linkage_self_odds(const struct linkage_set *set, const struct linkage_model *model,
                      float *ret_odds);

/* ---- pairs ---- */

/* Half-bit bins of the match weights: ret[(low source * LINKAGE_SOURCES_MAX + high source) *
 * LINKAGE_HISTOGRAM_BINS + bin], zeroed before. */
void linkage_count_weights(const struct linkage_set *set, const struct linkage_pair *pairs,
                           size_t pair_count, uint64_t *ret);

/* Nothing but a threshold would keep the pair from being a link. */
static inline bool linkage_is_open(const struct linkage_pair *pair)
{
    return pair->outcome == LINKAGE_LINKED || pair->outcome == LINKAGE_BELOW;
}

/* A threshold by the model's own chances. */
struct linkage_threshold {
    double threshold;
    uint64_t links;   /* pairs that it would link */
    uint64_t review;  /* pairs less than band below it */
    double precision; /* mean chance of the links */
    double recall;    /* their chances, of the chances of all pairs kept */
};

void linkage_count_thresholds(const struct linkage_pair *pairs, size_t pair_count, double band,
                              struct linkage_threshold ret[LINKAGE_THRESHOLDS]);

/* Groups of records as they would be at a threshold: ret_group[record] is one of its records. */
int linkage_groups_at(const struct linkage_pair *pairs, size_t pair_count, size_t record_count,
                      double threshold, uint32_t *ret_group);

/* Why a pair of outcome "conflict" may not be one person. */
enum linkage_conflict {
    LINKAGE_CONFLICT_NUMBER,  /* two NHS numbers */
    LINKAGE_CONFLICT_BIRTH,   /* sex and birth date both differ */
    LINKAGE_CONFLICT_STEWARD, /* parted by a steward */
    LINKAGE_CONFLICT_MEMBERS, /* of others in the two groups */
    LINKAGE_CONFLICTS
};
enum linkage_conflict linkage_conflict_of(const struct linkage_set *set,
                                          const struct linkage_verdict *verdicts,
                                          size_t verdict_count, const struct linkage_pair *pair);

#endif
