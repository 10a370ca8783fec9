/* test_linkage_engine.c: who is the same person, from values to groups, whatever the order of the
 * records: by the built-in model, within a crowd of others. */
#include "unit.h"

#include "linkage/engine.h"
#include "linkage/form.h"

static const unsigned char site_key[SITE_KEY_SIZE] = "linkage engine test, 32 bytes..";

#define ONE "9434765919"
#define TWO "4010232137"

enum { FIELDS = 7, CROWD = 3000, PEOPLE_MAX = 5 };
enum { ANYWHERE, PRACTICE_LIST, TRUST }; /* sources; the trust's index is duplicate-free */

/* Values in the order of the person schema: given and family name, birth, sex, postcode, NHS
 * number, practice. Blank: not known. */
struct told {
    const char *values[FIELDS];
    uint8_t source;
};

struct case_of_people {
    const char *title;
    struct told people[PEOPLE_MAX];
    const char *groups; /* of each: same letter, same person */
    struct linkage_verdict verdicts[2];
    size_t verdict_count;
};

#define ZOE "Zoe", "Marsh", "1984-02-11", "2"

static const struct case_of_people cases[] = {
    {"nothing in common",
     {{{ZOE, "SE6 4AB", "", ""}, 0}, {{"Amir", "Khan", "1950-05-06", "1", "M1 1AE", "", ""}, 0}},
     "ab",
     {{0}},
     0},
    {"no identity at all",
     {{{"", "", "", "", "", "", ""}, 0}, {{"", "", "", "", "", "", ""}, 0}},
     "ab",
     {{0}},
     0},
    {"the same number, nothing else known",
     {{{"", "", "", "", "", ONE, ""}, 0}, {{"", "", "", "", "", ONE, ""}, 0}},
     "aa",
     {{0}},
     0},
    {"the same number under another name",
     {{{"Zoe", "Marsh", "1984-02-11", "2", "SE6 4AB", ONE, ""}, 0},
      {{"Zoe", "Osei", "1984-02-11", "2", "BR1 4BY", ONE, ""}, 0}},
     "aa",
     {{0}},
     0},
    {"name, birth date and postcode",
     {{{ZOE, "SE6 4AB", ONE, ""}, 0}, {{ZOE, "SE6 4AB", "", ""}, 0}},
     "aa",
     {{0}},
     0},
    {"name, birth date and practice",
     {{{ZOE, "SE6 4AB", ONE, "G85001"}, 0}, {{ZOE, "", "", "G85001"}, 0}},
     "aa",
     {{0}},
     0},
    {"birth date, sex and postcode, as trusts send them",
     {{{ZOE, "SE6 4AB", "", ""}, 0}, {{"", "", "1984-02-11", "2", "SE6 4AB", "", ""}, TRUST}},
     "aa",
     {{0}},
     0},
    {"one wrong digit of the birth date",
     {{{ZOE, "SE6 4AB", "", ""}, 0}, {{"Zoe", "Marsh", "1984-02-17", "2", "SE6 4AB", "", ""}, 0}},
     "aa",
     {{0}},
     0},
    {"name alone is not enough",
     {{{"Zoe", "Marsh", "1984-02-11", "2", "SE6 4AB", "", ""}, 0},
      {{"Zoe", "Marsh", "1951-07-19", "2", "BR1 4BY", "", ""}, 0}},
     "ab",
     {{0}},
     0},
    {"postcode alone is not enough",
     {{{ZOE, "SE6 4AB", "", ""}, 0}, {{"", "", "", "", "SE6 4AB", "", ""}, 0}},
     "ab",
     {{0}},
     0},
    {"mother and daughter",
     {{{ZOE, "SE6 4AB", "", ""}, 0}, {{"Ada", "Marsh", "2010-09-30", "2", "SE6 4AB", "", ""}, 0}},
     "ab",
     {{0}},
     0},
    {"two numbers stay two",
     {{{ZOE, "SE6 4AB", ONE, "G85001"}, 0}, {{ZOE, "SE6 4AB", TWO, "G85001"}, 0}},
     "ab",
     {{0}},
     0},
    {"between two numbers the numberless goes with neither",
     {{{ZOE, "SE6 4AB", ONE, ""}, 0},
      {{ZOE, "SE6 4AB", TWO, ""}, 0},
      {{ZOE, "SE6 4AB", "", ""}, 0}},
     "abc",
     {{0}},
     0},
    {"a chain may not join two numbers: the better link stands",
     {{{ZOE, "SE6 4AB", ONE, ""}, 0},
      {{ZOE, "SE6 4AB", "", ""}, 0},
      {{ZOE, "BR1 4BY", TWO, ""}, 0}},
     "aab",
     {{0}},
     0},
    {"a number reaches across a link by name",
     {{{"", "", "1984-02-11", "2", "M1 1AE", ONE, ""}, TRUST},
      {{ZOE, "SE6 4AB", ONE, ""}, 0},
      {{ZOE, "SE6 4AB", "", ""}, 0}},
     "aaa",
     {{0}},
     0},
    {"no two of a duplicate-free source are one person",
     {{{ZOE, "SE6 4AB", "", ""}, TRUST}, {{ZOE, "SE6 4AB", "", ""}, TRUST}},
     "ab",
     {{0}},
     0},
    {"two of another source may be",
     {{{ZOE, "SE6 4AB", "", ""}, PRACTICE_LIST}, {{ZOE, "SE6 4AB", "", ""}, PRACTICE_LIST}},
     "aa",
     {{0}},
     0},
    {"what a steward parted",
     {{{ZOE, "SE6 4AB", "", ""}, 0}, {{ZOE, "SE6 4AB", "", ""}, 0}},
     "ab",
     {{0, 1, false}},
     1},
    {"what a steward parted does not meet by way of others",
     {{{ZOE, "SE6 4AB", "", ""}, 0}, {{ZOE, "SE6 4AB", "", ""}, 0}, {{ZOE, "BR1 4BY", "", ""}, 0}},
     NULL,
     {{0, 1, false}},
     1},
    {"what a steward joined",
     {{{ZOE, "SE6 4AB", "", ""}, 0}, {{"Amira", "Khan", "1950-05-06", "2", "M1 1AE", "", ""}, 0}},
     "aa",
     {{0, 1, true}},
     1},
    {"no steward joins two numbers",
     {{{ZOE, "SE6 4AB", ONE, ""}, 0}, {{ZOE, "SE6 4AB", TWO, ""}, 0}},
     "ab",
     {{0, 1, true}},
     1},
};

/* ---- a crowd ---- */

struct world {
    struct linkage_deriver *deriver;
    struct linkage_model model;
    uint32_t *crowd; /* faces */
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 11;
}

static void derive(struct world *world, const char *const values[FIELDS], uint32_t *face)
{
    const struct linkage_schema *schema = linkage_schema_person();

    for (size_t i = 0; i < FIELDS; i++)
        assert_true(linkage_derive(world->deriver, &schema->fields[i],
                                   secret_of(slice_of(values[i])), face) >= 0);
}

static char letter(uint64_t *random, const char *letters)
{
    return letters[next_random(random) % strlen(letters)];
}

static void make_name(uint64_t *random, size_t syllables, char name[16])
{
    for (size_t i = 0; i < syllables; i++) {
        name[2 * i] = letter(random, "BDFGHKLMNPRSTW");
        name[2 * i + 1] = letter(random, "AEIOU");
    }
    name[2 * syllables] = 'N';
    name[2 * syllables + 1] = '\0';
}

static void derive_stranger(struct world *world, uint64_t *random, uint32_t *face)
{
    char given[16], family[16], birth[32], postcode[16];

    make_name(random, 2, given);
    make_name(random, 3, family);
    snprintf(birth, sizeof birth, "%04u-%02u-%02u", 1930 + (unsigned)(next_random(random) % 80),
             1 + (unsigned)(next_random(random) % 12), 1 + (unsigned)(next_random(random) % 28));
    snprintf(postcode, sizeof postcode, "SE%u %u%c%c", 1 + (unsigned)(next_random(random) % 28),
             1 + (unsigned)(next_random(random) % 9), letter(random, "ABDEFGHJLN"),
             letter(random, "ABDEFGHJLN"));
    derive(world,
           (const char *const[FIELDS]){given, family, birth, next_random(random) % 2 ? "1" : "2",
                                       postcode, "", ""},
           face);
}

static size_t face_bytes(void)
{
    return linkage_schema_person()->words * sizeof(uint32_t);
}

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    uint64_t random = 20250503;
    struct error error;

    assert_non_null(world);
    assert_int_equal(linkage_deriver_new(site_key, NULL, 1 << 20, &world->deriver, &error), 0);
    linkage_model_default(linkage_schema_person(), &world->model);
    world->crowd = calloc(CROWD, face_bytes());
    assert_non_null(world->crowd);
    for (size_t i = 0; i < CROWD; i++)
        derive_stranger(world, &random, world->crowd + i * linkage_schema_person()->words);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    linkage_deriver_free(world->deriver);
    free(world->crowd);
    free(world);
    return 0;
}

/* ---- sets ---- */

struct people {
    struct linkage_set set;
    uint32_t at[PEOPLE_MAX]; /* record of each of the case's people */
    size_t count;
};

static size_t people_of(const struct case_of_people *told)
{
    size_t count = 0;

    while (count < PEOPLE_MAX && told->people[count].values[0] != NULL)
        count++;
    return count;
}

/* The case's people in the given order, spread over the crowd. */
static void make_set(struct world *world, const struct case_of_people *told, const size_t *order,
                     struct people *ret)
{
    size_t words = linkage_schema_person()->words, taken = 0;

    *ret = (struct people){.count = people_of(told)};
    ret->set = (struct linkage_set){.schema = linkage_schema_person(), .source_count = 3};
    ret->set.face_count = ret->set.record_count = CROWD + ret->count;
    ret->set.sources[TRUST].unique = true;
    for (size_t i = 0; i < 3; i++)
        snprintf(ret->set.sources[i].name, LINKAGE_SOURCE_NAME_MAX, "source %zu", i);
    ret->set.faces = aligned_alloc(64, ret->set.face_count * face_bytes());
    ret->set.source_of = calloc(ret->set.record_count, 1);
    assert_true(ret->set.faces != NULL && ret->set.source_of != NULL);
    for (size_t i = 0; i < ret->set.record_count; i++) {
        uint32_t *face = ret->set.faces + i * words;

        if (taken < ret->count && i == (taken + 1) * 500) {
            const struct told *person = &told->people[order[taken]];

            memset(face, 0, face_bytes());
            derive(world, person->values, face);
            ret->set.source_of[i] = person->source;
            ret->at[order[taken++]] = (uint32_t)i;
        } else {
            memcpy(face, world->crowd + (i - taken) * words, face_bytes());
        }
    }
}

static void free_people(struct people *people)
{
    free(people->set.faces);
    free(people->set.source_of);
}

static void run(struct world *world, const struct case_of_people *told, struct people *people,
                unsigned threads, struct linkage_result *ret)
{
    struct linkage_verdict verdicts[2];
    struct linkage_options options = {.threads = threads,
                                      .model = &world->model,
                                      .verdicts = verdicts,
                                      .verdict_count = told->verdict_count};
    struct error error;

    for (size_t i = 0; i < told->verdict_count; i++)
        verdicts[i] =
            (struct linkage_verdict){people->at[told->verdicts[i].left],
                                     people->at[told->verdicts[i].right], told->verdicts[i].same};
    assert_int_equal(linkage_run(&people->set, &options, ret, &error), 0);
}

/* Groups as letters, the first person's "a". */
static void groups_of(const struct people *people, const uint32_t *cluster,
                      char ret[PEOPLE_MAX + 1])
{
    uint32_t groups[PEOPLE_MAX];
    size_t known = 0;

    for (size_t i = 0; i < people->count; i++) {
        size_t group = 0;

        while (group < known && groups[group] != cluster[people->at[i]])
            group++;
        if (group == known)
            groups[known++] = cluster[people->at[i]];
        ret[i] = (char)('a' + group);
    }
    ret[people->count] = '\0';
}

static void check_order(struct world *world, const struct case_of_people *told, const size_t *order)
{
    struct people people;
    struct linkage_result result;
    char groups[PEOPLE_MAX + 1];

    make_set(world, told, order, &people);
    run(world, told, &people, 1, &result);
    groups_of(&people, result.cluster, groups);
    if (told->groups != NULL && strcmp(groups, told->groups) != 0)
        print_message("# %s: %s\n", told->title, groups);
    assert_case(told->groups == NULL || strcmp(groups, told->groups) == 0, told->title);
    for (size_t i = 0; i < told->verdict_count; i++)
        if (!told->verdicts[i].same)
            assert_case(groups[told->verdicts[i].left] != groups[told->verdicts[i].right],
                        told->title);
    linkage_result_release(&result);
    free_people(&people);
}

static void permute(struct world *world, const struct case_of_people *told, size_t *order,
                    size_t fixed)
{
    if (fixed == people_of(told)) {
        check_order(world, told, order);
        return;
    }
    for (size_t i = fixed; i < people_of(told); i++) {
        size_t held = order[fixed];

        order[fixed] = order[i];
        order[i] = held;
        permute(world, told, order, fixed + 1);
        order[i] = order[fixed];
        order[fixed] = held;
    }
}

static void every_order_gives_the_same_groups(void **state)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t order[PEOPLE_MAX] = {0, 1, 2, 3, 4};

        permute(*state, &cases[i], order, 0);
    }
}

static void strangers_stay_alone(void **state)
{
    struct world *world = *state;
    struct people people;
    struct linkage_result result;
    size_t linked = 0;

    make_set(world, &cases[0], (const size_t[]){0, 1, 2, 3, 4}, &people);
    run(world, &cases[0], &people, 1, &result);
    for (uint32_t i = 0; i < people.set.record_count; i++)
        linked += result.cluster[i] != i;
    assert_int_equal(linked, 0);
    linkage_result_release(&result);
    free_people(&people);
}

static void threads_change_nothing(void **state)
{
    struct world *world = *state;
    struct linkage_result one, four;
    struct people people;

    make_set(world, &cases[14], (const size_t[]){2, 0, 1, 3, 4}, &people);
    run(world, &cases[14], &people, 1, &one);
    run(world, &cases[14], &people, 4, &four);
    assert_int_equal(one.pair_count, four.pair_count);
    for (size_t i = 0; i < one.pair_count; i++) {
        assert_int_equal(one.pairs[i].left, four.pairs[i].left);
        assert_int_equal(one.pairs[i].right, four.pairs[i].right);
        assert_true(one.pairs[i].odds == four.pairs[i].odds);
        assert_int_equal(one.pairs[i].outcome, four.pairs[i].outcome);
    }
    assert_memory_equal(one.cluster, four.cluster, people.set.record_count * sizeof *one.cluster);
    linkage_result_release(&one);
    linkage_result_release(&four);
    free_people(&people);
}

static void nobody_is_nobody(void **state)
{
    struct world *world = *state;
    struct linkage_set set = {.schema = linkage_schema_person(), .source_count = 1};
    struct linkage_options options = {.threads = 1, .model = &world->model};
    struct linkage_result result;
    struct error error;

    assert_int_equal(linkage_run(&set, &options, &result, &error), 0);
    assert_int_equal(result.pair_count, 0);
    linkage_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_gives_the_same_groups),
        cmocka_unit_test(strangers_stay_alone),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(nobody_is_nobody),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
