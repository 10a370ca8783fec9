/* What a linkage report counts: intervals against published ones, bridges and the test with hidden
 * numbers against counting every pair. */
#include "linkage_faces.h"

#include <math.h>

#include "linkage/frequency.h"
#include "linkage/report_bridge.h"
#include "linkage/report_hidden.h"
#include "linkage/report_statistics.h"

/* ---- statistics ---- */

static void intervals_are_wilsons(void **state)
{
    /* Newcombe 1998, Statistics in Medicine 17:857, table I, method 3. */
    static const struct {
        const char *name;
        uint64_t part, whole;
        double low, high;
    } cases[] = {{"81 of 263", 81, 263, 0.2553, 0.3662},
                 {"15 of 148", 15, 148, 0.0624, 0.1605},
                 {"none of 20", 0, 20, 0.0000, 0.1611},
                 {"1 of 29", 1, 29, 0.0061, 0.1718}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct linkage_interval found = linkage_wilson(cases[i].part, cases[i].whole);
        struct linkage_interval mirrored =
            linkage_wilson(cases[i].whole - cases[i].part, cases[i].whole);

        assert_case(fabs(found.low - cases[i].low) < 0.00006, cases[i].name);
        assert_case(fabs(found.high - cases[i].high) < 0.00006, cases[i].name);
        assert_case(fabs(1 - mirrored.high - found.low) < 1e-12, cases[i].name);
        assert_case(fabs(1 - mirrored.low - found.high) < 1e-12, cases[i].name);
    }
    assert_true(linkage_wilson(0, 7).low == 0 && linkage_wilson(7, 7).high == 1);
    assert_true(isnan(linkage_wilson(0, 0).low) && isnan(linkage_wilson(0, 0).high));
    assert_true(isnan(linkage_share(0, 0)));
}

static void differences_are_newcombes(void **state)
{
    /* Newcombe 1998, Statistics in Medicine 17:873, table II, method 10. */
    static const struct {
        const char *name;
        uint64_t part, whole, other_part, other_whole;
        double low, high;
    } cases[] = {{"56 of 70, 48 of 80", 56, 70, 48, 80, 0.0524, 0.3339},
                 {"9 of 10, 3 of 10", 9, 10, 3, 10, 0.1705, 0.8090},
                 {"6 of 7, 2 of 7", 6, 7, 2, 7, 0.0582, 0.8062},
                 {"5 of 56, none of 29", 5, 56, 0, 29, -0.0381, 0.1926},
                 {"none of 10, none of 20", 0, 10, 0, 20, -0.1611, 0.2775},
                 {"10 of 10, none of 20", 10, 10, 0, 20, 0.6791, 1.0000}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct linkage_interval found = linkage_difference(
            cases[i].part, cases[i].whole, cases[i].other_part, cases[i].other_whole);

        assert_case(fabs(found.low - cases[i].low) < 0.00006, cases[i].name);
        assert_case(fabs(found.high - cases[i].high) < 0.00006, cases[i].name);
    }
}

static void differences_are_standardised(void **state)
{
    (void)state;
    /* (0.5 - 0.4) / sqrt((0.25 + 0.24) / 2) */
    assert_true(fabs(linkage_standardised_difference(50, 100, 40, 100) - 0.202031) < 1e-6);
    assert_true(fabs(linkage_standardised_difference(40, 100, 50, 100) + 0.202031) < 1e-6);
    assert_true(linkage_standardised_difference(10, 20, 500, 1000) == 0);
    assert_true(isnan(linkage_standardised_difference(0, 10, 0, 20)));
    assert_true(isnan(linkage_standardised_difference(3, 3, 4, 4)));
    assert_true(isnan(linkage_standardised_difference(0, 0, 4, 8)));
}

/* ---- bridges ---- */

enum { RECORDS = 24, LINKS_MAX = 60 };

/* Can one record be reached from another without the link that is left out? By spreading until
 * nothing changes. */
static bool reaches(const struct linkage_pair *links, size_t count, size_t without, uint32_t from,
                    uint32_t to)
{
    bool seen[RECORDS] = {false}, more = true;

    seen[from] = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < count; i++) {
            bool left = seen[links[i].left], right = seen[links[i].right];

            if (i != without && left != right) {
                seen[links[i].left] = seen[links[i].right] = true;
                more = true;
            }
        }
    }
    return seen[to];
}

static void bridges_part_groups(void **state)
{
    uint64_t random = 77;
    size_t bridges = 0, others = 0;

    (void)state;
    for (int round = 0; round < 400; round++) {
        struct linkage_pair links[LINKS_MAX] = {{0}};
        bool bridge[LINKS_MAX];
        size_t count = next_random(&random) % LINKS_MAX;

        for (size_t i = 0; i < count; i++) {
            links[i].left = (uint32_t)(next_random(&random) % RECORDS);
            do
                links[i].right = (uint32_t)(next_random(&random) % RECORDS);
            while (links[i].right == links[i].left);
        }
        assert_int_equal(linkage_find_bridges(links, count, RECORDS, bridge), 0);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(bridge[i], !reaches(links, count, i, links[i].left, links[i].right));
            bridges += bridge[i];
            others += !bridge[i];
        }
    }
    assert_true(bridges > 1000 && others > 1000);
}

static void a_chain_of_any_length_is_bridges(void **state)
{
    enum { LONG = 300000 };
    struct linkage_pair *links = calloc(LONG, sizeof *links);
    bool *bridge = calloc(LONG, sizeof *bridge);
    size_t bridges = 0;

    (void)state;
    assert_true(links != NULL && bridge != NULL);
    for (uint32_t i = 0; i + 1 < LONG; i++)
        links[i] = (struct linkage_pair){.left = i, .right = i + 1};
    assert_int_equal(linkage_find_bridges(links, LONG - 1, LONG, bridge), 0);
    for (size_t i = 0; i + 1 < LONG; i++)
        bridges += bridge[i];
    assert_int_equal(bridges, LONG - 1);
    links[LONG - 1] = (struct linkage_pair){.left = 0, .right = LONG - 1};
    assert_int_equal(linkage_find_bridges(links, LONG, LONG, bridge), 0);
    for (size_t i = 0; i < LONG; i++)
        assert_false(bridge[i]);
    free(links);
    free(bridge);
}

/* ---- counts of records ---- */

static void forms_are_counted_by_source(void **state)
{
    struct linkage_set set = new_set(linkage_schema_person(), 5);
    struct linkage_completeness counts[LINKAGE_SOURCES_MAX] = {{0}};

    (void)state;
    /* Record 0 of source 0 has two faces: what one of them says counts. */
    give_faces(&set, (const uint32_t[]){0, 0, 1, 2, 3});
    set.source_count = 2;
    set.source_of[3] = 1;
    hot_of(&set, 0, GIVEN)[NAME_WHOLE] = 7;
    cold_of(&set, 1, GIVEN)[NAME_INITIAL] = 7;
    cold_of(&set, 2, GIVEN)[NAME_INITIAL] = 7;
    cold_of(&set, 2, BIRTH)[BIRTH_YEAR] = 7;
    cold_of(&set, 3, POSTCODE)[POSTCODE_DISTRICT] = 7;
    hot_of(&set, 4, POSTCODE)[POSTCODE_UNIT] = 7;
    hot_of(&set, 4, NHS)[NHS_NUMBER_LOW] = 7;
    linkage_count_forms(&set, counts);
    assert_int_equal(counts[0].records, 3);
    assert_int_equal(counts[0].several, 1);
    assert_int_equal(counts[0].whole[GIVEN], 1);
    assert_int_equal(counts[0].part[GIVEN], 1);
    assert_int_equal(counts[0].part[BIRTH], 1);
    assert_int_equal(counts[0].part[POSTCODE], 1);
    assert_int_equal(counts[0].whole[NHS] + counts[0].whole[POSTCODE] + counts[0].whole[SEX], 0);
    assert_int_equal(counts[1].records, 1);
    assert_int_equal(counts[1].whole[POSTCODE], 1);
    assert_int_equal(counts[1].part[POSTCODE], 0);
    assert_int_equal(counts[1].whole[NHS], 1);
    free_set(&set);
}

static void thresholds_follow_the_odds(void **state)
{
    /* Odds of 0 bits are a chance of 1/2, of 2 bits 4/5, of -3 bits 1/9. */
    const struct linkage_pair pairs[] = {
        {.left = 0, .right = 1, .odds = 2, .outcome = LINKAGE_LINKED},
        {.left = 1, .right = 2, .odds = 0, .outcome = LINKAGE_LINKED},
        {.left = 3, .right = 4, .odds = 9, .outcome = LINKAGE_CONFLICT},
        {.left = 5, .right = 6, .odds = -3, .outcome = LINKAGE_BELOW}};
    struct linkage_threshold at[LINKAGE_THRESHOLDS];
    double all = 0.8 + 0.5 + 1.0 / 9;
    uint32_t group[7];

    (void)state;
    linkage_count_thresholds(pairs, COUNT_OF(pairs), 6, at);
    struct linkage_threshold zero = at[-LINKAGE_THRESHOLD_LOW], one = at[1 - LINKAGE_THRESHOLD_LOW];
    assert_true(zero.threshold == 0 && zero.links == 2 && zero.review == 1);
    assert_true(fabs(zero.precision - 0.65) < 1e-12);
    assert_true(fabs(zero.recall - 1.3 / all) < 1e-12);
    assert_true(one.links == 1 && one.review == 2 && fabs(one.precision - 0.8) < 1e-12);
    assert_true(at[0].links == 3 && fabs(at[0].recall - 1) < 1e-12);
    assert_true(at[LINKAGE_THRESHOLDS - 1].links == 0 &&
                isnan(at[LINKAGE_THRESHOLDS - 1].precision));
    assert_int_equal(linkage_groups_at(pairs, COUNT_OF(pairs), 7, 0, group), 0);
    assert_true(group[0] == group[1] && group[1] == group[2] && group[3] != group[4] &&
                group[5] != group[6]);
    assert_int_equal(linkage_groups_at(pairs, COUNT_OF(pairs), 7, 1, group), 0);
    assert_true(group[0] == group[1] && group[1] != group[2]);
}

static void a_bin_is_half_a_bit(void **state)
{
    static const struct {
        const char *name;
        float weight;
        int bin;
    } cases[] = {{"zero", 0, 40},        {"just below", -0.01f, 39}, {"half", 0.5f, 41},
                 {"9.9", 9.9f, 59},      {"lowest", -20, 0},         {"below all", -50, 0},
                 {"above all", 99, 159}, {"highest", 59.9f, 159}};
    size_t count = (size_t)LINKAGE_SOURCES_MAX * LINKAGE_SOURCES_MAX * LINKAGE_HISTOGRAM_BINS;
    struct linkage_set set = new_set(linkage_schema_person(), 2);

    (void)state;
    set.source_of[0] = 3;
    set.source_of[1] = 2;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t *bins = calloc(count, sizeof *bins);
        struct linkage_pair pair = {.left = 0, .right = 1, .weight = cases[i].weight};

        assert_non_null(bins);
        linkage_count_weights(&set, &pair, 1, bins);
        assert_case(
            bins[(2 * LINKAGE_SOURCES_MAX + 3) * LINKAGE_HISTOGRAM_BINS + (size_t)cases[i].bin] ==
                1,
            cases[i].name);
        free(bins);
    }
    free_set(&set);
}

/* ---- hidden numbers ---- */

enum { PEOPLE = 300, SOURCES = 3, GROUPS = 4 };

/* A person's record: some lack a name, a postcode, a number; some have another's postcode; and some
 * people have all but the number from another. */
static void make_record(struct linkage_set *set, uint32_t record, uint32_t person, uint64_t *random)
{
    uint32_t same = person < PEOPLE - 60 ? person : person - 60;

    hot_of(set, record, GIVEN)[NAME_WHOLE] = word_of(1, same % 40);
    hot_of(set, record, GIVEN)[NAME_FIRST] = word_of(1, same % 40);
    hot_of(set, record, BIRTH)[BIRTH_WHOLE] = word_of(3, same % 150);
    hot_of(set, record, SEX)[SEX_WHOLE] = word_of(4, same % 2);
    if (next_share(random) < 0.8) {
        hot_of(set, record, FAMILY)[NAME_WHOLE] = word_of(2, same % 70);
        hot_of(set, record, FAMILY)[NAME_FIRST] = word_of(2, same % 70);
    }
    if (next_share(random) < 0.7)
        hot_of(set, record, POSTCODE)[POSTCODE_UNIT] =
            word_of(5, next_share(random) < 0.8 ? same : same / 2);
    if (next_share(random) < 0.85) {
        hot_of(set, record, NHS)[NHS_NUMBER_LOW] = word_of(6, person);
        hot_of(set, record, NHS)[NHS_NUMBER_HIGH] = word_of(7, person);
    }
    set->source_of[record] = (uint8_t)(record % SOURCES);
}

static void add_brute(struct linkage_hidden_count *count, bool truth, bool said, bool blocked)
{
    count->truth += truth;
    count->said += said;
    count->right += truth && said;
    count->tested += truth;
    count->blocked += truth && blocked;
}

static void hidden_counts_are_of_every_pair(void **state)
{
    struct linkage_set set = new_set(linkage_schema_person(), PEOPLE * SOURCES);
    size_t bytes = set.face_count * set.schema->words * sizeof(uint32_t);
    struct linkage_model *model = calloc(1, sizeof *model);
    struct linkage_result *result = calloc(1, sizeof *result);
    uint32_t *before = malloc(bytes);
    uint8_t group_of[PEOPLE * SOURCES];
    struct linkage_hidden_count counts[GROUPS] = {{0}}, brute[GROUPS] = {{0}}, all = {0};
    struct linkage_hidden_count sources[SOURCES][SOURCES] = {{{0}}};
    uint64_t records[GROUPS] = {0}, random = 5, labels[PEOPLE * SOURCES];
    struct linkage_grouping grouping = {group_of, counts, records};
    struct linkage_options options = {.threads = 2, .model = model};
    struct linkage_hidden hidden;
    struct error error = {0};

    (void)state;
    assert_true(model != NULL && result != NULL && before != NULL);
    set.source_count = SOURCES;
    for (uint32_t i = 0; i < set.record_count; i++) {
        make_record(&set, i, i / SOURCES, &random);
        group_of[i] = (uint8_t)(next_random(&random) % GROUPS);
        labels[i] = linkage_number_of(&set, i);
    }
    linkage_model_default(set.schema, model);
    memcpy(before, set.faces, bytes);
    assert_int_equal(linkage_hidden_test(&set, &options, &grouping, 1, &hidden, &error), 0);
    for (uint32_t i = 0; i < set.record_count; i++) /* the numbers are back */
        assert_int_equal(linkage_number_of(&set, i), labels[i]);

    memcpy(set.faces, before, bytes);
    for (uint32_t i = 0; i < set.record_count; i++)
        memset(hot_of(&set, i, NHS), 0, NHS_NUMBER_HOT * sizeof(uint32_t));
    assert_int_equal(linkage_run(&set, &options, result, &error), 0);
    for (uint32_t i = 0; i < set.record_count; i++) {
        for (uint32_t j = i + 1; j < set.record_count && labels[i] != 0; j++) {
            bool truth = labels[i] == labels[j], said = result->cluster[i] == result->cluster[j],
                 blocked = linkage_would_block(&set, &result->model, i, j);
            uint8_t one = set.source_of[i], other = set.source_of[j];

            if (labels[j] == 0)
                continue;
            add_brute(&all, truth, said, blocked);
            add_brute(&sources[one < other ? one : other][one < other ? other : one], truth, said,
                      blocked);
            add_brute(&brute[group_of[i]], truth, said, blocked);
            if (group_of[i] != group_of[j])
                add_brute(&brute[group_of[j]], truth, said, blocked);
        }
    }
    assert_memory_equal(&hidden.all, &all, sizeof all);
    assert_memory_equal(counts, brute, sizeof brute);
    for (size_t i = 0; i < SOURCES; i++)
        for (size_t j = i; j < SOURCES; j++)
            assert_memory_equal(&hidden.sources[i * LINKAGE_SOURCES_MAX + j], &sources[i][j],
                                sizeof all);
    /* The shipped threshold is 0. */
    struct linkage_hidden_count *zero = &hidden.at[-LINKAGE_THRESHOLD_LOW];
    assert_true(zero->truth == all.truth && zero->said == all.said && zero->right == all.right);
    assert_true(all.right > 50 && all.right < all.truth && all.said > all.right);
    assert_true(all.blocked < all.tested);
    linkage_hidden_release(&hidden);
    linkage_result_release(result);
    free(result);
    free(model);
    free(before);
    free_set(&set);
}

static void who_says_little_is_unlinkable(void **state)
{
    struct linkage_set set = new_set(linkage_schema_person(), 200);
    struct linkage_model *model = calloc(1, sizeof *model);
    struct linkage_frequencies frequencies;
    struct error error = {0};
    uint64_t random = 9;
    float odds[200];

    (void)state;
    assert_non_null(model);
    set.source_count = SOURCES;
    for (uint32_t i = 0; i < 199; i++)
        make_record(&set, i, i, &random);
    hot_of(&set, 199, SEX)[SEX_WHOLE] = word_of(4, 1);
    linkage_model_default(set.schema, model);
    assert_int_equal(linkage_frequencies_count(&set, &frequencies, &error), 0);
    linkage_frequencies_fill(&frequencies, &set, 0);
    linkage_frequencies_release(&frequencies);
    assert_int_equal(linkage_self_odds(&set, model, odds), 0);
    assert_true((double)odds[199] < model->threshold);
    for (uint32_t i = 0; i < 199; i++)
        if (linkage_number_of(&set, i) != 0)
            assert_true((double)odds[i] > model->threshold);
    free(model);
    free_set(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_wilsons),
        cmocka_unit_test(differences_are_newcombes),
        cmocka_unit_test(differences_are_standardised),
        cmocka_unit_test(bridges_part_groups),
        cmocka_unit_test(a_chain_of_any_length_is_bridges),
        cmocka_unit_test(forms_are_counted_by_source),
        cmocka_unit_test(thresholds_follow_the_odds),
        cmocka_unit_test(a_bin_is_half_a_bit),
        cmocka_unit_test(hidden_counts_are_of_every_pair),
        cmocka_unit_test(who_says_little_is_unlinkable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
