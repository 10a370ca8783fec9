/*
 * link_story.h: why two records are linked or not, as a sum a person can follow: the prior, a part
 * for each field, the household's, the rivals'. Computed afresh from all records and the model in
 * use, so it can be told of any two.
 *
 * No value is told, only levels; and what a value's rarity adds is rounded to whole bits, also in
 * the sums, so that nobody can tell from it which name it was. The decision itself was taken by the
 * exact odds.
 */
#ifndef LINK_STORY_H
#define LINK_STORY_H

#include <jansson.h>

#include "link_input.h"

enum link_constraint {
    LINK_NUMBERS_DIFFER,
    LINK_SEX_AND_BIRTH_DIFFER,
    LINK_ONE_SOURCE,   /* both of one duplicate-free source */
    LINK_PARTED,       /* by a steward */
    LINK_GROUPS_CLASH, /* members of their groups exclude each other */
    LINK_SOURCE_TAKEN, /* the other's group has a record of the same duplicate-free source */
    LINK_RIVAL_CLOSE,
    LINK_GROUPS_DISAGREE,
    LINK_NEVER_COMPARED, /* no blocking rule brings them together */
    LINK_BLOCK_TOO_LARGE,
    LINK_RIVAL_BARS_NOTHING, /* linked all the same */
    LINK_FORGOTTEN,          /* below the model's floor */
    LINK_CONSTRAINTS
};

struct link_story_field {
    const char *field, *level;
    double m, u;
    double weight; /* log2(m / u) */
    double rarity; /* whole bits: the value is rarer (+) or more common (-) than the average */
};

struct link_story {
    uint32_t left, right;                                  /* left < right */
    size_t faces_left, faces_right, face_left, face_right; /* of each; those compared, from 1 */
    double prior, household, rivals, total;                /* bits; total is the sum of all parts */
    struct link_story_field fields[LINKAGE_FIELDS_MAX];
    size_t field_count;
    double lead; /* whole bits */
    double threshold, lead_needed;
    bool weighed;  /* the pair is among those the engine kept */
    bool together; /* one person in the end, by this pair or through others */
    const char *outcome;
    bool constraints[LINK_CONSTRAINTS];
    const char *rules[LINKAGE_RULES_MAX];
    size_t rule_count;
};

/* result is of all of input's records. */
void link_story_make(const struct link_input *input, const struct linkage_result *result,
                     uint32_t one, uint32_t other, struct link_story *ret);

json_t *link_story_json(const struct link_input *input, const struct link_story *story);
void link_story_print(const struct link_input *input, const struct link_story *story);

#endif
