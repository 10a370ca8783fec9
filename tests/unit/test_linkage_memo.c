/* test_linkage_memo.c: what the memo keeps it gives back unchanged, within its memory. */
#include "unit.h"

#include "linkage/memo.h"

enum { KEPT_WORDS = 14, SEED = 12345 };

/* Words that tell which value they are of. */
static void words_of(size_t value, uint32_t words[KEPT_WORDS])
{
    for (size_t i = 0; i < KEPT_WORDS; i++)
        words[i] = (uint32_t)(value * 31 + i);
}

/* Looks for values 0 to count and keeps those that are not there; returns how many were. */
static size_t pass(struct linkage_memo *memo, size_t count)
{
    size_t found = 0;

    for (size_t value = 0; value < count; value++) {
        uint32_t words[KEPT_WORDS];
        const uint32_t *known;
        char key[40];
        size_t length = (size_t)sprintf(key, "name %zu%s", value, value % 3 == 0 ? "longer" : "");

        words_of(value, words);
        known = linkage_memo_find(memo, key, length);
        if (known != NULL) {
            assert_memory_equal(known, words, sizeof words);
            found++;
            continue;
        }
        linkage_memo_keep(memo, key, length, words, KEPT_WORDS);
    }
    return found;
}

static void what_is_kept_comes_back(void **state)
{
    struct linkage_memo *memo = linkage_memo_new(4 << 20, SEED);

    (void)state;
    assert_non_null(memo);
    assert_int_equal(pass(memo, 20000), 0);
    /* A crowded place may have lost one or another. */
    assert_true(pass(memo, 20000) > 19900);
    linkage_memo_free(memo);
}

static void a_full_memo_starts_afresh(void **state)
{
    struct linkage_memo *memo = linkage_memo_new(16384, SEED);

    (void)state;
    assert_non_null(memo);
    for (size_t i = 0; i < 5; i++) {
        (void)pass(memo, 5000);
        /* It may be full in the middle of the first. */
        (void)pass(memo, 20);
        (void)pass(memo, 20);
        assert_true(pass(memo, 20) > 15);
    }
    linkage_memo_free(memo);
}

static void keys_are_whole(void **state)
{
    struct linkage_memo *memo = linkage_memo_new(16384, SEED);
    uint32_t word = 7;

    (void)state;
    assert_null(linkage_memo_find(memo, "a\0b", 3));
    linkage_memo_keep(memo, "a\0b", 3, &word, 1);
    assert_non_null(linkage_memo_find(memo, "a\0b", 3));
    assert_null(linkage_memo_find(memo, "a\0c", 3));
    assert_null(linkage_memo_find(memo, "a\0b\0", 4));
    assert_null(linkage_memo_find(memo, "a", 1));
    assert_null(linkage_memo_find(memo, "", 0));
    linkage_memo_free(memo);
}

static void too_little_memory_is_no_memo(void **state)
{
    (void)state;
    assert_null(linkage_memo_new(0, SEED));
    assert_null(linkage_memo_new(16383, SEED));
    linkage_memo_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_comes_back),
        cmocka_unit_test(a_full_memo_starts_afresh),
        cmocka_unit_test(keys_are_whole),
        cmocka_unit_test(too_little_memory_is_no_memo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
