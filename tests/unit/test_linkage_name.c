/* test_linkage_name.c: names before they are hashed: parts, sounds, nicknames, full names. */
#include "unit.h"

#include "linkage/form.h"
#include "linkage/name_part.h"
#include "linkage/nickname.h"
#include "linkage/sound.h"

/* Parts of a name with | between them; "" for none. */
static void parts_text(const char *value, bool given, char *text, size_t size)
{
    static struct name_parts name;
    size_t length = 0;

    text[0] = '\0';
    if (!name_parts_of(secret_of(slice_of(value)), given, &name)) {
        assert_int_equal(name.count, 0);
        return;
    }
    for (size_t i = 0; i < name.count; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%.*s", i == 0 ? "" : "|",
                                   (int)name.parts[i].length, name.parts[i].data);
}

static void names_come_in_parts(void **state)
{
    static const struct {
        const char *value;
        bool given;
        const char *parts;
    } cases[] = {
        {"Smith", false, "SMITH"},
        {"  smith ", false, "SMITH"},
        {"O'Neill", false, "ONEILL"},
        {"O’Neill", false, "ONEILL"},
        {"O Neill", false, "ONEILL"},
        {"Mc Donald", false, "MCDONALD"},
        {"van der Berg", false, "VANDERBERG"},
        {"de la Cruz", false, "DELACRUZ"},
        {"Al-Hassan", false, "ALHASSAN"},
        {"St. John", false, "STJOHN"},
        {"Smith-Jones", false, "SMITH|JONES"},
        {"SMITH JONES", false, "SMITH|JONES"},
        {"Mary Jane", true, "MARY|JANE"},
        {"Jean-Luc", true, "JEAN|LUC"},
        {"John P", true, "JOHN"},
        {"John P.Q.", true, "JOHN"},
        {"J", true, "J"},
        {"J. P.", true, "J"},
        {"J Paul", true, "J|PAUL"},
        {"O James", true, "O|JAMES"},
        {"Dr. Anna", true, "ANNA"},
        {"Mr Smith", false, "SMITH"},
        {"Prof Sir Smith", false, "SMITH"},
        {"Elizabeth (Liz)", true, "ELIZABETH"},
        {"(Liz)", true, "LIZ"},
        {"Ångström", false, "ANGSTROM"},
        {"Müller", false, "MULLER"},
        {"Weiß", false, "WEISS"},
        {"Bjørn", true, "BJORN"},
        {"Łukasz", true, "LUKASZ"},
        {"Đorđe", true, "DORDE"},
        {"Æthelred", true, "AETHELRED"},
        {"Þór", true, "THOR"},
        {"Işık", false, "ISIK"},
        {"Ｓｍｉｔｈ", false, "SMITH"},
        {"Иванов", false, "иванов"},
        {"王", false, "王"},
        {"Va", false, "VA"},
        {"Van", false, "VAN"},
        {"De", false, "DE"},
        {"Na", false, "NA"},
        {"Boyd", false, "BOYD"},
        {"Baby Jones", false, "BABY|JONES"},
        {"Babyhope", true, "BABYHOPE"},
        {"Tester-Smith", false, "TESTER|SMITH"},
        {"", false, ""},
        {" \t", false, ""},
        {"-", false, ""},
        {"1234", false, ""},
        {"Baby", true, ""},
        {"BABY BOY", true, ""},
        {"baby girl", true, ""},
        {"Baby Jones", true, ""},
        {"Infant", true, ""},
        {"Unknown", false, ""},
        {"not known", false, ""},
        {"Unk", false, ""},
        {"NK", false, ""},
        {"N/K", false, ""},
        {"N/A", false, ""},
        {"None", false, ""},
        {"TEST", false, ""},
        {"X", false, ""},
        {"XX", false, ""},
        {"xxxx", false, ""},
        {"XXTESTPATIENT", false, ""},
        {"ZZZ", false, ""},
        {"TBC", false, ""},
        {"Anon", false, ""},
        {"NFA", false, ""},
        {"Mr", false, ""},
        {"Sm\xffith", false, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];

        parts_text(cases[i].value, cases[i].given, text, sizeof text);
        if (strcmp(text, cases[i].parts) != 0)
            fail_msg("case \"%s\": %s, not %s", cases[i].value, text, cases[i].parts);
    }
}

static void overlong_names_are_none(void **state)
{
    char value[700], text[700];

    (void)state;
    memset(value, 'a', sizeof value);
    value[600] = '\0';
    parts_text(value, false, text, sizeof text);
    assert_string_equal(text, "");
    value[300] = '\0'; /* folds, but has no room among the parts */
    parts_text(value, false, text, sizeof text);
    assert_string_equal(text, "");
    for (size_t i = 1; i < 300; i += 2)
        value[i] = ' ';
    parts_text(value, false, text, sizeof text);
    assert_string_equal(text, "");
}

static bool sounds_alike(const char *left, const char *right)
{
    char left_code[SOUND_MAX], right_code[SOUND_MAX];
    size_t left_length = sound_code(slice_of(left), left_code);
    size_t right_length = sound_code(slice_of(right), right_code);

    return left_length > 0 && left_length == right_length &&
           memcmp(left_code, right_code, left_length) == 0;
}

static void names_that_sound_alike_have_one_code(void **state)
{
    static const char *const groups[][8] = {
        {"CATHERINE", "KATHRYN", "KATHARINE", "KATHERINE", "CATHRYN", "KATARINA", "CATERINA"},
        {"MOHAMMED", "MUHAMMAD", "MOHAMAD", "MOHAMED", "MUHAMED", "MOHAMMAD"},
        {"HUSSAIN", "HUSSEIN", "HUSEYIN", "HUSSIEN", "HUSAIN"},
        {"PHILIP", "PHILLIP", "FILIP"},
        {"STEPHEN", "STEVEN", "STEFAN", "STEPHAN"},
        {"SMITH", "SMYTH", "SMYTHE", "SMIT"},
        {"CLARK", "CLARKE", "KLARK"},
        {"REID", "REED", "READ", "REEDE"},
        {"THOMPSON", "THOMSON", "TOMSON"},
        {"AHMED", "AHMAD", "AHAMED", "AHMMED"},
        {"AISHA", "AYESHA", "AYSHA", "AISHAH"},
        {"FATIMA", "FATIMAH", "FATHIMA"},
        {"CHAUDHRY", "CHOUDHURY", "CHOWDHURY", "CHAUDHARY", "CHOUDHRY"},
        {"SHAIKH", "SHEIKH", "SHEIK", "SHAYKH"},
        {"RAHMAN", "REHMAN", "RAHMANN"},
        {"QURESHI", "KURESHI", "QURAISHI"},
        {"YUSUF", "YOUSUF", "YOUSEF", "YOUSAF"},
        {"LAKSHMI", "LAXMI"},
        {"SINGH", "SING"},
        {"GHULAM", "GULAM"},
        {"KHAN", "KAN"},
        {"MICHAEL", "MIKAEL", "MICHEAL"},
        {"NICHOLAS", "NICOLAS", "NIKOLAS"},
        {"CHRISTINE", "KRISTINE", "CRISTINE"},
        {"CHERYL", "SHERYL"},
        {"WRIGHT", "RIGHT", "WRITE"},
        {"KNIGHT", "NIGHT"},
        {"HUGHES", "HUGHS", "HEWES"},
        {"STUART", "STEWART"},
        {"LAWRENCE", "LAURENCE", "LAWRENSE"},
        {"GEOFFREY", "JEFFREY", "JEFFERY"},
        {"GEMMA", "JEMMA"},
        {"ROGER", "RODGER"},
        {"SHEPHERD", "SHEPPARD", "SHEPARD"},
        {"CAMPBELL", "CAMBELL"},
        {"MACDONALD", "MCDONALD"},
        {"MCLEAN", "MCCLEAN", "MACLEAN"},
        {"MCKENZIE", "MACKENZIE"},
        {"DAVIES", "DAVIS"},
        {"PEARCE", "PIERCE", "PEARSE"},
        {"JOHN", "JON"},
        {"MATTHEW", "MATHEW"},
        {"WHITE", "WHYTE", "WITE"},
        {"YVONNE", "IVONNE"},
        {"LOWE", "LOW"},
        {"SCHOFIELD", "SCOFIELD"},
        {"BRIDGET", "BRIJET"},
        {"XAVIER", "ZAVIER"},
        {"MITCHELL", "MICHELL"},
        {"LAMB", "LAM"},
        {"PRICE", "PRYCE"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        for (size_t j = 1; j < 8 && groups[i][j] != NULL; j++)
            assert_case(sounds_alike(groups[i][0], groups[i][j]), groups[i][j]);
}

static void names_that_sound_different_do_not(void **state)
{
    static const char *const pairs[][2] = {
        {"SMITH", "JONES"},  {"WAHID", "VAHID"},   {"MICHAEL", "MICHELLE"}, {"KHAN", "HAN"},
        {"PATEL", "BATTLE"}, {"MARY", "MARTHA"},   {"JASMIN", "YASMIN"},    {"ALI", "ELLIS"},
        {"NANA", "NA"},      {"MOHAMMED", "MAUD"}, {"JOHNSON", "JOHNSTON"}, {"SHAH", "SAH"},
        {"KAUR", "KNIGHT"},  {"HALL", "ALL"},      {"PHELAN", "PELLAN"},    {"BROWN", "BRIAR"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        assert_case(!sounds_alike(pairs[i][0], pairs[i][1]), pairs[i][0]);
}

static void only_words_of_letters_sound(void **state)
{
    static const struct {
        const char *word, *code;
    } cases[] = {{"", ""},       {"A", ""},      {"smith", ""},   {"O'NEIL", ""},
                 {"иванов", ""}, {"HY", "H"},    {"HH", ""},      {"LEE", "L"},
                 {"AA", "A"},    {"EMMA", "AM"}, {"KNAPP", "NP"}, {"XX", "SKS"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char code[SOUND_MAX];
        size_t length = sound_code(slice_of(cases[i].word), code);

        assert_case(length == strlen(cases[i].code) && memcmp(code, cases[i].code, length) == 0,
                    cases[i].word);
    }
    char code[SOUND_MAX + 1] = {0};
    assert_int_equal(sound_code(slice_of("BCDFGKLMNPQRSTBCDFGKLMNPQRST"), code), SOUND_MAX);
    assert_int_equal(code[SOUND_MAX], 0);
}

static char *file_text(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(1 << 20);

    assert_non_null(file);
    assert_non_null(text);
    *length = fread(text, 1, 1 << 20, file);
    (void)fclose(file);
    return text;
}

static void the_shipped_nicknames_are_sound(void **state)
{
    static const char *const cases[][2] = {{"LIZ", "ELIZABETH"},       {"BILL", "WILLIAM"},
                                           {"MOHD", "MOHAMMED"},       {"MD", "MOHAMMED"},
                                           {"MUHAMMAD", "MOHAMMED"},   {"KATE", "CATHERINE"},
                                           {"KATHERINE", "CATHERINE"}, {"SHAUN", "SEAN"},
                                           {"ELIZABETH", "ELIZABETH"}, {"ZEBEDEE", "ZEBEDEE"}};
    struct linkage_nicknames *nicknames;
    struct error error;
    size_t length;
    char *text = file_text("config/linkage/nicknames.csv", &length);

    (void)state;
    assert_int_equal(linkage_nicknames_parse(text, length, &nicknames, &error), 0);
    free(text);
    assert_true(linkage_nicknames_count(nicknames) > 250);
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_case(slice_equal(linkage_nicknames_canonical(nicknames, slice_of(cases[i][0])),
                                slice_of(cases[i][1])),
                    cases[i][0]);
    linkage_nicknames_free(nicknames);
    assert_true(slice_equal(linkage_nicknames_canonical(NULL, slice_of("LIZ")), slice_of("LIZ")));
}

static void wrong_nicknames_are_refused(void **state)
{
    static const struct {
        const char *text, *place; /* NULL: it is fine */
    } cases[] = {
        {"# why\nname,canonical\nLIZ,ELIZABETH\nBETH,ELIZABETH\n", NULL},
        {"name,canonical\r\nLIZ,ELIZABETH\r\n\r\n", NULL},
        {"name,canonical\nLIZ,ELIZABETH", NULL},
        {"", NULL},
        {"LIZ,ELIZABETH\n", "line 1"},
        {"name,canonical\nLIZ\n", "line 2"},
        {"name,canonical\nLIZ,\n", "line 2"},
        {"name,canonical\n,ELIZABETH\n", "line 2"},
        {"name,canonical\nLiz,ELIZABETH\n", "line 2"},
        {"name,canonical\nLIZ,ELIZABETH,X\n", "line 2"},
        {"name,canonical\nLIZ,ELIZABETH\nLIZ,LISA\n", "line 3"},
        {"name,canonical\nLIZ,BETH\nBETH,ELIZABETH\n", "line 2"},
        {"name,canonical\nLIZ,LIZ\n", "line 2"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct linkage_nicknames *nicknames = NULL;
        struct error error = {0};
        int result =
            linkage_nicknames_parse(cases[i].text, strlen(cases[i].text), &nicknames, &error);

        assert_case(result == (cases[i].place == NULL ? 0 : ERROR_CONFIG_INVALID), cases[i].text);
        if (cases[i].place != NULL)
            assert_string_equal(error.place, cases[i].place);
        linkage_nicknames_free(nicknames);
    }
}

static void full_names_are_split(void **state)
{
    static const struct {
        const char *full, *given, *family;
    } cases[] = {
        {"John Smith", "John", "Smith"},
        {"  John   Peter  Smith ", "John   Peter", "Smith"},
        {"SMITH, John", "John", "SMITH"},
        {"SMITH,John Peter", "John Peter", "SMITH"},
        {"Smith Jones , Anna", "Anna", "Smith Jones"},
        {"Mr John Smith", "John", "Smith"},
        {"Dr. Jane Smith", "Jane", "Smith"},
        {"SMITH, Mrs Jane", "Jane", "SMITH"},
        {"Jan van der Berg", "Jan", "van der Berg"},
        {"Maria De La Cruz", "Maria", "De La Cruz"},
        {"Van Morrison", "Van", "Morrison"},
        {"Mary-Jane O'Neill", "Mary-Jane", "O'Neill"},
        {"Smith", "", "Smith"},
        {"Mr Smith", "", "Smith"},
        {"Mr", "", ""},
        {"SMITH,", "", "SMITH"},
        {", John", "John", ""},
        {",", "", ""},
        {"", "", ""},
        {"a b c d e f g h i j k l m n o p", "a b c d e f g h i j k", "l m n o p"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct secret given, family;

        linkage_split_name(secret_of(slice_of(cases[i].full)), &given, &family);
        assert_case(slice_equal(secret_open(given), slice_of(cases[i].given)), cases[i].full);
        assert_case(slice_equal(secret_open(family), slice_of(cases[i].family)), cases[i].full);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_in_parts),
        cmocka_unit_test(overlong_names_are_none),
        cmocka_unit_test(names_that_sound_alike_have_one_code),
        cmocka_unit_test(names_that_sound_different_do_not),
        cmocka_unit_test(only_words_of_letters_sound),
        cmocka_unit_test(the_shipped_nicknames_are_sound),
        cmocka_unit_test(wrong_nicknames_are_refused),
        cmocka_unit_test(full_names_are_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
