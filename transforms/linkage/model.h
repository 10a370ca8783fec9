/*
 * model.h: what a linkage knows before it looks at a pair: the weights of each comparison level,
 * the blocking rules, the priors and the thresholds. Versioned JSON on disk: trained, reviewed,
 * committed, reused. Two trainings on the same input give the same bytes.
 *
 * Three kinds of pairs are told apart (docs/linkage.md, "Three classes"): the same person (m), two
 * people of one household (h: agreements on family name, postcode and birth date go together) and
 * two strangers (u). A pair's weight is log2(m / (u + household_rate * h)); field weights add up
 * within a class only, so that what kin share by nature does not count as if it were chance.
 */
#ifndef LINKAGE_MODEL_H
#define LINKAGE_MODEL_H

#include "set.h"

enum {
    LINKAGE_LEVELS_MAX = 9, /* level 0 is "missing": weight 0, in every class */
    LINKAGE_RULES_MAX = 32,
    LINKAGE_RULES_TRIED_MAX = 160, /* of a schema, before those too costly are dropped */
    LINKAGE_RULE_FORMS_MAX = 4,
    LINKAGE_NO_WORD = UINT16_MAX,
    LINKAGE_PAIRS_OF_SOURCES_MAX =
        512 /* those of 31 sources; further ones go by the pooled weights */
};

/* A form as a rule uses it. The names "in either order" are the sum of two tokens of one key: a
 * given name, and the family name as it would be if it were a given name. */
struct linkage_rule_form {
    uint8_t field; /* index into schema.fields */
    uint16_t word; /* of the face */
    uint16_t plus; /* word added to it; LINKAGE_NO_WORD: none */
};

/* A blocking key: the faces that have all its forms and agree on them meet. */
struct linkage_rule {
    char name[112]; /* "family_name.sound + date_of_birth.whole" */
    struct linkage_rule_form forms[LINKAGE_RULE_FORMS_MAX];
    uint8_t form_count; /* 0: every pair */
};

struct linkage_level {
    double m, u, h; /* probability of the level in each class, missing left out; sums to 1 */
    bool fixed;     /* given by hand: training keeps it */
};

/* The m of a pair of sources, where it has enough links to differ from the pooled one. */
struct linkage_source_weights {
    uint8_t left, right; /* left <= right */
    double links;        /* expected links it was trained on */
    double prior;        /* log2 odds that two records match that have no other partner (odds.h) */
    double rival_left, rival_right; /* 0..1: how far two right (left) partners of one left (right)
                                       record exclude each other; 1: duplicate-free */
    double m[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS_MAX];
};

struct linkage_model {
    char version[65]; /* SHA-256 of the JSON without this line, as hex; "" until written */
    struct linkage_schema schema;
    struct linkage_level levels[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS_MAX]; /* pooled over sources */
    struct linkage_source_weights sources[LINKAGE_PAIRS_OF_SOURCES_MAX];
    size_t source_pair_count;
    char source_names[LINKAGE_SOURCES_MAX][LINKAGE_SOURCE_NAME_MAX]; /* what left and right mean */
    size_t source_count;
    double household_rate; /* household pairs a stranger pair */
    double prior;          /* log2 odds that two random records match, pooled */
    struct linkage_rule
        rules[LINKAGE_RULES_TRIED_MAX]; /* after training LINKAGE_RULES_MAX at most */
    size_t rule_count;
    uint32_t block_cap; /* faces a block may have before it is left out */
    double threshold;   /* log2 odds at which a pair is a link */
    double review;      /* log2 odds from which a clerk should see it */
    double lead;        /* bits a link must be ahead of its best rival */
    double floor;       /* odds below which pairs are forgotten */
};

/* The model a site starts with: weights from published error rates (docs/linkage.md), rules and
 * thresholds. */
void linkage_model_default(const struct linkage_schema *schema, struct linkage_model *ret);

/* Rounds every number to the digits that are written, so that a model read back decides as the one
 * that was trained. */
void linkage_model_round(struct linkage_model *model);

/* The model as JSON text (the caller frees); sets model->version. ERROR_OUT_OF_MEMORY. */
int linkage_model_write(struct linkage_model *model, char **ret_text, struct error *error);
/* Reads and checks: every field and level is there, probabilities lie in 0..1 and sum to 1, forms
 * exist, thresholds are in order. A version that does not fit the text is an edited model: it gets
 * the version of what it now says, and *ret_edited is set. ERROR_MODEL_INVALID names the place. */
int linkage_model_read(const char *text, size_t length, struct linkage_model *ret, bool *ret_edited,
                       struct error *error);

/* Makes the model's source numbers those of the set, by name. Sources it does not know get the
 * pooled weights. */
void linkage_model_adopt(struct linkage_model *model, const struct linkage_set *set);

#endif
