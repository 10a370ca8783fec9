/*
 * linkage_faces.h: sets of made-up faces for the tests of transforms/linkage. Words are numbers,
 * not tokens of anything: equal numbers agree.
 */
#ifndef LINKAGE_FACES_H
#define LINKAGE_FACES_H

#include "unit.h"

#include "linkage/compare.h"
#include "linkage/set.h"

/* The fields of linkage_schema_person(). */
enum { GIVEN, FAMILY, BIRTH, SEX, POSTCODE, NHS, PRACTICE };

static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * 0x2545f4914f6cdd1du >> 16;
}

static inline double next_share(uint64_t *state)
{
    return (double)(next_random(state) & 0xffffffff) / 4294967296.0;
}

/* A word that stands for a value; never 0. */
static inline uint32_t word_of(uint32_t form, uint32_t value)
{
    uint64_t mixed = ((uint64_t)form << 32 | value) * 0x9e3779b97f4a7c15u;

    mixed = (mixed ^ mixed >> 29) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(mixed >> 32) | 1;
}

/* A set of faces of zeros, each a record of its own, of one source that is not unique. */
static inline struct linkage_set new_set(const struct linkage_schema *schema, size_t faces)
{
    struct linkage_set set = {
        .schema = schema, .face_count = faces, .record_count = faces, .source_count = 1};
    size_t size = (faces + 1) * schema->words * sizeof *set.faces;

    set.faces = aligned_alloc(64, (size + 63) / 64 * 64);
    assert_non_null(set.faces);
    memset(set.faces, 0, size);
    set.source_of = calloc(faces + 1, 1);
    assert_non_null(set.source_of);
    for (size_t i = 0; i < LINKAGE_SOURCES_MAX; i++)
        snprintf(set.sources[i].name, sizeof set.sources[i].name, "source %zu", i);
    return set;
}

/* Gives the set's faces to records: record_of ascends from 0. */
static inline void give_faces(struct linkage_set *set, const uint32_t *record_of)
{
    set->records = calloc(set->face_count + 1, sizeof *set->records);
    set->first_faces = calloc(set->face_count + 2, sizeof *set->first_faces);
    assert_true(set->records != NULL && set->first_faces != NULL);
    set->record_count = 0;
    for (size_t face = 0; face < set->face_count; face++) {
        set->records[face] = record_of[face];
        if (face == 0 || record_of[face] != record_of[face - 1])
            set->first_faces[set->record_count++] = (uint32_t)face;
    }
    set->first_faces[set->record_count] = (uint32_t)set->face_count;
}

static inline void free_set(struct linkage_set *set)
{
    free(set->faces);
    free(set->source_of);
    free(set->records);
    free(set->first_faces);
    *set = (struct linkage_set){0};
}

static inline uint32_t *face_of(struct linkage_set *set, size_t face)
{
    return set->faces + face * set->schema->words;
}

static inline uint32_t *hot_of(struct linkage_set *set, size_t face, size_t field)
{
    return face_of(set, face) + set->schema->fields[field].hot;
}

static inline uint32_t *cold_of(struct linkage_set *set, size_t face, size_t field)
{
    return face_of(set, face) + set->schema->fields[field].cold;
}

#endif
