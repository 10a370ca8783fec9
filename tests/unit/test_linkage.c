/* test_linkage.c: who is the same person, whatever the order of the records. */
#include "unit.h"

#include "linkage.h"

/* A record in letters: '-' = not known. Same letter = same token. */
struct person_case {
    unsigned char key;
    int32_t period;
    char nhs, name, postcode, practice;
};

static struct token token_of(unsigned char letter)
{
    struct token token;

    memset(token.bytes, letter, sizeof token.bytes);
    return token;
}

static struct linkage_record record_of(const struct person_case *person)
{
    return (struct linkage_record){
        .patient_key = token_of(person->key),
        .first_period = person->period,
        .has_nhs_number = person->nhs != '-',
        .has_name = person->name != '-',
        .has_postcode = person->postcode != '-',
        .has_practice = person->practice != '-',
        .nhs_number = token_of((unsigned char)person->nhs),
        .name = token_of((unsigned char)person->name),
        .postcode = token_of((unsigned char)person->postcode),
        .practice = token_of((unsigned char)person->practice),
    };
}

enum { PEOPLE_MAX = 16 };

struct group_case {
    const char *title;
    struct person_case people[6];
    size_t count;
    const char *keys;  /* person_key of each, as letters */
    const char *steps; /* A alone, N number, P postcode, G practice */
    uint64_t conflicts;
};

static const struct group_case groups[] = {
    {"same number", {{'a', 2, '1', '-', '-', '-'}, {'b', 1, '1', '-', '-', '-'}}, 2, "bb", "NA", 0},
    {"nothing in common",
     {{'a', 1, '1', 'x', 'p', 'g'}, {'b', 1, '-', 'y', 'p', 'g'}},
     2,
     "ab",
     "AA",
     0},
    {"no identity at all",
     {{'a', 1, '-', '-', '-', '-'}, {'b', 1, '-', '-', '-', '-'}},
     2,
     "ab",
     "AA",
     0},
    {"name and postcode",
     {{'a', 1, '1', 'x', 'p', '-'}, {'b', 1, '-', 'x', 'p', '-'}},
     2,
     "aa",
     "AP",
     0},
    {"name and practice",
     {{'a', 1, '1', 'x', 'p', 'g'}, {'b', 1, '-', 'x', 'q', 'g'}},
     2,
     "aa",
     "AG",
     0},
    {"name alone is not enough",
     {{'a', 1, '1', 'x', 'p', 'g'}, {'b', 1, '-', 'x', 'q', 'h'}},
     2,
     "ab",
     "AA",
     0},
    {"postcode alone is not enough",
     {{'a', 1, '1', '-', 'p', 'g'}, {'b', 1, '-', '-', 'p', 'g'}},
     2,
     "ab",
     "AA",
     0},
    {"two numbers stay two",
     {{'a', 1, '1', 'x', 'p', 'g'}, {'b', 1, '2', 'x', 'p', 'g'}},
     2,
     "ab",
     "AA",
     2},
    {"between two numbers the numberless goes with neither",
     {{'c', 1, '-', 'x', 'p', '-'}, {'b', 1, '2', 'x', 'p', '-'}, {'a', 1, '1', 'x', 'p', '-'}},
     3,
     "cba",
     "AAA",
     1},
    {"between two numbers the numberless go with each other",
     {{'c', 1, '-', 'x', 'p', '-'},
      {'b', 1, '2', 'x', 'p', '-'},
      {'a', 1, '1', 'x', 'p', '-'},
      {'d', 1, '-', 'x', 'p', '-'}},
     4,
     "cbac",
     "AAAP",
     1},
    {"a chain over two blocks",
     {{'a', 1, '1', 'x', 'p', '-'}, {'b', 2, '-', 'x', 'p', 'g'}, {'c', 3, '-', 'x', 'q', 'g'}},
     3,
     "aaa",
     "APG",
     0},
    {"a chain may not join two numbers",
     {{'a', 1, '1', 'x', 'p', '-'}, {'b', 2, '-', 'x', 'p', 'g'}, {'c', 3, '2', 'x', 'q', 'g'}},
     3,
     "aac",
     "APA",
     1},
    {"a number reaches across a name link",
     {{'a', 3, '1', '-', '-', '-'}, {'b', 2, '1', 'x', 'p', '-'}, {'c', 1, '-', 'x', 'p', '-'}},
     3,
     "ccc",
     "PPA",
     0},
    {"the founder is the earliest, then the smallest key",
     {{'d', 1, '1', '-', '-', '-'}, {'c', 1, '1', '-', '-', '-'}, {'a', 2, '1', '-', '-', '-'}},
     3,
     "ccc",
     "NAN",
     0},
};

static char step_letter(enum linkage_step step)
{
    static const char letters[] = {
        [LINKAGE_ALONE] = 'A',
        [LINKAGE_NHS_NUMBER] = 'N',
        [LINKAGE_NAME_POSTCODE] = 'P',
        [LINKAGE_NAME_PRACTICE] = 'G',
    };

    return letters[step];
}

/* Resolves the case with its people in the order given and compares each person's answer. */
static void check_order(const struct group_case *group, const size_t *order)
{
    struct linkage_record records[PEOPLE_MAX];
    struct linkage_decision decisions[PEOPLE_MAX];
    struct linkage_summary summary;
    struct error error;

    for (size_t i = 0; i < group->count; i++)
        records[i] = record_of(&group->people[order[i]]);
    assert_int_equal(linkage_resolve(records, group->count, decisions, &summary, &error), 0);
    for (size_t i = 0; i < group->count; i++) {
        assert_case(decisions[i].person_key.bytes[0] == (unsigned char)group->keys[order[i]],
                    group->title);
        assert_case(step_letter(decisions[i].step) == group->steps[order[i]], group->title);
    }
    assert_case(summary.conflicts == group->conflicts, group->title);
    assert_case(summary.records == group->count, group->title);
    assert_case(summary.persons + summary.links_nhs_number + summary.links_name == group->count,
                group->title);
}

static void permute(const struct group_case *group, size_t *order, size_t fixed)
{
    if (fixed == group->count) {
        check_order(group, order);
        return;
    }
    for (size_t i = fixed; i < group->count; i++) {
        size_t held = order[fixed];

        order[fixed] = order[i];
        order[i] = held;
        permute(group, order, fixed + 1);
        order[i] = order[fixed];
        order[fixed] = held;
    }
}

static void every_order_gives_the_same_groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(groups); i++) {
        size_t order[PEOPLE_MAX] = {0, 1, 2, 3, 4, 5};

        permute(&groups[i], order, 0);
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

enum { MANY = 3000 };

static void make_crowd(struct linkage_record *records, uint64_t *random)
{
    for (size_t i = 0; i < MANY; i++) {
        struct linkage_record *record = &records[i];

        memset(record, 0, sizeof *record);
        memcpy(record->patient_key.bytes, &i, sizeof i);
        record->first_period = (int32_t)(next_random(random) % 12);
        record->has_nhs_number = next_random(random) % 3 == 0;
        record->has_name = next_random(random) % 4 != 0;
        record->has_postcode = next_random(random) % 2 == 0;
        record->has_practice = next_random(random) % 2 == 0;
        record->nhs_number = token_of((unsigned char)(next_random(random) % 250));
        record->name = token_of((unsigned char)(next_random(random) % 60));
        record->postcode = token_of((unsigned char)(next_random(random) % 20));
        record->practice = token_of((unsigned char)(next_random(random) % 9));
    }
}

static void shuffle(struct linkage_record *records, uint64_t *random)
{
    for (size_t i = MANY - 1; i > 0; i--) {
        size_t other = next_random(random) % (i + 1);
        struct linkage_record held = records[i];

        records[i] = records[other];
        records[other] = held;
    }
}

/* No group of the answer may hold two numbers; records of one number are one group. */
static void check_numbers(const struct linkage_record *records,
                          const struct linkage_decision *decisions)
{
    for (size_t i = 0; i < MANY; i++)
        for (size_t j = 0; j < i; j++)
            if (records[i].has_nhs_number && records[j].has_nhs_number)
                assert_true(
                    (memcmp(&records[i].nhs_number, &records[j].nhs_number, TOKEN_SIZE) == 0) ==
                    (memcmp(&decisions[i].person_key, &decisions[j].person_key, TOKEN_SIZE) == 0));
}

static void a_shuffled_crowd_gives_the_same_persons(void **state)
{
    static struct linkage_record records[MANY];
    static struct linkage_decision first[MANY], decisions[MANY];
    struct linkage_summary first_summary, summary;
    uint64_t random = 88172645463325252u;
    struct error error;

    (void)state;
    make_crowd(records, &random);
    assert_int_equal(linkage_resolve(records, MANY, first, &first_summary, &error), 0);
    check_numbers(records, first);
    assert_true(first_summary.conflicts > 0 && first_summary.links_name > 0);
    for (int round = 0; round < 5; round++) {
        shuffle(records, &random);
        assert_int_equal(linkage_resolve(records, MANY, decisions, &summary, &error), 0);
        assert_memory_equal(&summary, &first_summary, sizeof summary);
        for (size_t i = 0; i < MANY; i++) {
            size_t original;

            memcpy(&original, records[i].patient_key.bytes, sizeof original);
            assert_memory_equal(&decisions[i].person_key, &first[original].person_key, TOKEN_SIZE);
            assert_int_equal(decisions[i].step, first[original].step);
        }
    }
}

static void nobody_is_nobody(void **state)
{
    struct linkage_summary summary = {.persons = 9};
    struct error error;

    (void)state;
    assert_int_equal(linkage_resolve(NULL, 0, NULL, &summary, &error), 0);
    assert_int_equal(summary.persons, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_gives_the_same_groups),
        cmocka_unit_test(a_shuffled_crowd_gives_the_same_persons),
        cmocka_unit_test(nobody_is_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
