/* test_options.c: the command line as config/options.csv declares it. */
#include "unit.h"

#include "options.h"

enum { WORDS_MAX = 12 };

/* Parses "joinedup" and words (NULL at the end). */
static int parse(const char *const *words, struct invocation *ret, struct error *error)
{
    static char storage[WORDS_MAX + 1][64];
    static char *argv[WORDS_MAX + 2];
    int argc = 1;

    argv[0] = strcpy(storage[0], "joinedup");
    for (; words[argc - 1] != NULL && argc <= WORDS_MAX; argc++)
        argv[argc] = strcpy(storage[argc], words[argc - 1]);
    argv[argc] = NULL;
    memset(error, 0, sizeof *error);
    return invocation_parse(argc, argv, ret, error);
}

static void commands_and_values_are_found(void **state)
{
    static const struct {
        const char *words[WORDS_MAX];
        const char *command, *option, *value;
    } cases[] = {
        {{"run"}, "run", "jobs", NULL},
        {{"run", "--jobs", "3"}, "run", "jobs", "3"},
        {{"run", "--jobs=3"}, "run", "jobs", "3"},
        {{"--site", "/x", "run"}, "run", "site", "/x"},
        {{"--site=/x", "--json", "run"}, "run", "json", "yes"},
        {{"key", "new", "--json"}, "key new", "json", "yes"},
        {{"measures", "export", "--out", "-"}, "measures export", "out", "-"},
        {{"rejects", "--rows"}, "rejects", "rows", "yes"},
        {{"rejects"}, "rejects", "limit", "100"},
        {{"rejects"}, "rejects", "rows", NULL},
        {{"status"}, "status", "rows", NULL},
    };
    struct invocation invocation;
    struct error error;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *value;

        assert_int_equal(parse(cases[i].words, &invocation, &error), 0);
        assert_string_equal(invocation.command->name, cases[i].command);
        value = invocation_value(&invocation, cases[i].option);
        if (cases[i].value == NULL)
            assert_null(value);
        else
            assert_string_equal(value, cases[i].value);
    }
}

static void wrong_lines_are_told(void **state)
{
    static const struct {
        const char *words[WORDS_MAX];
        const char *text;
    } cases[] = {
        {{"rnu"}, "did you mean \"run\""},
        {{"frobnicate"}, "there is no command \"frobnicate\""},
        {{"help", "rnu"}, "did you mean \"run\""},
        {{"key"}, "second word"},
        {{"key", "make"}, "second word"},
        {{"link", "review"}, "third word"},
        {{"link", "decide", "maybe"}, "third word"},
        {{"run", "--job-s", "3"}, "did you mean \"--jobs\""},
        {{"run", "--rows"}, "no option \"--rows\""},
        {{"run", "-x"}, "no option"},
        {{"run", "--jobs"}, "needs a value"},
        {{"run", "tonight"}, "one word too many"},
        {{"explain", "JU1001", "JU1002"}, "one word too many"},
        {{"init"}, "DIR is missing"},
        {{"run", "--version"}, "no option \"--version\""},
    };
    struct invocation invocation;
    struct error error;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(parse(cases[i].words, &invocation, &error), ERROR_USAGE);
        if (strstr(error.primary, cases[i].text) == NULL)
            fail_msg("%s: \"%s\" does not hold \"%s\"", cases[i].words[0], error.primary,
                     cases[i].text);
        assert_non_null(strstr(error.hint, "--help"));
    }
}

static void help_needs_nothing_else(void **state)
{
    static const char *const lines[][WORDS_MAX] = {{NULL},
                                                   {"--help"},
                                                   {"-h"},
                                                   {"init", "--help"},
                                                   {"--help", "measures", "export"},
                                                   {"help"},
                                                   {"help", "run"},
                                                   {"key", "--help"},
                                                   {"help", "measures"}};
    struct invocation invocation;
    struct error error;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_int_equal(parse(lines[i], &invocation, &error), 0);
        assert_true(invocation.help);
    }
}

static void a_fault_knows_that_json_was_asked_for(void **state)
{
    static const char *const words[] = {"rnu", "--json", NULL};
    struct invocation invocation;
    struct error error;

    (void)state;
    assert_int_equal(parse(words, &invocation, &error), ERROR_USAGE);
    assert_true(invocation_json(&invocation));
}

static void the_site_is_named_by_option_environment_or_here(void **state)
{
    static const char *const named[] = {"run", "--site", "/a", NULL};
    static const char *const plain[] = {"run", NULL};
    struct invocation invocation;
    struct error error;

    (void)state;
    unsetenv("JOINEDUP_SITE");
    assert_int_equal(parse(plain, &invocation, &error), 0);
    assert_string_equal(invocation_site(&invocation), ".");
    setenv("JOINEDUP_SITE", "/b", 1);
    assert_string_equal(invocation_site(&invocation), "/b");
    assert_int_equal(parse(named, &invocation, &error), 0);
    assert_string_equal(invocation_site(&invocation), "/a");
    unsetenv("JOINEDUP_SITE");
}

/* Two options of one name on one command could not be told apart (arguments have no name and are
 * told apart by their place), and the tables have room. */
static void the_table_is_sound(void **state)
{
    (void)state;
    assert_in_range(option_table_count, 1, INVOCATION_OPTIONS_MAX - 2);
    for (size_t i = 0; i < option_table_count; i++) {
        bool known = strcmp(option_table[i].command, "*") == 0;

        for (size_t c = 0; c < command_table_count; c++)
            known = known || strcmp(option_table[i].command, command_table[c].name) == 0;
        assert_case(known, option_table[i].command);
        for (size_t j = 0; j < i; j++)
            assert_case(strcmp(option_table[i].option, option_table[j].option) != 0 ||
                            (*option_table[i].option == '\0' &&
                             strcmp(option_table[i].argument, option_table[j].argument) != 0) ||
                            (strcmp(option_table[i].command, option_table[j].command) != 0 &&
                             strcmp(option_table[i].command, "*") != 0 &&
                             strcmp(option_table[j].command, "*") != 0),
                        option_table[i].option);
    }
}

static void every_exit_status_is_told(void **state)
{
    size_t count;
    const struct error_entry *entries = error_entries(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool told = entries[i].exit_status == 0;

        for (size_t e = 0; e < exit_table_count; e++)
            told = told || exit_table[e].status == entries[i].exit_status;
        assert_case(told, entries[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_and_values_are_found),
        cmocka_unit_test(wrong_lines_are_told),
        cmocka_unit_test(help_needs_nothing_else),
        cmocka_unit_test(a_fault_knows_that_json_was_asked_for),
        cmocka_unit_test(the_site_is_named_by_option_environment_or_here),
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test(every_exit_status_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
