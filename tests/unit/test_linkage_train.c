/* test_linkage_train.c: training finds the probabilities that people were made up with. */
#include "linkage_faces.h"

#include <math.h>

#include "linkage/engine.h"
#include "linkage/pattern_table.h"
#include "linkage/train.h"
#include "linkage/weigh.h"

enum { PEOPLE = 12000, ALONE = 4000, SIDE = PEOPLE + ALONE };

/* ---- people ---- */

/* What a value is drawn from: values of a group share a weaker form. */
enum { GIVEN_VALUES = 400, FAMILY_VALUES = 900, YEARS = 60, UNITS = 3000, PRACTICES = 25 };

struct person {
    uint32_t given, family, day, month, year, sex, unit, practice;
};

static uint32_t below(uint64_t *random, uint32_t bound)
{
    return (uint32_t)(next_random(random) % bound);
}

static struct person random_person(uint64_t *random)
{
    return (struct person){below(random, GIVEN_VALUES), below(random, FAMILY_VALUES),
                           1 + below(random, 28),       1 + below(random, 12),
                           below(random, YEARS),        1 + below(random, 2),
                           below(random, UNITS),        below(random, PRACTICES)};
}

/* Three values sound alike, six have one end, thirty one initial. */
static void put_name(struct linkage_set *set, size_t face, size_t field, uint32_t value)
{
    uint32_t form = (uint32_t)field * 8, *hot = hot_of(set, face, field),
             *cold = cold_of(set, face, field);

    hot[NAME_WHOLE] = word_of(form, value);
    hot[NAME_FIRST] = word_of(form + 1, value);
    hot[NAME_SOUND] = word_of(form + 2, value / 3);
    cold[NAME_ENDS] = (word_of(form + 3, value / 6) & 0xffff) | word_of(form + 4, value) << 16;
    cold[NAME_INITIAL] = word_of(form + 5, value / 30);
}

static void put_birth(struct linkage_set *set, size_t face, uint32_t day, uint32_t month,
                      uint32_t year)
{
    uint32_t *cold = cold_of(set, face, BIRTH);

    hot_of(set, face, BIRTH)[BIRTH_WHOLE] = word_of(20, day * 100000 + month * 1000 + year);
    cold[BIRTH_DAY] = word_of(21, day);
    cold[BIRTH_MONTH] = word_of(21, month);
    cold[BIRTH_YEAR] = word_of(22, year);
}

static void put_unit(struct linkage_set *set, size_t face, uint32_t unit)
{
    uint32_t *cold = cold_of(set, face, POSTCODE);

    hot_of(set, face, POSTCODE)[POSTCODE_UNIT] = word_of(30, unit);
    cold[POSTCODE_SECTOR] = word_of(31, unit / 10);
    cold[POSTCODE_DISTRICT] = word_of(32, unit / 100);
    cold[POSTCODE_INWARD] = word_of(33, unit);
}

static void put_person(struct linkage_set *set, size_t face, const struct person *person)
{
    put_name(set, face, GIVEN, person->given);
    put_name(set, face, FAMILY, person->family);
    put_birth(set, face, person->day, person->month, person->year);
    hot_of(set, face, SEX)[SEX_WHOLE] = person->sex;
    put_unit(set, face, person->unit);
    hot_of(set, face, PRACTICE)[EXACT_WHOLE] = word_of(40, person->practice);
}

/* The same person as another source has them: each field with errors of its own. errors: a factor.
 */
static void spoil(uint64_t *random, double errors, struct person *person)
{
    double given = next_share(random) / errors, family = next_share(random) / errors,
           birth = next_share(random) / errors, unit = next_share(random) / errors;

    if (given < 0.06)
        person->given = below(random, GIVEN_VALUES);
    else if (given < 0.10) /* another of those that sound alike */
        person->given = person->given / 3 * 3 + (person->given + 1) % 3;
    if (family < 0.05)
        person->family = below(random, FAMILY_VALUES);
    else if (family < 0.08)
        person->family = person->family / 3 * 3 + (person->family + 1) % 3;
    if (birth < 0.03)
        person->day = 1 + below(random, 28);
    else if (birth < 0.04)
        person->month = 1 + below(random, 12);
    else if (birth < 0.05)
        person->year = below(random, YEARS);
    if (next_share(random) / errors < 0.02)
        person->sex = 3 - person->sex;
    if (unit < 0.15)
        person->unit = below(random, UNITS);
    else if (unit < 0.20)
        person->unit = person->unit / 10 * 10 + (person->unit + 3) % 10;
    if (next_share(random) / errors < 0.20)
        person->practice = below(random, PRACTICES);
}

/* Sources a and b, both duplicate-free: record i of each is one person for i below PEOPLE. A tenth
 * of all postcodes and practices is not known. */
static struct linkage_set two_sources(uint64_t seed, double errors)
{
    struct linkage_set set = new_set(linkage_schema_person(), 2 * SIDE);
    uint64_t random = seed;

    set.source_count = 2;
    set.sources[0].unique = set.sources[1].unique = true;
    for (size_t i = 0; i < SIDE; i++) {
        struct person person = random_person(&random), other = random_person(&random);

        put_person(&set, i, &person);
        if (i < PEOPLE) {
            other = person;
            spoil(&random, errors, &other);
        }
        put_person(&set, SIDE + i, &other);
        set.source_of[SIDE + i] = 1;
        for (size_t face = i; face < 2 * SIDE; face += SIDE) {
            if (below(&random, 10) == 0)
                memset(hot_of(&set, face, PRACTICE), 0, sizeof(uint32_t));
            if (below(&random, 10) == 0) {
                memset(hot_of(&set, face, POSTCODE), 0, POSTCODE_HOT * sizeof(uint32_t));
                memset(cold_of(&set, face, POSTCODE), 0, POSTCODE_COLD * sizeof(uint32_t));
            }
        }
    }
    return set;
}

static void train(struct linkage_set *set, unsigned threads, struct linkage_model *model,
                  struct linkage_session *sessions)
{
    struct linkage_frequencies frequencies;
    struct error error;

    assert_int_equal(linkage_frequencies_count(set, &frequencies, &error), 0);
    linkage_frequencies_fill(&frequencies, set, 0);
    assert_int_equal(linkage_train(set, &frequencies, NULL, threads, model, sessions, &error), 0);
    linkage_frequencies_release(&frequencies);
}

/* ---- the truth ---- */

struct truth {
    double share[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS_MAX];
};

static void count_pair(const struct linkage_set *set, size_t left, size_t right,
                       struct truth *truth)
{
    uint64_t pattern =
        linkage_compare(set->schema, linkage_face(set, left), linkage_face(set, right));

    for (size_t field = 0; field < set->schema->field_count; field++)
        truth->share[field][linkage_level_of(pattern, field)]++;
}

static void take_shares(struct truth *truth)
{
    for (size_t field = 0; field < LINKAGE_FIELDS_MAX; field++) {
        double sum = 0;

        for (size_t level = 1; level < LINKAGE_LEVELS_MAX; level++)
            sum += truth->share[field][level];
        for (size_t level = 1; level < LINKAGE_LEVELS_MAX && sum > 0; level++)
            truth->share[field][level] /= sum;
    }
}

static struct truth true_matches(const struct linkage_set *set)
{
    struct truth truth = {0};

    for (size_t i = 0; i < PEOPLE; i++)
        count_pair(set, i, SIDE + i, &truth);
    take_shares(&truth);
    return truth;
}

static struct truth true_strangers(const struct linkage_set *set)
{
    struct truth truth = {0};
    uint64_t random = 271828;

    for (size_t i = 0; i < 3000000; i++) {
        uint32_t left = below(&random, SIDE), right = below(&random, SIDE);

        if (left != right)
            count_pair(set, left, SIDE + right, &truth);
    }
    take_shares(&truth);
    return truth;
}

static bool is_close(double found, double truth)
{
    return fabs(found - truth) <= 0.005 || fabs(found / truth - 1) <= 0.10;
}

static void weights_are_found(void **state)
{
    static struct linkage_model model;
    static struct linkage_session sessions[LINKAGE_RULES_MAX];

    (void)state;
    for (uint64_t seed = 77; seed < 79; seed++) {
        struct linkage_set set = two_sources(seed, seed == 77 ? 1 : 2);
        struct truth match = true_matches(&set), stranger = true_strangers(&set);

        linkage_model_default(set.schema, &model);
        train(&set, 2, &model, sessions);
        for (size_t field = 0; field < set.schema->field_count; field++) {
            unsigned count = linkage_level_count(set.schema->fields[field].kind);

            if (field == NHS) /* nobody has one: fixed */
                continue;
            for (unsigned level = 1; level < count; level++) {
                const struct linkage_level *l = &model.levels[field][level];
                double m = match.share[field][level], u = stranger.share[field][level];

                if (!is_close(l->m, m) || !is_close(l->u, u))
                    fail_msg("%s %s: m %.5f is %.5f, u %.6f is %.6f",
                             set.schema->fields[field].name,
                             linkage_level_name(set.schema->fields[field].kind, level), l->m, m,
                             l->u, u);
                if (level == 1 && u > 1e-4) /* by the values: better than by pairs */
                    assert_case(fabs(l->u / u - 1) < 0.10, set.schema->fields[field].name);
                assert_case(is_close(model.sources[0].m[field][level], m),
                            set.schema->fields[field].name);
            }
        }
        assert_int_equal(model.source_pair_count, 1);
        double rate = exp2(model.prior) * SIDE * SIDE;
        assert_true(rate > 0.7 * PEOPLE && rate < 1.05 * PEOPLE); /* what one rule finds */
        for (size_t i = 0; i < model.rule_count; i++) {
            assert_true(sessions[i].matches <= sessions[i].pairs + 1);
            assert_true(sessions[i].worst >= 0 && sessions[i].worst <= 1);
        }
        assert_true(sessions[0].pairs == 0); /* the rule of NHS numbers */
        free_set(&set);
    }
}

static void training_is_the_same_each_time(void **state)
{
    static const unsigned threads[] = {1, 2, 5, 1};
    static struct linkage_model model;
    struct linkage_set set = two_sources(5, 1);
    char *texts[COUNT_OF(threads)];
    struct linkage_frequencies frequencies;
    struct linkage_keys keys;
    struct error error;

    (void)state;
    set.sources[1].unique = false; /* pairs within it too: two pairs of sources */
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        linkage_model_default(set.schema, &model);
        model.source_count = set.source_count;
        for (size_t j = 0; j < set.source_count; j++)
            memcpy(model.source_names[j], set.sources[j].name, LINKAGE_SOURCE_NAME_MAX);
        train(&set, threads[i], &model, NULL);
        assert_int_equal(model.source_pair_count, 2);
        assert_int_equal(linkage_model_write(&model, &texts[i], &error), 0);
        if (i > 0)
            assert_string_equal(texts[i], texts[0]);
    }
    /* With the keys of the rules made beforehand: the same again. */
    linkage_model_default(set.schema, &model);
    model.source_count = set.source_count;
    for (size_t j = 0; j < set.source_count; j++)
        memcpy(model.source_names[j], set.sources[j].name, LINKAGE_SOURCE_NAME_MAX);
    assert_int_equal(linkage_frequencies_count(&set, &frequencies, &error), 0);
    assert_int_equal(linkage_keys_make(&set, model.rules, model.rule_count, 2, &keys), 0);
    assert_int_equal(linkage_train(&set, &frequencies, &keys, 2, &model, NULL, &error), 0);
    free(texts[1]);
    assert_int_equal(linkage_model_write(&model, &texts[1], &error), 0);
    assert_string_equal(texts[1], texts[0]);
    linkage_keys_release(&keys);
    linkage_frequencies_release(&frequencies);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        free(texts[i]);
    free_set(&set);
}

/* What is given by hand stays, and the rest makes up the one. */
static void fixed_levels_are_kept(void **state)
{
    static struct linkage_model model, again;
    struct linkage_set set = two_sources(6, 1);
    const unsigned last = POSTCODE_LEVELS - 1;
    char *text;
    struct error error;
    bool edited;

    (void)state;
    linkage_model_default(set.schema, &model);
    for (unsigned level = 1; level < EXACT_LEVELS; level++)
        model.levels[SEX][level] = (struct linkage_level){0.5, 0.5, 0.5, true};
    model.levels[POSTCODE][last].m = 0.4;
    model.levels[POSTCODE][last].u = 0.9;
    model.levels[POSTCODE][last].fixed = true;
    struct linkage_level number = model.levels[NHS][1];
    train(&set, 2, &model, NULL);
    assert_true(model.levels[SEX][1].m == 0.5 && model.levels[SEX][1].u == 0.5);
    assert_true(model.levels[NHS][1].m == number.m && model.levels[NHS][1].u == number.u);
    assert_true(model.sources[0].m[SEX][1] == 0.5);
    assert_true(model.levels[POSTCODE][last].m == 0.4 && model.levels[POSTCODE][last].u == 0.9);
    assert_true(model.sources[0].m[POSTCODE][last] == 0.4);
    assert_true(model.levels[SEX][1].fixed && model.levels[POSTCODE][last].fixed);
    model.source_count = 2;
    snprintf(model.source_names[0], sizeof model.source_names[0], "a");
    snprintf(model.source_names[1], sizeof model.source_names[1], "b");
    assert_int_equal(linkage_model_write(&model, &text, &error), 0);
    /* The model is valid: all sums are 1. */
    assert_int_equal(linkage_model_read(text, strlen(text), &again, &edited, &error), 0);
    free(text);
    free_set(&set);
}

/* Of a small set every pair is looked at: one in 250 is a match, and must not make strangers agree.
 */
static void matches_are_weighed_out_of_strangers(void **state)
{
    enum { FEW = 250 };
    static struct linkage_model model;
    struct linkage_set set = new_set(linkage_schema_person(), 2 * FEW);
    uint64_t random = 17;

    (void)state;
    set.source_count = 2;
    set.sources[0].unique = set.sources[1].unique = true;
    for (uint32_t i = 0; i < FEW; i++) {
        struct person person = random_person(&random), other = person;

        spoil(&random, 1, &other);
        put_person(&set, i, &person);
        put_person(&set, FEW + i, &other);
        set.source_of[FEW + i] = 1;
        hot_of(&set, i, NHS)[NHS_NUMBER_LOW] = hot_of(&set, FEW + i, NHS)[NHS_NUMBER_LOW] = i + 1;
    }
    linkage_model_default(set.schema, &model);
    for (unsigned level = 1; level < EXACT_LEVELS; level++)
        model.levels[NHS][level].fixed = false;
    train(&set, 2, &model, NULL);
    assert_true(model.levels[NHS][1].u < 1e-4); /* of all pairs 4e-3 agree */
    assert_true(model.levels[NHS][1].m > 0.99);
    free_set(&set);
}

/* ---- households ---- */

enum { HOMES = 3500, TWINS = 200 };

/* Homes of a couple and two children, family name and postcode the same; everyone in both sources,
 * with errors. Of the first homes the children are twins: one birth date. Records: home, then
 * person. */
static struct linkage_set homes(uint64_t seed)
{
    struct linkage_set set = new_set(linkage_schema_person(), 8 * HOMES);
    uint64_t random = seed;

    set.source_count = 2;
    set.sources[0].unique = set.sources[1].unique = true;
    for (size_t home = 0; home < HOMES; home++) {
        struct person people[4];

        for (size_t i = 0; i < 4; i++) {
            struct person *person = &people[i];

            *person = random_person(&random);
            if (i > 0) {
                person->family = people[0].family;
                person->unit = people[0].unit;
                person->practice = people[0].practice;
            }
            if (i < 2)
                person->year %= 30;
            else
                person->year = 45 + person->year % 15;
            if (i == 3 && home < TWINS) {
                person->day = people[2].day;
                person->month = people[2].month;
                person->year = people[2].year;
                if (below(&random, 3) == 0) /* two in three twins are of one sex */
                    person->sex = people[2].sex;
                if (person->given == people[2].given)
                    person->given = (person->given + 100) % GIVEN_VALUES;
            }
            size_t record = home * 4 + i;
            struct person other = *person;
            put_person(&set, record, person);
            spoil(&random, 0.15, &other);
            put_person(&set, 4 * HOMES + record, &other);
            set.source_of[4 * HOMES + record] = 1;
        }
    }
    return set;
}

static bool are_twins(size_t one, size_t other)
{
    return one != other && one / 4 == other / 4 && one / 4 < TWINS && one % 4 >= 2 &&
           other % 4 >= 2;
}

static void kin_are_not_taken_for_one_person(void **state)
{
    static struct linkage_model model;
    struct linkage_set set = homes(4242);
    struct linkage_weights weights;
    size_t taken = 0, found = 0;

    (void)state;
    linkage_model_default(set.schema, &model);
    train(&set, 2, &model, NULL);
    /* Of 100 people 1 differs in given name, and of these homes two children in a hundred pairs of
     * kin were born on one day; had kin been learned as matches, three in four would differ. */
    assert_true(model.levels[GIVEN][NAME_DIFFERENT].m < 0.025);
    assert_true(model.levels[BIRTH][BIRTH_DIFFERENT].m < 0.003);
    assert_true(model.levels[GIVEN][NAME_DIFFERENT].h > 0.95);
    assert_true(model.levels[BIRTH][BIRTH_DIFFERENT].h > 0.9);
    assert_true(model.levels[FAMILY][NAME_EXACT].h > 0.8);
    /* Twelve ordered pairs of kin a home. */
    double rate = HOMES * 12.0 / (16.0 * HOMES * HOMES);
    assert_true(model.household_rate > 0.8 * rate && model.household_rate < 1.2 * rate);
    linkage_weights_make(&model, 0, &weights);
    double prior = log2(1.0 / (4.0 * HOMES));
    for (size_t left = 0; left < 4 * HOMES; left++)
        for (size_t right = left / 4 * 4; right < left / 4 * 4 + 4; right++) {
            uint64_t pattern = linkage_compare(set.schema, linkage_face(&set, left),
                                               linkage_face(&set, 4 * HOMES + right));
            bool linked = linkage_weigh(&weights, pattern, linkage_face(&set, left)) + prior > 0;

            found += linked && left == right;
            taken += linked && left != right && !are_twins(left, right);
        }
    assert_true(found > 4 * HOMES * 98 / 100);
    assert_true(taken < HOMES * 12 / 500); /* one in 400 has the given name of another */
    free_set(&set);
}

/* Weights alone cannot tell a twin from a person with another given name; but both twins are there,
 * and each has somebody who fits better. */
static void twins_stay_two(void **state)
{
    static struct linkage_result result;
    struct linkage_set set = homes(99);
    struct linkage_options options = {.threads = 2};
    struct error error;
    size_t found = 0, born_together = 0;

    (void)state;
    assert_int_equal(linkage_run(&set, &options, &result, &error), 0);
    for (size_t i = 0; i < result.pair_count; i++) {
        const struct linkage_pair *pair = &result.pairs[i];
        size_t left = pair->left, right = pair->right - 4 * HOMES;

        if (pair->right < 4 * HOMES || !are_twins(left, right) ||
            linkage_level_of(pair->pattern, BIRTH) != BIRTH_EXACT)
            continue;
        born_together++;
        assert_true(pair->odds < 0);
        assert_true(pair->outcome != LINKAGE_LINKED);
    }
    assert_true(born_together > TWINS);
    for (size_t i = 0; i < 4 * HOMES; i++) {
        found += result.cluster[4 * HOMES + i] == result.cluster[i];
        assert_int_equal(result.cluster[i], i);
    }
    assert_true(found > 4 * HOMES * 98 / 100);
    linkage_result_release(&result);
    free_set(&set);
}

/* ---- patterns ---- */

static void patterns_are_counted(void **state)
{
    enum { PATTERNS = 5000 };
    struct pattern_table table = {0};
    uint64_t random = 12, counts[PATTERNS] = {0}, last = 0;
    uint16_t last_sources = 0;

    (void)state;
    for (size_t i = 0; i < 60000; i++) {
        uint64_t which = next_random(&random) % PATTERNS, times = 1 + which % 3;

        /* pattern 0 and sources 0 are among them */
        assert_true(pattern_table_add(&table, (which / 40) << 36, (uint16_t)(which % 40), times));
        counts[which] += times;
    }
    pattern_table_close(&table);
    assert_int_equal(table.used, PATTERNS);
    for (size_t i = 0; i < table.used; i++) {
        const struct pattern_count *slot = &table.slots[i];

        assert_true(i == 0 || slot->pattern > last ||
                    (slot->pattern == last && slot->sources > last_sources));
        last = slot->pattern;
        last_sources = slot->sources;
        assert_int_equal(slot->count, counts[(slot->pattern >> 36) * 40 + slot->sources]);
    }
    pattern_table_release(&table);
    pattern_table_close(&table); /* nothing counted */
    assert_int_equal(table.used, 0);
}

static void too_few_people_to_learn_from(void **state)
{
    static struct linkage_model model, again;

    (void)state;
    for (size_t faces = 0; faces < 4; faces++) {
        struct linkage_set set = new_set(linkage_schema_person(), faces);
        uint64_t random = 3;
        char *text;
        struct error error;
        bool edited;

        for (size_t i = 0; i < faces; i++) {
            struct person person = random_person(&random);
            put_person(&set, i, &person);
        }
        linkage_model_default(set.schema, &model);
        model.source_count = 1;
        snprintf(model.source_names[0], sizeof model.source_names[0], "a");
        train(&set, 2, &model, NULL);
        assert_int_equal(linkage_model_write(&model, &text, &error), 0);
        assert_int_equal(linkage_model_read(text, strlen(text), &again, &edited, &error), 0);
        free(text);
        free_set(&set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_counted),
        cmocka_unit_test(weights_are_found),
        cmocka_unit_test(training_is_the_same_each_time),
        cmocka_unit_test(fixed_levels_are_kept),
        cmocka_unit_test(matches_are_weighed_out_of_strangers),
        cmocka_unit_test(kin_are_not_taken_for_one_person),
        cmocka_unit_test(twins_stay_two),
        cmocka_unit_test(too_few_people_to_learn_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
