/*
 * clock.h: how long something took, by the clock that is never set.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <time.h>

static inline double seconds_between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

static inline double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return seconds_between(start, &now);
}

#endif
