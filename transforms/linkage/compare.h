/*
 * compare.h: two faces, field by field: how well each agrees, as a level.
 *
 * A pattern holds the level of field f in bits 4f .. 4f+3. Level 0 is "missing on one side". The
 * levels go from exact agreement to disagreement; a pair gets the first that fits. Swapped names
 * (each one's given name is the other's family name) are told in the given name's level; the family
 * name then counts as missing, so that one fact is counted once.
 */
#ifndef LINKAGE_COMPARE_H
#define LINKAGE_COMPARE_H

#include "schema.h"

enum name_level {
    NAME_MISSING,
    NAME_EXACT,     /* the whole */
    NAME_PART,      /* a part: nickname, second name, half of a double-barrelled name */
    NAME_NEAR,      /* one letter apart */
    NAME_SOUNDS,    /* sounds alike */
    NAME_INITIALS,  /* one has only an initial, and it agrees */
    NAME_EDGES,     /* the first or the last three letters */
    NAME_EXCHANGED, /* given name only: given and family name change places */
    NAME_DIFFERENT,
    NAME_LEVELS
};
enum birth_level {
    BIRTH_MISSING,
    BIRTH_EXACT,
    BIRTH_EXCHANGED, /* day and month change places */
    BIRTH_NEAR,      /* one digit apart */
    BIRTH_TWO_PARTS, /* two of day, month and year */
    BIRTH_KNOWN,     /* all parts that both know, when one knows not all */
    BIRTH_SAME_YEAR,
    BIRTH_DIFFERENT,
    BIRTH_LEVELS
};
enum postcode_level {
    POSTCODE_MISSING,
    POSTCODE_EXACT,
    POSTCODE_NEAR,
    POSTCODE_SAME_SECTOR,
    POSTCODE_SAME_DISTRICT,
    POSTCODE_DIFFERENT,
    POSTCODE_LEVELS
};
/* sex, NHS number, GP practice, exact */
enum exact_level { EXACT_MISSING, EXACT_EQUAL, EXACT_DIFFERENT, EXACT_LEVELS };
enum text_level {
    TEXT_MISSING,
    TEXT_EXACT,
    TEXT_NEAR,
    TEXT_MOST_WORDS, /* all words but one of the shorter text, two at least */
    TEXT_SOME_WORDS,
    TEXT_EDGES, /* the first or the last four */
    TEXT_DIFFERENT,
    TEXT_LEVELS
};

/* Levels of a kind with "missing": the bound of its level numbers. */
unsigned linkage_level_count(enum linkage_kind kind);
/* "exact", "near", ...; level 0 is "missing". NULL past the last level. */
const char *linkage_level_name(enum linkage_kind kind, unsigned level);

uint64_t linkage_compare(const struct linkage_schema *schema, const uint32_t *left,
                         const uint32_t *right);

/* The level of one field. */
unsigned linkage_compare_field(const struct linkage_field *field, const uint32_t *left,
                               const uint32_t *right);

static inline unsigned linkage_level_of(uint64_t pattern, size_t field)
{
    return (unsigned)(pattern >> (4 * field)) & 15;
}

#endif
