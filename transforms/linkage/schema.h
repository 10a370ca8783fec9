/*
 * schema.h: which identifiers a linkage compares, and where the forms of each lie in a face.
 *
 * A *face* is one spelling of one person's identifiers, as tokens: an array of schema.words 32-bit
 * words, zero where a form is missing. A record (a person as one source knows them) has one face or
 * several: former names, former postcodes.
 *
 * A face begins with the words nearly every comparison needs ("hot", the first LINKAGE_HOT_WORDS
 * where they fit: one cache line), then those that only some need ("cold"). A field has a run of
 * words in each part; the enums below say what lies where.
 *
 * Tokens are 32 bits of an HMAC (NHS number: 64): two different values agree by chance once in four
 * thousand million comparisons. "Near" forms are 16-bit marks of a value with one letter left out:
 * two spellings one letter apart (one replaced, inserted, left out, or two neighbours swapped)
 * share a mark. Mark 2i lies in the low half of word i of its run, mark 2i + 1 in the high half;
 * the first is that of the value itself, unused ones are zero. Marks decide nothing alone: another
 * form of the field must agree too.
 */
#ifndef LINKAGE_SCHEMA_H
#define LINKAGE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    LINKAGE_FIELDS_MAX = 15, /* 4 bits of a 64-bit pattern each, one spare */
    LINKAGE_FIELD_NAME_MAX = 64,
    LINKAGE_HOT_WORDS = 16,
    LINKAGE_MARKS_MAX = 12 /* marks of a near form, 2 a word */
};

enum linkage_kind {
    LINKAGE_GIVEN_NAME,
    LINKAGE_FAMILY_NAME,
    LINKAGE_DATE_OF_BIRTH,
    LINKAGE_SEX,
    LINKAGE_POSTCODE,
    LINKAGE_NHS_NUMBER,
    LINKAGE_GP_PRACTICE,
    LINKAGE_EXACT,
    LINKAGE_TEXT
};

/* Hot words of a name: given and family alike. */
enum {
    NAME_WHOLE,  /* all parts, normalised; none when only an initial is known */
    NAME_FIRST,  /* first part (of a given name: its canonical form, Liz -> ELIZABETH) */
    NAME_SECOND, /* last part of a double-barrelled family name, second given name; or none. A
                    token of the same key as NAME_FIRST: Jones meets Smith-Jones */
    NAME_SOUND,  /* how the first part sounds */
    NAME_HOT
};
enum {
    NAME_ENDS,    /* marks of the first (low half) and the last three letters */
    NAME_INITIAL, /* first letter */
    NAME_SWAPPED, /* the whole as a token of the *other* name field */
    NAME_MARKS,   /* 12 marks in 6 words */
    NAME_COLD = NAME_MARKS + 6
};
enum { BIRTH_WHOLE, BIRTH_HOT };
enum {
    BIRTH_DAY, /* day and month have one key, so that they can be seen to change places */
    BIRTH_MONTH,
    BIRTH_YEAR,
    BIRTH_MARKS, /* 8 marks: the eight digits with one left blank */
    BIRTH_COLD = BIRTH_MARKS + 4
};
enum { SEX_WHOLE, SEX_HOT };
enum { POSTCODE_UNIT, POSTCODE_HOT };
enum {
    POSTCODE_SECTOR,
    POSTCODE_DISTRICT,
    POSTCODE_INWARD, /* the part behind the blank */
    POSTCODE_MARKS,  /* 8 marks */
    POSTCODE_COLD = POSTCODE_MARKS + 4
};
enum { NHS_NUMBER_LOW, NHS_NUMBER_HIGH, NHS_NUMBER_HOT };
enum { EXACT_WHOLE, EXACT_HOT }; /* gp_practice too */
enum { TEXT_WHOLE, TEXT_HOT };
enum {
    TEXT_START,                  /* first four letters or digits */
    TEXT_END,                    /* last four */
    TEXT_MARKS,                  /* 12 marks */
    TEXT_WORDS = TEXT_MARKS + 6, /* marks of up to 8 words, ascending, zeros last */
    TEXT_COLD = TEXT_WORDS + 4
};

struct linkage_field {
    enum linkage_kind kind;
    char name[LINKAGE_FIELD_NAME_MAX]; /* "given_name", or the column of an exact or text field */
    uint16_t hot, cold;                /* first word of its run in each part */
    int8_t frequency;                  /* its byte among the frequencies of a face, or -1 */
};

/* In a face: the hot runs of the fields in order, the frequency bytes (one for each field but sex
 * and NHS number; frequency.h fills them), the cold runs, zeros up to a multiple of 16. */
struct linkage_schema {
    struct linkage_field fields[LINKAGE_FIELDS_MAX];
    size_t field_count;
    size_t words;             /* of a face; a multiple of 16 */
    uint16_t frequency_words; /* first word of the frequency bytes */
};

/* Words a kind has in each part of a face. */
uint16_t linkage_kind_hot(enum linkage_kind kind);
uint16_t linkage_kind_cold(enum linkage_kind kind);

/* Lays the fields out. kinds[i] with names[i]; names, and those of the person kinds, may be NULL
 * (the kind's name stands for it). ERROR_USAGE: no field or too many, a kind other than exact and
 * text twice, an exact or text field without a name of its own, a name that is too long. */
int linkage_schema_make(const enum linkage_kind *kinds, const char *const *names, size_t count,
                        struct linkage_schema *ret, struct error *error);

/* The fields every feed of the night can fill: given and family name, date of birth, sex,
 * postcode, NHS number, GP practice. Sealed records hold faces of this schema. */
const struct linkage_schema *linkage_schema_person(void);

/* The field of a kind, or -1. */
int linkage_schema_find(const struct linkage_schema *schema, enum linkage_kind kind);

/* "given_name", ...; and back: -1 for an unknown word. */
const char *linkage_kind_name(enum linkage_kind kind);
int linkage_kind_by_name(const char *name);

#endif
