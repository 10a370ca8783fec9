#include "link.h"

#include <stdlib.h>

#include "clock.h"
#include "link_model.h"
#include "link_write.h"
#include "log.h"

static int decide(const struct link_context *context, struct link_records *records,
                  struct linkage_result *result, struct error *error)
{
    /* Priors follow from how many records each source has tonight; an incremental linking must take
     * them, like the value frequencies, from the last full one. */
    struct linkage_options options = {.threads = link_threads(context->site),
                                      .model = context->model,
                                      .fit_priors = true,
                                      .verdicts = records->verdicts,
                                      .verdict_count = records->verdict_count};
    return linkage_run(&records->set, &options, result, error);
}

static int link_all(const struct link_context *context, struct link_records *records,
                    struct error *error)
{
    struct linkage_result result = {0};
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    int failed = link_read(context, records, error);
    double read = seconds_since(&start);
    failed = failed ? failed : decide(context, records, &result, error);
    double decided = seconds_since(&start);
    failed = failed ? failed : link_write(context, records, &result, error);
    if (failed == 0) {
        log_event(LOG_LEVEL_INFO, "linkage",
                  "%zu records, %zu faces, %llu pairs compared, %zu kept; seconds: read %.2f, "
                  "decide %.2f, write %.2f",
                  records->count, records->set.face_count, (unsigned long long)result.candidates,
                  result.pair_count, read, decided - read, seconds_since(&start) - decided);
    }
    linkage_result_release(&result);
    return failed;
}

int link_run(const struct link_context *context, struct error *error)
{
    struct link_records *records = calloc(1, sizeof *records);
    if (records == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for linkage");
    }
    int failed = database_begin(context->database, error);
    if (failed == 0) {
        failed = link_all(context, records, error);
        failed = failed ? failed : database_commit(context->database, error);
        if (failed != 0) {
            database_rollback(context->database);
            error_while(error, "linking records");
        }
    }
    link_records_release(records);
    free(records);
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
