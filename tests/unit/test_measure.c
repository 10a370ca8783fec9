/* Headers of the embedded measure files, and the CSV text that figures are hashed and exported in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"
#include "measure.h"
#include "publication.h"

static const struct measure *find(const struct measure *measures, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(measures[i].code, code) == 0) {
            return &measures[i];
        }
    }
    return NULL;
}

static void measures_are_listed_in_code_order(void **state)
{
    (void)state;
    struct arena arena;
    struct measure *measures = NULL;
    size_t count = 0;
    struct error error = {0};

    arena_init(&arena, 0);
    assert_int_equal(measure_list(&arena, &measures, &count, &error), 0);
    assert_true(count >= 5);
    for (size_t i = 1; i < count; i++) {
        assert_true(strcmp(measures[i - 1].code, measures[i].code) < 0);
    }
    const struct measure *percent = find(measures, count, "PHS014b");
    assert_non_null(percent);
    assert_string_equal(percent->kind, "percent");
    assert_string_equal(percent->numerator, "PHS014a");
    assert_string_equal(percent->feed, "gp_smi");
    const struct measure *people = find(measures, count, "MHS108");
    assert_non_null(people);
    assert_string_equal(people->window, "12 months");
    /* A value that goes on over lines is one value. */
    assert_non_null(strstr(people->caveats, "counts each contact once, where"));
    arena_release(&arena);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    struct arena arena;
    struct measure *measures = NULL;
    size_t count = 7;
    struct error error = {0};

    arena_init(&arena, 1);
    assert_int_equal(measure_list(&arena, &measures, &count, &error), ERROR_OUT_OF_MEMORY);
    assert_null(measures);
    assert_int_equal(count, 7);
    arena_release(&arena);
}

static void csv_quotes_only_what_needs_it(void **state)
{
    (void)state;
    static const struct {
        const char *value, *expected;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"two words", "two words"},
        {"a,b", "\"a,b\""},
        {"say \"ah\"", "\"say \"\"ah\"\"\""},
        {"\"", "\"\"\"\""},
        {"line\nbreak", "\"line\nbreak\""},
        {"carriage\rreturn", "\"carriage\rreturn\""},
        {"*", "*"},
        {"Crisis caf\xc3\xa9", "Crisis caf\xc3\xa9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct publication_text text = {0};
        struct error error = {0};
        const char *values[PUBLICATION_COLUMNS];
        for (size_t column = 0; column < PUBLICATION_COLUMNS; column++) {
            values[column] = column == 4 ? cases[i].value : "x";
        }
        char expected[256];
        snprintf(expected, sizeof expected, "x,x,x,x,%s,x,x,x,x,x,x\n", cases[i].expected);
        assert_int_equal(publication_text_row(&text, values, &error), 0);
        assert_int_equal(text.used, strlen(expected));
        assert_memory_equal(text.data, expected, text.used);
        publication_text_release(&text);
    }
}

static void csv_grows(void **state)
{
    (void)state;
    struct publication_text text = {0};
    struct error error = {0};
    static char quotes[100000];
    memset(quotes, '"', sizeof quotes - 1);
    const char *values[PUBLICATION_COLUMNS];
    for (size_t column = 0; column < PUBLICATION_COLUMNS; column++) {
        values[column] = quotes;
    }
    for (int row = 0; row < 3; row++) {
        assert_int_equal(publication_text_row(&text, values, &error), 0);
    }
    assert_int_equal(text.used, 3 * PUBLICATION_COLUMNS * (2 * (sizeof quotes - 1) + 3));
    assert_int_equal(text.data[text.used - 1], '\n');
    publication_text_release(&text);
    assert_null(text.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_listed_in_code_order),
        cmocka_unit_test(no_memory_is_told),
        cmocka_unit_test(csv_quotes_only_what_needs_it),
        cmocka_unit_test(csv_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
