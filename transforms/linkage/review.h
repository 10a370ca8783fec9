/*
 * review.h: precision and recall from a stratified clerical sample, with 95 % intervals.
 *
 * Each stratum (a bin of odds and a group) is estimated by itself: p = same / answered, with a
 * Wilson score interval (Wilson 1927) on the effective sample n * (N - 1) / (N - n), so that a
 * stratum that was judged whole has no sampling error. Strata are independent; a weighted sum of
 * them, w_1 p_1 + w_2 p_2 + ..., has the interval
 *     sum - sqrt(sum of (w (p - low))^2)  to  sum + sqrt(sum of (w (high - p))^2)
 * (square and add: Newcombe 1998; Zou and Donner 2008, Statistics in Medicine 27:1693). Precision
 * is the sum over what is said to be links, weighted by pairs. Recall is A / (A + B), A the
 * matches among the links and B those among the rest: how far it moves when A alone, and when B
 * alone, goes to its bound is squared and added likewise. A stratum without any answer counts with
 * what its odds say and the interval 0 to 1.
 */
#ifndef LINKAGE_REVIEW_H
#define LINKAGE_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct review_interval {
    double value, low, high; /* NAN when there is nothing to tell of */
};

struct review_stratum {
    double odds;             /* bits, about the middle */
    uint64_t total;          /* pairs there are */
    uint64_t answered, same; /* judged same or different; same */
    bool said;               /* are its pairs said to be links? */
};

struct review_interval review_share(const struct review_stratum *stratum);
struct review_interval review_precision(const struct review_stratum *strata, size_t count);
/* Of the matches that the strata hold: what was never drawn from is not counted. */
struct review_interval review_recall(const struct review_stratum *strata, size_t count);

#endif
