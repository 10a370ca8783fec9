/*
 * frequency.h: a frequency attack on a copy of the database, for frequency.sh.
 *
 * The attacker holds a dump and the population's names and birth dates, each with its count. Of any
 * column (or two together, or bytes at one place of a column) he ranks the values by how many
 * people have them, ranks the names, and says the r-th value is the r-th name. Numbers he also lays
 * out in their order: who has the lowest weight has the commonest name, and the reverse. Besides,
 * the test counts pairs of people who share value and name, and adds up how common the names are
 * along the order of the numbers: that sees a token of a name, or a number that tells how rare it
 * is, even where no guess is right.
 *
 * Chance is the same attack on the same copy with the people's names shuffled among those who are
 * alike in what the copy says in clear (the group in the people file).
 */
#ifndef TEST_FREQUENCY_H
#define TEST_FREQUENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHUFFLES = 40, NOBODY = -1 };

enum attribute { GIVEN_NAME, FAMILY_NAME, FULL_NAME, BIRTH_DATE, ATTRIBUTES };
enum method { BY_RANK, BY_ORDER, BY_REVERSE, SHARED, TREND, METHODS };

struct population {
    size_t people;      /* attacked: 0 .. people - 1 */
    size_t all;         /* with those who only count, behind them */
    uint32_t *group[2]; /* of each, of names and of birth dates: shuffled apart */
    uint32_t *name[ATTRIBUTES][SHUFFLES + 1]; /* of each; [0] is the truth */
    size_t name_count[ATTRIBUTES];
    uint32_t *ranked[ATTRIBUTES]; /* name of each rank, the commonest first */
    uint32_t *common[ATTRIBUTES]; /* people of each rank */
    double *bits[ATTRIBUTES];     /* log2 of the people of each name */
};

/* file: person,group,group of birth,given,family,birth,attacked (1 or 0). false: it cannot be
 * read. */
bool population_read(const char *path, struct population *ret);
/* The number of "person" as the file has it, or NOBODY. */
int population_find(const char *person);

/* One thing the attacker looks at: of each person at most one value. */
struct entry {
    uint64_t value;
    uint64_t within; /* BY_ORDER and BY_REVERSE: in what the numbers are laid out; else 0 */
    double number;
    uint32_t person;
};

/* Attacks and counts. entries are sorted. numbers: also by order. */
void attack(const struct population *population, const char *label, struct entry *entries,
            size_t count, bool numbers);
/* Prints what stood out, and the totals. Returns how many stood out. */
size_t attack_report(void);

#endif
