/* test_linkage_decide.c: from odds to people; and the orders that pairs are brought into. */
#include "linkage_faces.h"

#include "linkage/decide.h"
#include "linkage/pair_list.h"

enum { RECORDS_MAX = 160, PAIRS_MAX = 200, VERDICTS_MAX = 4 };

static struct linkage_model model = {.threshold = 0, .review = -6, .lead = 1, .floor = -12};

/* ---- lists of pairs ---- */

static struct linkage_pair random_pair(uint64_t *random, uint32_t records, int values)
{
    struct linkage_pair pair = {
        .left = (uint32_t)(next_random(random) % records),
        .right = (uint32_t)(next_random(random) % records) + records,
        .weight = (float)((int)(next_random(random) % (uint64_t)values) - values / 2) / 7,
        .odds = (float)((int)(next_random(random) % (uint64_t)values) - values / 2) / 3,
        .pattern = next_random(random),
        .lead = (float)next_share(random)};

    return pair;
}

static int by_records(const void *left, const void *right)
{
    const struct linkage_pair *l = left, *r = right;

    if (l->left != r->left)
        return l->left < r->left ? -1 : 1;
    if (l->right != r->right)
        return l->right < r->right ? -1 : 1;
    if (l->weight < r->weight || l->weight > r->weight)
        return l->weight > r->weight ? -1 : 1;
    return l->outcome < r->outcome ? -1 : l->outcome > r->outcome; /* as they came */
}

static int by_odds(const void *left, const void *right)
{
    const struct linkage_pair *l = left, *r = right;

    if (l->odds < r->odds || l->odds > r->odds)
        return l->odds > r->odds ? -1 : 1;
    return by_records(left, right);
}

static void pairs_are_sorted(void **state)
{
    static const struct {
        size_t count;
        uint32_t records;
        int values;
    } cases[] = {{0, 1, 1},
                 {1, 1, 1},
                 {2, 1, 3},
                 {2, 1, 1},
                 {200, 3, 3},
                 {5000, 10, 8},
                 {5000, 1, 5000},
                 {5000, 100000, 1},
                 {20000, 400, 1000},
                 {3000, 70000, 5},
                 {3000, 0x7fffffff, 900}};
    uint64_t random = 5551212;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pair_list list = {0};
        size_t count = cases[i].count;
        struct linkage_pair *expected = calloc(count + 1, sizeof *expected);

        assert_non_null(expected);
        for (size_t j = 0; j < count; j++) {
            struct linkage_pair pair = random_pair(&random, cases[i].records, cases[i].values);

            pair.outcome = (uint8_t)(j * 256 / count); /* ties keep their order: seen by this */
            assert_true(pair_list_add(&list, &pair));
            expected[j] = pair;
        }
        qsort(expected, count, sizeof *expected, by_records);
        assert_true(pairs_sort_by_records(list.items, count));
        for (size_t j = 0; j < count; j++)
            assert_int_equal(by_records(&list.items[j], &expected[j]), 0);
        if (count > 0)
            memcpy(expected, list.items, count * sizeof *expected);
        qsort(expected, count, sizeof *expected, by_odds);
        assert_true(pairs_sort_by_odds(list.items, count));
        for (size_t j = 0; j < count; j++) {
            assert_int_equal(by_odds(&list.items[j], &expected[j]), 0);
            assert_true(list.items[j].odds == expected[j].odds); /* and the whole pair moved */
        }
        free(expected);
        pair_list_release(&list);
    }
}

/* No pair is lost or doubled: each carries a number, through both sorts. */
static void sorting_moves_whole_pairs(void **state)
{
    enum { COUNT = 4000 };
    static bool seen[COUNT];
    struct pair_list list = {0};
    uint64_t random = 8;

    (void)state;
    memset(seen, 0, sizeof seen);
    for (uint64_t i = 0; i < COUNT; i++) {
        struct linkage_pair pair = random_pair(&random, 50, 40);

        pair.pattern = i << 32 | (uint64_t)pair.left << 8 | pair.right % 251;
        assert_true(pair_list_add(&list, &pair));
    }
    assert_true(pairs_sort_by_odds(list.items, list.count));
    assert_true(pairs_sort_by_records(list.items, list.count));
    for (size_t i = 0; i < COUNT; i++) {
        const struct linkage_pair *pair = &list.items[i];

        assert_false(seen[pair->pattern >> 32]);
        seen[pair->pattern >> 32] = true;
        assert_int_equal(pair->pattern & 0xffffffff, pair->left << 8 | pair->right % 251);
    }
    pair_list_release(&list);
}

static void lists_are_taken_over(void **state)
{
    struct pair_list all = {0}, more = {0}, none = {0};

    (void)state;
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 2000 * round; i++) {
            struct linkage_pair pair = {.left = i, .right = round};

            assert_true(pair_list_add(&more, &pair));
        }
        assert_true(pair_list_take(&all, &more));
        assert_int_equal(more.count, 0);
        assert_true(pair_list_take(&all, &none));
    }
    assert_int_equal(all.count, 6000);
    for (uint32_t i = 0; i < 6000; i++) {
        assert_int_equal(all.items[i].left, i < 2000 ? i : i - 2000);
        assert_int_equal(all.items[i].right, i < 2000 ? 1 : 2);
    }
    pair_list_release(&all);
    assert_null(all.items);
}

/* ---- deciding ---- */

/* Records in letters: upper case: of a unique source of that letter, lower case: of one that is
 * not. Numbers: NHS number, '-' for none. Groups: the same letter for one group. Outcomes: of the
 * pairs in the order given: L linked, B below, C conflict, T taken, M many, W weak. */
struct decide_case {
    const char *title, *records, *numbers;
    struct {
        uint32_t left, right;
        float weight, lead; /* prior -10: odds are weight - 10 */
    } pairs[10];
    size_t count;
    struct linkage_verdict verdicts[VERDICTS_MAX];
    size_t verdict_count;
    const char *groups, *outcomes;
};

enum { FREE = LINKAGE_NO_RIVAL };

static const struct decide_case decide_cases[] = {
    {"nothing", "aB", "--", {{0, 0, 0, 0}}, 0, {{0}}, 0, "01", ""},
    {"a link", "AB", "--", {{0, 1, 20, FREE}}, 1, {{0}}, 0, "00", "L"},
    {"just at the threshold", "AB", "--", {{0, 1, 10, FREE}}, 1, {{0}}, 0, "00", "L"},
    {"just below", "AB", "--", {{0, 1, 9.99f, FREE}}, 1, {{0}}, 0, "01", "B"},
    {"a group of three",
     "abc",
     "---",
     {{0, 1, 20, FREE}, {0, 2, 20, FREE}, {1, 2, 20, FREE}},
     3,
     {{0}},
     0,
     "000",
     "LLL"},
    {"two of one duplicate-free source: the best",
     "ABB",
     "---",
     {{0, 1, 20, -5}, {0, 2, 25, 5}},
     2,
     {{0}},
     0,
     "010",
     "TL"},
    {"the same source twice, not duplicate-free",
     "abb",
     "---",
     {{0, 1, 20, FREE}, {0, 2, 25, FREE}},
     2,
     {{0}},
     0,
     "000",
     "LL"},
    {"one to one, greedily",
     "AABB",
     "----",
     {{0, 2, 30, 4}, {0, 3, 26, -4}, {1, 2, 25, -5}, {1, 3, 12, -14}},
     4,
     {{0}},
     0,
     "0101",
     "LTTL"},
    {"two equal candidates: none is taken",
     "ABB",
     "---",
     {{0, 1, 20, 0}, {0, 2, 20, 0}},
     2,
     {{0}},
     0,
     "012",
     "MM"},
    {"nearly equal candidates",
     "ABB",
     "---",
     {{0, 1, 20.5f, 0.5f}, {0, 2, 20, -0.5f}},
     2,
     {{0}},
     0,
     "012",
     "MM"},
    {"twins: what the other cannot have resolves them",
     "AABB",
     "----",
     {{0, 2, 30, 1.5f}, {0, 3, 20, 0}, {1, 3, 20, 0}},
     3,
     {{0}},
     0,
     "0101",
     "LTL"},
    {"a close rival that is no rival: the two may be one person",
     "abb",
     "---",
     {{0, 1, 20, 0}, {0, 2, 20, 0}},
     2,
     {{0}},
     0,
     "000",
     "LL"},
    {"a close rival of another number",
     "abb",
     "-12",
     {{0, 1, 20, 0}, {0, 2, 20, 0}},
     2,
     {{0}},
     0,
     "012",
     "MM"},
    {"a close rival that is spoken for",
     "aabb",
     "--12",
     {{0, 2, 20, 0}, {0, 3, 20, 0}, {1, 3, 40, FREE}},
     3,
     {{0, 1, false}},
     1,
     "0101",
     "LCL"},
    {"two numbers", "ab", "12", {{0, 1, 40, FREE}}, 1, {{0}}, 0, "01", "C"},
    {"one number", "ab", "11", {{0, 1, 20, FREE}}, 1, {{0}}, 0, "00", "L"},
    {"two numbers, over a record without one",
     "abc",
     "1-2",
     {{0, 1, 40, FREE}, {1, 2, 30, FREE}},
     2,
     {{0}},
     0,
     "001",
     "LC"},
    {"a conflict below the threshold", "ab", "12", {{0, 1, 5, FREE}}, 1, {{0}}, 0, "01", "C"},
    {"taken below the threshold",
     "ABB",
     "---",
     {{0, 1, 30, 25}, {0, 2, 5, -25}},
     2,
     {{0}},
     0,
     "001",
     "LT"},
    {"below the threshold links nothing, though both ends are good",
     "abcd",
     "----",
     {{0, 1, 30, FREE}, {1, 2, 9, FREE}, {2, 3, 30, FREE}},
     3,
     {{0}},
     0,
     "0011",
     "LWL"},
    {"what it would bring together is not told as one",
     "abc",
     "---",
     {{0, 1, 30, FREE}, {1, 2, 9, FREE}, {0, 2, 8, FREE}},
     3,
     {{0}},
     0,
     "001",
     "LBB"},
    /* verdicts */
    {"parted", "ab", "--", {{0, 1, 40, FREE}}, 1, {{1, 0, false}}, 1, "01", "C"},
    {"parted, over a third",
     "abc",
     "---",
     {{0, 1, 40, FREE}, {1, 2, 30, FREE}},
     2,
     {{0, 2, false}},
     1,
     "001",
     "LC"},
    {"the same, without a pair", "ab", "--", {{0, 0, 0, 0}}, 0, {{1, 0, true}}, 1, "00", ""},
    {"the same, below the threshold",
     "ab",
     "--",
     {{0, 1, 3, FREE}},
     1,
     {{0, 1, true}},
     1,
     "00",
     "B"},
    {"the same, of one duplicate-free source",
     "AA",
     "--",
     {{0, 0, 0, 0}},
     0,
     {{0, 1, true}},
     1,
     "01",
     ""},
    {"the same, against two numbers", "ab", "12", {{0, 0, 0, 0}}, 0, {{0, 1, true}}, 1, "01", ""},
    {"the same and not the same",
     "ab",
     "--",
     {{0, 1, 40, FREE}},
     1,
     {{0, 1, true}, {1, 0, false}},
     2,
     "01",
     "C"},
    {"the same twice, the ends parted: the first holds",
     "abc",
     "---",
     {{0, 0, 0, 0}},
     0,
     {{0, 1, true}, {1, 2, true}, {0, 2, false}},
     3,
     "001",
     ""},
    {"a verdict on oneself",
     "ab",
     "--",
     {{0, 1, 40, FREE}},
     1,
     {{0, 0, true}, {1, 1, true}},
     2,
     "00",
     "L"},
    /* bridges */
    {"a bridge between two groups that know nothing of each other",
     "abcdef",
     "------",
     {{0, 1, 40, FREE},
      {0, 2, 40, FREE},
      {1, 2, 40, FREE},
      {3, 4, 40, FREE},
      {3, 5, 40, FREE},
      {4, 5, 40, FREE},
      {2, 3, 15, FREE}},
     7,
     {{0}},
     0,
     "000111",
     "LLLLLLW"},
    {"a bridge of one NHS number",
     "abcdef",
     "--11--",
     {{0, 1, 40, FREE},
      {0, 2, 40, FREE},
      {1, 2, 40, FREE},
      {3, 4, 40, FREE},
      {3, 5, 40, FREE},
      {4, 5, 40, FREE},
      {2, 3, 15, FREE}},
     7,
     {{0}},
     0,
     "000000",
     "LLLLLLL"},
    {"a second link holds a little, a third enough",
     "abcdef",
     "------",
     {{0, 1, 40, FREE},
      {1, 2, 40, FREE},
      {3, 4, 40, FREE},
      {4, 5, 40, FREE},
      {2, 3, 16, FREE},
      {1, 3, 16, FREE},
      {0, 3, 16, FREE}},
     7,
     {{0}},
     0,
     "000000",
     "LLLLLLL"},
    {"one strong link outweighs three pairs that were never seen",
     "abcde",
     "-----",
     {{0, 1, 40, FREE}, {0, 2, 40, FREE}, {0, 3, 40, FREE}, {3, 4, 16, FREE}},
     4,
     {{0}},
     0,
     "00000",
     "LLLL"},
    {"but not four",
     "abcdef",
     "------",
     {{0, 1, 40, FREE}, {0, 2, 40, FREE}, {0, 3, 40, FREE}, {0, 4, 40, FREE}, {4, 5, 16, FREE}},
     5,
     {{0}},
     0,
     "000001",
     "LLLLW"},
};

static struct linkage_set letter_set(const char *records, const char *numbers)
{
    struct linkage_set set = new_set(linkage_schema_person(), strlen(records));

    set.source_count = LINKAGE_SOURCES_MAX;
    for (size_t i = 0; i < set.record_count; i++) {
        bool unique = records[i] >= 'A' && records[i] <= 'Z';

        set.source_of[i] = (uint8_t)(records[i] - (unique ? 'A' : 'a'));
        set.sources[set.source_of[i]].unique = unique;
        if (numbers[i] != '-')
            hot_of(&set, i, NHS)[NHS_NUMBER_LOW] = (uint32_t)numbers[i];
    }
    return set;
}

/* Decides with record i of the case as record order[i]; checks that the groups are those. */
static void check_order(const struct decide_case *c, const size_t *order)
{
    char records[16] = "", numbers[16] = "";
    struct linkage_pair pairs[16] = {{0}};
    struct linkage_verdict verdicts[VERDICTS_MAX];
    uint32_t cluster[16];
    size_t count = strlen(c->records);

    for (size_t i = 0; i < count; i++) {
        records[order[i]] = c->records[i];
        numbers[order[i]] = c->numbers[i];
    }
    struct linkage_set set = letter_set(records, numbers);
    for (size_t i = 0; i < c->count; i++) {
        uint32_t left = (uint32_t)order[c->pairs[i].left],
                 right = (uint32_t)order[c->pairs[i].right];

        pairs[i] = (struct linkage_pair){.left = left < right ? left : right,
                                         .right = left < right ? right : left,
                                         .weight = c->pairs[i].weight,
                                         .odds = c->pairs[i].weight - 10,
                                         .lead = c->pairs[i].lead,
                                         .pattern = i};
    }
    for (size_t i = 0; i < c->verdict_count; i++)
        verdicts[i] =
            (struct linkage_verdict){(uint32_t)order[c->verdicts[i].left],
                                     (uint32_t)order[c->verdicts[i].right], c->verdicts[i].same};
    assert_true(pairs_sort_by_records(pairs, c->count));
    assert_int_equal(
        linkage_decide(&set, &model, verdicts, c->verdict_count, pairs, c->count, cluster), 0);
    for (size_t i = 0; i < count; i++) {
        assert_case(cluster[order[i]] <= order[i], c->title);
        assert_case(cluster[cluster[order[i]]] == cluster[order[i]], c->title);
        for (size_t j = 0; j < i; j++)
            assert_case((c->groups[i] == c->groups[j]) == (cluster[order[i]] == cluster[order[j]]),
                        c->title);
    }
    for (size_t i = 0; i < c->count; i++) {
        assert_case("BLCTMW"[pairs[i].outcome] == c->outcomes[pairs[i].pattern], c->title);
        assert_case(i == 0 || pairs[i - 1].odds >= pairs[i].odds, c->title);
    }
    free_set(&set);
}

static void permute(const struct decide_case *c, size_t *order, size_t fixed)
{
    size_t count = strlen(c->records);

    if (fixed == count) {
        check_order(c, order);
        return;
    }
    for (size_t i = fixed; i < count; i++) {
        size_t held = order[fixed];

        order[fixed] = order[i];
        order[i] = held;
        permute(c, order, fixed + 1);
        order[i] = order[fixed];
        order[fixed] = held;
    }
}

static void every_order_of_records_gives_the_same_people(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(decide_cases); i++) {
        size_t order[] = {0, 1, 2, 3, 4, 5};

        assert_int_equal(strlen(decide_cases[i].records), strlen(decide_cases[i].groups));
        permute(&decide_cases[i], order, 0);
    }
}

/* ---- a crowd ---- */

enum { CROWD = 150 };

struct crowd {
    struct linkage_set set;
    struct linkage_pair pairs[PAIRS_MAX * 4];
    size_t count;
    uint32_t cluster[CROWD];
};

/* People of random sources and numbers; pairs of random odds, no two alike. */
static void make_crowd(uint64_t *random, struct crowd *crowd)
{
    char records[CROWD + 1] = "", numbers[CROWD + 1] = "";
    static bool met[CROWD][CROWD];

    memset(met, 0, sizeof met);
    for (size_t i = 0; i < CROWD; i++) {
        records[i] = "ABcd"[next_random(random) % 4];
        numbers[i] = "------12345"[next_random(random) % 11];
    }
    crowd->set = letter_set(records, numbers);
    crowd->count = 0;
    while (crowd->count < PAIRS_MAX * 4) {
        uint32_t left = (uint32_t)(next_random(random) % (CROWD - 1)),
                 right = left + 1 + (uint32_t)(next_random(random) % (CROWD - 1 - left));

        if (met[left][right])
            continue;
        met[left][right] = true;
        float odds = (float)(next_share(random) * 40 - 15) + (float)crowd->count * 1e-4f;
        crowd->pairs[crowd->count++] = (struct linkage_pair){.left = left,
                                                             .right = right,
                                                             .weight = odds + 10,
                                                             .odds = odds,
                                                             .lead = (float)next_share(random) * 4};
    }
    assert_true(pairs_sort_by_records(crowd->pairs, crowd->count));
}

static void decide_crowd(struct crowd *crowd)
{
    assert_int_equal(
        linkage_decide(&crowd->set, &model, NULL, 0, crowd->pairs, crowd->count, crowd->cluster),
        0);
}

/* The same people under other record numbers. */
static void renumber(const struct crowd *crowd, const uint32_t *number, struct crowd *ret)
{
    ret->set = new_set(crowd->set.schema, CROWD);
    memcpy(ret->set.sources, crowd->set.sources, sizeof ret->set.sources);
    ret->set.source_count = crowd->set.source_count;
    for (uint32_t i = 0; i < CROWD; i++) {
        memcpy(face_of(&ret->set, number[i]), linkage_face(&crowd->set, i),
               ret->set.schema->words * sizeof(uint32_t));
        ret->set.source_of[number[i]] = crowd->set.source_of[i];
    }
    ret->count = crowd->count;
    for (size_t i = 0; i < crowd->count; i++) {
        uint32_t left = number[crowd->pairs[i].left], right = number[crowd->pairs[i].right];

        ret->pairs[i] = crowd->pairs[i];
        ret->pairs[i].left = left < right ? left : right;
        ret->pairs[i].right = left < right ? right : left;
    }
    assert_true(pairs_sort_by_records(ret->pairs, ret->count));
}

static size_t group_count(const struct crowd *crowd)
{
    size_t count = 0;

    for (uint32_t i = 0; i < CROWD; i++)
        count += crowd->cluster[i] == i;
    return count;
}

/* Groups that the pairs told as linked make by themselves. */
static size_t linked_groups(const struct crowd *crowd)
{
    uint32_t group[CROWD];
    size_t count = CROWD;

    for (uint32_t i = 0; i < CROWD; i++)
        group[i] = i;
    for (size_t i = 0; i < crowd->count; i++) {
        uint32_t one = group[crowd->pairs[i].left], other = group[crowd->pairs[i].right];

        if (crowd->pairs[i].outcome != LINKAGE_LINKED || one == other)
            continue;
        for (uint32_t j = 0; j < CROWD; j++)
            group[j] = group[j] == other ? one : group[j];
        count--;
    }
    return count;
}

static void a_crowd_keeps_its_promises(void **state)
{
    static struct crowd crowd, other;
    uint64_t random = 1618033;
    size_t seen[6] = {0};

    (void)state;
    for (int round = 0; round < 40; round++) {
        uint32_t number[CROWD];

        make_crowd(&random, &crowd);
        for (uint32_t i = 0; i < CROWD; i++) {
            uint32_t place = (uint32_t)(next_random(&random) % (i + 1));

            number[i] = number[place];
            number[place] = i;
        }
        renumber(&crowd, number, &other);
        decide_crowd(&crowd);
        decide_crowd(&other);
        for (uint32_t i = 0; i < CROWD; i++)
            for (uint32_t j = 0; j < i; j++) {
                bool one = crowd.cluster[i] == crowd.cluster[j];

                assert_true(one == (other.cluster[number[i]] == other.cluster[number[j]]));
                assert_false(one && linkage_excludes(&crowd.set, i, j));
            }
        for (size_t i = 0; i < crowd.count; i++) {
            const struct linkage_pair *pair = &crowd.pairs[i];
            bool one = crowd.cluster[pair->left] == crowd.cluster[pair->right];

            seen[pair->outcome]++;
            assert_true(pair->outcome != LINKAGE_LINKED || (pair->odds >= 0 && one));
            assert_true(pair->outcome != LINKAGE_BELOW || pair->odds < 0);
            assert_int_equal(pair->outcome, other.pairs[i].outcome);
        }
        assert_int_equal(linked_groups(&crowd), group_count(&crowd));
        free_set(&crowd.set);
        free_set(&other.set);
    }
    for (size_t outcome = 0; outcome < COUNT_OF(seen); outcome++)
        assert_true(seen[outcome] > 0);
}

/* ---- large groups ---- */

enum { HALF = 70 };

/* Every pair within a half, then every pair between the two. */
static size_t make_halves(struct linkage_pair *pairs)
{
    size_t count = 0;

    for (uint32_t left = 0; left < 2 * HALF; left++)
        for (uint32_t right = left + 1; right < 2 * HALF; right++) {
            float odds = left / HALF == right / HALF ? 30 : 20;

            pairs[count++] = (struct linkage_pair){
                .left = left, .right = right, .odds = odds, .weight = odds + 10, .lead = FREE};
        }
    return count;
}

/* What a steward parted stays apart however large the groups have grown. */
static void large_groups_are_parted_too(void **state)
{
    static const uint32_t members[] = {0, 1, 8, HALF - 1};
    static struct linkage_pair pairs[2 * HALF * HALF];
    char records[2 * HALF + 1] = "", numbers[2 * HALF + 1] = "";
    uint32_t cluster[2 * HALF];

    (void)state;
    memset(records, 'a', 2 * HALF);
    memset(numbers, '-', 2 * HALF);
    struct linkage_set set = letter_set(records, numbers);
    size_t count = make_halves(pairs);
    assert_int_equal(linkage_decide(&set, &model, NULL, 0, pairs, count, cluster), 0);
    assert_int_equal(cluster[2 * HALF - 1], 0);
    for (size_t i = 0; i < COUNT_OF(members) * COUNT_OF(members); i++) {
        struct linkage_verdict verdict = {HALF + members[i / COUNT_OF(members)],
                                          members[i % COUNT_OF(members)], false};

        count = make_halves(pairs);
        assert_int_equal(linkage_decide(&set, &model, &verdict, 1, pairs, count, cluster), 0);
        assert_int_equal(cluster[HALF - 1], 0);
        assert_int_equal(cluster[2 * HALF - 1], HALF);
    }
    for (size_t i = 0; i < COUNT_OF(members) * COUNT_OF(members); i++) { /* two numbers */
        uint32_t one = members[i / COUNT_OF(members)],
                 other = HALF + members[i % COUNT_OF(members)];

        hot_of(&set, one, NHS)[NHS_NUMBER_LOW] = 1;
        hot_of(&set, other, NHS)[NHS_NUMBER_LOW] = 2;
        count = make_halves(pairs);
        assert_int_equal(linkage_decide(&set, &model, NULL, 0, pairs, count, cluster), 0);
        assert_int_equal(cluster[HALF - 1], 0);
        assert_int_equal(cluster[2 * HALF - 1], HALF);
        hot_of(&set, one, NHS)[NHS_NUMBER_LOW] = hot_of(&set, other, NHS)[NHS_NUMBER_LOW] = 0;
    }
    free_set(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_sorted),
        cmocka_unit_test(sorting_moves_whole_pairs),
        cmocka_unit_test(lists_are_taken_over),
        cmocka_unit_test(every_order_of_records_gives_the_same_people),
        cmocka_unit_test(a_crowd_keeps_its_promises),
        cmocka_unit_test(large_groups_are_parted_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
