/* test_linkage_odds.c: from a pattern to a match weight, and from weights to odds. */
#include "linkage_faces.h"

#include <math.h>

#include "linkage/odds.h"
#include "linkage/weigh.h"

enum { RANDOM_PATTERNS = 10000, FREE = LINKAGE_NO_RIVAL };

static bool near(double one, double other, double apart)
{
    return fabs(one - other) <= apart;
}

/* ---- weights ---- */

static void put_bytes(struct linkage_set *set, unsigned char byte)
{
    memset(face_of(set, 0) + set->schema->frequency_words, byte, 5);
}

static uint64_t random_pattern(uint64_t *random, const struct linkage_schema *schema)
{
    uint64_t pattern = 0;

    for (size_t field = 0; field < schema->field_count; field++)
        pattern |= next_random(random) % linkage_level_count(schema->fields[field].kind)
                   << (4 * field);
    return pattern;
}

/* log2 of m / u, or m / h, summed over the fields by the book. */
static double by_the_book(const struct linkage_model *model, uint64_t pattern, bool household,
                          double rarity)
{
    double weight = 0;

    for (size_t field = 0; field < model->schema.field_count; field++) {
        unsigned level = linkage_level_of(pattern, field);
        const struct linkage_level *l = &model->levels[field][level];

        if (level == 0)
            continue;
        if (household)
            weight += log2(l->m / l->h);
        else if (level == 1 && model->schema.fields[field].frequency >= 0)
            weight += log2(l->m) + rarity;
        else
            weight += log2(l->m / l->u);
    }
    return weight;
}

static void weights_are_sums(void **state)
{
    static struct linkage_model model;
    struct linkage_set set = new_set(linkage_schema_person(), 1);
    struct linkage_weights weights;
    uint64_t random = 42;

    (void)state;
    linkage_model_default(set.schema, &model);
    model.household_rate = 0;
    linkage_weights_make(&model, -1, &weights);
    put_bytes(&set, 40); /* 5 bits: under every cap */
    for (int i = 0; i < RANDOM_PATTERNS; i++) {
        uint64_t pattern = random_pattern(&random, set.schema);
        double weight = linkage_weigh(&weights, pattern, face_of(&set, 0)), sum = 0;

        for (size_t field = 0; field < set.schema->field_count; field++)
            sum += linkage_weigh_field(&weights, field, pattern, face_of(&set, 0));
        assert_true(near(weight, sum, 1e-3));
        assert_true(near(weight, by_the_book(&model, pattern, false, 5), 1e-3));
    }
    free_set(&set);
}

static void average_weights_know_no_value(void **state)
{
    static struct linkage_model model;
    struct linkage_weights average;
    uint64_t random = 45;

    (void)state;
    linkage_model_default(linkage_schema_person(), &model);
    model.household_rate = 0;
    linkage_weights_make_average(&model, -1, &average);
    for (int i = 0; i < RANDOM_PATTERNS; i++) {
        uint64_t pattern = random_pattern(&random, &model.schema);
        double sum = 0;

        for (size_t field = 0; field < model.schema.field_count; field++) {
            unsigned level = linkage_level_of(pattern, field);
            const struct linkage_level *l = &model.levels[field][level];
            sum += level == 0 ? 0 : log2(l->m / l->u);
        }
        assert_true(near(linkage_weigh(&average, pattern, NULL), sum, 1e-3));
    }
}

static void what_is_missing_says_nothing(void **state)
{
    static struct linkage_model model;
    struct linkage_set set = new_set(linkage_schema_person(), 1);
    struct linkage_weights weights;
    uint64_t random = 43;

    (void)state;
    linkage_model_default(set.schema, &model);
    model.household_rate = 0;
    linkage_weights_make(&model, -1, &weights);
    put_bytes(&set, 255);
    assert_true(linkage_weigh(&weights, 0, face_of(&set, 0)) == 0);
    for (int i = 0; i < RANDOM_PATTERNS; i++) {
        uint64_t pattern = random_pattern(&random, set.schema);
        size_t field = next_random(&random) % set.schema->field_count;
        uint64_t without = pattern & ~((uint64_t)15 << (4 * field));
        double apart = linkage_weigh(&weights, pattern, face_of(&set, 0)) -
                       linkage_weigh(&weights, without, face_of(&set, 0));

        assert_true(
            near(apart, linkage_weigh_field(&weights, field, pattern, face_of(&set, 0)), 1e-3));
        assert_true(linkage_weigh_field(&weights, field, without, face_of(&set, 0)) == 0);
    }
    model.household_rate = 1e-5;
    linkage_weights_make(&model, -1, &weights);
    assert_true(near(linkage_weigh(&weights, 0, face_of(&set, 0)), 0, 1e-4));
    free_set(&set);
}

static void a_household_never_raises_a_weight(void **state)
{
    static struct linkage_model model;
    struct linkage_set set = new_set(linkage_schema_person(), 1);
    struct linkage_weights alone, weights;
    uint64_t random = 44;
    size_t lowered = 0;

    (void)state;
    linkage_model_default(set.schema, &model);
    for (size_t field = 0; field < set.schema->field_count; field++) {
        const struct linkage_field *f = &set.schema->fields[field];
        unsigned count = linkage_level_count(f->kind);
        bool shared = f->kind == LINKAGE_FAMILY_NAME || f->kind == LINKAGE_POSTCODE;

        for (unsigned level = 1; level < count && shared; level++)
            model.levels[field][level].h = level == 1 ? 0.9 : 0.1 / (count - 2);
    }
    model.household_rate = 0;
    linkage_weights_make(&model, -1, &alone);
    model.household_rate = 3e-6;
    linkage_weights_make(&model, -1, &weights);
    for (int i = 0; i < RANDOM_PATTERNS; i++) {
        uint64_t pattern = random_pattern(&random, set.schema);

        if (i % 4 == 0) /* family name and postcode agree */
            pattern = (pattern & ~(uint64_t)0xf00f0) | 0x10010;
        put_bytes(&set, (unsigned char)(next_random(&random) % 255 + 1));
        double before = linkage_weigh(&alone, pattern, face_of(&set, 0)),
               after = linkage_weigh(&weights, pattern, face_of(&set, 0));
        double household = by_the_book(&model, pattern, true, 0) - log2(3e-6);

        assert_true(after <= before + 1e-4);
        assert_true(near(after, -log2(exp2(-before) + exp2(-household)), 2e-3));
        lowered += after < before - 3;
    }
    assert_true(lowered > 100);
    free_set(&set);
}

/* What one value may count for at most: a name 18 bits, a postcode one bit above the average. */
static void rare_values_are_capped(void **state)
{
    static struct linkage_model model;
    struct linkage_set set = new_set(linkage_schema_person(), 1);
    struct linkage_weights weights;
    static const struct {
        size_t field;
        double most; /* 0: average and one */
    } cases[] = {{GIVEN, 18}, {FAMILY, 18}, {BIRTH, 0}, {POSTCODE, 0}, {PRACTICE, 0}};

    (void)state;
    linkage_model_default(set.schema, &model);
    linkage_weights_make(&model, -1, &weights);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct linkage_level *exact = &model.levels[cases[i].field][1];
        double most = cases[i].most > 0 ? cases[i].most : 1 - log2(exact->u);
        uint64_t pattern = (uint64_t)1 << (4 * cases[i].field);

        for (unsigned byte = 1; byte < 256; byte++) {
            double bits = byte / 8.0;

            put_bytes(&set, (unsigned char)byte);
            assert_true(
                near(linkage_weigh_field(&weights, cases[i].field, pattern, face_of(&set, 0)),
                     log2(exact->m) + (bits < most ? bits : most), 1e-4));
        }
    }
    free_set(&set);
}

static void sources_have_weights_of_their_own(void **state)
{
    static struct linkage_model model;
    struct linkage_set set = new_set(linkage_schema_person(), 1);
    struct linkage_weights weights;
    uint64_t sex = (uint64_t)1 << (4 * SEX);

    (void)state;
    linkage_model_default(set.schema, &model);
    model.source_pair_count = 2;
    for (size_t i = 0; i < 2; i++) {
        model.sources[i] = (struct linkage_source_weights){.left = (uint8_t)i, .right = 3};
        for (size_t field = 0; field < set.schema->field_count; field++)
            for (size_t level = 1; level < LINKAGE_LEVELS_MAX; level++)
                model.sources[i].m[field][level] = model.levels[field][level].m;
    }
    model.sources[1].m[SEX][1] = 0.25;
    assert_int_equal(linkage_model_sources(&model, 0, 3), 0);
    assert_int_equal(linkage_model_sources(&model, 3, 1), 1);
    assert_int_equal(linkage_model_sources(&model, 3, 3), -1);
    assert_int_equal(linkage_model_sources(&model, 0, 1), -1);
    linkage_weights_make(&model, 1, &weights);
    assert_true(near(linkage_weigh_field(&weights, SEX, sex, face_of(&set, 0)), -1, 1e-6));
    linkage_weights_make(&model, 0, &weights);
    assert_true(near(linkage_weigh_field(&weights, SEX, sex, face_of(&set, 0)),
                     log2(model.levels[SEX][1].m / model.levels[SEX][1].u), 1e-6));
    free_set(&set);
}

/* ---- who excludes whom ---- */

/* Faces of one record, oldest first: NHS number, sex, birth date; '-' for none. */
static void a_record_excludes_another(void **state)
{
    static const struct {
        const char *title, *one[3], *other[3];
        bool unique, excludes;
        char number; /* of one */
    } cases[] = {
        {"nothing is known", {"---"}, {"---"}, false, false, 0},
        {"one duplicate-free source", {"---"}, {"---"}, true, true, 0},
        {"two numbers", {"1--"}, {"2--"}, false, true, '1'},
        {"one number", {"1--"}, {"1--"}, false, false, '1'},
        {"one number is above sex and birth date", {"1fa"}, {"1mb"}, false, false, '1'},
        {"one has a number", {"1--"}, {"---"}, false, false, '1'},
        {"the latest number counts", {"1--", "2--"}, {"1--"}, false, true, '2'},
        {"the latest number that is there", {"1--", "---"}, {"1--"}, false, false, '1'},
        {"sex and birth date", {"-fa"}, {"-mb"}, false, true, 0},
        {"sex alone", {"-fa"}, {"-ma"}, false, false, 0},
        {"birth date alone", {"-fa"}, {"-fb"}, false, false, 0},
        {"sex, and birth date not known", {"-fa"}, {"-m-"}, false, false, 0},
        {"an older face agrees", {"-fa", "-mb"}, {"-fc"}, false, false, 0},
        {"no face agrees", {"-fa", "-fb"}, {"-mc", "-md"}, false, true, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct linkage_set set = new_set(linkage_schema_person(), 6);
        uint32_t record_of[6], count = 0;

        for (uint32_t record = 0; record < 2; record++)
            for (size_t face = 0; face < 3; face++) {
                const char *known = record == 0 ? cases[i].one[face] : cases[i].other[face];

                if (known == NULL)
                    continue;
                hot_of(&set, count, NHS)[NHS_NUMBER_LOW] = known[0] == '-' ? 0 : (uint32_t)known[0];
                hot_of(&set, count, SEX)[SEX_WHOLE] = known[1] == '-' ? 0 : (uint32_t)known[1];
                if (known[2] != '-') {
                    uint32_t *cold = cold_of(&set, count, BIRTH);

                    hot_of(&set, count, BIRTH)[BIRTH_WHOLE] = (uint32_t)known[2];
                    cold[BIRTH_DAY] = cold[BIRTH_MONTH] = cold[BIRTH_YEAR] = (uint32_t)known[2];
                }
                record_of[count++] = record;
            }
        set.face_count = count;
        give_faces(&set, record_of);
        set.sources[0].unique = cases[i].unique;
        assert_case(linkage_excludes(&set, 0, 1) == cases[i].excludes, cases[i].title);
        assert_case(linkage_excludes(&set, 1, 0) == cases[i].excludes, cases[i].title);
        assert_case(linkage_number_of(&set, 0) == (uint64_t)cases[i].number, cases[i].title);
        free_set(&set);
    }
}

/* ---- partners ---- */

static void partners_are_the_pairs_of_a_record(void **state)
{
    static const struct linkage_pair pairs[] = {
        {.left = 3, .right = 4}, {.left = 0, .right = 3}, {.left = 1, .right = 3}};
    static const struct {
        size_t count;
        uint32_t places[3];
    } expected[] = {{1, {1}}, {1, {2}}, {0, {0}}, {3, {0, 1, 2}}, {1, {0}}};
    struct linkage_partners partners;

    (void)state;
    assert_int_equal(linkage_partners_make(pairs, 3, 5, &partners), 0);
    for (size_t record = 0; record < 5; record++) {
        assert_int_equal(partners.starts[record + 1] - partners.starts[record],
                         expected[record].count);
        for (size_t i = 0; i < expected[record].count; i++)
            assert_int_equal(partners.places[partners.starts[record] + i],
                             expected[record].places[i]);
    }
    assert_int_equal(linkage_partner_of(&pairs[0], 3), 4);
    assert_int_equal(linkage_partner_of(&pairs[0], 4), 3);
    linkage_partners_release(&partners);
}

/* ---- priors ---- */

/* Weights of a model that is right: of a match normal with mean d/2, of two strangers with mean
 * -d/2, variance d both, in natural logarithms. */
enum { SIDE = 8000, SPREAD = 36, CRUMBS = 400000 };

static double next_normal(uint64_t *random)
{
    double one = next_share(random) + 1e-12, other = next_share(random);

    return sqrt(-2 * log(one)) * cos(6.283185307179586 * other);
}

/* A stranger's weight above 0: the tail of the normal, by rejection (Robert 1995). */
static double next_stranger(uint64_t *random)
{
    double from = sqrt(SPREAD) / 2;

    for (;;) {
        double beyond = -log(next_share(random) + 1e-12) / from;

        if (next_share(random) < exp(-beyond * beyond / 2))
            return beyond * sqrt(SPREAD);
    }
}

static size_t simulate(uint64_t *random, size_t matches, double universe, bool within,
                       struct linkage_pair *pairs)
{
    /* of the normal above sqrt(SPREAD) / 2 = 3 */
    size_t strangers = (size_t)(universe * 0.0013498980), count = 0;

    for (size_t i = 0; i < matches; i++) {
        double weight = SPREAD / 2.0 + next_normal(random) * sqrt(SPREAD);
        uint32_t left = (uint32_t)i, right = (uint32_t)(within ? i + SIDE / 2 : SIDE + i);

        if (weight > 0)
            pairs[count++] = (struct linkage_pair){
                .left = left, .right = right, .weight = (float)(weight / log(2))};
    }
    for (size_t i = 0; i < strangers && count < CRUMBS; i++) {
        uint32_t left = (uint32_t)(next_random(random) % SIDE),
                 right = (uint32_t)(next_random(random) % SIDE + (within ? 0 : SIDE));

        if (left == right)
            continue;
        pairs[count++] = (struct linkage_pair){.left = left < right ? left : right,
                                               .right = left < right ? right : left,
                                               .weight = (float)(next_stranger(random) / log(2))};
    }
    return count;
}

/* The number of matches that gives this prior, where records have one partner at most. */
static double matches_behind(const struct linkage_source_weights *own, double universe)
{
    double low = 1, high = 2 * SIDE;

    while (high - low > 0.01) {
        double matches = (low + high) / 2, partnered = fmin(1, matches / SIDE);
        double prior = log2(matches / universe) - log2(1 - 0.97 * own->rival_left * partnered) -
                       log2(1 - 0.97 * own->rival_right * partnered);

        if (prior < own->prior)
            low = matches;
        else
            high = matches;
    }
    return low;
}

static void the_prior_is_found(void **state)
{
    static const struct {
        size_t matches;
        bool within, unique_left, unique_right;
    } cases[] = {{6000, false, true, true},  {6000, false, false, false},
                 {6000, false, true, false}, {800, false, false, true},
                 {7900, false, true, true},  {60, false, true, true},
                 {3000, true, false, false}, {300, true, false, false}};
    static struct linkage_pair pairs[CRUMBS];
    static struct linkage_model model;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool within = cases[i].within;
        struct linkage_set set = new_set(linkage_schema_person(), within ? SIDE : 2 * SIDE);
        double universe = within ? SIDE * (SIDE - 1) / 2.0 : (double)SIDE * SIDE;
        double matches = (double)cases[i].matches;
        uint64_t random = 1000 + i;
        char name[32];

        snprintf(name, sizeof name, "%zu matches, case %zu", cases[i].matches, i);
        set.source_count = within ? 1 : 2;
        for (size_t record = SIDE; record < set.record_count; record++)
            set.source_of[record] = 1;
        set.sources[0].unique = cases[i].unique_left;
        set.sources[1].unique = cases[i].unique_right;
        linkage_model_default(set.schema, &model);
        model.prior = -18;
        model.source_pair_count = 1;
        model.sources[0] = (struct linkage_source_weights){.left = 0, .right = within ? 0 : 1};
        size_t count = simulate(&random, cases[i].matches, universe, within, pairs);
        assert_true(count < CRUMBS);
        assert_int_equal(linkage_priors_fit(&set, pairs, count, &model), 0);
        const struct linkage_source_weights *own = &model.sources[0];
        double found = matches_behind(own, universe);
        assert_case(near(found / matches, 1, matches < 100 ? 0.25 : 0.08), name);
        if (within)
            assert_case(own->rival_left == 0 && own->rival_right == 0, name);
        if (!within && cases[i].unique_right) /* a left record has one partner there */
            assert_case(own->rival_left == 1, name);
        if (!within && cases[i].unique_left)
            assert_case(own->rival_right == 1, name);
        if (!within && !cases[i].unique_right && !cases[i].unique_left) /* seen to be one each */
            assert_case(own->rival_left > 0.7 && own->rival_right > 0.7, name);
        free_set(&set);
    }
}

/* Where records have several partners, they do not exclude each other. */
static void many_partners_are_no_rivals(void **state)
{
    static struct linkage_pair pairs[600];
    static struct linkage_model model;
    struct linkage_set set = new_set(linkage_schema_person(), 900);

    (void)state;
    set.source_count = 2;
    for (uint32_t i = 0; i < 600; i++) {
        set.source_of[300 + i] = 1;
        pairs[i] = (struct linkage_pair){.left = i / 2, .right = 300 + i, .weight = 40};
    }
    linkage_model_default(set.schema, &model);
    model.source_pair_count = 1;
    model.sources[0] = (struct linkage_source_weights){.left = 0, .right = 1};
    assert_int_equal(linkage_priors_fit(&set, pairs, 600, &model), 0);
    assert_true(model.sources[0].rival_left == 0);  /* each left record has two */
    assert_true(model.sources[0].rival_right == 1); /* each right record has one */
    free_set(&set);
}

/* ---- odds ---- */

/* Records: upper case, of a duplicate-free source, lower case, of one that is not: rivals by
 * rival of the case. The odds of the first pair. */
static const struct {
    const char *title, *records, *numbers;
    double rival_left, rival_right;
    struct {
        uint32_t left, right;
        float weight;
    } pairs[5];
    size_t count;
    double odds, lead, apart;
} rival_cases[] = {
    {"alone", "AB", "--", 1, 1, {{0, 1, 25}}, 1, 15, FREE, 1e-5},
    {"a rival as good", "ABB", "---", 1, 1, {{0, 1, 25}, {0, 2, 25}}, 2, 0, 0, 1e-3},
    {"a rival as good, of the other side",
     "AAB",
     "---",
     1,
     1,
     {{0, 2, 25}, {1, 2, 25}},
     2,
     0,
     0,
     1e-3},
    {"a better rival", "ABB", "---", 1, 1, {{0, 1, 25}, {0, 2, 30}}, 2, -5, -5, 1e-3},
    {"a worse rival", "ABB", "---", 1, 1, {{0, 1, 25}, {0, 2, 20}}, 2, 5, 5, 2e-3},
    {"two rivals", "ABBB", "----", 1, 1, {{0, 1, 25}, {0, 2, 25}, {0, 3, 25}}, 3, -1, 0, 1e-3},
    {"rivals on both sides",
     "AABB",
     "----",
     1,
     1,
     {{0, 2, 25}, {0, 3, 25}, {1, 2, 25}},
     3,
     -1,
     0,
     1e-3},
    {"a rival too weak to matter",
     "ABB",
     "---",
     1,
     1,
     {{0, 1, 25}, {0, 2, 12.9f}},
     2,
     15,
     FREE,
     1e-5},
    {"a rival that belongs elsewhere",
     "AABB",
     "----",
     1,
     1,
     {{0, 2, 25}, {0, 3, 25}, {1, 3, 45}},
     3,
     15,
     35,
     0.1},
    {"a rival that cannot belong elsewhere: two numbers",
     "AABB",
     "-1-2",
     1,
     1,
     {{0, 2, 25}, {0, 3, 25}, {1, 3, 45}},
     3,
     0,
     0,
     1e-3},
    {"a rival that might belong elsewhere",
     "AABB",
     "----",
     1,
     1,
     {{0, 2, 25}, {0, 3, 25}, {1, 3, 25}},
     3,
     14,
     15,
     0.2},
    {"a second partner is welcome",
     "abb",
     "---",
     0,
     0,
     {{0, 1, 25}, {0, 2, 25}},
     2,
     15,
     FREE,
     1e-5},
    {"a second partner, seldom seen",
     "abb",
     "---",
     0.25,
     0,
     {{0, 1, 25}, {0, 2, 25}},
     2,
     2,
     2,
     2e-3},
    {"a second partner, of the other side",
     "aab",
     "---",
     0.25,
     0,
     {{0, 2, 25}, {1, 2, 25}},
     2,
     15,
     FREE,
     1e-5},
    {"a second partner of another number",
     "abb",
     "-12",
     0,
     0,
     {{0, 1, 25}, {0, 2, 25}},
     2,
     0,
     0,
     1e-3},
    {"a partner in a third source",
     "ABC",
     "---",
     1,
     1,
     {{0, 1, 25}, {0, 2, 25}},
     2,
     15,
     FREE,
     1e-5},
    {"a partner in a third source, of another number",
     "ABC",
     "-12",
     1,
     1,
     {{0, 1, 25}, {0, 2, 25}},
     2,
     0,
     0,
     1e-3},
    {"sources the other way round",
     "bba",
     "---",
     0,
     0.25,
     {{0, 2, 25}, {1, 2, 25}},
     2,
     15,
     FREE,
     1e-5},
    {"sources the other way round, rivals",
     "bba",
     "---",
     0.25,
     0,
     {{0, 2, 25}, {1, 2, 25}},
     2,
     2,
     2,
     2e-3},
};

static void rivals_lower_the_odds(void **state)
{
    static struct linkage_model model;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rival_cases); i++) {
        struct linkage_set set = new_set(linkage_schema_person(), strlen(rival_cases[i].records));
        struct linkage_pair pairs[5] = {{0}};
        struct linkage_partners partners;

        set.source_count = 3;
        for (size_t record = 0; record < set.record_count; record++) {
            char letter = rival_cases[i].records[record], number = rival_cases[i].numbers[record];
            bool unique = letter < 'a';

            set.source_of[record] = (uint8_t)(letter - (unique ? 'A' : 'a'));
            set.sources[set.source_of[record]].unique = unique;
            hot_of(&set, record, NHS)[NHS_NUMBER_LOW] = number == '-' ? 0 : (uint32_t)number;
        }
        linkage_model_default(set.schema, &model);
        model.source_pair_count = 0;
        for (uint8_t left = 0; left < 3; left++)
            for (uint8_t right = (uint8_t)(left + 1); right < 3; right++)
                model.sources[model.source_pair_count++] =
                    (struct linkage_source_weights){.left = left,
                                                    .right = right,
                                                    .prior = -10,
                                                    .rival_left = rival_cases[i].rival_left,
                                                    .rival_right = rival_cases[i].rival_right};
        for (size_t j = 0; j < rival_cases[i].count; j++)
            pairs[j] = (struct linkage_pair){.left = rival_cases[i].pairs[j].left,
                                             .right = rival_cases[i].pairs[j].right,
                                             .weight = rival_cases[i].pairs[j].weight};
        assert_int_equal(
            linkage_partners_make(pairs, rival_cases[i].count, set.record_count, &partners), 0);
        linkage_odds(&set, &model, &partners, pairs, rival_cases[i].count);
        if (!near(pairs[0].odds, rival_cases[i].odds, rival_cases[i].apart) ||
            !near(pairs[0].lead, rival_cases[i].lead, rival_cases[i].apart))
            fail_msg("case \"%s\": odds %g, lead %g", rival_cases[i].title, (double)pairs[0].odds,
                     (double)pairs[0].lead);
        linkage_partners_release(&partners);
        free_set(&set);
    }
}

/* A pair of sources the model does not know has the pooled prior and no rivals. */
static void unknown_sources_have_the_pooled_prior(void **state)
{
    static struct linkage_model model;
    struct linkage_set set = new_set(linkage_schema_person(), 3);
    struct linkage_pair pairs[] = {{.left = 0, .right = 1, .weight = 25},
                                   {.left = 0, .right = 2, .weight = 25}};
    struct linkage_partners partners;

    (void)state;
    linkage_model_default(set.schema, &model);
    model.prior = -13;
    assert_int_equal(linkage_partners_make(pairs, 2, 3, &partners), 0);
    linkage_odds(&set, &model, &partners, pairs, 2);
    assert_true(near(pairs[0].odds, 12, 1e-5));
    assert_true(pairs[0].lead == FREE);
    linkage_partners_release(&partners);
    free_set(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_sums),
        cmocka_unit_test(average_weights_know_no_value),
        cmocka_unit_test(what_is_missing_says_nothing),
        cmocka_unit_test(a_household_never_raises_a_weight),
        cmocka_unit_test(rare_values_are_capped),
        cmocka_unit_test(sources_have_weights_of_their_own),
        cmocka_unit_test(a_record_excludes_another),
        cmocka_unit_test(partners_are_the_pairs_of_a_record),
        cmocka_unit_test(the_prior_is_found),
        cmocka_unit_test(many_partners_are_no_rivals),
        cmocka_unit_test(rivals_lower_the_odds),
        cmocka_unit_test(unknown_sources_have_the_pooled_prior),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
