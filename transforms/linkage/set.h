/*
 * set.h: the records a linkage works on, and the pairs it finds. The caller owns the arrays.
 */
#ifndef LINKAGE_SET_H
#define LINKAGE_SET_H

#include "schema.h"

enum { LINKAGE_SOURCES_MAX = 64, LINKAGE_SOURCE_NAME_MAX = 64 };

struct linkage_source {
    char name[LINKAGE_SOURCE_NAME_MAX];
    bool unique; /* duplicate-free: no two of its records are the same person */
};

struct linkage_set {
    const struct linkage_schema *schema;
    uint32_t *faces; /* face_count * schema->words, aligned to 64 bytes */
    size_t face_count;
    uint32_t *records;     /* record of each face, ascending; NULL: face i is record i.
                              A record's faces lie together, oldest first */
    uint32_t *first_faces; /* first face of each record, and face_count; NULL with records */
    size_t record_count;
    uint8_t *source_of; /* source of each record; NULL: all of source 0 */
    struct linkage_source sources[LINKAGE_SOURCES_MAX];
    size_t source_count;
    bool across_only; /* pairs within one source are not looked at */
};

static inline const uint32_t *linkage_face(const struct linkage_set *set, size_t face)
{
    return set->faces + face * set->schema->words;
}

static inline uint32_t linkage_record_of(const struct linkage_set *set, size_t face)
{
    return set->records == NULL ? (uint32_t)face : set->records[face];
}

static inline uint32_t linkage_first_face(const struct linkage_set *set, uint32_t record)
{
    return set->first_faces == NULL ? record : set->first_faces[record];
}

static inline uint8_t linkage_source_of(const struct linkage_set *set, uint32_t record)
{
    return set->source_of == NULL ? 0 : set->source_of[record];
}

/* How a pair of records ended. */
enum linkage_outcome {
    LINKAGE_BELOW,    /* not reached by the threshold */
    LINKAGE_LINKED,   /* joined two groups, or lies within one */
    LINKAGE_CONFLICT, /* would break a constraint: two NHS numbers, sex and birth date, ... */
    LINKAGE_TAKEN,    /* one of a duplicate-free source is better linked elsewhere */
    LINKAGE_MANY,     /* the runner-up is too close: many match, none is taken */
    LINKAGE_WEAK      /* one link alone between two groups whose other members do not agree */
};

/* A pair of records, scored. Two records appear in one pair only. */
struct linkage_pair {
    uint32_t left, right; /* records, left < right */
    float weight;         /* match weight in bits: evidence alone, without the prior */
    float odds;           /* posterior odds in bits, prior and rivals counted: 0 = even */
    float lead;           /* odds ahead of the best rival of either record, in bits */
    uint8_t outcome;      /* enum linkage_outcome */
    uint64_t pattern;     /* level of each field, 4 bits each, field 0 lowest (compare.h) */
};

#endif
