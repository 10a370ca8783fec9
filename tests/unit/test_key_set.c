/* test_key_set.c: keys are found again, whatever the number of them and their first bytes. */
#include "unit.h"

#include "key_set.h"

static struct token token_of(uint64_t number, bool same_hash)
{
    struct token token = {{0}};

    memcpy(token.bytes + (same_hash ? 8 : 0), &number, sizeof number);
    return token;
}

static void fill_and_find(bool same_hash, uint64_t count)
{
    struct key_set set;

    key_set_init(&set);
    for (uint64_t i = 0; i < count; i++) {
        struct token token = token_of(i * 0x9E3779B97F4A7C15u, same_hash);
        struct key_slot *slot = key_set_put(&set, &token);

        assert_non_null(slot);
        assert_int_equal(slot->state, KEY_ABSENT);
        assert_int_equal(slot->person, PERSON_NONE);
        slot->state = i % 2 == 0 ? KEY_STAGED : KEY_REJECTED;
        slot->person = (uint32_t)i;
    }
    assert_int_equal(set.count, count);
    for (uint64_t i = 0; i < count; i++) {
        struct token token = token_of(i * 0x9E3779B97F4A7C15u, same_hash);
        struct key_slot *slot = key_set_find(&set, &token);

        assert_non_null(slot);
        assert_int_equal(slot->person, i);
        assert_int_equal(slot->state, i % 2 == 0 ? KEY_STAGED : KEY_REJECTED);
        assert_ptr_equal(key_set_put(&set, &token), slot);
    }
    for (uint64_t i = count; i < 2 * count; i++) {
        struct token token = token_of(i * 0x9E3779B97F4A7C15u, same_hash);

        assert_null(key_set_find(&set, &token));
    }
    assert_int_equal(set.count, count);
    assert_true(set.count * 4 <= set.size * 3);
    assert_int_equal(key_set_bytes(&set), set.size * 24);
    key_set_release(&set);
    assert_int_equal(key_set_bytes(&set), 0);
}

static void keys_are_found_again(void **state)
{
    (void)state;
    fill_and_find(false, 100000);
}

static void keys_with_one_hash_are_told_apart(void **state)
{
    (void)state;
    fill_and_find(true, 1000);
}

static void an_empty_set_holds_nothing(void **state)
{
    struct token token = token_of(1, false);
    struct key_set set;

    (void)state;
    key_set_init(&set);
    assert_null(key_set_find(&set, &token));
    key_set_release(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_again),
        cmocka_unit_test(keys_with_one_hash_are_told_apart),
        cmocka_unit_test(an_empty_set_holds_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
