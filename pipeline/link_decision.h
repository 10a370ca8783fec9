/*
 * link_decision.h: what stewards decide of two records (linkage.decision). A decision is never
 * deleted, only withdrawn; the latest of a pair that was not withdrawn counts, from the next run
 * on.
 */
#ifndef LINK_DECISION_H
#define LINK_DECISION_H

#include "link_input.h"

struct link_decision {
    char left[37], right[37]; /* patient keys */
    bool same;
    const char *by, *reason;
};

/* Checks --by and --reason: both there, of one line, and no run of ten digits in them, which could
 * be an NHS number. ERROR_USAGE. */
int link_decision_check_words(const char *by, const char *reason, struct error *error);

/* May the two be said to be one person? ERROR_DECISION_REFUSED with the constraint that the next
 * run would hold against it. input's records are read. */
int link_decision_check_same(const struct link_input *input, uint32_t one, uint32_t other,
                             struct error *error);

/* Writes it. *ret_id gets its number. */
int link_decision_add(struct database *database, const struct link_decision *decision,
                      int64_t *ret_id, struct error *error);

/* The decision that counts for the pair: *ret_id 0 when there is none. */
int link_decision_of_pair(struct database *database, const char *left, const char *right,
                          int64_t *ret_id, bool *ret_same, struct error *error);

#endif
