/*
 * worker_pool.h: deliveries in parallel. One worker process a delivery, at most jobs at a time; two
 * deliveries of the same feed, sender and period never at once and always in the list's order, so
 * that the outcome does not depend on timing. With one job the work is done in this process.
 */
#ifndef WORKER_POOL_H
#define WORKER_POOL_H

#include "loader.h"

struct worker_pool {
    const struct loader_context *context;
    unsigned jobs;
    struct delivery *deliveries;
    struct delivery_result *results; /* shared pages, same index */
    size_t count;
    void (*tick)(void *data); /* called a few times a second while waiting; may be NULL */
    void *tick_data;
};

/* Pages that parent and workers share; NULL when there is no memory. */
struct delivery_result *worker_results_map(size_t count);
void worker_results_unmap(struct delivery_result *results, size_t count);

/* Loads every waiting delivery whose feed is of the stage. Verdicts are in results; only a signal
 * (ERROR_INTERRUPTED) or the machine's refusal to fork is an error here. */
int worker_pool_run(struct worker_pool *pool, unsigned stage, struct error *error);

/* SIGINT and SIGTERM end the loads in order: workers are stopped, what is loaded stays. */
void worker_signals_install(void);
/* Back to dying at once: the stages after the loads are one transaction each. */
void worker_signals_restore(void);

#endif
