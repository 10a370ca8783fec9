/*
 * report_hidden.h: the hidden-number test. Everything is linked once more as if no record had an
 * NHS number, and held against the truth that the numbers tell: two records of one number are one
 * person, two of two numbers are two.
 *
 * It assumes that people with a number in two sources are like the others, which they are not
 * quite: who is in contact, registered and traced has a number, and better identifiers with it.
 */
#ifndef LINKAGE_REPORT_HIDDEN_H
#define LINKAGE_REPORT_HIDDEN_H

#include "report_count.h"

enum {
    LINKAGE_HIDDEN_MEMBERS_MAX =
        1000, /* larger groups are left out: no person has as many records */
    LINKAGE_HIDDEN_TRIED_MAX = 1000000 /* true pairs tried for block recall, every n-th */
};

/* Pairs of two records with a number: of one person, said to be, both; and of those tried, the
 * pairs that a blocking rule brings together. */
struct linkage_hidden_count {
    uint64_t truth, said, right, tested, blocked;
};

/* Groups of records to tell the counts by. A pair counts in the group of each of its records. */
struct linkage_grouping {
    const uint8_t *group_of; /* of each record */
    struct linkage_hidden_count *counts;
    uint64_t *records; /* with a number */
};

struct linkage_hidden {
    uint64_t records, people; /* records with a number; different numbers */
    uint64_t left_out;        /* groups with too many members, not counted */
    struct linkage_hidden_count all;
    struct linkage_hidden_count *sources;               /* [low * LINKAGE_SOURCES_MAX + high] */
    struct linkage_hidden_count at[LINKAGE_THRESHOLDS]; /* truth, said and right at thresholds */
};

/* Links by options->model, without stewards' decisions; *ret is the caller's to release. The
 * numbers of the set are blank meanwhile and as before afterwards. ERROR_OUT_OF_MEMORY. */
int linkage_hidden_test(struct linkage_set *set, const struct linkage_options *options,
                        struct linkage_grouping *groupings, size_t grouping_count,
                        struct linkage_hidden *ret, struct error *error);
void linkage_hidden_release(struct linkage_hidden *hidden);

#endif
