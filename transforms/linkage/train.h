/*
 * train.h: the weights, learned from the set itself, without labels.
 *
 * u (strangers): levels counted over a hash-sampled set of random pairs; exact agreement from the
 * value frequencies. h (households): counted in blocks of one postcode. m (matches): expectation
 * and maximisation over agreement patterns of whole blocks, one session a blocking rule; a
 * session says nothing of its rule's own fields. Random pairs that look like matches are then
 * weighed out of u and the whole is done again. Half a pair is added to each count, so that what
 * was never seen is rare, not impossible. Sources: Fellegi and Sunter 1969; Winkler 1988; the
 * order of steps after Splink's training guide, whole blocks after our own measurements
 * (docs/linkage.md).
 */
#ifndef LINKAGE_TRAIN_H
#define LINKAGE_TRAIN_H

#include "block.h"
#include "frequency.h"

enum {
    TRAIN_RANDOM_PAIRS = 400000,
    TRAIN_RULE_PAIRS = 80000, /* a rule's blocks are sampled down to about this */
    TRAIN_SOURCE_LINKS = 200  /* how many links the pooled m counts for in a source pair's own */
};

/* How far a session by itself is from what all sessions agreed on. */
struct linkage_session {
    double pairs, matches; /* looked at; expected matches among them */
    double worst;          /* largest difference of an m of a level, 0..1; of fields that 100
                              matches or more fill */
    uint32_t capped;       /* blocks over the cap */
};

/* Fills m, u, h, household_rate of the model, whose schema and rules are set, and whose fixed
 * levels are kept; sessions has room for model.rule_count (may be NULL). keys:
 * those of the model's rules, or NULL. */
int linkage_train(const struct linkage_set *set, const struct linkage_frequencies *frequencies,
                  const struct linkage_keys *keys, unsigned threads, struct linkage_model *model,
                  struct linkage_session *sessions, struct error *error);

#endif
