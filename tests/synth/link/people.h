/*
 * people.h: made-up people in households, with what makes linkage hard in the life itself: twins,
 * a son named after his father, marriage, moves, hostels, names that thousands share.
 */
#ifndef SYNTH_LINK_PEOPLE_H
#define SYNTH_LINK_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "names.h"

/* Above this there are not enough NHS numbers in the range that is nobody's. */
enum { PEOPLE_MOST = 880000 };
enum { NOBODY = UINT32_MAX };

enum shape { SHAPE_SURVEY, SHAPE_SYSTEM };
enum file { FILE_LEFT, FILE_RIGHT, FILE_COUNT };
enum ethnicity {
    ETHNICITY_WHITE,
    ETHNICITY_BLACK,
    ETHNICITY_ASIAN,
    ETHNICITY_OTHER,
    ETHNICITY_MIXED,
    ETHNICITY_COUNT
};

/* The hard cases, the most telling first: a record is noted under the first that it is. */
/* clang-format off */
#define HARD_CASES(X)                                                                              \
    X(OTHERS_NUMBER, "others_number") X(NEW_IDENTITY, "new_identity") X(TWIN, "twin")              \
    X(SAME_NAME_PARENT_CHILD, "same_name_parent_child")                                            \
    X(SAME_NAME_SIBLINGS, "same_name_siblings") X(LOOKALIKE, "lookalike") X(THIN, "thin")          \
    X(MARRIED, "married") X(RENAMED, "renamed") X(SWAPPED, "swapped") X(ONE_FIELD, "one_field")    \
    X(PLACEHOLDER, "placeholder") X(INSTITUTION, "institution") X(NICKNAME, "nickname")            \
    X(TITLE_NAME, "title_name") X(TRANSLITERATION, "transliteration")                              \
    X(MIDDLE_NAME, "middle_name") X(DECORATED, "decorated") X(DOUBLE_NAME, "double_name")          \
    X(INITIAL, "initial") X(TRUNCATED, "truncated") X(HOUSEHOLD_SLIP, "household_slip")            \
    X(DATE_SWAPPED, "date_swapped") X(DATE_SLIP, "date_slip") X(DATE_PART, "date_part")            \
    X(BAD_NUMBER, "bad_number") X(MOVER, "mover") X(TYPO, "typo") X(SOUND, "sound")                \
    X(SCAN, "scan") X(POSTCODE_SLIP, "postcode_slip") X(SEX_SLIP, "sex_slip")                      \
    X(MISSING, "missing") X(PLAIN, "plain")
/* clang-format on */
#define HARD_ENUM(name, text) HARD_##name,
enum hard_case { HARD_CASES(HARD_ENUM) HARD_COUNT };
extern const char *const hard_case_names[HARD_COUNT];

/* A postcode, its deprivation decile (1 = most deprived) and district. */
struct place {
    char postcode[9];
    uint8_t decile;
    uint8_t district;
};

struct person {
    uint32_t household;
    uint32_t mother;                    /* index of a person, or NOBODY */
    uint32_t sibling;                   /* an older brother or sister, or NOBODY */
    uint32_t number;                    /* the nine digits of the NHS number less 999000000 */
    int32_t birth_day;                  /* see ../day.h */
    uint32_t place, former_place;       /* the same when they did not move between the files */
    uint16_t practice, former_practice; /* 0 .. world.practice_count - 1 */
    const char *given, *middle;         /* middle: never NULL, "" = none */
    const char *family;
    const char *birth_family; /* before marriage, or NULL */
    const char *former_given; /* before a new identity, or NULL */
    uint32_t former_number;   /* as number, or the one before a new identity */
    enum file former_name;    /* the file that has what was before; FILE_COUNT: neither */
    enum file former_address; /* the file that has former_place */
    uint8_t culture, ethnicity, hard;
    char sex, former_sex;
};

struct world {
    uint64_t seed;
    enum shape shape;
    uint32_t wanted; /* people to make */
    struct person *people;
    uint32_t count;
    struct place *places;
    uint32_t place_count, home_count; /* the first home_count are no institutions */
    unsigned district_count, practice_count;
    uint32_t household_count;
    uint32_t number_step; /* of numbers given so far */
};

/* Streams of chance, apart from those of the other generator. */
enum link_purpose {
    LINK_PLACE = 100,
    LINK_HOUSEHOLD,
    LINK_PERSON,
    LINK_RECORD,
    LINK_FAMILY_NAME,
    LINK_CHOICE,
    LINK_ORDER
};
struct stream link_stream(const struct world *world, enum link_purpose purpose, uint64_t who);

/* Fills places, then people; seed, shape and wanted are set. */
int world_make(struct world *world, struct error *error);
void world_release(struct world *world);

/* True in per_hundred_thousand of 100,000 calls. */
bool chance(struct stream *stream, unsigned per_hundred_thousand);

/* ---- parts ---- */

int places_make(struct world *world, struct error *error);
/* A home; near: in the same district. */
uint32_t place_any(const struct world *world, struct stream *stream);
uint32_t place_near(const struct world *world, struct stream *stream, uint32_t place);
/* Has every person's NHS number, moves, marriages and lookalikes decided once all people are. */
void lives_make(struct world *world);
/* The family name of a person whose parents or spouse are called inherited (NULL: nobody). */
const char *family_name_for(struct stream *stream, enum culture culture, char sex,
                            const char *inherited);

#endif
