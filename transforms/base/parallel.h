/*
 * parallel.h: the same work on several processors. Results must not depend on which thread took
 * which task: each task writes to places of its own.
 */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_THREADS_MAX = 64 };

typedef void (*parallel_work)(size_t task, unsigned thread, void *context);

/* Calls work for tasks 0 .. tasks-1, each once, and returns when all are done. thread is below
 * threads. Where threads cannot be had the caller does the work alone. */
void parallel_run(unsigned threads, size_t tasks, parallel_work work, void *context);

#endif
