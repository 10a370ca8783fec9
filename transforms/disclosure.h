/*
 * disclosure.h: from exact figures to what may be published. A profile is one table entry; "mhsds"
 * is NHS England's published rule (suppress below 5, round to the nearest 5, percentages from exact
 * parts rounded to whole numbers, "*" where the numerator is below 5; England and England;
 * breakdowns are exempt). It exists for reconciliation. Source:
 * NHSDigital/mental-health-monthly-statistics, mhsds_functions.py; ../docs/measures.md.
 */
#ifndef DISCLOSURE_H
#define DISCLOSURE_H

#include "base/error.h"

struct disclosure_cell {
    bool is_percent;     /* value = 100 * numerator / denominator */
    bool exempt_level;   /* England, or England by one breakdown */
    int64_t numerator;   /* the count itself for a count measure */
    int64_t denominator; /* percent only; 0 = undefined */
    char published[32];  /* result: "1234", "58", "8.375894" or "*" */
};

struct disclosure_profile {
    const char *name;
    int (*protect)(struct disclosure_cell *cells, size_t count, struct error *error);
};

/* The profile of a name, or NULL. */
const struct disclosure_profile *disclosure_profile_by_name(const char *name);

/* The exact value as text, for restricted use ("--exact"): counts in full, percentages to 6
 * decimals without trailing zeros; "" when undefined. */
void disclosure_exact(const struct disclosure_cell *cell, char text[32]);

#endif
