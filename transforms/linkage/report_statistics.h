/*
 * report_statistics.h: shares with their uncertainty, as a linkage report gives them.
 */
#ifndef LINKAGE_REPORT_STATISTICS_H
#define LINKAGE_REPORT_STATISTICS_H

#include <stdint.h>

/* 95 in 100; both NAN when there is nothing to tell it from. */
struct linkage_interval {
    double low, high;
};

/* A share; NAN of nothing. */
double linkage_share(uint64_t part, uint64_t whole);

/* Of a share: Wilson 1927, without continuity correction. Holds for shares near 0 and 1, where most
 * of linkage lies. */
struct linkage_interval linkage_wilson(uint64_t part, uint64_t whole);

/* Of the difference of two independent shares, part / whole - other_part / other_whole: Newcombe
 * 1998, method 10, made of the two Wilson intervals. */
struct linkage_interval linkage_difference(uint64_t part, uint64_t whole, uint64_t other_part,
                                           uint64_t other_whole);

/* How far two shares lie apart in standard deviations (Austin 2009): from 0.1 on two groups are
 * usually said to differ. NAN when a group is empty, or both shares are 0, or both 1. */
double linkage_standardised_difference(uint64_t part, uint64_t whole, uint64_t other_part,
                                       uint64_t other_whole);

#endif
