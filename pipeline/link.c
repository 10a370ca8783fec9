#include "link.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "link_faint.h"
#include "link_increment.h"
#include "link_model.h"
#include "link_segment.h"
#include "link_snapshot.h"
#include "link_write.h"
#include "log.h"

/* ---- everything anew ---- */

struct full {
    struct link_records records;
    struct link_verdicts decisions;
    struct link_snapshot snapshot; /* what is counted now */
    struct linkage_result result;
};

/* Values are counted anew and priors fitted, unless the former ones are to be kept. */
static int decide(const struct link_context *context, const struct link_snapshot *former,
                  struct full *work, struct error *error)
{
    bool keep = !context->site->linkage_recount && former->model != NULL;
    struct linkage_options options = {.threads = link_threads(context->site),
                                      .model = keep ? former->model : context->model,
                                      .fit_priors = !keep,
                                      .frequencies =
                                          keep ? &former->frequencies : &work->snapshot.frequencies,
                                      .verdicts = work->records.verdicts,
                                      .verdict_count = work->records.verdict_count};
    int failed =
        keep ? 0
             : linkage_frequencies_count(&work->records.set, &work->snapshot.frequencies, error);
    return failed ? failed : linkage_run(&work->records.set, &options, &work->result, error);
}

static int keep_faint(const struct link_context *context, struct full *work, struct error *error)
{
    struct link_faint_pairs faint = {0};
    int failed = link_faint_add(&faint, &work->records, &work->result, error);
    failed = failed ? failed : link_faint_write(context, &faint, error);
    link_faint_release(&faint);
    return failed;
}

/* What the next nights link by: counts, priors, blocking keys, faint pairs. */
static int keep_for_later(const struct link_context *context, const char *basis, bool keep,
                          struct full *work, struct error *error)
{
    struct linkage_keys keys = {0};
    struct link_snapshot *snapshot = &work->snapshot;
    const struct linkage_model *model = &work->result.model;
    if (linkage_keys_make(&work->records.set, model->rules, model->rule_count,
                          link_threads(context->site), &keys) != 0) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for blocking keys");
    }
    int failed = link_segments_write(context, &work->records, 0, &keys, NULL, 0, error);
    linkage_keys_release(&keys);
    failed = failed ? failed : keep_faint(context, work, error);
    failed =
        failed ? failed : database_run(context->database, "sql/link/decisions_keep.sql", error);
    if (failed != 0 || keep) {
        return failed;
    }
    snprintf(snapshot->basis, sizeof snapshot->basis, "%s", basis);
    snapshot->records = work->records.count;
    for (size_t i = 0; i < model->rule_count; i++) {
        snapshot->capped += work->result.rules[i].capped;
    }
    snapshot->model = &work->result.model;
    failed = link_snapshot_write(context, snapshot, error);
    snapshot->model = NULL;
    return failed;
}

static int link_all(const struct link_context *context, struct link_reader *reader,
                    const struct link_snapshot *former, const char *basis, struct full *work,
                    struct error *error)
{
    bool keep = !context->site->linkage_recount && former->model != NULL;
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    link_reader_init(reader, &work->records);
    /* First of all the list of changes is emptied: who comes from then on waits for the next night.
     */
    int failed = database_run(context->database, "sql/link/begin.sql", error);
    failed = failed ? failed : link_read_all(reader, &work->records, error);
    failed = failed ? failed
                    : link_verdicts_read(reader, "sql/link/decisions.sql", &work->decisions, error);
    failed = failed ? failed : link_verdicts_apply(&work->decisions, &work->records, error);
    double read = seconds_since(&start);
    failed = failed ? failed : decide(context, former, work, error);
    double decided = seconds_since(&start);
    failed = failed ? failed : link_write(context, &work->records, &work->result, NULL, error);
    double written = seconds_since(&start);
    failed = failed ? failed : keep_for_later(context, basis, keep, work, error);
    if (failed == 0) {
        log_event(LOG_LEVEL_INFO, "linkage",
                  "%zu records, %zu faces, %llu pairs compared, %zu kept; seconds: read %.2f, "
                  "decide %.2f, write %.2f, keep %.2f",
                  work->records.count, work->records.set.face_count,
                  (unsigned long long)work->result.candidates, work->result.pair_count, read,
                  decided - read, written - decided, seconds_since(&start) - written);
    }
    return failed;
}

static int link_full(const struct link_context *context, struct link_reader *reader,
                     const struct link_snapshot *former, const char *basis,
                     struct link_work *ret_work, struct error *error)
{
    struct full *work = calloc(1, sizeof *work);
    if (work == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for linkage");
    }
    int failed = link_all(context, reader, former, basis, work, error);
    ret_work->full = true;
    ret_work->changed = ret_work->decided = work->records.count;
    ret_work->against = former->records;
    link_records_release(&work->records);
    link_verdicts_release(&work->decisions);
    linkage_frequencies_release(&work->snapshot.frequencies);
    linkage_result_release(&work->result);
    free(work);
    return failed;
}

/* ---- full or incremental ---- */

static bool looks_at_every_pair(const struct linkage_model *model)
{
    for (size_t i = 0; i < model->rule_count; i++) {
        if (model->rules[i].form_count == 0) {
            return true;
        }
    }
    return false;
}

/* Where everything has to be linked anew: why; else NULL. */
static int why_full(const struct link_context *context, const struct link_snapshot *snapshot,
                    const char **ret, struct error *error)
{
    uint64_t below = context->site->linkage_full_below;
    char limit[24];
    const char *parameters[] = {limit};
    PGresult *rows = NULL;
    *ret = !snapshot->found          ? "the first linking"
           : snapshot->model == NULL ? "program, model, key or feeds changed"
           : snapshot->capped > 0    ? "some blocks are too large to look at"
           : snapshot->records < below
               ? "so few that every night links all (below linkage: full_below)"
           : below > 0 && snapshot->records > snapshot->counted + snapshot->counted / 10
               ? "the records grew by a tenth"
           : looks_at_every_pair(snapshot->model) ? "the model looks at every pair"
                                                  : NULL;
    if (*ret != NULL || below == 0) {
        return 0;
    }
    /* Of those that were touched most may be as they were: up to half are worth a look. */
    snprintf(limit, sizeof limit, "%llu", (unsigned long long)snapshot->records / 2 + 1);
    int failed = database_query(context->database, "sql/link/changed_count.sql", parameters, 1,
                                &rows, error);
    if (failed == 0 && strtoull(PQgetvalue(rows, 0, 0), NULL, 10) > snapshot->records / 2) {
        *ret = "more than half of the records were sent again";
    }
    PQclear(rows);
    return failed;
}

static int link_as_needed(const struct link_context *context, struct link_reader *reader,
                          struct link_work *ret_work, struct error *error)
{
    struct link_snapshot snapshot = {0};
    const char *reason = NULL;
    char basis[512];
    link_basis(context, link_reader_sources(reader), basis);
    int failed = link_snapshot_read(context, basis, &snapshot, error);
    failed = failed ? failed : why_full(context, &snapshot, &reason, error);
    if (failed == 0 && reason == NULL) {
        failed = link_increment(context, reader, &snapshot, ret_work, &reason, error);
    }
    if (failed == 0 && reason != NULL) {
        log_event(LOG_LEVEL_INFO, "linkage", "everything is linked anew: %s", reason);
        snprintf(ret_work->reason, sizeof ret_work->reason, "%s", reason);
        failed = link_full(context, reader, &snapshot, basis, ret_work, error);
    }
    link_snapshot_release(&snapshot);
    return failed;
}

int link_run(const struct link_context *context, struct link_work *ret_work, struct error *error)
{
    struct link_reader *reader = NULL;
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    *ret_work = (struct link_work){0};
    int failed = database_begin(context->database, error);
    if (failed == 0) {
        failed = link_reader_open(context, &reader, error);
        failed = failed ? failed : link_as_needed(context, reader, ret_work, error);
        failed = failed ? failed : database_commit(context->database, error);
        link_reader_close(reader);
        if (failed != 0) {
            database_rollback(context->database);
            error_while(error, "linking records");
        }
    }
    ret_work->done = failed == 0;
    ret_work->seconds = seconds_since(&start);
    return failed;
}

int link_summarise(struct database *database, struct link_summary *ret, struct error *error)
{
    PGresult *rows = NULL;
    uint64_t *const counts[] = {&ret->records,       &ret->persons,       &ret->links_nhs_number,
                                &ret->links_weights, &ret->links_steward, &ret->many_match,
                                &ret->conflicts,     &ret->reviews};
    int failed = database_query(database, "sql/link/summary.sql", NULL, 0, &rows, error);
    for (int i = 0; i < 8 && failed == 0; i++) {
        *counts[i] = strtoull(PQgetvalue(rows, 0, i), NULL, 10);
    }
    PQclear(rows);
    return failed;
}
