/*
 * measure.h: measures and publication, behind one interface: compute fills mart, publish protects
 * and swaps a numbered publication in.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "database.h"

/* The header of a file in sql/measures: "-- key: value" lines. */
struct measure {
    const char *code, *title, *unit, *window, *kind, *numerator, *source, *caveats;
    const char *feed; /* whose months it needs: "mhsds" or "gp_smi" */
};

/* All measures, by reading the headers of sql/measures (embedded). ERROR_MEASURE_INVALID names the
 * file. */
int measure_list(struct arena *arena, struct measure **ret, size_t *ret_count, struct error *error);

struct measure_summary {
    uint64_t figures; /* cells in mart.measure_value */
    uint64_t measures, periods;
    int32_t publication; /* number of the current publication */
    bool published;      /* false: figures are as before, no new publication */
};

/* Recomputes mart and publishes, in one transaction. A new publication is made only when the
 * protected cube or its deliveries differ from the current one. policy: "mhsds". */
int measure_compute_and_publish(struct database *database, int64_t run_id, const char *policy,
                                struct measure_summary *ret, struct error *error);

#endif
