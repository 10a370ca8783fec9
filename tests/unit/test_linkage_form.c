/* test_linkage_form.c: which forms a value has, and which forms of which values agree. */
#include "unit.h"

#include "linkage/form.h"
#include "linkage/nickname.h"

enum { WORDS_MAX = 256, RANDOM_NAMES = 1000 };

static const unsigned char site_key[SITE_KEY_SIZE] = "0123456789abcdef0123456789abcde";

/* The person fields and two columns of each of the free kinds. */
static const enum linkage_kind kinds[] = {
    LINKAGE_GIVEN_NAME, LINKAGE_FAMILY_NAME, LINKAGE_DATE_OF_BIRTH, LINKAGE_SEX,
    LINKAGE_POSTCODE,   LINKAGE_NHS_NUMBER,  LINKAGE_GP_PRACTICE,   LINKAGE_EXACT,
    LINKAGE_EXACT,      LINKAGE_TEXT,        LINKAGE_TEXT};
static const char *const names[] = {NULL, NULL,  NULL,      NULL,     NULL,    NULL,
                                    NULL, "upn", "case_id", "school", "street"};
enum { GIVEN, FAMILY, BIRTH, SEX, POSTCODE, NHS, PRACTICE, UPN, CASE_ID, SCHOOL, STREET };

static struct linkage_schema schema;
static struct linkage_deriver *deriver;

struct face {
    uint32_t words[WORDS_MAX];
    int result;
};

static struct face derive(size_t field, const char *value)
{
    struct face face;

    memset(&face, 0, sizeof face);
    face.result =
        linkage_derive(deriver, &schema.fields[field], secret_of(slice_of(value)), face.words);
    return face;
}

static uint32_t hot(const struct face *face, size_t field, size_t word)
{
    return face->words[schema.fields[field].hot + word];
}

static uint32_t cold(const struct face *face, size_t field, size_t word)
{
    return face->words[schema.fields[field].cold + word];
}

static uint16_t mark(const struct face *face, size_t field, size_t run, size_t at)
{
    return (uint16_t)(cold(face, field, run + at / 2) >> (at % 2 * 16));
}

static bool share_mark(const struct face *left, const struct face *right, size_t field, size_t run,
                       size_t count)
{
    for (size_t i = 0; i < count && mark(left, field, run, i) != 0; i++)
        for (size_t j = 0; j < count; j++)
            if (mark(left, field, run, i) == mark(right, field, run, j))
                return true;
    return false;
}

static size_t mark_count(const struct face *face, size_t field, size_t run, size_t count)
{
    size_t marks = 0;

    while (marks < count && mark(face, field, run, marks) != 0)
        marks++;
    for (size_t i = marks; i < count; i++)
        assert_int_equal(mark(face, field, run, i), 0);
    return marks;
}

static bool same(uint32_t left, uint32_t right)
{
    return left != 0 && left == right;
}

static int set_up(void **state)
{
    static const char list[] = "name,canonical\nLIZ,ELIZABETH\nBETH,ELIZABETH\nBILL,WILLIAM\n";
    static struct linkage_nicknames *nicknames;
    struct error error;

    (void)state;
    if (linkage_schema_make(kinds, names, COUNT_OF(kinds), &schema, &error) != 0 ||
        schema.words > WORDS_MAX ||
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

/* Values of a field that are the same to it, and those that have no form. */
static void spellings_agree(void **state)
{
    static const struct {
        size_t field, word;
        const char *left, *right;
        bool agree;
    } cases[] = {
        {GIVEN, NAME_WHOLE, "Liz", "LIZ ", true},
        {GIVEN, NAME_WHOLE, "Liz", "Beth", false},
        {GIVEN, NAME_FIRST, "Liz", "Elizabeth Ann", true},
        {GIVEN, NAME_FIRST, "Liz", "Bill", false},
        {GIVEN, NAME_SECOND, "Mary Liz", "Ann Elizabeth Jane", true},
        {GIVEN, NAME_SOUND, "Catherine", "Kathryn Mary", true},
        {GIVEN, NAME_SOUND, "Liz", "Elizabeth", false},
        {GIVEN, NAME_WHOLE, "John P", "John", true},
        {FAMILY, NAME_WHOLE, "O'Neill", "ONEILL", true},
        {FAMILY, NAME_WHOLE, "Smith-Jones", "Smith Jones", true},
        {FAMILY, NAME_WHOLE, "Smith-Jones", "SmithJones", true},
        {FAMILY, NAME_FIRST, "Smith-Jones", "Smith", true},
        {FAMILY, NAME_FIRST, "Liz", "Elizabeth", false},
        {FAMILY, NAME_SECOND, "Smith-Ann-Jones", "Brown Jones", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "19800203", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "03/02/1980", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "3/2/1980", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "03-02-1980", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "03.02.1980", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "1980/02/03", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "03-Feb-1980", true},
        {BIRTH, BIRTH_WHOLE, "1980-10-03", "3-OCT-1980 00:00", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", " 1980-02-03T00:00:00", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "03/02/1980 00:00", true},
        {BIRTH, BIRTH_WHOLE, "1980-02-03", "1980-03-02", false},
        {SEX, SEX_WHOLE, "F", "2", true},
        {SEX, SEX_WHOLE, "male", "1", true},
        {SEX, SEX_WHOLE, "1", "2", false},
        {POSTCODE, POSTCODE_UNIT, "se13 7ab", "SE137AB", true},
        {POSTCODE, POSTCODE_UNIT, "SE13 7AB", "SE13 7AD", false},
        {POSTCODE, POSTCODE_UNIT, "SE1O OAB", "SE10 0AB", true},
        {POSTCODE, POSTCODE_UNIT, "SEI3 7AB", "SE13 7AB", true},
        {POSTCODE, POSTCODE_UNIT, "N1 IAB", "N11AB", true},
        {POSTCODE, POSTCODE_UNIT, "OL1 1AA", "OL1 1AB", false},
        {NHS, NHS_NUMBER_LOW, "943 476 5919", "943-476-5919", true},
        {NHS, NHS_NUMBER_HIGH, "943 476 5919", "9434765919", true},
        {PRACTICE, EXACT_WHOLE, " g85001", "G85001", true},
        {PRACTICE, EXACT_WHOLE, "G85001", "G85002", false},
        {UPN, EXACT_WHOLE, "a  b", "A B ", true},
        {UPN, EXACT_WHOLE, "a b", "ab", false},
        {UPN, EXACT_WHOLE, "caf\xc3\xa9", "CAFE\xcc\x81", true},
        {UPN, EXACT_WHOLE, "caf\xc3\xa9", "cafe", false},
        {SCHOOL, TEXT_WHOLE, "St John's, Deptford", "st johns deptford", true},
        {SCHOOL, TEXT_WHOLE, "12 High St", "12HIGHST", true},
        {SCHOOL, TEXT_WHOLE, "caf\xc3\xa9", "cafe", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct face left = derive(cases[i].field, cases[i].left);
        struct face right = derive(cases[i].field, cases[i].right);

        assert_case(left.result == 1 && right.result == 1, cases[i].left);
        assert_case(hot(&left, cases[i].field, cases[i].word) != 0, cases[i].left);
        assert_case((hot(&left, cases[i].field, cases[i].word) ==
                     hot(&right, cases[i].field, cases[i].word)) == cases[i].agree,
                    cases[i].right);
    }
}

static void cold_forms_agree(void **state)
{
    static const struct {
        size_t field, word;
        const char *left, *right;
        bool agree;
    } cases[] = {
        {GIVEN, NAME_INITIAL, "Elizabeth", "E", true},
        {GIVEN, NAME_INITIAL, "Elizabeth", "e. p.", true},
        {BIRTH, BIRTH_DAY, "1980-02-03", "1999-12-03", true},
        {BIRTH, BIRTH_MONTH, "1980-02-03", "2001-02", true},
        {BIRTH, BIRTH_YEAR, "1980-02-03", "1980", true},
        {BIRTH, BIRTH_YEAR, "1980-02-03", "1980-00-00", true},
        {POSTCODE, POSTCODE_SECTOR, "SE13 7AB", "SE13 7", true},
        {POSTCODE, POSTCODE_SECTOR, "SE13 7AB", "se137", true},
        {POSTCODE, POSTCODE_SECTOR, "SE13 7AB", "SE13 7ZZ", true},
        {POSTCODE, POSTCODE_DISTRICT, "SE13 7AB", "SE13", true},
        {POSTCODE, POSTCODE_DISTRICT, "SE13 7AB", "SE13 7", true},
        {POSTCODE, POSTCODE_DISTRICT, "SE1 3AA", "SE1 3", true},
        {POSTCODE, POSTCODE_INWARD, "SE13 7AB", "N1 7AB", true},
        {SCHOOL, TEXT_START, "Deptford Park", "dept. of works", true},
        {SCHOOL, TEXT_END, "Deptford Park", "car park", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct face left = derive(cases[i].field, cases[i].left);
        struct face right = derive(cases[i].field, cases[i].right);

        assert_case(cold(&left, cases[i].field, cases[i].word) != 0, cases[i].left);
        assert_case((cold(&left, cases[i].field, cases[i].word) ==
                     cold(&right, cases[i].field, cases[i].word)) == cases[i].agree,
                    cases[i].right);
    }
}

static void placeholders_have_no_form(void **state)
{
    static const struct {
        size_t field;
        const char *value;
    } cases[] = {
        {GIVEN, ""},
        {GIVEN, "BABY BOY"},
        {FAMILY, "Unknown"},
        {FAMILY, "XX"},
        {BIRTH, ""},
        {BIRTH, "1900-01-01"},
        {BIRTH, "01/01/1900"},
        {BIRTH, "1890-01-01"},
        {BIRTH, "18000101"},
        {BIRTH, "1849-05-05"},
        {BIRTH, "2101-01-01"},
        {BIRTH, "1981-02-29"},
        {BIRTH, "1980-13-01"},
        {BIRTH, "1980-00-05"},
        {BIRTH, "1980-02-3x"},
        {BIRTH, "03-Fob-1980"},
        {BIRTH, "03-Fe"},
        {BIRTH, "Feb-03-1980"},
        {BIRTH, "03-0Feb-1980"},
        {BIRTH, "03-Feb1-1980"},
        {BIRTH, "1980/02-03"},
        {BIRTH, "1980-02-03-4"},
        {BIRTH, "03/02/80"},
        {BIRTH, "1900"},
        {BIRTH, "1900-01"},
        {BIRTH, "0"},
        {BIRTH, "-1980"},
        {BIRTH, "1980-"},
        {BIRTH, "99999999"},
        {BIRTH, "123456789"},
        {BIRTH, "T00:00"},
        {SEX, ""},
        {SEX, "9"},
        {SEX, "unknown"},
        {POSTCODE, ""},
        {POSTCODE, "ZZ99 3VZ"},
        {POSTCODE, "ZZ99"},
        {POSTCODE, "ZZ99 3"},
        {POSTCODE, "SE1X7AB9"},
        {POSTCODE, "none"},
        {POSTCODE, "S E13"},
        {POSTCODE, "7AB"},
        {NHS, ""},
        {NHS, "9434765918"},
        {NHS, "1111111111"},
        {NHS, "9999999999"},
        {NHS, "943476591"},
        {PRACTICE, ""},
        {PRACTICE, "V81997"},
        {PRACTICE, "v81998"},
        {PRACTICE, "V81999"},
        {PRACTICE, "not known"},
        {UPN, " "},
        {UPN, "\xff"},
        {SCHOOL, ""},
        {SCHOOL, "--"},
        {SCHOOL, "\xff"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        static const uint32_t nothing[WORDS_MAX];
        struct face face = derive(cases[i].field, cases[i].value);

        assert_case(face.result == 0, cases[i].value);
        assert_memory_equal(face.words, nothing, sizeof nothing);
    }
}

static void part_of_a_value_has_part_of_the_forms(void **state)
{
    struct face initial = derive(GIVEN, "J"), year = derive(BIRTH, "1980");
    struct face month = derive(BIRTH, "1980-02"), district = derive(POSTCODE, "SE13");
    size_t written = 0;

    (void)state;
    for (size_t word = 0; word < WORDS_MAX; word++)
        written += initial.words[word] != 0;
    assert_int_equal(written, 1);
    assert_int_equal(initial.result, 1);
    assert_int_not_equal(cold(&initial, GIVEN, NAME_INITIAL), 0);
    assert_int_equal(year.result, 1);
    assert_int_equal(cold(&year, BIRTH, BIRTH_MONTH), 0);
    assert_int_equal(hot(&month, BIRTH, BIRTH_WHOLE), 0);
    assert_int_equal(cold(&month, BIRTH, BIRTH_DAY), 0);
    assert_int_equal(cold(&month, BIRTH, BIRTH_MARKS), 0);
    assert_int_not_equal(cold(&month, BIRTH, BIRTH_MONTH), 0);
    assert_int_equal(hot(&district, POSTCODE, POSTCODE_UNIT), 0);
    assert_int_equal(cold(&district, POSTCODE, POSTCODE_SECTOR), 0);
    assert_int_equal(cold(&district, POSTCODE, POSTCODE_INWARD), 0);
    struct face single = derive(FAMILY, "Smith");
    assert_int_equal(hot(&single, FAMILY, NAME_SECOND), 0);
    struct face other_script = derive(FAMILY, "Иванов");
    assert_int_equal(hot(&other_script, FAMILY, NAME_SOUND), 0);
    assert_int_not_equal(hot(&other_script, FAMILY, NAME_WHOLE), 0);
}

static void names_keep_their_ends(void **state)
{
    static const struct {
        size_t field;
        const char *left, *right;
        bool start, end;
    } cases[] = {
        {GIVEN, "Elizabeth", "Eli", true, false}, {GIVEN, "Elizabeth", "Judith", false, false},
        {GIVEN, "Judith", "Edith", false, true},  {FAMILY, "Li", "li", true, true},
        {FAMILY, "Иванов", "Ивана", true, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct face left = derive(cases[i].field, cases[i].left),
                    right = derive(cases[i].field, cases[i].right);
        uint32_t apart =
            cold(&left, cases[i].field, NAME_ENDS) ^ cold(&right, cases[i].field, NAME_ENDS);

        assert_case(((apart & 0xffff) == 0) == cases[i].start, cases[i].left);
        assert_case((apart >> 16 == 0) == cases[i].end, cases[i].left);
    }
}

static void swapped_values_meet(void **state)
{
    struct face given = derive(GIVEN, "Ali"), family = derive(FAMILY, "Ali");
    struct face birth = derive(BIRTH, "1980-02-03"), exchanged = derive(BIRTH, "1980-03-02");
    struct face jones = derive(FAMILY, "Jones"), double_name = derive(FAMILY, "Smith-Jones");

    (void)state;
    assert_true(same(cold(&given, GIVEN, NAME_SWAPPED), hot(&family, FAMILY, NAME_WHOLE)));
    assert_true(same(cold(&family, FAMILY, NAME_SWAPPED), hot(&given, GIVEN, NAME_WHOLE)));
    assert_int_not_equal(hot(&given, GIVEN, NAME_WHOLE), hot(&family, FAMILY, NAME_WHOLE));
    assert_true(same(cold(&birth, BIRTH, BIRTH_DAY), cold(&exchanged, BIRTH, BIRTH_MONTH)));
    assert_true(same(cold(&birth, BIRTH, BIRTH_MONTH), cold(&exchanged, BIRTH, BIRTH_DAY)));
    assert_int_not_equal(cold(&birth, BIRTH, BIRTH_DAY), cold(&birth, BIRTH, BIRTH_MONTH));
    assert_true(same(hot(&jones, FAMILY, NAME_FIRST), hot(&double_name, FAMILY, NAME_SECOND)));
}

/* No token of one form of one field is one of another, but for those that are meant to meet. */
static void forms_share_no_tokens(void **state)
{
    static const char *const values[] = {"Ali", "12", "G85001", "E1 2AB", "2000-11-10", "a"};
    uint32_t seen[COUNT_OF(kinds) * 12];
    size_t count = 0, shared = 0;

    (void)state;
    for (size_t value = 0; value < COUNT_OF(values); value++) {
        count = 0;
        for (size_t field = 0; field < COUNT_OF(kinds); field++) {
            struct face face = derive(field, values[value]);
            bool name = field == GIVEN || field == FAMILY;

            for (size_t word = 0; word < linkage_kind_hot(kinds[field]); word++)
                seen[count++] = hot(&face, field, word);
            for (size_t word = 0; word < linkage_kind_cold(kinds[field]) && word < 4; word++)
                if (!name || word != NAME_SWAPPED)
                    seen[count++] = cold(&face, field, word);
        }
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < i; j++)
                shared += same(seen[i], seen[j]);
    }
    assert_int_equal(shared, 0);
}

static void another_key_gives_other_tokens(void **state)
{
    static const unsigned char other_key[SITE_KEY_SIZE] = "1123456789abcdef0123456789abcde";
    struct linkage_deriver *other;
    struct error error;
    struct face face = derive(FAMILY, "Smith"), changed;

    (void)state;
    memset(&changed, 0, sizeof changed);
    assert_int_equal(linkage_deriver_new(other_key, NULL, 0, &other, &error), 0);
    assert_int_equal(
        linkage_derive(other, &schema.fields[FAMILY], secret_of(slice_of("Smith")), changed.words),
        1);
    linkage_deriver_free(other);
    for (size_t word = 0; word < NAME_HOT; word++)
        assert_true(word == NAME_SECOND || hot(&face, FAMILY, word) != hot(&changed, FAMILY, word));
    assert_false(share_mark(&face, &changed, FAMILY, NAME_MARKS, 1));
}

/* The whole construction by hand, once: a change of label, version or byte order is a change of
 * every stored token. */
static void a_token_is_what_it_was(void **state)
{
    struct tokeniser *tokeniser;
    struct token token;
    struct error error;
    struct face face = derive(FAMILY, "Smith"), number = derive(NHS, "9434765919");
    struct face upn = derive(UPN, "A1");
    struct slice fields[2] = {slice_of("SMITH")};

    (void)state;
    assert_int_equal(tokeniser_new_for(site_key, "linkage/1/family_name/whole", &tokeniser, &error),
                     0);
    assert_int_equal(tokeniser_token(tokeniser, "linkage/1/family_name/whole", fields, 1, &token),
                     0);
    tokeniser_free(tokeniser);
    assert_int_equal(hot(&face, FAMILY, NAME_WHOLE),
                     (uint32_t)token.bytes[0] << 24 | (uint32_t)token.bytes[1] << 16 |
                         (uint32_t)token.bytes[2] << 8 | token.bytes[3]);
    assert_int_equal(tokeniser_new_for(site_key, "linkage/1/nhs_number/whole", &tokeniser, &error),
                     0);
    fields[0] = slice_of("9434765919");
    assert_int_equal(tokeniser_token(tokeniser, "linkage/1/nhs_number/whole", fields, 1, &token),
                     0);
    tokeniser_free(tokeniser);
    assert_int_equal(hot(&number, NHS, NHS_NUMBER_HIGH) >> 24, token.bytes[0]);
    assert_int_equal(hot(&number, NHS, NHS_NUMBER_LOW) & 255, token.bytes[7]);
    assert_int_equal(tokeniser_new_for(site_key, "linkage/1/exact/whole", &tokeniser, &error), 0);
    fields[0] = slice_of("upn");
    fields[1] = slice_of("a1");
    assert_int_equal(tokeniser_token(tokeniser, "linkage/1/exact/whole", fields, 2, &token), 0);
    tokeniser_free(tokeniser);
    assert_int_equal(hot(&upn, UPN, EXACT_WHOLE) >> 24, token.bytes[0]);
}

static uint32_t random_state = 20260101;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % limit;
}

static char random_letter(void)
{
    return (char)('A' + random_below(23)); /* no X, Y, Z: no placeholders */
}

/* One letter replaced, inserted, left out, or two neighbours swapped, at one of the places marks
 * look at. */
static void change_one(const char *name, char *changed, unsigned error_kind)
{
    size_t length = strlen(name), places = length < 10 ? length : 10, at;

    strcpy(changed, name);
    switch (error_kind) {
    case 0:
        changed[random_below((uint32_t)places)] = random_letter();
        break;
    case 1:
        at = random_below((uint32_t)places + 1);
        memmove(changed + at + 1, changed + at, length - at + 1);
        changed[at] = random_letter();
        break;
    case 2:
        at = random_below((uint32_t)places);
        memmove(changed + at, changed + at + 1, length - at);
        break;
    default:
        at = random_below((uint32_t)places - 1);
        changed[at] = name[at + 1];
        changed[at + 1] = name[at];
    }
}

static void one_letter_wrong_shares_a_mark(void **state)
{
    (void)state;
    for (size_t i = 0; i < RANDOM_NAMES; i++) {
        char name[24], changed[26];
        size_t length = 5 + random_below(11);

        for (size_t at = 0; at < length; at++)
            name[at] = random_letter();
        name[length] = '\0';
        for (unsigned kind = 0; kind < 4; kind++) {
            struct face left = derive(FAMILY, name), right;

            change_one(name, changed, kind);
            right = derive(FAMILY, changed);
            assert_case(share_mark(&left, &right, FAMILY, NAME_MARKS, LINKAGE_MARKS_MAX), changed);
            left = derive(SCHOOL, name);
            right = derive(SCHOOL, changed);
            assert_case(share_mark(&left, &right, SCHOOL, TEXT_MARKS, LINKAGE_MARKS_MAX), changed);
        }
    }
}

/* Names that differ in more than that share a mark by chance only: 144 pairs of marks in 65536. */
static void other_names_seldom_share_a_mark(void **state)
{
    size_t shared = 0;

    (void)state;
    for (size_t i = 0; i < RANDOM_NAMES; i++) {
        char names_of_pair[2][9] = {{0}};

        for (size_t at = 0; at < 16; at++)
            names_of_pair[at / 8][at % 8] = random_letter();
        struct face left = derive(FAMILY, names_of_pair[0]);
        struct face right = derive(FAMILY, names_of_pair[1]);
        shared += share_mark(&left, &right, FAMILY, NAME_MARKS, LINKAGE_MARKS_MAX);
    }
    assert_true(shared < 10);
}

static void marks_are_as_many_as_promised(void **state)
{
    static const struct {
        const char *name;
        size_t marks;
    } cases[] = {{"Li", 1},
                 {"Lee", 1},
                 {"Lees", 4},
                 {"Anna", 4},
                 {"Ross", 4},
                 {"Smith", 6},
                 {"Иванов", 7},
                 {"Abcdefghijk", 12},
                 {"Abcdefghijkl", 12},
                 {"Abcdefghijklmnop", 12}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct face face = derive(FAMILY, cases[i].name);

        assert_case(mark_count(&face, FAMILY, NAME_MARKS, LINKAGE_MARKS_MAX) == cases[i].marks,
                    cases[i].name);
    }
    struct face birth = derive(BIRTH, "1980-02-03"), postcode = derive(POSTCODE, "SE13 7AB");
    assert_int_equal(mark_count(&birth, BIRTH, BIRTH_MARKS, 8), 8);
    assert_int_equal(mark_count(&postcode, POSTCODE, POSTCODE_MARKS, 8), 8);
    struct face short_postcode = derive(POSTCODE, "N1 7AB");
    assert_int_equal(mark_count(&short_postcode, POSTCODE, POSTCODE_MARKS, 8), 6);
}

static void dates_and_postcodes_one_off_share_a_mark(void **state)
{
    static const struct {
        size_t field, run;
        const char *left, *right;
        bool share;
    } cases[] = {
        {BIRTH, BIRTH_MARKS, "1980-02-03", "1980-02-08", true},
        {BIRTH, BIRTH_MARKS, "1980-02-03", "1880-02-03", true},
        {BIRTH, BIRTH_MARKS, "1980-02-03", "1981-02-04", false},
        {BIRTH, BIRTH_MARKS, "1980-12-03", "1980-02-13", false},
        {POSTCODE, POSTCODE_MARKS, "SE13 7AB", "SE13 7AD", true},
        {POSTCODE, POSTCODE_MARKS, "SE13 7AB", "SE31 7AB", true},
        {POSTCODE, POSTCODE_MARKS, "SE13 7AB", "SE3 7AB", true},
        {POSTCODE, POSTCODE_MARKS, "SE13 7AB", "SW15 7AB", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct face left = derive(cases[i].field, cases[i].left);
        struct face right = derive(cases[i].field, cases[i].right);

        assert_case(share_mark(&left, &right, cases[i].field, cases[i].run, 8) == cases[i].share,
                    cases[i].right);
    }
}

static void words_of_a_text_have_marks(void **state)
{
    struct face left = derive(STREET, "Flat 12b, High Street"), right;
    size_t count = mark_count(&left, STREET, TEXT_WORDS, 8);

    (void)state;
    assert_int_equal(count, 5); /* FLAT 12 B HIGH STREET */
    for (size_t i = 1; i < count; i++)
        assert_true(mark(&left, STREET, TEXT_WORDS, i) > mark(&left, STREET, TEXT_WORDS, i - 1));
    right = derive(STREET, "HIGH STREET Flat 12 B flat");
    for (size_t word = 0; word < 4; word++)
        assert_int_equal(cold(&left, STREET, TEXT_WORDS + word),
                         cold(&right, STREET, TEXT_WORDS + word));
    /* Of many words the same eight, whatever the order. */
    left = derive(STREET, "one two three four five six seven eight nine ten");
    right = derive(STREET, "ten nine eight seven six five four three two one");
    assert_int_equal(mark_count(&left, STREET, TEXT_WORDS, 8), 8);
    for (size_t word = 0; word < 4; word++)
        assert_int_equal(cold(&left, STREET, TEXT_WORDS + word),
                         cold(&right, STREET, TEXT_WORDS + word));
    right = derive(SCHOOL, "one two three four five six seven eight nine ten");
    assert_int_not_equal(cold(&left, STREET, TEXT_WORDS), cold(&right, SCHOOL, TEXT_WORDS));
}

static void a_face_is_written_over(void **state)
{
    struct face face = derive(FAMILY, "Smith-Jones"), fresh = derive(FAMILY, "Li");
    uint32_t before = face.words[schema.fields[GIVEN].hot] = 7;

    (void)state;
    assert_int_equal(
        linkage_derive(deriver, &schema.fields[FAMILY], secret_of(slice_of("Li")), face.words), 1);
    assert_int_equal(face.words[schema.fields[GIVEN].hot], before);
    face.words[schema.fields[GIVEN].hot] = 0;
    assert_memory_equal(face.words, fresh.words, sizeof face.words);
    assert_int_equal(
        linkage_derive(deriver, &schema.fields[FAMILY], secret_of(slice_of("")), face.words), 0);
    assert_int_equal(hot(&face, FAMILY, NAME_WHOLE), 0);
}

/* A memo so small that it starts afresh all the time, one that keeps all, and none. */
static void the_memo_changes_nothing(void **state)
{
    static const size_t sizes[] = {0, 100, 16384, 1 << 22};
    struct linkage_deriver *derivers[COUNT_OF(sizes)];
    struct error error;

    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        assert_int_equal(linkage_deriver_new(site_key, *state, sizes[i], &derivers[i], &error), 0);
    for (size_t i = 0; i < 4 * RANDOM_NAMES; i++) {
        char value[100];
        size_t field = random_below(COUNT_OF(kinds)), length = random_below(3) == 0 ? 3 : 4;

        for (size_t at = 0; at < length; at++)
            value[at] = (char)('A' + random_below(8));
        if (random_below(20) == 0)
            for (; length < 80; length++)
                value[length] = 'A';
        value[length] = '\0';
        struct face expected = derive(field, value);
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            struct face face;

            memset(&face, 0, sizeof face);
            face.result = linkage_derive(derivers[j], &schema.fields[field],
                                         secret_of(slice_of(value)), face.words);
            assert_case(face.result == expected.result, value);
            assert_memory_equal(face.words, expected.words, sizeof face.words);
        }
    }
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        linkage_deriver_free(derivers[i]);
    linkage_deriver_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_agree),
        cmocka_unit_test(cold_forms_agree),
        cmocka_unit_test(placeholders_have_no_form),
        cmocka_unit_test(part_of_a_value_has_part_of_the_forms),
        cmocka_unit_test(names_keep_their_ends),
        cmocka_unit_test(swapped_values_meet),
        cmocka_unit_test(forms_share_no_tokens),
        cmocka_unit_test(another_key_gives_other_tokens),
        cmocka_unit_test(a_token_is_what_it_was),
        cmocka_unit_test(one_letter_wrong_shares_a_mark),
        cmocka_unit_test(other_names_seldom_share_a_mark),
        cmocka_unit_test(marks_are_as_many_as_promised),
        cmocka_unit_test(dates_and_postcodes_one_off_share_a_mark),
        cmocka_unit_test(words_of_a_text_have_marks),
        cmocka_unit_test(a_face_is_written_over),
        cmocka_unit_test(the_memo_changes_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
