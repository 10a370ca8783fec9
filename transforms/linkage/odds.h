/*
 * odds.h: from match weights to posterior odds.
 *
 * The prior of a pair of sources is how many of its pairs match, found from the weights themselves
 * (the number of matches that explains them best). Where a source is duplicate-free, or its records
 * are seen to have one partner each, a record has at most one partner, and two things follow:
 * - a record without another partner is more likely to belong to the one that is left: if 19 of 20
 *   records have a partner, the odds against "none" are 20 times lower than for a random pair;
 * - partners are rivals: the odds of one count the evidence for the others.
 */
#ifndef LINKAGE_ODDS_H
#define LINKAGE_ODDS_H

#include "model.h"

enum { LINKAGE_NO_RIVAL = 99 }; /* lead, in bits, of a pair without rivals */

/* The pairs of each record. */
struct linkage_partners {
    size_t *starts;   /* record_count + 1 */
    uint32_t *places; /* indices into the pairs */
};

int linkage_partners_make(const struct linkage_pair *pairs, size_t pair_count, size_t record_count,
                          struct linkage_partners *ret);
void linkage_partners_release(struct linkage_partners *partners);

static inline uint32_t linkage_partner_of(const struct linkage_pair *pair, uint32_t record)
{
    return pair->left == record ? pair->right : pair->left;
}

/* Makes room for what is about to be fitted: every pair of sources of the set gets weights of its
 * own (the pooled ones where the model has none), and prior and household rate a rough value by the
 * number of records. */
void linkage_priors_open(const struct linkage_set *set, struct linkage_model *model);

/* Sets prior, rival_left and rival_right of each pair of sources of the model from weighed pairs.
 */
int linkage_priors_fit(const struct linkage_set *set, const struct linkage_pair *pairs,
                       size_t pair_count, struct linkage_model *model);

/* Sets odds and lead of each pair. */
void linkage_odds(const struct linkage_set *set, const struct linkage_model *model,
                  const struct linkage_partners *partners, struct linkage_pair *pairs,
                  size_t pair_count);

/* Can two records not be the same person, whatever else agrees: two valid different NHS
 * numbers, sex and birth date both different, or both of one duplicate-free source? */
/* The NHS number token of a record, its latest; 0 when it has none. */
uint64_t linkage_number_of(const struct linkage_set *set, uint32_t record);
bool linkage_excludes(const struct linkage_set *set, uint32_t one, uint32_t other);

#endif
