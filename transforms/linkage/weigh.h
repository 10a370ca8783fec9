/*
 * weigh.h: from a pattern to a match weight in bits. See model.h for the three classes.
 *
 * weight = log2( m / (u + rate * h) ), with m, u and h the products of their level probabilities.
 * An exact agreement takes the frequency of the value itself in place of the field's u; it does so
 * against strangers only, for kin agree on a rare family name as they do on a common one.
 */
#ifndef LINKAGE_WEIGH_H
#define LINKAGE_WEIGH_H

#include "model.h"

/* The tables of one pair of sources, made from the model once. */
struct linkage_weights {
    const struct linkage_schema *schema;
    float stranger[LINKAGE_FIELDS_MAX][16]; /* log2 m/u; of an exact level with frequency: log2 m */
    float household[LINKAGE_FIELDS_MAX][16]; /* log2 m/h */
    float rarest[LINKAGE_FIELDS_MAX]; /* bits a value's frequency may count at most; 0: none */
    float household_rate;             /* log2; -INFINITY where households cannot be told */
};

/* sources: index into model.sources, or -1 for the pooled weights. */
void linkage_weights_make(const struct linkage_model *model, int sources,
                          struct linkage_weights *ret);

/* The same, but every value counts as its field's average, whatever the face says: what a pair's
 * pattern alone weighs, which may be told where nobody may learn how rare a name is. */
void linkage_weights_make_average(const struct linkage_model *model, int sources,
                                  struct linkage_weights *ret);

/* The weight of a pattern; face is either of the two (their exact values are the same). */
float linkage_weigh(const struct linkage_weights *weights, uint64_t pattern, const uint32_t *face);

/* One field's part in it, against strangers: what an explanation shows. */
float linkage_weigh_field(const struct linkage_weights *weights, size_t field, uint64_t pattern,
                          const uint32_t *face);

/* The index of a pair of sources in model.sources, or -1. */
int linkage_model_sources(const struct linkage_model *model, uint8_t left, uint8_t right);

#endif
