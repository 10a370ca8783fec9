/* test_disclosure.c: NHS England's rule for the MHSDS publication, figure by figure. */
#include "unit.h"

#include "disclosure.h"

static const char *protect_count(int64_t count, bool exempt, struct disclosure_cell *cell)
{
    struct error error;

    *cell = (struct disclosure_cell){.exempt_level = exempt, .numerator = count};
    assert_int_equal(disclosure_profile_by_name("mhsds")->protect(cell, 1, &error), 0);
    return cell->published;
}

static void counts_below_five_are_hidden_and_others_rounded(void **state)
{
    static const struct {
        int64_t count;
        const char *published;
    } cases[] = {
        {0, "*"},   {1, "*"},   {4, "*"},   {5, "5"},    {7, "5"},         {8, "10"},
        {12, "10"}, {13, "15"}, {97, "95"}, {98, "100"}, {12345, "12345"}, {12348, "12350"},
    };
    struct disclosure_cell cell;
    char exact[32];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(protect_count(cases[i].count, false, &cell), cases[i].published);
        (void)snprintf(exact, sizeof exact, "%lld", (long long)cases[i].count);
        assert_string_equal(protect_count(cases[i].count, true, &cell), exact);
    }
}

static void percentages_are_whole_and_need_a_numerator_of_five(void **state)
{
    static const struct {
        int64_t numerator, denominator;
        const char *published, *exact;
    } cases[] = {
        {4, 100, "*", "4"},
        {0, 0, "*", ""},
        {7, 0, "*", ""},
        {5, 100, "5", "5"},
        {5, 1000, "1", "0.5"},
        {49, 10000, "0", "0.49"},
        {5, 10, "50", "50"},
        {9, 8, "113", "112.5"},
        {1, 3, "*", "33.333333"},
        {6, 9, "67", "66.666667"},
        {25, 200, "13", "12.5"},
        {29, 200, "15", "14.5"},
        {33, 394, "8", "8.375635"},
        {1000000, 1000000, "100", "100"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct disclosure_cell cells[2] = {
            {.is_percent = true,
             .numerator = cases[i].numerator,
             .denominator = cases[i].denominator},
            {.is_percent = true,
             .exempt_level = true,
             .numerator = cases[i].numerator,
             .denominator = cases[i].denominator},
        };
        struct error error;
        char exact[32];

        assert_int_equal(disclosure_profile_by_name("mhsds")->protect(cells, 2, &error), 0);
        assert_string_equal(cells[0].published, cases[i].published);
        assert_string_equal(cells[1].published, cases[i].exact);
        disclosure_exact(&cells[0], exact);
        assert_string_equal(exact, cases[i].exact);
    }
}

static void impossible_figures_are_refused_whole(void **state)
{
    static const struct disclosure_cell bad[] = {
        {.numerator = -1},
        {.numerator = INT64_MAX},
        {.is_percent = true, .numerator = 5, .denominator = -1},
        {.is_percent = true, .numerator = 5, .denominator = INT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct disclosure_cell cells[2] = {{.numerator = 7}, bad[i]};
        struct error error;

        assert_int_equal(disclosure_profile_by_name("mhsds")->protect(cells, 2, &error),
                         ERROR_INTERNAL);
        assert_string_equal(cells[0].published, "");
    }
}

static void profiles_are_known_by_name(void **state)
{
    (void)state;
    assert_string_equal(disclosure_profile_by_name("mhsds")->name, "mhsds");
    assert_null(disclosure_profile_by_name("MHSDS"));
    assert_null(disclosure_profile_by_name(""));
}

/* Second column of the public vectors: below five hidden, else to the nearest five. */
static void public_vectors_agree(void **state)
{
    FILE *file = fopen("../shared/data/statistics/rounding_vectors.csv", "r");
    char line[256];
    int compared = 0;

    (void)state;
    if (file == NULL) {
        print_message("no ../shared/data here: public rounding vectors not compared\n");
        skip();
    }
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        struct disclosure_cell cell;
        char *end;
        long long count = strtoll(line, &end, 10);
        char *expected = end + 1;

        expected[strcspn(expected, ",\r\n")] = '\0';
        assert_case(strcmp(protect_count(count, false, &cell), expected) == 0, line);
        compared++;
    }
    (void)fclose(file);
    assert_in_range(compared, 50, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_below_five_are_hidden_and_others_rounded),
        cmocka_unit_test(percentages_are_whole_and_need_a_numerator_of_five),
        cmocka_unit_test(impossible_figures_are_refused_whole),
        cmocka_unit_test(profiles_are_known_by_name),
        cmocka_unit_test(public_vectors_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
