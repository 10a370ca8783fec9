/*
 * rates.h: how often what goes wrong, in 100,000 records, for each shape and file. The sources are
 * in README.md.
 */
#ifndef SYNTH_LINK_RATES_H
#define SYNTH_LINK_RATES_H

#include "people.h"

/* What may happen to a given name; at most one of them does. */
enum given_slip {
    GIVEN_BLANK,
    GIVEN_INITIAL,
    GIVEN_NICKNAME,
    GIVEN_MIDDLE, /* the middle name instead */
    GIVEN_BOTH,   /* given and middle name in one field */
    GIVEN_VARIANT,
    GIVEN_TYPO,
    GIVEN_SOUND,
    GIVEN_SCAN,
    GIVEN_TRUNCATED,
    GIVEN_DECORATED,   /* Mrs Jean, Elizabeth (Liz) */
    GIVEN_PLACEHOLDER, /* UNKNOWN; of infants BABY, TWIN 1 */
    GIVEN_SLIPS
};

enum family_slip {
    FAMILY_BLANK,
    FAMILY_VARIANT,
    FAMILY_TYPO,
    FAMILY_SOUND,
    FAMILY_SCAN,
    FAMILY_TRUNCATED,
    FAMILY_OTHER,     /* another name altogether: a stepfather's, a partner's */
    FAMILY_DECORATED, /* Smith (nee Jones), Smith Jnr */
    FAMILY_PLACEHOLDER,
    FAMILY_SLIPS
};

enum birth_slip {
    BIRTH_BLANK,
    BIRTH_NO_DAY,  /* yyyy-mm */
    BIRTH_SWAPPED, /* day and month */
    BIRTH_DIGIT,   /* of day, month or year */
    BIRTH_TURNED,  /* two digits of the year changed places */
    BIRTH_NEAR,    /* a day, a month, a year or ten out */
    BIRTH_JANUARY, /* 1 January of the right year */
    BIRTH_DEFAULT, /* 1900-01-01 */
    BIRTH_INVALID, /* 31 February */
    BIRTH_OTHER,   /* a brother's, a mother's, or nobody's */
    BIRTH_SLIPS
};

enum postcode_slip {
    POSTCODE_BLANK,
    POSTCODE_UNIT,    /* the last letters wrong */
    POSTCODE_TYPO,    /* any one character wrong, or 0 for O */
    POSTCODE_PART,    /* only the outward code */
    POSTCODE_UNKNOWN, /* ZZ99 3VZ and its like */
    POSTCODE_SLIPS
};

enum number_slip {
    NUMBER_BLANK,
    NUMBER_OTHERS, /* the valid number of the mother, a brother or sister, or another row */
    NUMBER_FAILS,  /* fails modulus 11 */
    NUMBER_PLACEHOLDER,
    NUMBER_SLIPS
};

struct rates {
    unsigned given[GIVEN_SLIPS], family[FAMILY_SLIPS], birth[BIRTH_SLIPS];
    unsigned postcode[POSTCODE_SLIPS], number[NUMBER_SLIPS];
    unsigned household;  /* the family name of a whole household goes wrong in one way */
    unsigned swapped;    /* given and family name in each other's field */
    unsigned one_field;  /* both names in one field, the other blank */
    unsigned thin;       /* names, and hardly anything else */
    unsigned part, join; /* of names in two parts: one lost; hyphen and space exchanged */
    unsigned accents;    /* of accented names: accents lost */
    unsigned sex_wrong, sex_blank, practice_blank, practice_unknown;
    unsigned upper, lower; /* how it is written: all capitals, all small */
    unsigned squeezed;     /* postcode without its space */
    unsigned spaced;       /* NHS number as 999 123 4567 */
};

extern const struct rates rates_of[2][FILE_COUNT];

#endif
