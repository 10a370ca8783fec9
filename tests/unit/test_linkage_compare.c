/* test_linkage_compare.c: how well two faces agree, from values to levels. */
#include "linkage_faces.h"

#include "linkage/form.h"
#include "linkage/nickname.h"

enum { FACE_WORDS = 256, RANDOM_FACES = 10000, SCHOOL = PRACTICE + 1, UPN };

static const unsigned char site_key[SITE_KEY_SIZE] = "0123456789abcdef0123456789abcde";
static const enum linkage_kind kinds[] = {
    LINKAGE_GIVEN_NAME, LINKAGE_FAMILY_NAME, LINKAGE_DATE_OF_BIRTH, LINKAGE_SEX,  LINKAGE_POSTCODE,
    LINKAGE_NHS_NUMBER, LINKAGE_GP_PRACTICE, LINKAGE_TEXT,          LINKAGE_EXACT};
static const char *const names[] = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, "school", "upn"};

static struct linkage_schema schema;
static struct linkage_deriver *deriver;

static int set_up(void **state)
{
    static const char list[] = "name,canonical\nLIZ,ELIZABETH\nBETH,ELIZABETH\n";
    static struct linkage_nicknames *nicknames;
    struct error error;

    if (linkage_schema_make(kinds, names, COUNT_OF(kinds), &schema, &error) != 0 ||
        schema.words > FACE_WORDS ||
        linkage_nicknames_parse(list, strlen(list), &nicknames, &error) != 0)
        return -1;
    *state = nicknames;
    return linkage_deriver_new(site_key, nicknames, 1 << 20, &deriver, &error);
}

static int tear_down(void **state)
{
    linkage_deriver_free(deriver);
    linkage_nicknames_free(*state);
    return 0;
}

static void derive(size_t field, const char *value, uint32_t *face)
{
    assert_true(linkage_derive(deriver, &schema.fields[field], secret_of(slice_of(value)), face) >=
                0);
}

static unsigned level_of(size_t field, const char *left, const char *right)
{
    uint32_t l[FACE_WORDS] = {0}, r[FACE_WORDS] = {0};

    derive(field, left, l);
    derive(field, right, r);
    unsigned level = linkage_compare_field(&schema.fields[field], l, r);
    assert_int_equal(level, linkage_compare_field(&schema.fields[field], r, l));
    uint64_t pattern = linkage_compare(&schema, l, r);
    assert_int_equal(linkage_level_of(pattern, field), level);
    assert_true((pattern & ~((uint64_t)15 << (4 * field))) == 0); /* no other field has anything */
    return level;
}

struct level_case {
    size_t field;
    const char *left, *right;
    unsigned level;
};

static const struct level_case names_cases[] = {
    {GIVEN, "", "", NAME_MISSING},
    {GIVEN, "Anna", "", NAME_MISSING},
    {GIVEN, "unknown", "Anna", NAME_MISSING},
    {GIVEN, "Anna", "ANNA ", NAME_EXACT},
    {GIVEN, "Liz", "Elizabeth", NAME_PART},
    {GIVEN, "Liz", "Beth", NAME_PART},
    {GIVEN, "Anna Maria", "Anna", NAME_PART},
    {GIVEN, "Maria", "Anna Maria", NAME_PART},
    {GIVEN, "Thomas", "Tomas", NAME_NEAR},
    {GIVEN, "Roberta", "Roberto", NAME_NEAR},
    {GIVEN, "Rachel", "Rahcel", NAME_NEAR}, /* neighbours swapped */
    {GIVEN, "Jon", "John", NAME_NEAR},
    {GIVEN, "Catherine", "Kathryn", NAME_SOUNDS}, /* more than one letter apart */
    {GIVEN, "J", "John", NAME_INITIALS},
    {GIVEN, "J", "J. P.", NAME_INITIALS},
    {GIVEN, "J", "Peter", NAME_DIFFERENT},
    {GIVEN, "Elizabeth", "Eliot", NAME_EDGES},
    {GIVEN, "Judith", "Edith", NAME_EDGES},
    {GIVEN, "Anna", "Peter", NAME_DIFFERENT},
    {FAMILY, "Smith", "", NAME_MISSING},
    {FAMILY, "Smith", "smith", NAME_EXACT},
    {FAMILY, "Smith-Jones", "Smith Jones", NAME_EXACT},
    {FAMILY, "Smith-Jones", "Smith", NAME_PART},
    {FAMILY, "Smith-Jones", "Jones", NAME_PART},
    {FAMILY, "Ali-Jones", "Brown-Jones", NAME_PART},
    {FAMILY, "Jones-Brown", "Ali-Jones", NAME_PART},
    {FAMILY, "Patterson", "Paterson", NAME_NEAR},
    {FAMILY, "Smith", "Smoth", NAME_NEAR},
    {FAMILY, "Smith", "Smoky", NAME_DIFFERENT},
    {FAMILY, "Smith", "Brown", NAME_DIFFERENT},
    {FAMILY, "S", "Smith", NAME_INITIALS},
};

static const struct level_case other_cases[] = {
    {BIRTH, "", "1980-02-03", BIRTH_MISSING},
    {BIRTH, "1900-01-01", "1980-02-03", BIRTH_MISSING},
    {BIRTH, "1980-02-03", "03/02/1980", BIRTH_EXACT},
    {BIRTH, "1980-02-03", "1980-03-02", BIRTH_EXCHANGED},
    {BIRTH, "1980-02-03", "1981-03-02", BIRTH_DIFFERENT}, /* exchanged in another year */
    {BIRTH, "1980-02-03", "1980-02-08", BIRTH_NEAR},
    {BIRTH, "1980-02-03", "1960-02-03", BIRTH_NEAR},
    {BIRTH, "1980-02-03", "1980-02-14", BIRTH_TWO_PARTS},
    {BIRTH, "1980-02-03", "1980-11-03", BIRTH_TWO_PARTS},
    {BIRTH, "1980-02-03", "1967-02-03", BIRTH_TWO_PARTS},
    {BIRTH, "1980-02-03", "1980-02", BIRTH_KNOWN},
    {BIRTH, "1980", "1980-02", BIRTH_KNOWN},
    {BIRTH, "1980-02-03", "1980-05", BIRTH_SAME_YEAR},
    {BIRTH, "1980-02-03", "1979-02", BIRTH_DIFFERENT},
    {BIRTH, "1980-02-03", "1979", BIRTH_DIFFERENT},
    {BIRTH, "1980-02-03", "1980-07-19", BIRTH_SAME_YEAR},
    {BIRTH, "1980-02-03", "1981-02-04", BIRTH_DIFFERENT}, /* only the month */
    {BIRTH, "1980-02-03", "1991-07-19", BIRTH_DIFFERENT},
    {SEX, "F", "", EXACT_MISSING},
    {SEX, "F", "2", EXACT_EQUAL},
    {SEX, "F", "M", EXACT_DIFFERENT},
    {POSTCODE, "SE13 7AB", "", POSTCODE_MISSING},
    {POSTCODE, "ZZ99 3VZ", "SE13 7AB", POSTCODE_MISSING},
    {POSTCODE, "SE13 7AB", "se137ab", POSTCODE_EXACT},
    {POSTCODE, "SE13 7AB", "SE13 7AD", POSTCODE_NEAR},
    {POSTCODE, "SE13 7AB", "SE12 7AB", POSTCODE_NEAR},
    {POSTCODE, "SE13 7AB", "SE13 7BA", POSTCODE_NEAR},
    {POSTCODE, "SE13 7AB", "SE13 7XY", POSTCODE_SAME_SECTOR},
    {POSTCODE, "SE13 7AB", "SE13 7", POSTCODE_SAME_SECTOR},
    {POSTCODE, "SE13 7AB", "SE13 5XY", POSTCODE_SAME_DISTRICT},
    {POSTCODE, "SE13 7AB", "SE13", POSTCODE_SAME_DISTRICT},
    {POSTCODE, "SE13 7AB", "N1 7AB", POSTCODE_DIFFERENT},
    {POSTCODE, "SE13 7AB", "SE12", POSTCODE_DIFFERENT},
    {NHS, "9434765919", "", EXACT_MISSING},
    {NHS, "9434765919", "9434765918", EXACT_MISSING}, /* not valid */
    {NHS, "9434765919", "943 476 5919", EXACT_EQUAL},
    {NHS, "9434765919", "4010232137", EXACT_DIFFERENT},
    {PRACTICE, "G85001", "", EXACT_MISSING},
    {PRACTICE, "G85001", "g85001", EXACT_EQUAL},
    {PRACTICE, "G85001", "G85002", EXACT_DIFFERENT},
    {UPN, "", "a", EXACT_MISSING},
    {UPN, "A1", "a1", EXACT_EQUAL},
    {UPN, "A1", "A2", EXACT_DIFFERENT},
    {SCHOOL, "Deptford Park", "", TEXT_MISSING},
    {SCHOOL, "Deptford Park", "deptford park.", TEXT_EXACT},
    {SCHOOL, "Deptford Park", "Deptfort Park", TEXT_NEAR},
    {SCHOOL, "12 High Street Lewisham", "High Street Lewisham 14", TEXT_MOST_WORDS},
    {SCHOOL, "12 High Street Lewisham", "High Street", TEXT_MOST_WORDS},
    {SCHOOL, "12 High Street Lewisham", "12 Low Road Lewisham", TEXT_SOME_WORDS},
    {SCHOOL, "Deptford Park", "Park Lane", TEXT_SOME_WORDS},
    {SCHOOL, "Deptford Park", "Deptgate", TEXT_EDGES},
    {SCHOOL, "Greenpark", "Carpark", TEXT_EDGES},
    {SCHOOL, "Deptford Park", "Brockley", TEXT_DIFFERENT},
};

static void check_levels(const struct level_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned level = level_of(cases[i].field, cases[i].left, cases[i].right);

        if (level != cases[i].level)
            fail_msg("%s \"%s\" and \"%s\": %s, expected %s", schema.fields[cases[i].field].name,
                     cases[i].left, cases[i].right,
                     linkage_level_name(kinds[cases[i].field], level),
                     linkage_level_name(kinds[cases[i].field], cases[i].level));
    }
}

static void names_have_levels(void **state)
{
    (void)state;
    check_levels(names_cases, COUNT_OF(names_cases));
}

static void other_values_have_levels(void **state)
{
    (void)state;
    check_levels(other_cases, COUNT_OF(other_cases));
}

/* A level that no case above reaches is a level nobody has seen work. */
static void every_level_is_reached(void **state)
{
    unsigned seen[COUNT_OF(kinds)] = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names_cases); i++)
        seen[names_cases[i].field] |= 1u << names_cases[i].level;
    for (size_t i = 0; i < COUNT_OF(other_cases); i++)
        seen[other_cases[i].field] |= 1u << other_cases[i].level;
    for (size_t field = 0; field < COUNT_OF(kinds); field++) {
        unsigned all = (1u << linkage_level_count(kinds[field])) - 1;

        if (field == GIVEN || field == FAMILY)
            seen[GIVEN] |= 1u << NAME_EXCHANGED; /* of two fields: below */
        if (field == FAMILY)
            all &= ~(1u << NAME_EXCHANGED | 1u << NAME_SOUNDS | 1u << NAME_EDGES);
        assert_case((seen[field] & all) == all, schema.fields[field].name);
    }
}

static void levels_have_names(void **state)
{
    (void)state;
    for (size_t field = 0; field < COUNT_OF(kinds); field++) {
        unsigned count = linkage_level_count(kinds[field]);

        assert_true(count <= 9);
        assert_string_equal(linkage_level_name(kinds[field], 0), "missing");
        assert_string_equal(linkage_level_name(kinds[field], 1), "exact");
        assert_string_equal(linkage_level_name(kinds[field], count - 1), "different");
        assert_null(linkage_level_name(kinds[field], count));
    }
    assert_string_equal(linkage_level_name(LINKAGE_GIVEN_NAME, NAME_EXCHANGED), "exchanged");
    assert_string_equal(linkage_level_name(LINKAGE_GIVEN_NAME, NAME_INITIALS), "initial");
    assert_string_equal(linkage_level_name(LINKAGE_DATE_OF_BIRTH, BIRTH_TWO_PARTS), "two parts");
    assert_string_equal(linkage_level_name(LINKAGE_POSTCODE, POSTCODE_SAME_SECTOR), "sector");
    assert_string_equal(linkage_level_name(LINKAGE_TEXT, TEXT_MOST_WORDS), "most words");
}

static void exchanged_names_are_told_once(void **state)
{
    static const struct {
        const char *given, *family, *other_given, *other_family;
        unsigned given_level, family_level;
    } cases[] = {
        {"Ali", "Hassan", "Hassan", "Ali", NAME_EXCHANGED, NAME_MISSING},
        {"Mohammed Ali", "Hassan", "Hassan", "Mohammed Ali", NAME_EXCHANGED, NAME_MISSING},
        /* one name the same: that is an agreement of its own */
        {"Ali", "Hassan", "Ali", "Ali", NAME_EXACT, NAME_DIFFERENT},
        {"Ali", "Hassan", "Hassan", "Omar", NAME_DIFFERENT, NAME_DIFFERENT},
        {"Ali", "Hassan", "Omar", "Ali", NAME_DIFFERENT, NAME_DIFFERENT},
        {"Ali", "Hassan", "Hassan", "", NAME_DIFFERENT, NAME_MISSING},
        {"Ali", "Hassan", "Ali", "Hassan", NAME_EXACT, NAME_EXACT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t left[FACE_WORDS] = {0}, right[FACE_WORDS] = {0};

        derive(GIVEN, cases[i].given, left);
        derive(FAMILY, cases[i].family, left);
        derive(GIVEN, cases[i].other_given, right);
        derive(FAMILY, cases[i].other_family, right);
        uint64_t pattern = linkage_compare(&schema, left, right);
        assert_case(linkage_level_of(pattern, GIVEN) == cases[i].given_level, cases[i].given);
        assert_case(linkage_level_of(pattern, FAMILY) == cases[i].family_level,
                    cases[i].other_family);
        assert_case(pattern == linkage_compare(&schema, right, left), cases[i].given);
        assert_case(pattern >> 8 == 0, cases[i].given);
    }
}

/* All marks agree and nothing else does: marks are 16 bits, and two of a million records share
 * some. */
static void marks_alone_make_nothing_near(void **state)
{
    static const struct {
        size_t field, run, words;
        unsigned level;
    } cases[] = {{GIVEN, NAME_MARKS, 6, NAME_DIFFERENT},
                 {FAMILY, NAME_MARKS, 6, NAME_DIFFERENT},
                 {BIRTH, BIRTH_MARKS, 4, BIRTH_DIFFERENT},
                 {POSTCODE, POSTCODE_MARKS, 4, POSTCODE_DIFFERENT},
                 {SCHOOL, TEXT_MARKS, 6, TEXT_DIFFERENT}};
    static const char *const values[][2] = {[GIVEN] = {"Thomas", "Peter"},
                                            [FAMILY] = {"Smith", "Brown"},
                                            [BIRTH] = {"1980-02-03", "1991-07-19"},
                                            [POSTCODE] = {"SE13 7AB", "N1 5XY"},
                                            [SCHOOL] = {"Deptford Park", "Brockley"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct linkage_field *field = &schema.fields[cases[i].field];
        uint32_t left[FACE_WORDS] = {0}, right[FACE_WORDS] = {0};

        derive(cases[i].field, values[cases[i].field][0], left);
        derive(cases[i].field, values[cases[i].field][1], right);
        memcpy(right + field->cold + cases[i].run, left + field->cold + cases[i].run,
               cases[i].words * sizeof *left);
        assert_case(linkage_compare_field(field, left, right) == cases[i].level, field->name);
    }
}

/* A mark at any place of one run finds itself at any place of the other. */
static void marks_meet_wherever_they_lie(void **state)
{
    const struct linkage_field *field = &schema.fields[FAMILY];

    (void)state;
    for (unsigned at = 0; at < LINKAGE_MARKS_MAX; at++)
        for (unsigned other = 0; other < LINKAGE_MARKS_MAX; other++)
            for (unsigned shared = 0; shared < 2; shared++) {
                uint32_t faces[2][FACE_WORDS] = {{0}};

                for (unsigned side = 0; side < 2; side++) {
                    uint32_t *hot = faces[side] + field->hot, *cold = faces[side] + field->cold;
                    uint16_t marks[LINKAGE_MARKS_MAX] = {0};
                    unsigned last = side == 0 ? at : other;

                    hot[NAME_WHOLE] = hot[NAME_FIRST] = 100 + side;
                    cold[NAME_INITIAL] = 7;
                    for (unsigned i = 0; i <= last; i++)
                        marks[i] = (uint16_t)(1000 * (side + 1) + i);
                    if (shared)
                        marks[last] = 9;
                    memcpy(cold + NAME_MARKS, marks, sizeof marks);
                }
                assert_int_equal(linkage_compare_field(field, faces[0], faces[1]),
                                 shared ? NAME_NEAR : NAME_DIFFERENT);
            }
}

/* Two of values that a person might have, or none. */
static void random_face(uint64_t *random, uint32_t *face)
{
    static const char *const values[COUNT_OF(kinds)][8] = {
        {"Liz", "Elizabeth", "Ali", "A", "Anna Maria", "Hassan", "Elisabeth", "Maria"},
        {"Smith", "Smith-Jones", "Jones", "Ali", "Hassan", "Smoth", "J", "Jonas"},
        {"1980-02-03", "1980-03-02", "1980-02", "1980", "1980-02-08", "1991-02-03", "1990-07-19",
         "1980-02-14"},
        {"F", "M", "2", "1", "9", "F", "M", "F"},
        {"SE13 7AB", "SE13 7AD", "SE13 7", "SE13", "SE12 7AB", "SE13 5XY", "N1 5XY", "N1 5AB"},
        {"9434765919", "4010232137", "", "9434765919", "", "", "", ""},
        {"G85001", "G85002", "", "G85003", "", "G85001", "", "G85001"},
        {"Deptford Park", "Deptfort Park", "Park", "12 High Street", "High Street 14", "Deptgate",
         "Low Street Park", "Brockley"},
        {"A1", "A2", "A3", "A4", "", "A1", "A1", "A2"}};

    memset(face, 0, FACE_WORDS * sizeof *face);
    for (size_t field = 0; field < COUNT_OF(kinds); field++) {
        uint64_t which = next_random(random) % 9;

        if (which < 8)
            derive(field, values[field][which], face);
    }
}

static void a_pattern_has_no_sides(void **state)
{
    uint32_t faces[2][FACE_WORDS];
    uint64_t random = 88172645463325252u;
    size_t exchanged = 0;

    (void)state;
    random_face(&random, faces[0]);
    for (size_t i = 1; i <= RANDOM_FACES; i++) {
        random_face(&random, faces[i % 2]);
        uint64_t pattern = linkage_compare(&schema, faces[0], faces[1]);
        assert_true(pattern == linkage_compare(&schema, faces[1], faces[0]));
        exchanged += linkage_level_of(pattern, GIVEN) == NAME_EXCHANGED;
        for (size_t field = 0; field < COUNT_OF(kinds); field++)
            assert_true(linkage_level_of(pattern, field) < linkage_level_count(kinds[field]));
        assert_true(pattern >> (4 * COUNT_OF(kinds)) == 0);
    }
    assert_true(exchanged > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_have_levels),
        cmocka_unit_test(other_values_have_levels),
        cmocka_unit_test(every_level_is_reached),
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(exchanged_names_are_told_once),
        cmocka_unit_test(marks_alone_make_nothing_near),
        cmocka_unit_test(marks_meet_wherever_they_lie),
        cmocka_unit_test(a_pattern_has_no_sides),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
