/*
 * progress.h: the progress line on a terminal: deliveries, rows, bytes, rate, time left.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <time.h>

#include "delivery.h"

struct progress {
    bool shown; /* stderr is a terminal and the caller wants it */
    const struct delivery *deliveries;
    const struct delivery_result *results;
    size_t count;
    struct timespec started, last;
};

void progress_init(struct progress *progress, bool wanted, const struct delivery *deliveries,
                   const struct delivery_result *results, size_t count);
/* Draws at most five times a second; fits worker_pool.tick. */
void progress_tick(void *progress);
void progress_clear(struct progress *progress);

#endif
