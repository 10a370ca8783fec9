/* Memory that is given back all at once: aligned, zeroed, bounded, kept for the next row. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void test_blocks(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    static unsigned char *taken[COUNT];
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT; i++) {
        taken[i] = arena_take(&arena, i);
        assert_non_null(taken[i]);
        assert_int_equal((uintptr_t)taken[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < i; j++)
            assert_int_equal(taken[i][j], 0);
        memset(taken[i], (int)(i % 251), i);
    }
    /* Nothing overlaps. */
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_equal(taken[i][j], i % 251);
    arena_release(&arena);
}

static void test_copies(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    assert_string_equal(arena_copy_string(&arena, "text"), "text");
    assert_string_equal(arena_copy(&arena, "text", 2), "te");
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    assert_memory_equal(arena_copy(&arena, "a\0b", 3), "a\0b", 4);
    arena_release(&arena);
}

static void test_too_much(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_null(arena_take(&arena, SIZE_MAX - 8));
    assert_null(arena_take_array(&arena, SIZE_MAX / 2, 3));
    assert_null(arena_take_array(&arena, (size_t)1 << 33, (size_t)1 << 33));
    assert_null(arena_copy(&arena, "x", SIZE_MAX));
    assert_non_null(arena_take_array(&arena, 3, 5));
    assert_non_null(arena_take_array(&arena, 0, 5));
    arena_release(&arena);
}

static void test_limit(void **state)
{
    (void)state;
    static const size_t limits[] = {1, 100, 5000, 20000, 100000};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct arena arena;
        size_t useful = 0;
        arena_init(&arena, limits[i]);
        while (arena_take(&arena, 64))
            useful += 64;
        assert_true(arena.taken <= limits[i]);
        /* The limit is used, not just respected: no more than a block header and a bit is lost. */
        if (limits[i] >= 5000)
            assert_true(useful > limits[i] / 2);
        assert_null(arena_take(&arena, limits[i]));
        arena_release(&arena);
        assert_int_equal(arena.taken, 0);
        assert_int_equal(arena.limit, limits[i]);
    }
}

/* The thousandth row takes nothing from the system. */
static void test_reset(void **state)
{
    (void)state;
    struct arena arena;
    size_t taken = 0;
    arena_init(&arena, 0);
    for (int row = 0; row < 1000; row++) {
        for (size_t size = 1; size < 20000; size = size * 3 + 1) {
            unsigned char *bytes = arena_take(&arena, size);
            assert_non_null(bytes);
            assert_int_equal(bytes[0], 0);
            assert_int_equal(bytes[size - 1], 0);
            memset(bytes, 0xFF, size);
        }
        if (row == 0)
            taken = arena.taken;
        assert_int_equal(arena.taken, taken);
        arena_reset(&arena);
    }
    arena_release(&arena);
    arena_release(&arena);
    arena_reset(&arena);
    assert_non_null(arena_take(&arena, 1));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),   cmocka_unit_test(test_copies),
        cmocka_unit_test(test_too_much), cmocka_unit_test(test_limit),
        cmocka_unit_test(test_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
