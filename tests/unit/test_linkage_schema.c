/* test_linkage_schema.c: where the forms of each field lie in a face. */
#include "unit.h"

#include "linkage/schema.h"

static const enum linkage_kind person_kinds[] = {
    LINKAGE_GIVEN_NAME, LINKAGE_FAMILY_NAME, LINKAGE_DATE_OF_BIRTH, LINKAGE_SEX,
    LINKAGE_POSTCODE,   LINKAGE_NHS_NUMBER,  LINKAGE_GP_PRACTICE};

static void the_person_schema_is_what_make_makes(void **state)
{
    const struct linkage_schema *person = linkage_schema_person();
    struct linkage_schema made;
    struct error error;

    (void)state;
    assert_int_equal(linkage_schema_make(person_kinds, NULL, COUNT_OF(person_kinds), &made, &error),
                     0);
    assert_int_equal(made.field_count, person->field_count);
    assert_int_equal(made.words, person->words);
    assert_int_equal(made.frequency_words, person->frequency_words);
    for (size_t i = 0; i < made.field_count; i++) {
        assert_int_equal(made.fields[i].kind, person->fields[i].kind);
        assert_string_equal(made.fields[i].name, person->fields[i].name);
        assert_int_equal(made.fields[i].hot, person->fields[i].hot);
        assert_int_equal(made.fields[i].cold, person->fields[i].cold);
        assert_int_equal(made.fields[i].frequency, person->fields[i].frequency);
    }
    assert_int_equal(made.words, 48);
    /* Everything before the cold words is in the first cache line. */
    assert_true(made.fields[0].cold <= LINKAGE_HOT_WORDS);
}

/* Every word belongs to one field's run, to the frequencies or to the end. */
static void check_layout(const struct linkage_schema *schema)
{
    unsigned char owners[1024] = {0};
    size_t frequencies = 0;

    assert_int_equal(schema->words % 16, 0);
    assert_true(schema->words <= sizeof owners);
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct linkage_field *field = &schema->fields[i];
        bool counted = field->kind != LINKAGE_SEX && field->kind != LINKAGE_NHS_NUMBER;

        for (size_t word = 0; word < linkage_kind_hot(field->kind); word++)
            owners[field->hot + word]++;
        for (size_t word = 0; word < linkage_kind_cold(field->kind); word++)
            owners[field->cold + word]++;
        assert_int_equal(field->frequency, counted ? (int)frequencies++ : -1);
    }
    for (size_t byte = 0; byte < frequencies; byte += 4)
        owners[schema->frequency_words + byte / 4]++;
    size_t used = 0;
    for (size_t word = 0; word < schema->words; word++) {
        assert_true(owners[word] <= 1);
        if (owners[word] == 1)
            assert_int_equal(used++, word);
    }
    assert_true(schema->words - used < 16);
}

static void runs_do_not_overlap(void **state)
{
    static const enum linkage_kind many[LINKAGE_FIELDS_MAX] = {
        LINKAGE_TEXT,       LINKAGE_EXACT,       LINKAGE_GIVEN_NAME,    LINKAGE_TEXT,
        LINKAGE_NHS_NUMBER, LINKAGE_FAMILY_NAME, LINKAGE_DATE_OF_BIRTH, LINKAGE_EXACT,
        LINKAGE_POSTCODE,   LINKAGE_SEX,         LINKAGE_GP_PRACTICE,   LINKAGE_TEXT,
        LINKAGE_TEXT,       LINKAGE_EXACT,       LINKAGE_TEXT};
    static const char *const names[LINKAGE_FIELDS_MAX] = {
        "a", "b", NULL, "c", NULL, NULL, "birth", "d", NULL, NULL, NULL, "e", "f", "g", "h"};
    struct linkage_schema schema;
    struct error error;

    (void)state;
    check_layout(linkage_schema_person());
    for (size_t count = 1; count <= LINKAGE_FIELDS_MAX; count++) {
        assert_int_equal(linkage_schema_make(many, names, count, &schema, &error), 0);
        assert_int_equal(schema.field_count, count);
        check_layout(&schema);
    }
    assert_string_equal(schema.fields[2].name, "given_name");
    assert_string_equal(schema.fields[6].name, "birth");
    assert_int_equal(linkage_schema_find(&schema, LINKAGE_POSTCODE), 8);
    assert_int_equal(linkage_schema_find(linkage_schema_person(), LINKAGE_TEXT), -1);
}

static void what_cannot_be_laid_out_is_refused(void **state)
{
    static const char long_name[] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    static const struct {
        const char *title;
        enum linkage_kind kinds[16];
        const char *names[16];
        size_t count;
    } cases[] = {
        {"no field", {0}, {NULL}, 0},
        {"too many", {LINKAGE_EXACT}, {"a"}, 16},
        {"sex twice", {LINKAGE_SEX, LINKAGE_SEX}, {"a", "b"}, 2},
        {"a name twice", {LINKAGE_TEXT, LINKAGE_EXACT}, {"a", "a"}, 2},
        {"a kind's name twice", {LINKAGE_SEX, LINKAGE_EXACT}, {NULL, "sex"}, 2},
        {"exact without a name", {LINKAGE_EXACT}, {NULL}, 1},
        {"text without a name", {LINKAGE_TEXT}, {NULL}, 1},
        {"an empty name", {LINKAGE_TEXT}, {""}, 1},
        {"a long name", {LINKAGE_TEXT}, {long_name}, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct linkage_schema schema;
        struct error error;

        assert_case(linkage_schema_make(cases[i].kinds, cases[i].names, cases[i].count, &schema,
                                        &error) == ERROR_USAGE,
                    cases[i].title);
    }
}

static void kinds_have_names(void **state)
{
    (void)state;
    for (int kind = LINKAGE_GIVEN_NAME; kind <= LINKAGE_TEXT; kind++)
        assert_int_equal(linkage_kind_by_name(linkage_kind_name((enum linkage_kind)kind)), kind);
    assert_int_equal(linkage_kind_by_name("date_of_birth"), LINKAGE_DATE_OF_BIRTH);
    assert_int_equal(linkage_kind_by_name("shoe_size"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_person_schema_is_what_make_makes),
        cmocka_unit_test(runs_do_not_overlap),
        cmocka_unit_test(what_cannot_be_laid_out_is_refused),
        cmocka_unit_test(kinds_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
