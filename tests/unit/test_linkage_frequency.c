/* test_linkage_frequency.c: how common values are: counted once a person, kept as bytes, stored. */
#include "linkage_faces.h"

#include <math.h>

#include "linkage/frequency.h"

static unsigned char byte_of(struct linkage_set *set, size_t face, size_t field)
{
    const unsigned char *bytes =
        (const unsigned char *)(face_of(set, face) + set->schema->frequency_words);

    return bytes[set->schema->fields[field].frequency];
}

static void put_person(struct linkage_set *set, size_t face, uint32_t given, uint32_t family,
                       uint32_t birth)
{
    hot_of(set, face, GIVEN)[NAME_WHOLE] = given;
    hot_of(set, face, FAMILY)[NAME_WHOLE] = family;
    hot_of(set, face, BIRTH)[BIRTH_WHOLE] = birth;
}

static void count(const struct linkage_set *set, struct linkage_frequencies *ret)
{
    struct error error;

    assert_int_equal(linkage_frequencies_count(set, ret, &error), 0);
}

/* -log2 of (count + 1/2) / people, in eighths, at least 1. */
static int expected_byte(double times, double people)
{
    double eighths = -8 * log2((times + 0.5) / people);

    return eighths < 1 ? 1 : eighths > 255 ? 255 : (int)lround(eighths);
}

static void a_person_is_counted_once(void **state)
{
    struct linkage_set set = new_set(linkage_schema_person(), 9);
    struct linkage_frequencies frequencies;

    (void)state;
    for (size_t i = 0; i < 4; i++)
        put_person(&set, i, 11, 21, 31); /* one person, four times */
    put_person(&set, 4, 12, 21, 31);
    put_person(&set, 5, 13, 21, 32);
    put_person(&set, 6, 11, 22, 31);
    put_person(&set, 7, 0, 21, 31); /* no given name: nobody knows who that is */
    put_person(&set, 8, 0, 21, 31);
    for (size_t i = 0; i < 9; i++)
        hot_of(&set, i, POSTCODE)[POSTCODE_UNIT] = 41;
    count(&set, &frequencies);
    assert_true(frequencies.people[FAMILY] == 6 && frequencies.people[GIVEN] == 4);
    linkage_frequencies_fill(&frequencies, &set, 0);
    assert_int_equal(byte_of(&set, 0, FAMILY), expected_byte(5, 6)); /* of 6, not of 9 */
    assert_int_equal(byte_of(&set, 0, GIVEN), expected_byte(2, 4));
    assert_int_equal(byte_of(&set, 6, FAMILY), expected_byte(1, 6));
    assert_int_equal(byte_of(&set, 5, BIRTH), expected_byte(1, 6));
    assert_int_equal(byte_of(&set, 0, POSTCODE), 1); /* everybody's: hardly a bit, but a value */
    assert_int_equal(byte_of(&set, 7, GIVEN), 0);
    assert_int_equal(byte_of(&set, 0, PRACTICE), 0);
    assert_true(linkage_frequency_bits(set.schema, face_of(&set, 6),
                                       set.schema->fields[FAMILY].frequency) ==
                (float)expected_byte(1, 6) / 8);
    linkage_frequencies_release(&frequencies);
    free_set(&set);
}

/* Many values, common and rare: 1, 2, 3 ... times each, by a schema without person fields. */
static void bytes_are_the_frequencies(void **state)
{
    enum { VALUES = 90, FACES = VALUES * (VALUES + 1) / 2 + 3000 };
    static const enum linkage_kind kinds[] = {LINKAGE_TEXT, LINKAGE_EXACT};
    static const char *const names[] = {"street", "code"};
    struct linkage_schema schema;
    struct linkage_frequencies frequencies;
    struct error error;
    uint32_t face = 0;
    double squares = 0;

    (void)state;
    assert_int_equal(linkage_schema_make(kinds, names, 2, &schema, &error), 0);
    struct linkage_set set = new_set(&schema, FACES);
    for (uint32_t value = 1; value <= VALUES; value++)
        for (uint32_t i = 0; i < value; i++)
            hot_of(&set, face++, 0)[TEXT_WHOLE] = value * 7919;
    for (uint32_t i = 0; i < 3000; i++)
        hot_of(&set, face++, 0)[TEXT_WHOLE] = 5; /* more often than the table of small counts */
    for (uint32_t i = 0; i < FACES; i++)
        hot_of(&set, i, 1)[EXACT_WHOLE] = i + 1; /* each once: the table grows */
    count(&set, &frequencies);
    assert_true(frequencies.people[0] == FACES && frequencies.people[1] == FACES);
    linkage_frequencies_fill(&frequencies, &set, 0);
    face = 0;
    for (uint32_t value = 1; value <= VALUES; value++) {
        squares += (double)value * (value - 1);
        for (uint32_t i = 0; i < value; i++)
            assert_int_equal(byte_of(&set, face++, 0), expected_byte(value, FACES));
    }
    assert_int_equal(byte_of(&set, face, 0), expected_byte(3000, FACES));
    squares += 3000.0 * 2999;
    assert_true(fabs(frequencies.agree[0] - squares / ((double)FACES * (FACES - 1))) < 1e-12);
    assert_true(frequencies.agree[1] == 0);
    for (uint32_t i = 0; i < FACES; i++)
        assert_int_equal(byte_of(&set, i, 1), expected_byte(1, FACES));
    linkage_frequencies_release(&frequencies);
    assert_null(frequencies.values[0]);
    free_set(&set);
}

static void a_value_never_seen_counts_as_one_seen_once(void **state)
{
    struct linkage_set set = new_set(linkage_schema_person(), 100);
    struct linkage_frequencies frequencies;

    (void)state;
    for (uint32_t i = 0; i < 99; i++)
        put_person(&set, i, i < 50 ? 7 : 1000 + i, 2000 + i, 3000 + i);
    count(&set, &frequencies);
    put_person(&set, 99, 9, 9, 9);
    linkage_frequencies_fill(&frequencies, &set, 50);
    assert_int_equal(byte_of(&set, 0, GIVEN), 0); /* before from: untouched */
    assert_int_equal(byte_of(&set, 49, GIVEN), 0);
    assert_int_equal(byte_of(&set, 60, GIVEN), expected_byte(1, 100)); /* the empty face too */
    assert_int_equal(byte_of(&set, 99, GIVEN), byte_of(&set, 60, GIVEN));
    linkage_frequencies_fill(&frequencies, &set, 0);
    assert_int_equal(byte_of(&set, 0, GIVEN), expected_byte(50, 100));
    linkage_frequencies_release(&frequencies);
    free_set(&set);
}

/* The chance that strangers agree comes from the largest duplicate-free source alone, wherever its
 * records lie; from all where there is none. */
static void chances_come_from_one_duplicate_free_source(void **state)
{
    static const struct {
        const char *name;
        bool unique[3];
        double agree; /* of the given name */
    } cases[] = {
        {"none is unique", {false, false, false}, (60. * 59 + 33. * 32) / (93. * 92)},
        {"the first", {true, false, false}, 1},
        {"the second: half and half", {false, true, false}, (30. * 29 + 30. * 29) / (60. * 59)},
        {"all: the second is the largest", {true, true, true}, (30. * 29 * 2) / (60. * 59)},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (size_t turned = 0; turned < 3; turned++) {
            struct linkage_set set = new_set(linkage_schema_person(), 93);
            struct linkage_frequencies frequencies;

            set.source_count = 3;
            for (uint32_t face = 0; face < 93; face++) {
                uint32_t place = turned == 0 ? face : turned == 1 ? 92 - face : face * 32 % 93;
                uint8_t source = face < 3 ? 0 : face < 63 ? 1 : 2;

                set.source_of[place] = source;
                /* source 0: all 7; source 1: 7 and 8 in turn; source 2: 27 of 7, 3 of 8 */
                put_person(&set, place, source == 0 || (source == 1 ? face % 2 : face < 90) ? 7 : 8,
                           100 + face, 1);
            }
            for (size_t source = 0; source < 3; source++)
                set.sources[source].unique = cases[i].unique[source];
            count(&set, &frequencies);
            assert_case(fabs(frequencies.agree[GIVEN] - cases[i].agree) < 1e-9, cases[i].name);
            assert_case(frequencies.agree[SEX] == 0, cases[i].name);
            linkage_frequencies_release(&frequencies);
            free_set(&set);
        }
}

/* ---- stored ---- */

static struct linkage_set stored_set(void)
{
    struct linkage_set set = new_set(linkage_schema_person(), 3000);

    for (uint32_t i = 0; i < 3000; i++) {
        put_person(&set, i, 1 + i % 40, 1 + (i * i) % 977, 0xfffffff0u - i / 3);
        hot_of(&set, i, POSTCODE)[POSTCODE_UNIT] = i < 100 ? 0 : word_of(4, i / 2);
    }
    return set;
}

static void what_is_stored_fills_the_same_bytes(void **state)
{
    struct linkage_set set = stored_set(), again = stored_set();
    struct linkage_frequencies frequencies, stored;
    unsigned char *bytes, *twice;
    size_t length, second;
    struct error error;

    (void)state;
    count(&set, &frequencies);
    assert_int_equal(linkage_frequencies_write(&frequencies, &bytes, &length, &error), 0);
    assert_int_equal(linkage_frequencies_read(bytes, length, &stored, &error), 0);
    assert_memory_equal(stored.people, frequencies.people, sizeof stored.people);
    assert_memory_equal(stored.agree, frequencies.agree, sizeof stored.agree);
    for (size_t i = 0; i < LINKAGE_FIELDS_MAX; i++)
        assert_true((stored.values[i] == NULL) == (frequencies.values[i] == NULL));
    linkage_frequencies_fill(&frequencies, &set, 0);
    linkage_frequencies_fill(&stored, &again, 0);
    assert_memory_equal(set.faces, again.faces, 3000 * set.schema->words * sizeof *set.faces);
    assert_int_equal(byte_of(&set, 0, GIVEN), expected_byte(75, 3000));
    assert_int_equal(linkage_frequencies_write(&stored, &twice, &second, &error), 0);
    assert_int_equal(second, length);
    assert_memory_equal(bytes, twice, length);
    free(bytes);
    free(twice);
    linkage_frequencies_release(&frequencies);
    linkage_frequencies_release(&stored);
    free_set(&set);
    free_set(&again);
}

/* The layout by hand: a change of it is a change of what sites have stored. */
static void bytes_are_what_they_were(void **state)
{
    static const unsigned char tail[] = {
        1, 1, 0, 0, 0, 0x0d, 0x0c, 0x0b, 0x0a, 3, 0, 0, 0, /* given name: 0x0a0b0c0d, 3 times */
        1, 0, 0, 0, 0,                                     /* family name: none more than once */
        1, 2, 0, 0, 0, 1,    0,    0,    0,    2, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, /* birth: 1, 9 */
        0, 1, 0, 0, 0, 0,    0,    1,    0,    0, 0, 0, /* sex, postcode, number, practice */
        0, 0, 0, 0, 0, 0,    0,    0};
    static const unsigned char four[] = {0, 0, 0, 0, 0, 0, 0x10, 0x40};
    struct linkage_set set = new_set(linkage_schema_person(), 4);
    struct linkage_frequencies frequencies;
    unsigned char *bytes;
    size_t length;
    struct error error;

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        put_person(&set, i, i == 3 ? 5 : 0x0a0b0c0d, 100 + i, i < 2 ? 9 : 1);
    count(&set, &frequencies);
    assert_int_equal(linkage_frequencies_write(&frequencies, &bytes, &length, &error), 0);
    assert_int_equal(length, 1 + 8 * 30 + sizeof tail);
    assert_int_equal(bytes[0], 1);
    assert_memory_equal(bytes + 1, four, 8);
    assert_memory_equal(bytes + 1 + 8 * 30, tail, sizeof tail);
    free(bytes);
    linkage_frequencies_release(&frequencies);
    free_set(&set);
}

static void refuse(const unsigned char *bytes, size_t length, const char *name)
{
    struct linkage_frequencies frequencies = {.people = {77}};
    struct error error;

    memset(&error, 0, sizeof error);
    assert_case(
        linkage_frequencies_read(bytes, length, &frequencies, &error) == ERROR_MODEL_INVALID, name);
    assert_case(error.place[0] != '\0', name);
    assert_case(frequencies.people[0] == 77 && frequencies.values[0] == NULL, name);
}

static void damaged_bytes_are_refused(void **state)
{
    enum { PEOPLE = 1, AGREE = 121, TABLES = 241, COUNT_AT = 242, FIRST = 246 };
    static const struct {
        const char *name;
        size_t place;
        unsigned char bytes[8];
        size_t length;
    } cases[] = {
        {"version", 0, {2}, 1},
        {"people below 0", PEOPLE, {0, 0, 0, 0, 0, 0, 0xf0, 0xbf}, 8},
        {"people not a number", PEOPLE, {0, 0, 0, 0, 0, 0, 0xf8, 0x7f}, 8},
        {"people without end", PEOPLE, {0, 0, 0, 0, 0, 0, 0xf0, 0x7f}, 8},
        {"fewer people than of one value", PEOPLE, {0, 0, 0, 0, 0, 0, 0x08, 0x40}, 8},
        {"a chance above 1", AGREE + 8, {0, 0, 0, 0, 0, 0, 0, 0x40}, 8},
        {"a chance not a number", AGREE + 8 * 14, {1, 0, 0, 0, 0, 0, 0xf0, 0x7f}, 8},
        {"a table and a half", TABLES, {2}, 1},
        {"no table, and its bytes follow", TABLES, {0}, 1},
        {"more values than bytes", COUNT_AT, {0xff, 0xff, 0xff, 0xff}, 4},
        {"a value less", COUNT_AT, {39, 0, 0, 0}, 4},
        {"a value more", COUNT_AT, {41, 0, 0, 0}, 4},
        {"value 0", FIRST, {0, 0, 0, 0}, 4},
        {"value twice", FIRST, {2, 0, 0, 0}, 4},
        {"seen once", FIRST + 4, {1, 0, 0, 0}, 4},
        {"seen never", FIRST + 4, {0, 0, 0, 0}, 4},
    };
    struct linkage_set set = stored_set();
    struct linkage_frequencies frequencies;
    unsigned char *bytes, *copy;
    size_t length;
    struct error error;

    (void)state;
    count(&set, &frequencies);
    assert_int_equal(linkage_frequencies_write(&frequencies, &bytes, &length, &error), 0);
    assert_int_equal(bytes[COUNT_AT], 40);
    assert_int_equal(bytes[FIRST], 1);
    copy = malloc(length + 1);
    assert_non_null(copy);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        memcpy(copy, bytes, length);
        memcpy(copy + cases[i].place, cases[i].bytes, cases[i].length);
        refuse(copy, length, cases[i].name);
    }
    memcpy(copy, bytes, length);
    copy[length] = 0;
    refuse(copy, length + 1, "a byte more");
    refuse(bytes, 0, "nothing");
    /* Cut short anywhere. Bytes of their own, so that a sanitizer sees a step over the end. */
    for (size_t end = 0; end < length; end += end < 400 || end > length - 400 ? 1 : 97) {
        unsigned char *cut = malloc(end == 0 ? 1 : end);

        assert_non_null(cut);
        memcpy(cut, bytes, end);
        refuse(cut, end, "cut short");
        free(cut);
    }
    free(copy);
    free(bytes);
    linkage_frequencies_release(&frequencies);
    free_set(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_is_counted_once),
        cmocka_unit_test(bytes_are_the_frequencies),
        cmocka_unit_test(a_value_never_seen_counts_as_one_seen_once),
        cmocka_unit_test(chances_come_from_one_duplicate_free_source),
        cmocka_unit_test(what_is_stored_fills_the_same_bytes),
        cmocka_unit_test(bytes_are_what_they_were),
        cmocka_unit_test(damaged_bytes_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
