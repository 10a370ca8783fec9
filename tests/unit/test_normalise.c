/* test_normalise.c: one spelling for many. */
#include "unit.h"

#include "normalise.h"

static void ends_are_trimmed(void **state)
{
    static const struct {
        const char *value, *expected;
    } cases[] = {
        {"", ""},
        {"  ", ""},
        {" a ", "a"},
        {"\t a b \r\n", "a b"},
        {"\u00A0a", "a"},
        {"a\u00A0 ", "a"},
        {"\u00A0\u00A0", ""},
        {"\u00C2", "\u00C2"},
        {"a\xC2", "a\xC2"},
        {"\u2003a", "\u2003a"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_case(
            slice_equal(normalise_trim(slice_of(cases[i].value)), slice_of(cases[i].expected)),
            cases[i].value);
}

static void keys_are_letters_and_digits(void **state)
{
    static const struct {
        const char *text, *key;
    } cases[] = {
        {"LocalPatientId", "localpatientid"},
        {"Local Patient_ID ", "localpatientid"},
        {"\xEF\xBB\xBF"
         "NHS Number",
         "nhsnumber"},
        {"LSOA11CD (2011)", "lsoa11cd2011"},
        {"--", ""},
        {"", ""},
        {"naïve", "nave"},
    };
    char key[NORMALISE_KEY_MAX], longest[NORMALISE_KEY_MAX + 1];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_case(normalise_key(slice_of(cases[i].text), key) == strlen(cases[i].key),
                    cases[i].text);
        assert_string_equal(key, cases[i].key);
    }
    memset(longest, 'K', sizeof longest);
    assert_int_equal(normalise_key((struct slice){longest, NORMALISE_KEY_MAX - 1}, key),
                     NORMALISE_KEY_MAX - 1);
    assert_int_equal(normalise_key((struct slice){longest, NORMALISE_KEY_MAX}, key), 0);
    assert_string_equal(key, "");
}

static void names_lose_marks_case_and_punctuation(void **state)
{
    static const struct {
        const char *name, *normal;
    } cases[] = {
        {"Smith", "smith"},
        {" O'Neill ", "oneill"},
        {"Anne-Marie", "annemarie"},
        {"José", "jose"},
        {"Jose\u0301", "jose"},
        {"ÅNGSTRÖM", "angstrom"},
        {"Strauß", "strauss"},
        {"ﬁona", "fiona"},
        {"Ｌｉ", "li"},
        {"Øystein", "øystein"},
        {"Nguyễn", "nguyen"},
        {"Иван", "иван"},
        {"de la Cruz 3rd", "delacruzrd"},
        {"李", "李"},
        {"", ""},
        {"-- 12", ""},
        {"bad \xFF", ""},
        {"cut \xC3", ""},
    };
    char normal[NORMALISE_NAME_MAX], longest[NORMALISE_NAME_MAX + 1];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t length = normalise_person_name(secret_of(slice_of(cases[i].name)), normal);

        assert_case(length == strlen(cases[i].normal) &&
                        memcmp(normal, cases[i].normal, length) == 0,
                    cases[i].name);
    }
    memset(longest, 'a', sizeof longest);
    assert_int_equal(
        normalise_person_name(secret_of((struct slice){longest, sizeof longest}), normal), 0);
}

/* One character of Arabic script decomposes to eighteen: the result must stay within its bounds. */
static void a_name_that_grows_stays_in_bounds(void **state)
{
    char name[513] = "", normal[NORMALISE_NAME_MAX];

    (void)state;
    for (size_t i = 0; i < 170; i++)
        strcat(name, "\uFDFA");
    assert_int_equal(normalise_person_name(secret_of(slice_of(name)), normal), 0);
}

static void postcodes_have_one_spelling(void **state)
{
    static const struct {
        const char *postcode, *canonical; /* NULL = no postcode */
    } cases[] = {
        {"SE13 7AB", "SE137AB"},  {"se137ab", "SE137AB"},
        {" SE1  7AB ", "SE17AB"}, {"E1   6AN", "E16AN"},
        {"E1    6AN", NULL},      {"SE1 37AB", NULL},
        {"S E137AB", NULL},       {"SE13-7AB", NULL},
        {"SE13 7ABC", NULL},      {"", NULL},
        {"E16A", NULL},           {"SE1３7AB", NULL},
    };
    char canonical[NORMALISE_POSTCODE_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool fits = normalise_postcode(secret_of(slice_of(cases[i].postcode)), canonical);

        assert_case(fits == (cases[i].canonical != NULL), cases[i].postcode);
        if (fits)
            assert_string_equal(canonical, cases[i].canonical);
    }
}

static void a_mask_shows_shape_only(void **state)
{
    static const struct {
        const char *value, *mask;
    } cases[] = {
        {"2025-13-01", "9999-99-99"},
        {"Ab 1_x", "AA 9_A"},
        {"caf\u00E9", "AAA?"},
        {"\u674E\u674E", "??"},
        {"a\nb", "A?A"},
        {"", ""},
        {"1234567890123456789012345678", "99999999999999999999999"},
    };
    char mask[NORMALISE_MASK_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        normalise_mask(slice_of(cases[i].value), mask);
        assert_string_equal(mask, cases[i].mask);
    }
}

static void sex_has_two_known_values(void **state)
{
    static const struct {
        const char *value, *expected;
    } cases[] = {
        {"1", "1"},  {"2", "2"},  {"M", "1"}, {"female", "2"}, {" Male ", "1"}, {"F", "2"},
        {"9", NULL}, {"X", NULL}, {"", NULL}, {"12", NULL},    {"0", NULL},     {"Other", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *sex = normalise_sex(secret_of(slice_of(cases[i].value)));

        assert_case((sex == NULL) == (cases[i].expected == NULL), cases[i].value);
        if (sex != NULL)
            assert_string_equal(sex, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_trimmed),
        cmocka_unit_test(keys_are_letters_and_digits),
        cmocka_unit_test(names_lose_marks_case_and_punctuation),
        cmocka_unit_test(a_name_that_grows_stays_in_bounds),
        cmocka_unit_test(postcodes_have_one_spelling),
        cmocka_unit_test(a_mask_shows_shape_only),
        cmocka_unit_test(sex_has_two_known_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
