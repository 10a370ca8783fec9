/*
 * population.h: the made-up people of one borough, and how each sender of data knows them.
 */
#ifndef SYNTH_POPULATION_H
#define SYNTH_POPULATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "fact.h"
#include "stream.h"

enum { NAME_MAX_BYTES = 40 };

/* Who sends data. */
enum sender {
    SENDER_RV5,     /* mental health trust, the main one */
    SENDER_RPG,     /* mental health trust of the neighbours */
    SENDER_G8H03,   /* voluntary provider: employment support, sessions */
    SENDER_LVS01,   /* voluntary provider: sessions; made up */
    SENDER_COUNCIL, /* E09000023 Lewisham */
    SENDER_PRACTICE
};

/* Feeds, for the share of errors in what they know of people. */
enum feed_name {
    FEED_MHSDS,
    FEED_GP_SMI,
    FEED_SOCIAL_CARE,
    FEED_SUPPORT,
    FEED_IPS,
    FEED_HOMELESSNESS,
    FEED_REFERENCE
};

struct person {
    uint32_t number; /* 1 .. people */
    int32_t birth_day;
    int32_t death_day;    /* or NO_DAY */
    char sex;             /* '1' male, '2' female */
    char gender_identity; /* GenderIDCode */
    const char *ethnic_category;
    char forename[NAME_MAX_BYTES], surname[NAME_MAX_BYTES];
    char nhs_number[11];
    unsigned practice, new_practice; /* indexes into facts.practices */
    int32_t practice_change_day;     /* or NO_DAY */
    unsigned area, new_area;         /* indexes into facts.areas */
    int32_t move_day;                /* or NO_DAY */
    char postcode[9], new_postcode[9];
    bool smi;        /* on the SMI register of the practice */
    bool in_care[3]; /* ever with SENDER_RV5, SENDER_RPG, SENDER_G8H03 as MHSDS provider */
    bool social_care, support[2], ips, homeless;
};

struct world {
    uint64_t seed;
    unsigned people;
    int first_month, end_month; /* months are year * 12 + month - 1 */
    int32_t first_day, last_day;
    bool canaries, errors, late;
    struct facts facts;
    struct person *persons;
};

/* Makes the people of world (seed, people, months and facts are set). */
int population_make(struct world *world, struct error *error);
void population_release(struct world *world);

/* What a sender knows of a person on a day: with that feed's share of blanks, slips and old
 * addresses, the same on every day but for moves the sender came to know of. */
struct identity {
    char nhs_number[11]; /* "" = not known */
    char forename[NAME_MAX_BYTES + 2], surname[NAME_MAX_BYTES + 2];
    int32_t birth_day;
    char postcode[9]; /* "" = not known */
};

void identity_of(const struct world *world, const struct person *person, enum feed_name feed,
                 enum sender sender, int32_t day, struct identity *ret);
/* The person's practice on a day. */
const struct practice *practice_of(const struct world *world, const struct person *person,
                                   int32_t day);
/* The sender's own number of a person: 7 digits, no two alike, in no order. */
unsigned local_number(enum sender sender, uint32_t person);
/* As local_number, in the shape the sender uses; buffer of 16 bytes. Returns buffer. */
char *local_id(enum sender sender, uint32_t person, char *buffer);

/* Is the whole number (9 digits and a check digit in text) valid? Made-up ones for bad rows are
 * not. */
bool nhs_number_of(unsigned index, char text[11]);

#endif
