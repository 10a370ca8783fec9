/*
 * train_fit.h: the arithmetic of training, on pattern counts alone. See train.h for the method.
 */
#ifndef LINKAGE_TRAIN_FIT_H
#define LINKAGE_TRAIN_FIT_H

#include "frequency.h"
#include "pattern_table.h"
#include "train.h"

enum fit_class { FIT_MATCH, FIT_HOUSEHOLD, FIT_STRANGER, FIT_CLASSES };

struct fit_session {
    const struct pattern_table *table;
    uint32_t own;              /* bit f: the rule uses field f, which is left out */
    double seen;               /* share of the rule's pairs that are in the table */
    double share[FIT_CLASSES]; /* of its pairs */
    double matches;            /* expected, among the pairs in the table */
    bool is_kin;
};

struct fit {
    struct linkage_model *model;
    const struct linkage_set *set;
    double p[FIT_CLASSES][LINKAGE_FIELDS_MAX][16]; /* level 0 is 1: missing tells nothing */
    struct fit_session sessions[LINKAGE_RULES_MAX + 1];
    size_t session_count;
    bool households;
    double universe; /* pairs of records that may be links */
    uint16_t sources[LINKAGE_SOURCES_MAX][LINKAGE_SOURCES_MAX];
};

void fit_init(struct fit *fit, const struct linkage_set *set, struct linkage_model *model);
void fit_add_session(struct fit *fit, const struct linkage_rule *rule,
                     const struct pattern_table *table, double seen);
void fit_add_kin(struct fit *fit, const struct linkage_rule *rule,
                 const struct pattern_table *table, double seen);
/* u, from random pairs less those that look like matches. */
void fit_strangers(struct fit *fit, const struct pattern_table *random,
                   const struct linkage_frequencies *frequencies);
/* m and h, by expectation and maximisation over all sessions together. */
void fit_matches(struct fit *fit);
/* m of each pair of sources, drawn towards the pooled one where links are few. */
void fit_sources_apart(struct fit *fit);
void fit_give(const struct fit *fit, struct linkage_model *model, struct linkage_session *sessions);

enum { FIT_NO_SOURCES = UINT16_MAX };

/* The index of a pair of sources in model.sources; FIT_NO_SOURCES when there are too many. */
static inline uint16_t fit_sources(const struct fit *fit, uint8_t left, uint8_t right)
{
    return fit->sources[left][right];
}

#endif
