/*
 * evaluation_report.h: what an evaluation found, as text or JSON, and its pairs as CSV.
 */
#ifndef EVALUATION_REPORT_H
#define EVALUATION_REPORT_H

#include <jansson.h>

#include "evaluation_set.h"
#include "linkage/accuracy.h"

struct evaluation_figures {
    const struct evaluation_set *set;
    const struct linkage_result *result;
    struct linkage_score pair_shipped, pair_best, cluster_shipped, cluster_best;
    uint64_t true_pairs;
    uint64_t tested, blocked; /* true pairs tried against the blocking rules */
    size_t unlabelled;
    struct linkage_group *groups[EVALUATION_BY_MAX]; /* of each grouping */
    unsigned threads;
    double total_seconds;    /* from the first byte to the links */
    double evaluate_seconds; /* counting what is told here */
    double peak_mib;         /* of memory, to the links */
};

/* Does a group have a pair to tell of, a true one or a linked one? */
static inline bool evaluation_group_told(const struct linkage_group *group)
{
    return group->score.truth > 0 || group->score.said > 0;
}
/* Rules there are counts for. */
static inline size_t evaluation_rule_count(const struct linkage_result *result)
{
    return result->model.rule_count < LINKAGE_RULES_MAX ? result->model.rule_count
                                                        : LINKAGE_RULES_MAX;
}

/* NULL when there is no memory. */
json_t *evaluation_json(const struct evaluation_figures *figures);
int evaluation_print(const struct evaluation_figures *figures, struct error *error);

/* Every pair scored at or above the model's floor, best odds first: left id, right id, weight,
 * odds, lead, outcome. The file is for its owner alone. */
int evaluation_write_links(const char *path, const struct evaluation_set *set,
                           const struct linkage_result *result, struct error *error);

#endif
