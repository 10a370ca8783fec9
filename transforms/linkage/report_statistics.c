#include "report_statistics.h"

#include <math.h>

/* Of the normal distribution: 95 in 100 lie within. */
static const double z = 1.959963984540054;

double linkage_share(uint64_t part, uint64_t whole)
{
    return whole == 0 ? NAN : (double)part / (double)whole;
}

struct linkage_interval linkage_wilson(uint64_t part, uint64_t whole)
{
    if (whole == 0)
        return (struct linkage_interval){NAN, NAN};
    double n = (double)whole, p = (double)part / n;
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

    /* 0 and 1 exactly: rounding must not leave them. */
    return (struct linkage_interval){part == 0 ? 0 : middle - half,
                                     part == whole ? 1 : middle + half};
}

struct linkage_interval linkage_difference(uint64_t part, uint64_t whole, uint64_t other_part,
                                           uint64_t other_whole)
{
    struct linkage_interval one = linkage_wilson(part, whole),
                            other = linkage_wilson(other_part, other_whole);
    double p = linkage_share(part, whole), q = linkage_share(other_part, other_whole);

    return (struct linkage_interval){p - q - hypot(p - one.low, other.high - q),
                                     p - q + hypot(one.high - p, q - other.low)};
}

double linkage_standardised_difference(uint64_t part, uint64_t whole, uint64_t other_part,
                                       uint64_t other_whole)
{
    double p = linkage_share(part, whole), q = linkage_share(other_part, other_whole);
    double variance = (p * (1 - p) + q * (1 - q)) / 2;

    return variance > 0 ? (p - q) / sqrt(variance) : NAN;
}
