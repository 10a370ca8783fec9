#include "review.h"

#include <math.h>

static const double z = 1.959963984540054; /* 95 %, both sides */

static double within(double value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

struct review_interval review_share(const struct review_stratum *stratum)
{
    double n = (double)stratum->answered, all = (double)stratum->total;

    if (stratum->answered == 0)
        return (struct review_interval){1 / (1 + exp2(-stratum->odds)), 0, 1};
    double p = (double)stratum->same / n;
    if (stratum->answered >= stratum->total)
        return (struct review_interval){p, p, p};
    n *= (all - 1) / (all - n);
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);

    return (struct review_interval){p, fmin(p, within(middle - half)),
                                    fmax(p, within(middle + half))};
}

/* Matches among the strata that are said to be links, or among the others. */
static struct review_interval matches_of(const struct review_stratum *strata, size_t count,
                                         bool said, double *ret_pairs)
{
    double sum = 0, below = 0, above = 0;

    *ret_pairs = 0;
    for (size_t i = 0; i < count; i++) {
        struct review_interval share = review_share(&strata[i]);
        double pairs = (double)strata[i].total;

        if (strata[i].said != said)
            continue;
        *ret_pairs += pairs;
        sum += pairs * share.value;
        below += pow(pairs * (share.value - share.low), 2);
        above += pow(pairs * (share.high - share.value), 2);
    }
    return (struct review_interval){sum, fmax(0, sum - sqrt(below)),
                                    fmin(*ret_pairs, sum + sqrt(above))};
}

struct review_interval review_precision(const struct review_stratum *strata, size_t count)
{
    double pairs;
    struct review_interval matches = matches_of(strata, count, true, &pairs);

    if (pairs <= 0)
        return (struct review_interval){NAN, NAN, NAN};
    return (struct review_interval){matches.value / pairs, matches.low / pairs,
                                    matches.high / pairs};
}

static double ratio(double found, double missed)
{
    return found + missed > 0 ? found / (found + missed) : 0;
}

struct review_interval review_recall(const struct review_stratum *strata, size_t count)
{
    double pairs, others;
    struct review_interval found = matches_of(strata, count, true, &pairs),
                           missed = matches_of(strata, count, false, &others);

    if (found.value + missed.value <= 0)
        return (struct review_interval){NAN, NAN, NAN};
    double recall = ratio(found.value, missed.value);
    double down =
        hypot(recall - ratio(found.low, missed.value), recall - ratio(found.value, missed.high));
    double up =
        hypot(ratio(found.high, missed.value) - recall, ratio(found.value, missed.low) - recall);

    return (struct review_interval){recall, within(recall - down), within(recall + up)};
}
