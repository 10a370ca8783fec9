/* test_lookup.c: the two quick tables of the row engine give what the slow way gives. */
#include "unit.h"

#include "code_index.h"
#include "recent_token.h"

static struct token made(struct tokeniser *tokeniser, const char *label, const char *sender,
                         struct slice value)
{
    struct slice fields[2] = {slice_of(sender), value};
    struct token token;

    assert_int_equal(tokeniser_token(tokeniser, label, fields, 2, &token), 0);
    return token;
}

/* Far more values than places, so that most places are fought over; values at both sides of the
 * length that is remembered. */
static void a_remembered_token_is_the_token(void **state)
{
    static const unsigned char site_key[SITE_KEY_SIZE] = "lookup";
    static const char *const labels[] = {"feed.Table.First", "feed.Table.Second"};
    static const char filler[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    struct recent_tokens *recent = recent_tokens_new();
    struct tokeniser *tokeniser;
    struct error error;

    (void)state;
    assert_non_null(recent);
    assert_int_equal(tokeniser_new(site_key, &tokeniser, &error), 0);
    for (int i = 0; i < 40000; i++) {
        const char *label = labels[i / 3 % 2];
        struct token found, expected;
        struct slice value;
        char text[64];

        (void)snprintf(text, sizeof text, "%d%.*s", i * 7919 % 6000, i % 5 == 0 ? 19 + i % 3 : 0,
                       filler);
        value = slice_of(text);
        expected = made(tokeniser, label, "RAT", value);
        assert_int_equal(recent_tokens_get(recent, tokeniser, label, "RAT", value, &found), 0);
        assert_memory_equal(found.bytes, expected.bytes, TOKEN_SIZE);
        assert_int_equal(recent_tokens_get(recent, tokeniser, label, "RAT", value, &found), 0);
        assert_memory_equal(found.bytes, expected.bytes, TOKEN_SIZE);
    }
    tokeniser_free(tokeniser);
    recent_tokens_free(recent);
    recent_tokens_free(NULL);
}

static void a_new_sender_needs_a_clear_table(void **state)
{
    static const unsigned char site_key[SITE_KEY_SIZE] = "lookup";
    struct recent_tokens *recent = recent_tokens_new();
    struct tokeniser *tokeniser;
    struct token found, expected;
    struct error error;

    (void)state;
    assert_int_equal(tokeniser_new(site_key, &tokeniser, &error), 0);
    assert_int_equal(recent_tokens_get(recent, tokeniser, "label", "RAT", slice_of("P1"), &found),
                     0);
    recent_tokens_clear(recent);
    assert_int_equal(recent_tokens_get(recent, tokeniser, "label", "RXX", slice_of("P1"), &found),
                     0);
    expected = made(tokeniser, "label", "RXX", slice_of("P1"));
    assert_memory_equal(found.bytes, expected.bytes, TOKEN_SIZE);
    tokeniser_free(tokeniser);
    recent_tokens_free(recent);
}

static void codes_are_found_in_any_order(void **state)
{
    enum { CODES = 500 };
    static struct code_list_entry entries[CODES];
    static char values[CODES][8], keys[CODES][8];
    const struct code_list list = {"list", entries, CODES};
    struct code_index by_value, by_key;
    struct arena arena;

    (void)state;
    arena_init(&arena, 0);
    for (int i = 0; i < CODES; i++) {
        (void)snprintf(values[i], sizeof values[i], "V-%d", i * 37 % CODES);
        (void)snprintf(keys[i], sizeof keys[i], "v%d", i * 37 % CODES);
        entries[i] = (struct code_list_entry){slice_of(values[i]), slice_of(keys[i]), {"", 0}};
    }
    assert_true(code_index_init(&by_value, &list, false, &arena));
    assert_true(code_index_init(&by_key, &list, true, &arena));
    for (int i = 0; i < CODES; i++) {
        assert_ptr_equal(code_index_find(&by_value, slice_of(values[i])), &entries[i]);
        assert_ptr_equal(code_index_find(&by_key, slice_of(keys[i])), &entries[i]);
        assert_null(code_index_find(&by_value, slice_of(keys[i])));
    }
    assert_null(code_index_find(&by_value, slice_of("V-500")));
    assert_null(code_index_find(&by_value, slice_of("")));
    assert_null(code_index_find(&by_value, (struct slice){"V-1\0", 4}));
    arena_release(&arena);
}

static void of_equal_codes_the_first_counts(void **state)
{
    static const struct code_list_entry entries[] = {{{"Home care", 9}, {"homecare", 8}, {"A", 1}},
                                                     {{"Home-care", 9}, {"homecare", 8}, {"B", 1}}};
    const struct code_list list = {"list", entries, 2}, empty = {"empty", NULL, 0};
    struct code_index index;
    struct arena arena;

    (void)state;
    arena_init(&arena, 0);
    assert_true(code_index_init(&index, &list, true, &arena));
    assert_ptr_equal(code_index_find(&index, slice_of("homecare")), &entries[0]);
    assert_true(code_index_init(&index, &empty, true, &arena));
    assert_null(code_index_find(&index, slice_of("homecare")));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_remembered_token_is_the_token),
        cmocka_unit_test(a_new_sender_needs_a_clear_table),
        cmocka_unit_test(codes_are_found_in_any_order),
        cmocka_unit_test(of_equal_codes_the_first_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
