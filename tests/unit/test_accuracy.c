/* test_accuracy.c: rates counted from the sizes of groups are those that a look at every pair
 * gives. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "linkage/accuracy.h"

enum { RECORDS = 60, PAIRS_MAX = RECORDS * RECORDS };

/* A made-up set with its result. */
struct scene {
    struct linkage_set set;
    struct linkage_result result;
    uint64_t labels[RECORDS];
    uint8_t sources[RECORDS];
    uint16_t groups[RECORDS];
    uint32_t clusters[RECORDS];
    struct linkage_pair pairs[PAIRS_MAX];
    uint32_t seed;
};

static uint32_t draw(struct scene *scene, uint32_t below)
{
    scene->seed = scene->seed * 1664525u + 1013904223u;
    return (scene->seed >> 8) % below;
}

/* Blocking for these tests: any two records whose numbers are not both odd. */
bool linkage_would_block(const struct linkage_set *set, const struct linkage_model *model,
                         uint32_t left, uint32_t right)
{
    (void)set;
    (void)model;
    return left % 2 == 0 || right % 2 == 0;
}

static bool is_pair(const struct scene *scene, uint32_t left, uint32_t right)
{
    return left < right &&
           (!scene->set.across_only || scene->sources[left] != scene->sources[right]);
}

static int best_first(const void *left, const void *right)
{
    const struct linkage_pair *l = left, *r = right;

    return l->odds > r->odds ? -1 : l->odds < r->odds;
}

static void join(uint32_t *clusters, uint32_t left, uint32_t right)
{
    uint32_t from = clusters[left] > clusters[right] ? clusters[left] : clusters[right];
    uint32_t to = clusters[left] > clusters[right] ? clusters[right] : clusters[left];

    for (uint32_t i = 0; i < RECORDS; i++) {
        if (clusters[i] == from)
            clusters[i] = to;
    }
}

static struct scene *scene_new(uint32_t seed, bool across, uint32_t people)
{
    struct scene *scene = calloc(1, sizeof *scene);
    size_t count = 0;

    assert_non_null(scene);
    scene->seed = seed;
    scene->set.record_count = RECORDS;
    scene->set.source_of = scene->sources;
    scene->set.across_only = across;
    for (uint32_t i = 0; i < RECORDS; i++) {
        scene->labels[i] = draw(scene, 8) == 0 ? 0 : 1 + draw(scene, people);
        scene->sources[i] = across && i >= RECORDS / 3;
        scene->groups[i] = (uint16_t)draw(scene, 3);
        scene->clusters[i] = i;
    }
    for (uint32_t l = 0; l < RECORDS; l++) {
        for (uint32_t r = 0; r < RECORDS; r++) {
            bool same = scene->labels[l] == scene->labels[r];

            if (!is_pair(scene, l, r) || draw(scene, same ? 2 : 20) != 0)
                continue;
            float odds = (float)draw(scene, 60) / 4 - (same ? 4.0f : 10.0f);
            scene->pairs[count++] = (struct linkage_pair){.left = l, .right = r, .odds = odds};
        }
    }
    qsort(scene->pairs, count, sizeof *scene->pairs, best_first);
    for (size_t i = 0; i < count; i++) {
        struct linkage_pair *pair = &scene->pairs[i];

        pair->outcome = draw(scene, 6) == 0 ? LINKAGE_CONFLICT + (uint8_t)draw(scene, 3)
                        : pair->odds >= 0   ? LINKAGE_LINKED
                                            : LINKAGE_BELOW;
        if (pair->outcome == LINKAGE_LINKED)
            join(scene->clusters, pair->left, pair->right);
    }
    scene->result.pairs = scene->pairs;
    scene->result.pair_count = count;
    scene->result.cluster = scene->clusters;
    return scene;
}

/* The pairs of the scene that lie in one cluster, counted one by one. */
static struct linkage_score score_plainly(const struct scene *scene, const uint32_t *clusters)
{
    struct linkage_score score = {0};

    for (uint32_t l = 0; l < RECORDS; l++) {
        for (uint32_t r = 0; r < RECORDS; r++) {
            if (!is_pair(scene, l, r) || scene->labels[l] == 0 || scene->labels[r] == 0)
                continue;
            bool same = scene->labels[l] == scene->labels[r];
            bool said = clusters[l] == clusters[r];

            score.truth += same;
            score.said += said;
            score.right += said && same;
        }
    }
    return score;
}

static void equal_score(const struct linkage_score *left, const struct linkage_score *right)
{
    assert_int_equal(left->truth, right->truth);
    assert_int_equal(left->said, right->said);
    assert_int_equal(left->right, right->right);
}

static bool is_open(const struct linkage_pair *pair)
{
    return pair->outcome == LINKAGE_LINKED || pair->outcome == LINKAGE_BELOW;
}

static void pairs_are_those_counted_one_by_one(const struct scene *scene,
                                               const struct linkage_truth *truth)
{
    struct linkage_score shipped, best, plain = {.truth = truth->pairs};
    double highest = 0;

    linkage_score_pairs(truth, &scene->result, &shipped, &best);
    for (int step = 60; step >= -60; step--) {
        struct linkage_score now = {.truth = truth->pairs};

        for (size_t i = 0; i < scene->result.pair_count; i++) {
            const struct linkage_pair *pair = &scene->pairs[i];
            uint64_t left = scene->labels[pair->left], right = scene->labels[pair->right];

            if (left == 0 || right == 0 || !is_open(pair) || (double)pair->odds * 4 < step)
                continue;
            now.said++;
            now.right += left == right;
        }
        if (step == 0)
            plain = now;
        if (linkage_f1(&now) > highest)
            highest = linkage_f1(&now);
    }
    equal_score(&plain, &shipped);
    assert_true(fabs(linkage_f1(&best) - highest) < 1e-12);
}

static void clusters_are_those_counted_one_by_one(const struct scene *scene,
                                                  const struct linkage_truth *truth)
{
    struct linkage_score shipped, best, plain = score_plainly(scene, scene->clusters);
    double highest = 0;
    struct error error;

    assert_int_equal(linkage_score_clusters(truth, &scene->result, &shipped, &best, &error), 0);
    equal_score(&plain, &shipped);
    for (int step = 30; step >= -30; step--) {
        uint32_t clusters[RECORDS];

        for (uint32_t i = 0; i < RECORDS; i++)
            clusters[i] = i;
        for (size_t i = 0; i < scene->result.pair_count; i++) {
            if (is_open(&scene->pairs[i]) && (double)scene->pairs[i].odds * 2 >= step)
                join(clusters, scene->pairs[i].left, scene->pairs[i].right);
        }
        plain = score_plainly(scene, clusters);
        if (linkage_f1(&plain) > highest)
            highest = linkage_f1(&plain);
        if (step == (int)(best.threshold * 2))
            equal_score(&plain, &best);
    }
    assert_true(fabs(linkage_f1(&best) - highest) < 1e-12);
}

static void blocks_and_groups_are_those_counted_one_by_one(const struct scene *scene,
                                                           const struct linkage_truth *truth)
{
    uint64_t tested, blocked, pairs[2] = {0}, met[2] = {0}, all_met = 0;
    struct linkage_group groups[2][3] = {{{.tested = 0}}};

    linkage_count_groups(truth, &scene->result, scene->groups, false, 0, groups[0]);
    linkage_count_groups(truth, &scene->result, scene->groups, true, 0, groups[1]);
    for (uint32_t l = 0; l < RECORDS; l++) {
        for (uint32_t r = 0; r < RECORDS; r++) {
            if (!is_pair(scene, l, r) || scene->labels[l] == 0 ||
                scene->labels[l] != scene->labels[r])
                continue;
            bool meets = linkage_would_block(&scene->set, NULL, l, r);

            all_met += meets;
            pairs[0] += scene->groups[l] == 1;
            pairs[1] += scene->groups[r] == 1;
            met[0] += meets && scene->groups[l] == 1;
            met[1] += meets && scene->groups[r] == 1;
        }
    }
    for (int side = 0; side < 2; side++) {
        assert_int_equal(groups[side][1].score.truth, pairs[side]);
        assert_int_equal(groups[side][1].tested, pairs[side]);
        assert_int_equal(groups[side][1].blocked, met[side]);
    }
    linkage_count_blocked(truth, NULL, 0, &tested, &blocked);
    assert_int_equal(tested, truth->pairs);
    assert_int_equal(blocked, all_met);
    for (uint64_t most = 1; most < truth->pairs; most += 3) {
        uint64_t step = (truth->pairs + most - 1) / most;

        linkage_count_blocked(truth, NULL, most, &tested, &blocked);
        assert_true(tested <= most && blocked <= tested);
        assert_int_equal(tested, (truth->pairs + step - 1) / step);
    }
}

static void every_count_is_right(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 200; seed++) {
        struct scene *scene = scene_new(seed, seed % 2 == 0, seed % 3 == 0 ? 3 : 25);
        struct linkage_truth truth;
        struct error error;

        assert_int_equal(linkage_truth_make(&scene->set, scene->labels, &truth, &error), 0);
        struct linkage_score plain = score_plainly(scene, scene->clusters);
        assert_int_equal(truth.pairs, plain.truth);
        pairs_are_those_counted_one_by_one(scene, &truth);
        clusters_are_those_counted_one_by_one(scene, &truth);
        blocks_and_groups_are_those_counted_one_by_one(scene, &truth);
        linkage_truth_release(&truth);
        free(scene);
    }
}

/* Of nothing there is no share. */
static void nothing_said_has_no_precision(void **state)
{
    struct linkage_score none = {0}, silent = {.truth = 4}, half = {4, 2, 4, 0};

    (void)state;
    assert_true(isnan(linkage_precision(&none)) && isnan(linkage_recall(&none)));
    assert_true(isnan(linkage_f1(&none)) && isnan(linkage_precision(&silent)));
    assert_true(linkage_recall(&silent) < 1e-12 && linkage_f1(&silent) < 1e-12);
    assert_true(fabs(linkage_precision(&half) - 0.5) < 1e-12);
    assert_true(fabs(linkage_f1(&half) - 0.5) < 1e-12);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_count_is_right),
        cmocka_unit_test(nothing_said_has_no_precision),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
