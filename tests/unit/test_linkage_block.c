/* test_linkage_block.c: the pairs that rules find are those a look at all pairs finds, each once.
 */
#include "linkage_faces.h"

#include "linkage/engine.h"
#include "linkage/rule.h"

enum { FACES = 260, NO_RULE = 0 };

/* How often each pair of faces was visited, and by which rule: its number from 1. */
struct seen {
    const struct linkage_set *set;
    uint8_t rule, by[FACES][FACES];
    uint64_t pairs;
    uint64_t stop_after; /* 0: never */
};

static int note_pairs(const struct linkage_batch *batch, void *context)
{
    struct seen *seen = context;

    assert_true(batch->count > 0 && batch->count <= LINKAGE_BATCH);
    for (size_t i = 0; i < batch->count; i++) {
        assert_true(batch->left[i] < batch->right[i]);
        assert_int_equal(seen->by[batch->left[i]][batch->right[i]], NO_RULE);
        seen->by[batch->left[i]][batch->right[i]] = seen->rule;
    }
    seen->pairs += batch->count;
    return seen->stop_after > 0 && seen->pairs >= seen->stop_after ? -77 : 0;
}

/* Few values in every word, so that blocks are large and rules overlap. */
static struct linkage_set random_set(uint64_t *random, uint32_t values, size_t faces_a_record)
{
    struct linkage_set set = new_set(linkage_schema_person(), FACES);
    uint32_t record_of[FACES];

    for (size_t word = 0; word < FACES * set.schema->words; word++)
        set.faces[word] = (uint32_t)(next_random(random) % values); /* 0: missing */
    for (uint32_t face = 0, record = 0; face < FACES; face++) {
        record_of[face] = record;
        record += next_random(random) % faces_a_record == 0;
    }
    if (faces_a_record > 1)
        give_faces(&set, record_of);
    return set;
}

static void random_sources(struct linkage_set *set, uint64_t *random, size_t sources)
{
    set->source_count = sources;
    for (size_t i = 0; i < set->record_count; i++)
        set->source_of[i] = (uint8_t)(next_random(random) % sources);
}

/* The first rule that joins the two faces, from 1; NO_RULE when none does or they may not pair. */
static uint8_t expected_rule(const struct linkage_set *set, const struct linkage_rule *rules,
                             size_t count, uint32_t left, uint32_t right)
{
    uint32_t one = linkage_record_of(set, left), other = linkage_record_of(set, right);
    uint8_t source = set->source_of[one];

    if (one == other ||
        (source == set->source_of[other] && (set->across_only || set->sources[source].unique)))
        return NO_RULE;
    for (size_t rule = 0; rule < count; rule++) {
        bool joins = true;

        for (unsigned i = 0; i < rules[rule].form_count && joins; i++) {
            const struct linkage_rule_form *form = &rules[rule].forms[i];
            uint32_t l = linkage_face(set, left)[form->word],
                     r = linkage_face(set, right)[form->word];

            joins = l != 0 && r != 0;
            if (form->plus != LINKAGE_NO_WORD) {
                joins = joins && linkage_face(set, left)[form->plus] != 0 &&
                        linkage_face(set, right)[form->plus] != 0;
                l += linkage_face(set, left)[form->plus];
                r += linkage_face(set, right)[form->plus];
                l |= 1, r |= 1;
            }
            joins = joins && l == r;
        }
        if (joins)
            return (uint8_t)(rule + 1);
    }
    return NO_RULE;
}

static void visit_all(const struct linkage_set *set, const struct linkage_rule *rules, size_t count,
                      const struct linkage_block_options *options, struct seen *seen)
{
    memset(seen, 0, sizeof *seen);
    seen->set = set;
    for (size_t rule = 0; rule < count; rule++) {
        struct linkage_rule_count work;
        uint64_t before = seen->pairs;
        struct linkage_block_options own = *options;

        seen->rule = (uint8_t)(rule + 1);
        own.column = rule;
        assert_int_equal(
            linkage_block_visit(set, &rules[rule], rules, rule, &own, note_pairs, seen, &work), 0);
        assert_int_equal(work.pairs, seen->pairs - before);
    }
}

/* The same with the keys of all rules made beforehand, and one buffer for all. */
static void visit_by_keys(const struct linkage_set *set, const struct linkage_rule *rules,
                          size_t count, const struct linkage_block_options *options,
                          struct seen *seen)
{
    struct linkage_block_options own = *options;
    struct linkage_block_buffer buffer = {0};
    struct linkage_keys keys;

    assert_int_equal(linkage_keys_make(set, rules, count, 2, &keys), 0);
    own.keys = &keys;
    own.buffer = &buffer;
    visit_all(set, rules, count, &own, seen);
    linkage_keys_release(&keys);
    linkage_block_buffer_release(&buffer);
}

static void check_all(const struct linkage_set *set, const struct linkage_rule *rules, size_t count,
                      const struct linkage_block_options *options, const struct seen *seen,
                      const char *name)
{
    size_t found = 0;

    for (uint32_t right = 0; right < FACES; right++)
        for (uint32_t left = 0; left < right; left++) {
            uint8_t expected = right < options->from_face
                                   ? NO_RULE
                                   : expected_rule(set, rules, count, left, right);

            assert_case(seen->by[left][right] == expected, name);
            found += expected != NO_RULE;
        }
    assert_case(seen->pairs == found, name);
}

static const struct pair_case {
    const char *name;
    uint32_t values;
    size_t sources;
    bool across, unique;
    size_t faces_a_record;
    uint32_t parts, from_face;
} pair_cases[] = {
    {"one source", 4, 1, false, false, 1, 0, 0},
    {"one source, rare values", 30, 1, false, false, 1, 1, 0},
    {"nothing agrees", 1, 1, false, false, 1, 1, 0},
    {"across sources only", 4, 3, true, false, 1, 1, 0},
    {"a unique source", 4, 3, false, true, 1, 1, 0},
    {"records of several faces", 5, 2, false, false, 3, 1, 0},
    {"several faces, across, unique", 5, 2, true, true, 4, 1, 0},
    {"in 2 parts", 4, 2, false, false, 1, 2, 0},
    {"in 3 parts", 4, 2, false, false, 2, 3, 0},
    {"in 7 parts", 4, 2, false, false, 2, 7, 0},
    {"from face 1", 4, 1, false, false, 1, 1, 1},
    {"from face 100", 4, 2, false, false, 2, 1, 100},
    {"from face 200 in 3 parts", 4, 2, false, true, 2, 3, 200},
    {"from the last face", 4, 1, false, false, 1, 1, FACES - 1},
    {"from beyond the last face", 4, 1, false, false, 1, 1, FACES},
};

static void each_pair_is_seen_once(void **state)
{
    static struct linkage_rule rules[LINKAGE_RULES_TRIED_MAX];
    static struct seen seen;
    uint64_t random = 1234567;
    size_t count;

    (void)state;
    linkage_rules_make(linkage_schema_person(), rules, &count);
    assert_true(count >= 10);
    for (size_t i = 0; i < COUNT_OF(pair_cases); i++) {
        const struct pair_case *c = &pair_cases[i];
        struct linkage_set set = random_set(&random, c->values, c->faces_a_record);
        struct linkage_block_options options = {
            .cap = FACES, .parts = c->parts, .from_face = c->from_face};

        random_sources(&set, &random, c->sources);
        set.across_only = c->across;
        set.sources[0].unique = c->unique;
        visit_all(&set, rules, count, &options, &seen);
        check_all(&set, rules, count, &options, &seen, c->name);
        visit_by_keys(&set, rules, count, &options, &seen);
        check_all(&set, rules, count, &options, &seen, c->name);
        free_set(&set);
    }
}

/* A rule of no forms is every pair, whatever the cap; after other rules, every pair they left. */
static void every_pair_is_a_rule(void **state)
{
    static struct linkage_rule rules[LINKAGE_RULES_TRIED_MAX];
    static struct seen seen;
    struct linkage_block_options options = {.cap = 5};
    uint64_t random = 99;
    struct linkage_set set = random_set(&random, 9, 2);
    size_t count = 0;

    (void)state;
    random_sources(&set, &random, 2);
    set.sources[1].unique = true;
    rules[0] = (struct linkage_rule){.form_count = 0};
    visit_all(&set, rules, 1, &options, &seen);
    check_all(&set, rules, 1, &options, &seen, "alone");
    options.cap = FACES;
    linkage_rules_make(set.schema, rules, &count);
    rules[count++] = (struct linkage_rule){.form_count = 0};
    visit_all(&set, rules, count, &options, &seen);
    check_all(&set, rules, count, &options, &seen, "after others");
    visit_by_keys(&set, rules, count, &options, &seen);
    check_all(&set, rules, count, &options, &seen, "after others, by keys");
    free_set(&set);
}

/* How many faces agree with this one on the rule, itself among them; 0 when it lacks a form. */
static size_t block_of(const struct linkage_set *set, const struct linkage_rule *rule,
                       uint32_t face, bool *ret_first)
{
    size_t size = 0;

    *ret_first = true;
    for (uint32_t other = 0; other < FACES; other++) {
        if (!linkage_rule_joins(rule, linkage_face(set, face), linkage_face(set, other)))
            continue;
        *ret_first = *ret_first && other >= face;
        size++;
    }
    return size;
}

static void check_cap(const struct linkage_set *set, const struct linkage_rule *rule, uint32_t cap,
                      uint32_t parts)
{
    static struct seen seen;
    struct linkage_block_options options = {.cap = cap, .parts = parts};
    struct linkage_rule_count expected = {0}, work;
    size_t sizes[FACES];

    for (uint32_t face = 0; face < FACES; face++) {
        bool first;
        uint64_t size = sizes[face] = block_of(set, rule, face, &first);

        if (size == 0 || !first)
            continue;
        expected.largest = size > expected.largest ? (uint32_t)size : expected.largest;
        if (size > cap) {
            expected.capped++;
            expected.dropped += size * (size - 1) / 2;
        } else {
            expected.all += size * (size - 1) / 2;
        }
    }
    memset(&seen, 0, sizeof seen);
    seen.rule = 1;
    assert_int_equal(linkage_block_visit(set, rule, NULL, 0, &options, note_pairs, &seen, &work),
                     0);
    for (uint32_t right = 0; right < FACES; right++)
        for (uint32_t left = 0; left < right; left++) {
            bool found = sizes[left] <= cap && expected_rule(set, rule, 1, left, right) == 1;

            assert_case(seen.by[left][right] == found, rule->name);
            expected.pairs += found;
        }
    assert_case(work.pairs == expected.pairs, rule->name);
    assert_case(work.all == expected.all, rule->name);
    assert_case(work.capped == expected.capped, rule->name);
    assert_case(work.dropped == expected.dropped, rule->name);
    assert_case(work.largest == expected.largest, rule->name);
}

static void blocks_over_the_cap_are_left_out_and_counted(void **state)
{
    static const uint32_t caps[] = {2, 5, 17, FACES - 1, FACES};
    static struct linkage_rule rules[LINKAGE_RULES_TRIED_MAX];
    uint64_t random = 4711;
    struct linkage_set set = random_set(&random, 6, 2);
    size_t count;

    (void)state;
    random_sources(&set, &random, 2);
    linkage_rules_make(set.schema, rules, &count);
    for (size_t rule = 0; rule < count; rule++)
        for (size_t cap = 0; cap < COUNT_OF(caps); cap++) {
            check_cap(&set, &rules[rule], caps[cap], 1);
            check_cap(&set, &rules[rule], caps[cap], 3);
        }
    free_set(&set);
}

static uint32_t block_size(const struct linkage_set *set, const struct linkage_rule *rule,
                           size_t face)
{
    uint32_t size = 0;

    for (size_t other = 0; other < set->face_count; other++)
        size += linkage_rule_joins(rule, linkage_face(set, face), linkage_face(set, other));
    return size;
}

static bool is_scored(const struct linkage_pair *pairs, size_t count, size_t left, size_t right)
{
    for (size_t i = 0; i < count; i++)
        if (pairs[i].left == left && pairs[i].right == right)
            return true;
    return false;
}

/* A pair in a block that one rule leaves out is found by a later rule whose block is small. */
static void a_block_left_out_hides_no_pair(void **state)
{
    uint64_t random = 77;
    struct linkage_set set = random_set(&random, 6, 1);
    struct linkage_score_options options = {.threads = 2};
    struct linkage_rule_count counts[LINKAGE_RULES_MAX];
    static struct linkage_model model;
    struct linkage_pair *pairs;
    size_t count, in_both = 0;

    (void)state;
    linkage_model_default(set.schema, &model);
    model.floor = -1000;
    model.block_cap = 10;
    if (model.rule_count > LINKAGE_RULES_MAX)
        model.rule_count = LINKAGE_RULES_MAX;
    assert_int_equal(linkage_score(&set, &model, &options, &pairs, &count, counts), 0);
    for (size_t right = 1; right < set.face_count; right++)
        for (size_t left = 0; left < right; left++) {
            bool kept = false, dropped = false;

            for (size_t rule = 0; rule < model.rule_count; rule++) {
                if (!linkage_rule_joins(&model.rules[rule], linkage_face(&set, left),
                                        linkage_face(&set, right)))
                    continue;
                bool small = block_size(&set, &model.rules[rule], left) <= model.block_cap;
                kept = kept || small;
                dropped = dropped || !small;
            }
            if (kept && linkage_may_pair(&set, (uint32_t)left, (uint32_t)right)) {
                assert_true(is_scored(pairs, count, left, right));
                in_both += dropped;
            }
        }
    assert_true(in_both > 0);
    free(pairs);
    free_set(&set);
}

/* Whole blocks, about as many pairs as asked for, the same each time. */
static void a_sample_is_whole_blocks(void **state)
{
    static const char *const names[] = {"family_name.sound"};
    static struct seen all, one, two;
    struct linkage_block_options options = {.cap = FACES}, sample = {.cap = FACES};
    uint64_t random = 31415;
    struct linkage_set set = random_set(&random, 90, 1);
    struct linkage_rule rule;

    (void)state;
    assert_true(linkage_rule_make(set.schema, names, 1, &rule));
    visit_all(&set, &rule, 1, &options, &all);
    sample.pair_limit = all.pairs / 3;
    visit_all(&set, &rule, 1, &sample, &one);
    visit_all(&set, &rule, 1, &sample, &two);
    assert_memory_equal(one.by, two.by, sizeof one.by);
    assert_true(one.pairs > all.pairs / 6 && one.pairs < all.pairs * 2 / 3);
    for (uint32_t left = 0; left < FACES; left++)
        for (uint32_t right = left + 1; right < FACES; right++) {
            assert_true(one.by[left][right] == NO_RULE || all.by[left][right] != NO_RULE);
            if (all.by[left][right] == NO_RULE)
                continue;
            /* Pairs that share a face share a block. */
            for (uint32_t third = right + 1; third < FACES; third++)
                if (all.by[left][third] != NO_RULE)
                    assert_int_equal(one.by[left][right], one.by[left][third]);
        }
    sample.pair_limit = all.pairs;
    visit_all(&set, &rule, 1, &sample, &two);
    assert_int_equal(two.pairs, all.pairs);
    free_set(&set);
}

static void the_visitor_can_stop(void **state)
{
    static const char *const names[] = {"sex.whole"};
    static struct seen seen;
    struct linkage_block_options options = {.cap = FACES};
    uint64_t random = 5;
    struct linkage_set set = random_set(&random, 3, 1);
    struct linkage_rule rule;

    (void)state;
    assert_true(linkage_rule_make(set.schema, names, 1, &rule));
    seen.rule = 1;
    seen.stop_after = 1;
    assert_int_equal(linkage_block_visit(&set, &rule, NULL, 0, &options, note_pairs, &seen, NULL),
                     -77);
    assert_true(seen.pairs <= LINKAGE_BATCH);
    free_set(&set);
}

/* ---- rules ---- */

static struct linkage_schema open_schema(size_t codes, size_t texts)
{
    static char names[LINKAGE_FIELDS_MAX][8];
    const char *pointers[LINKAGE_FIELDS_MAX];
    enum linkage_kind kinds[LINKAGE_FIELDS_MAX];
    struct linkage_schema schema;
    struct error error;

    for (size_t i = 0; i < codes + texts; i++) {
        snprintf(names[i], sizeof names[i], "c%u", (unsigned char)i);
        pointers[i] = names[i];
        kinds[i] = i < codes ? LINKAGE_EXACT : LINKAGE_TEXT;
    }
    assert_int_equal(linkage_schema_make(kinds, pointers, codes + texts, &schema, &error), 0);
    return schema;
}

static void forms_have_names(void **state)
{
    struct linkage_schema schemas[] = {*linkage_schema_person(), open_schema(2, 2)};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        struct linkage_rule rules[LINKAGE_RULES_TRIED_MAX];
        size_t count;

        linkage_rules_make(&schemas[i], rules, &count);
        assert_true(count > 0 && count <= LINKAGE_RULES_TRIED_MAX);
        for (size_t rule = 0; rule < count; rule++) {
            char whole[512] = "";

            assert_true(rules[rule].form_count >= 1);
            for (unsigned form = 0; form < rules[rule].form_count; form++) {
                struct linkage_rule_form again;
                char name[80];

                assert_true(
                    linkage_form_name(&schemas[i], &rules[rule].forms[form], name, sizeof name));
                assert_true(linkage_form_by_name(&schemas[i], name, &again));
                assert_memory_equal(&again.word, &rules[rule].forms[form].word, sizeof again.word);
                assert_int_equal(again.plus, rules[rule].forms[form].plus);
                assert_int_equal(again.field, rules[rule].forms[form].field);
                snprintf(whole + strlen(whole), sizeof whole - strlen(whole), "%s%s",
                         form == 0 ? "" : " + ", name);
            }
            assert_string_equal(rules[rule].name, whole);
        }
    }
}

static void unknown_forms_make_no_rule(void **state)
{
    static const char *const wrong[] = {"given_name.middle", "given_name",     "",
                                        "upn.whole",         "postcode.whole", "sex.unit",
                                        "given_name.whole "};
    struct linkage_rule rule;
    struct linkage_rule_form form;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const char *const names[] = {"sex.whole", wrong[i]};

        assert_case(!linkage_form_by_name(linkage_schema_person(), wrong[i], &form), wrong[i]);
        assert_case(!linkage_rule_make(linkage_schema_person(), names, 2, &rule), wrong[i]);
    }
}

/* In either order: both names known, and the sum the same. */
static void names_in_either_order_are_one_form(void **state)
{
    struct linkage_set set = new_set(linkage_schema_person(), 3);
    struct linkage_rule_form form;

    (void)state;
    assert_true(linkage_form_by_name(set.schema, "given_name.either order", &form));
    hot_of(&set, 0, GIVEN)[NAME_WHOLE] = 1000;
    cold_of(&set, 0, FAMILY)[NAME_SWAPPED] = 2000;
    hot_of(&set, 1, GIVEN)[NAME_WHOLE] = 2000;
    cold_of(&set, 1, FAMILY)[NAME_SWAPPED] = 1000;
    hot_of(&set, 2, GIVEN)[NAME_WHOLE] = 3000;
    assert_true(linkage_form_value(&form, linkage_face(&set, 0)) != 0);
    assert_int_equal(linkage_form_value(&form, linkage_face(&set, 0)),
                     linkage_form_value(&form, linkage_face(&set, 1)));
    assert_int_equal(linkage_form_value(&form, linkage_face(&set, 2)), 0);
    cold_of(&set, 2, FAMILY)[NAME_SWAPPED] = (uint32_t)-3000; /* a sum of 0 is no missing form */
    assert_true(linkage_form_value(&form, linkage_face(&set, 2)) != 0);
    free_set(&set);
}

static bool has_rule(const struct linkage_rule *rules, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].name, name) == 0)
            return true;
    return false;
}

static void rules_are_chosen_by_what_they_cost(void **state)
{
    struct linkage_schema schema = open_schema(3, 0);
    struct linkage_set set = new_set(&schema, 600);
    struct linkage_rule rules[LINKAGE_RULES_TRIED_MAX];
    size_t count;

    (void)state;
    for (uint32_t i = 0; i < 600; i++) {
        hot_of(&set, i, 0)[EXACT_WHOLE] = 1 + i / 2;  /* two a value */
        hot_of(&set, i, 1)[EXACT_WHOLE] = 1 + i % 2;  /* half of all */
        hot_of(&set, i, 2)[EXACT_WHOLE] = 1 + i % 60; /* ten a value */
    }
    linkage_rules_make(&schema, rules, &count);
    assert_int_equal(count, 6);
    assert_int_equal(linkage_rules_choose(&set, 5, 2000, rules, &count), 0);
    /* Half of all is too many; what has c0 or c2 in it comes with c0 or c2 alone. */
    assert_int_equal(count, 2);
    assert_true(has_rule(rules, count, "c0.whole"));
    assert_true(has_rule(rules, count, "c2.whole"));
    linkage_rules_make(&schema, rules, &count);
    assert_int_equal(linkage_rules_choose(&set, 5, 9, rules, &count), 0);
    /* Ten a value are over the cap, and so they are together with the half: c0 alone is left. */
    assert_int_equal(count, 1);
    assert_string_equal(rules[0].name, "c0.whole");
    linkage_rules_make(&schema, rules, &count);
    assert_int_equal(linkage_rules_choose(&set, 0.1, 2000, rules, &count), 0);
    assert_int_equal(count, 2); /* c0 + c1, c0 + c2: of no pairs at all */
    assert_true(has_rule(rules, count, "c0.whole + c1.whole"));
    free_set(&set);
}

static uint64_t cost_of(const struct linkage_set *set, const struct linkage_rule *rule)
{
    static struct seen seen;
    struct linkage_block_options options = {.cap = 2000};
    struct linkage_rule_count work;

    memset(&seen, 0, sizeof seen);
    seen.rule = 1;
    assert_int_equal(linkage_block_visit(set, rule, NULL, 0, &options, note_pairs, &seen, &work),
                     0);
    return work.all;
}

/* More rules pass than a model holds: those that look at most pairs stay, in the order made. */
static void no_more_rules_than_a_model_holds(void **state)
{
    enum { CODES = 9, MADE = CODES * (CODES + 1) / 2 };
    static struct linkage_rule rules[LINKAGE_RULES_TRIED_MAX], made[LINKAGE_RULES_TRIED_MAX];
    struct linkage_schema schema = open_schema(CODES, 0);
    struct linkage_set set = new_set(&schema, FACES);
    uint64_t random = 271828, least_kept = UINT64_MAX, most_dropped = 0;
    size_t count, next = 0, dropped = 0;

    (void)state;
    for (uint32_t i = 0; i < FACES; i++)
        for (uint32_t field = 0; field < CODES; field++)
            hot_of(&set, i, field)[EXACT_WHOLE] = 1 + (uint32_t)(next_random(&random) >> 7 & 1);
    linkage_rules_make(&schema, made, &count);
    assert_int_equal(count, MADE);
    memcpy(rules, made, sizeof made);
    /* One code alone halves the set: 64 pairs a face; two quarter it: 32. */
    assert_int_equal(linkage_rules_choose(&set, 48, 2000, rules, &count), 0);
    assert_int_equal(count, LINKAGE_RULES_MAX);
    for (size_t i = 0; i < MADE; i++) {
        uint64_t cost = cost_of(&set, &made[i]);

        if (next < count && strcmp(made[i].name, rules[next].name) == 0) {
            least_kept = cost < least_kept ? cost : least_kept;
            next++;
        } else if (made[i].form_count == 2) {
            most_dropped = cost > most_dropped ? cost : most_dropped;
            dropped++;
        }
    }
    assert_int_equal(next, LINKAGE_RULES_MAX);
    assert_int_equal(dropped, MADE - CODES - LINKAGE_RULES_MAX);
    assert_true(most_dropped <= least_kept);
    free_set(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_is_seen_once),
        cmocka_unit_test(every_pair_is_a_rule),
        cmocka_unit_test(blocks_over_the_cap_are_left_out_and_counted),
        cmocka_unit_test(a_block_left_out_hides_no_pair),
        cmocka_unit_test(a_sample_is_whole_blocks),
        cmocka_unit_test(the_visitor_can_stop),
        cmocka_unit_test(forms_have_names),
        cmocka_unit_test(unknown_forms_make_no_rule),
        cmocka_unit_test(names_in_either_order_are_one_form),
        cmocka_unit_test(rules_are_chosen_by_what_they_cost),
        cmocka_unit_test(no_more_rules_than_a_model_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
