/*
 * run_report.h: what a night did: the summary table, and the same as JSON
 * (config/schemas/run.json).
 */
#ifndef RUN_REPORT_H
#define RUN_REPORT_H

#include <jansson.h>

#include "delivery.h"
#include "link.h"
#include "measure.h"

struct run_report {
    int64_t run_id;
    int exit_status;
    double seconds;
    const struct delivery *deliveries;
    const struct delivery_result *results;
    size_t count;
    struct link_summary links;
    struct link_work link_work;
    struct measure_summary measures;
    bool linked, measured;       /* done tonight; else the former figures hold */
    const struct error *failure; /* of a stage after the loads, or NULL */
};

/* New reference; NULL when there is no memory. */
json_t *run_report_json(const struct run_report *report);
/* On stdout. */
void run_report_print(const struct run_report *report);

#endif
