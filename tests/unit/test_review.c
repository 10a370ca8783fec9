/* test_review.c: rates from a stratified sample by hand-checked cases, and intervals that hold the
 * truth as often as they say; two groupings held against each other. */
#include "unit.h"

#include <math.h>

#include "linkage/partition.h"
#include "linkage/review.h"

static bool near(double left, double right, double by)
{
    return fabs(left - right) <= by;
}

static void a_share_has_wilsons_interval(void **state)
{
    /* Wilson's interval of 8 of 10 is 0.4902 to 0.9433 (Newcombe 1998 gives such tables). */
    struct review_stratum stratum = {.total = 1000000000, .answered = 10, .same = 8};
    struct review_interval share = review_share(&stratum);

    (void)state;
    assert_true(near(share.value, 0.8, 1e-12));
    assert_true(near(share.low, 0.4902, 1e-4));
    assert_true(near(share.high, 0.9433, 1e-4));
    stratum.total = 10; /* judged whole: no doubt is left */
    share = review_share(&stratum);
    assert_true(near(share.low, 0.8, 0) && near(share.high, 0.8, 0));
    stratum = (struct review_stratum){.odds = 0, .total = 5};
    share = review_share(&stratum); /* nothing judged: anything may be */
    assert_true(near(share.value, 0.5, 0) && near(share.low, 0, 0) && near(share.high, 1, 0));
    stratum = (struct review_stratum){.total = 1000, .answered = 20, .same = 20};
    share = review_share(&stratum);
    assert_true(near(share.high, 1, 0) && share.low > 0.8 && share.low < 0.9);
}

static void rates_are_weighted_by_pairs(void **state)
{
    /* 900 links of which all are right, 100 of which half are; 50 below of which a fifth is. */
    const struct review_stratum strata[] = {
        {.total = 900, .answered = 900, .same = 900, .said = true},
        {.total = 100, .answered = 100, .same = 50, .said = true},
        {.total = 50, .answered = 50, .same = 10},
    };
    struct review_interval precision = review_precision(strata, 3),
                           recall = review_recall(strata, 3);

    (void)state;
    assert_true(near(precision.value, 0.95, 1e-12));
    assert_true(near(recall.value, 950.0 / 960, 1e-12));
    assert_true(near(precision.low, precision.high, 1e-12));
    assert_true(near(recall.low, recall.high, 1e-12));
    assert_true(isnan(review_precision(strata + 2, 1).value));
    assert_true(isnan(review_precision(strata, 0).value));
    assert_true(isnan(review_recall(strata, 0).value));
}

static uint32_t seed = 7;

static double draw(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (double)(seed >> 8) / (double)(1u << 24);
}

/* A sample without putting back. */
static uint64_t sample(uint64_t total, uint64_t same, uint64_t answered)
{
    uint64_t found = 0;

    for (uint64_t i = 0; i < answered; i++)
        found += draw() * (double)(total - i) < (double)(same - found);
    return found;
}

static void intervals_hold_the_truth(void **state)
{
    enum { ROUNDS = 4000 };
    static const struct {
        uint64_t total, same, answered;
        bool said;
    } bins[] = {{5000, 4995, 40, true}, {300, 280, 40, true}, {200, 150, 40, true},
                {150, 60, 40, false},   {400, 20, 40, false}, {900, 5, 40, false}};
    double truth_precision = 5425.0 / 5500, truth_recall = 5425.0 / 5510;
    int precision_held = 0, recall_held = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct review_stratum strata[6];

        for (size_t i = 0; i < 6; i++)
            strata[i] = (struct review_stratum){
                .total = bins[i].total,
                .answered = bins[i].answered,
                .same = sample(bins[i].total, bins[i].same, bins[i].answered),
                .said = bins[i].said};
        struct review_interval precision = review_precision(strata, 6),
                               recall = review_recall(strata, 6);
        assert_true(precision.low >= 0 && precision.low <= precision.value);
        assert_true(precision.high <= 1 && precision.high >= precision.value);
        assert_true(recall.low >= 0 && recall.low <= recall.value);
        assert_true(recall.high <= 1 && recall.high >= recall.value);
        precision_held += precision.low <= truth_precision && truth_precision <= precision.high;
        recall_held += recall.low <= truth_recall && truth_recall <= recall.high;
    }
    /* 95 % is promised; Wilson's is a little wide where few are wrong. */
    assert_in_range(precision_held, ROUNDS * 94 / 100, ROUNDS);
    assert_in_range(recall_held, ROUNDS * 94 / 100, ROUNDS);
}

static void groupings_are_compared(void **state)
{
    static const uint32_t before[] = {0, 0, 2, 2, 2, 5, 6, 6}, after[] = {0, 0, 2, 2, 4, 4, 6, 7};
    struct linkage_partition_change change;

    (void)state;
    assert_int_equal(linkage_partition_compare(before, after, 8, &change), 0);
    assert_int_equal(change.groups_before, 4);
    assert_int_equal(change.groups_after, 5);
    assert_int_equal(change.pairs_before, 1 + 3 + 1);
    assert_int_equal(change.pairs_after, 1 + 1 + 1);
    assert_int_equal(change.pairs_both, 1 + 1);
    assert_int_equal(change.records_moved, 6); /* all but the first two */
    assert_int_equal(linkage_partition_compare(before, before, 8, &change), 0);
    assert_int_equal(change.records_moved, 0);
    assert_int_equal(linkage_partition_compare(NULL, NULL, 0, &change), 0);
    assert_int_equal(change.groups_after, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_has_wilsons_interval),
        cmocka_unit_test(rates_are_weighted_by_pairs),
        cmocka_unit_test(intervals_hold_the_truth),
        cmocka_unit_test(groupings_are_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
