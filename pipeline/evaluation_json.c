/* The report of an evaluation as JSON, and its pairs as CSV. */
#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "evaluation_report.h"

static json_t *rate_json(double rate)
{
    return isnan(rate) ? json_null() : json_real(rate);
}

static json_t *score_json(const struct linkage_score *score)
{
    return json_pack("{s:o, s:o, s:o, s:f}", "precision", rate_json(linkage_precision(score)),
                     "recall", rate_json(linkage_recall(score)), "f1", rate_json(linkage_f1(score)),
                     "threshold", score->threshold);
}

static json_t *share_json(uint64_t part, uint64_t whole)
{
    return whole == 0 ? json_null() : json_real((double)part / (double)whole);
}

/* "block" is making the keys; sorting and walking them is in "score". */
static json_t *seconds_json(const struct evaluation_figures *figures)
{
    const struct linkage_seconds *engine = &figures->result->seconds;

    return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "read",
                     figures->set->read_seconds, "derive", figures->set->derive_seconds,
                     "frequency", engine->frequency, "block", engine->block, "train", engine->train,
                     "score", engine->score, "decide", engine->decide, "total",
                     figures->total_seconds, "evaluate", figures->evaluate_seconds);
}

static json_t *by_json(const struct evaluation_figures *figures)
{
    json_t *list = json_array();

    for (size_t g = 0; g < figures->set->grouping_count; g++) {
        const struct evaluation_grouping *grouping = &figures->set->groupings[g];

        for (size_t i = 0; i < grouping->count; i++) {
            const struct linkage_group *group = &figures->groups[g][i];

            if (!evaluation_group_told(group))
                continue;
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "column",
                                            grouping->column, "value", grouping->values[i], "pairs",
                                            (json_int_t)group->score.truth, "precision",
                                            rate_json(linkage_precision(&group->score)), "recall",
                                            rate_json(linkage_recall(&group->score)), "f1",
                                            rate_json(linkage_f1(&group->score)), "block_recall",
                                            share_json(group->blocked, group->tested)));
        }
    }
    return list;
}

static json_t *rules_json(const struct linkage_result *result)
{
    json_t *list = json_array();

    for (size_t i = 0; i < evaluation_rule_count(result); i++) {
        const struct linkage_rule_count *count = &result->rules[i];

        json_array_append_new(
            list,
            json_pack("{s:s, s:I, s:I, s:I, s:I}", "rule", result->model.rules[i].name, "pairs",
                      (json_int_t)count->pairs, "all", (json_int_t)count->all, "largest",
                      (json_int_t)count->largest, "capped", (json_int_t)count->capped));
    }
    return list;
}

json_t *evaluation_json(const struct evaluation_figures *figures)
{
    return json_pack(
        "{s:{s:o, s:o}, s:{s:o, s:o}, s:o, s:o, s:f, s:o, s:{s:I, s:I}, s:I, s:I, s:I, s:I, s:o}",
        "pairwise", "shipped", score_json(&figures->pair_shipped), "best",
        score_json(&figures->pair_best), "cluster", "shipped",
        score_json(&figures->cluster_shipped), "best", score_json(&figures->cluster_best),
        "block_recall", share_json(figures->blocked, figures->tested), "seconds",
        seconds_json(figures), "peak_mib", figures->peak_mib, "by", by_json(figures), "records",
        "left", (json_int_t)figures->set->left_count, "right",
        (json_int_t)figures->set->right_count, "unlabelled", (json_int_t)figures->unlabelled,
        "true_pairs", (json_int_t)figures->true_pairs, "candidates",
        (json_int_t)figures->result->candidates, "threads", (json_int_t)figures->threads, "rules",
        rules_json(figures->result));
}

/* ---- pairs ---- */

static const char *outcome_name(uint8_t outcome)
{
    static const char *const names[] = {"below", "linked", "conflict", "taken", "many", "weak"};

    return outcome < sizeof names / sizeof names[0] ? names[outcome] : "";
}

static void write_id(FILE *file, const char *id)
{
    if (strpbrk(id, "\",\r\n") == NULL)
        fputs(id, file);
    else
        csv_fwrite(file, id, strlen(id));
}

static int write_failed(const char *path, struct error *error)
{
    error_set_errno(error, ERROR_FILE_FAILED, errno, "the pairs cannot be written");
    error_place(error, "%s", path);
    return error->code;
}

int evaluation_write_links(const char *path, const struct evaluation_set *set,
                           const struct linkage_result *result, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (file == NULL) {
        write_failed(path, error);
        if (fd >= 0)
            close(fd);
        return error->code;
    }
    fputs("left_id,right_id,weight,odds,lead,outcome\n", file);
    for (size_t i = 0; i < result->pair_count; i++) {
        const struct linkage_pair *pair = &result->pairs[i];

        write_id(file, evaluation_set_id(set, pair->left));
        putc(',', file);
        write_id(file, evaluation_set_id(set, pair->right));
        fprintf(file, ",%.4f,%.4f,%.4f,%s\n", (double)pair->weight, (double)pair->odds,
                (double)pair->lead, outcome_name(pair->outcome));
    }
    bool failed = ferror(file) != 0;
    return fclose(file) != 0 || failed ? write_failed(path, error) : 0;
}
