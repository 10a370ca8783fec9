/* test_yaml.c: settings are read whole; every fault is told at its line and column. */
#include "unit.h"

#include "yaml_tree.h"

struct reading {
    struct arena arena;
    struct problem_list problems;
    struct settings_reader reader;
    struct yaml_node *root;
};

static void read_text(struct reading *reading, const char *text, size_t length)
{
    struct error error = {0};

    arena_init(&reading->arena, 0);
    problem_list_init(&reading->problems);
    reading->reader = (struct settings_reader){&reading->arena, "x.yaml", ERROR_CONFIG_INVALID,
                                               &reading->problems};
    assert_int_equal(yaml_tree_parse(&reading->reader, text, length, &reading->root, &error), 0);
}

static void release(struct reading *reading)
{
    problem_list_release(&reading->problems);
    arena_release(&reading->arena);
}

static void values_and_places_are_kept(void **state)
{
    static const char text[] = "name: Lewisham\nlimits: {ratio: 200}\nlist:\n  - a\n  - \"b: c\"\n";
    struct reading reading;
    const struct yaml_node *list;

    (void)state;
    read_text(&reading, text, strlen(text));
    assert_int_equal(reading.problems.count, 0);
    assert_string_equal(yaml_text(&reading.reader, reading.root, "name", ""), "Lewisham");
    assert_int_equal(
        yaml_number(&reading.reader, yaml_get(reading.root, "limits"), "ratio", 1, 1, 1000), 200);
    list = yaml_list(&reading.reader, reading.root, "list");
    assert_int_equal(list->count, 2);
    assert_string_equal(list->items[1].text, "b: c");
    assert_int_equal(list->items[1].line, 5);
    assert_int_equal(list->items[1].column, 5);
    assert_string_equal(yaml_text(&reading.reader, reading.root, "absent", "standard"), "standard");
    assert_int_equal(reading.problems.count, 0);
    release(&reading);
}

static void faults_of_the_text_are_told_with_their_place(void **state)
{
    static const struct {
        const char *name, *text, *place;
    } cases[] = {
        {"key given twice", "a: 1\nb: 2\na: 3\n", "x.yaml:3:1"},
        {"alias", "a: &x [1, 2]\nb: *x\n", "x.yaml:1:4"},
        {"alias of what holds it", "a: &x\n  - *x\n", "x.yaml:1:4"},
        {"second document", "a: 1\n---\nb: 2\n", "x.yaml:2:1"},
        {"open bracket", "a: [1, 2\nb: 3\n", "x.yaml:2:2"},
        {"tab as indent", "a:\n\tb: 1\n", "x.yaml:2:1"},
        {"NUL in a text", "a: \"x\\0y\"\n", "x.yaml:1:4"},
        {"a list as key", "? [a, b]\n: 1\n", "x.yaml:1:3"},
        {"too deep", "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", "x.yaml:1:17"},
        {"not UTF-8", "a: \xE9t\xE9\n", "x.yaml:1:1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;

        read_text(&reading, cases[i].text, strlen(cases[i].text));
        assert_case(reading.problems.count >= 1, cases[i].name);
        if (strcmp(reading.problems.items[0].place, cases[i].place) != 0)
            fail_msg("case \"%s\": at %s (%s), expected %s", cases[i].name,
                     reading.problems.items[0].place, reading.problems.items[0].text,
                     cases[i].place);
        release(&reading);
    }
}

static void wrong_values_are_told_and_the_standard_holds(void **state)
{
    static const char *const keys[] = {"name", "ratio", "on", "kind", NULL};
    static const char *const kinds[] = {"plain", "zip", NULL};
    static const char text[] = "nmae: x\nratio: 12x\non: maybe\nkind: tar\n";
    static const char *const places[] = {"x.yaml:1:1", "x.yaml:2:8", "x.yaml:3:5", "x.yaml:4:7"};
    struct reading reading;

    (void)state;
    read_text(&reading, text, strlen(text));
    assert_true(yaml_expect_map(&reading.reader, reading.root, keys));
    assert_int_equal(yaml_number(&reading.reader, reading.root, "ratio", 7, 1, 100), 7);
    assert_true(yaml_yes(&reading.reader, reading.root, "on", true));
    assert_int_equal(yaml_choice(&reading.reader, reading.root, "kind", kinds, 0), 0);
    assert_int_equal(reading.problems.count, COUNT_OF(places));
    for (size_t i = 0; i < COUNT_OF(places); i++)
        assert_string_equal(reading.problems.items[i].place, places[i]);
    assert_non_null(strstr(reading.problems.items[0].text, "did you mean \"name\""));
    release(&reading);
}

static void numbers_are_read_to_their_bounds(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {{"n: 1", true},    {"n: 100", true},  {"n: 0", false},
                 {"n: 101", false}, {"n: -1", false},  {"n: 99999999999999999999999", false},
                 {"n: ''", false},  {"n: 0x10", false}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct reading reading;

        read_text(&reading, cases[i].text, strlen(cases[i].text));
        yaml_number(&reading.reader, reading.root, "n", 5, 1, 100);
        assert_case((reading.problems.count == 0) == cases[i].good, cases[i].text);
        release(&reading);
    }
}

static void an_oversized_file_is_refused(void **state)
{
    size_t length = YAML_FILE_MAX + 1;
    char *text = malloc(length);
    struct reading reading;

    (void)state;
    memset(text, '#', length);
    read_text(&reading, text, length);
    assert_null(reading.root);
    assert_int_equal(reading.problems.count, 1);
    release(&reading);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_places_are_kept),
        cmocka_unit_test(faults_of_the_text_are_told_with_their_place),
        cmocka_unit_test(wrong_values_are_told_and_the_standard_holds),
        cmocka_unit_test(numbers_are_read_to_their_bounds),
        cmocka_unit_test(an_oversized_file_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
