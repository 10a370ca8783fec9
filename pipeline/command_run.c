#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "night.h"

static int chosen_jobs(const struct invocation *invocation, unsigned *ret, struct error *error)
{
    const char *text = invocation_value(invocation, "jobs");
    char *end = NULL;
    long jobs = sysconf(_SC_NPROCESSORS_ONLN);
    if (text != NULL && text[0] != '\0') {
        jobs = strtol(text, &end, 10);
        if (*end != '\0' || jobs < 1 || jobs > 64) {
            return error_set(error, ERROR_USAGE, "--jobs takes a number from 1 to 64");
        }
    }
    *ret = jobs > 0 ? (unsigned)jobs : 1;
    return 0;
}

static int run_stages(struct night *night, const struct invocation *invocation, unsigned jobs,
                      struct error *error)
{
    bool progress = !invocation_json(invocation) && !invocation_quiet(invocation);
    int failed = night_load(night, jobs, progress, error);
    worker_signals_restore();
    failed = failed ? failed : night_link(night, error);
    return failed ? failed : night_measure(night, error);
}

static int report(struct night *night, const struct invocation *invocation, struct error *error)
{
    if (invocation_json(invocation)) {
        json_t *json = run_report_json(&night->report);
        return json ? print_json(json, error)
                    : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the report");
    }
    if (!invocation_quiet(invocation)) {
        run_report_print(&night->report);
    }
    return 0;
}

/* The deliveries' own stories are in the report; the command's error only carries the exit status.
 */
static int verdict(const struct night *night, struct error *error)
{
    for (size_t i = 0; i < night->count; i++) {
        const struct delivery_result *result = &night->results[i];
        const struct error_entry *entry = error_entry_by_code(result->error.code);
        if (result->state != DELIVERY_REFUSED && result->state != DELIVERY_LEFT && entry != NULL &&
            entry->exit_status == night->report.exit_status) {
            *error = result->error;
            return error->code;
        }
    }
    if (night->report.exit_status == 0) {
        return 0;
    }
    error_set(error, ERROR_PARTIAL, "some deliveries were not loaded");
    error_hint(error, "joinedup status shows what is held and why");
    return error->code;
}

int command_run(const struct invocation *invocation, struct error *error)
{
    struct night night;
    struct timespec start;
    struct error closing = {0};
    unsigned jobs = 1;

    clock_gettime(CLOCK_MONOTONIC, &start);
    worker_signals_install();
    int failed = chosen_jobs(invocation, &jobs, error);
    if (failed != 0) {
        return failed;
    }
    failed = night_open(&night, invocation_site(invocation), error);
    if (failed != 0) {
        night_release(&night);
        return failed;
    }
    failed = run_stages(&night, invocation, jobs, error);
    const struct error_entry *entry = error_entry_by_code(failed);
    night.report.failure = failed ? error : NULL;
    night.report.exit_status = entry ? entry->exit_status : night_exit_status(&night);
    night.report.seconds = seconds_since(&start);
    int closed = night_close(&night, &closing);
    int reported = report(&night, invocation, &closing);
    if (failed == 0) {
        failed = verdict(&night, error);
    }
    if (failed == 0 && (closed != 0 || reported != 0)) {
        *error = closing;
        failed = closing.code;
    }
    night_release(&night);
    return failed;
}
