/* What may be in a zip, what is refused, and what is only told. */
#include "parse_harness.h"

#include <sys/stat.h>
#include <zip.h>

#include "zip_archive.h"

struct member {
    const char *name;
    const char *text;  /* NULL = a folder */
    unsigned int mode; /* Unix file mode, 0 = not said */
    const char *password;
};

enum { MEMBERS_MAX = 6 };

#define PLAIN(name, text)                                                                          \
    {                                                                                              \
        name, text, 0, NULL                                                                        \
    }
#define MODED(name, text, mode)                                                                    \
    {                                                                                              \
        name, text, mode, NULL                                                                     \
    }
#define LOCKED(name, text)                                                                         \
    {                                                                                              \
        name, text, 0, "secret"                                                                    \
    }

/* A zip file in memory; the caller frees it. */
static char *build(const struct member *members, size_t count, size_t *ret_length)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    zip_source_keep(source);
    for (size_t i = 0; i < count; i++) {
        const char *text = members[i].text ? members[i].text : "";
        zip_source_t *data = zip_source_buffer(zip, text, strlen(text), 0);
        zip_int64_t index = zip_file_add(zip, members[i].name, data, ZIP_FL_ENC_CP437);
        assert_true(index >= 0);
        zip_uint64_t at = (zip_uint64_t)index;
        if (members[i].mode)
            zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX, members[i].mode << 16);
        if (members[i].password)
            assert_int_equal(zip_file_set_encryption(zip, at, ZIP_EM_AES_256, members[i].password),
                             0);
    }
    assert_int_equal(zip_close(zip), 0);
    zip_stat_t stat;
    assert_int_equal(zip_source_stat(source, &stat), 0);
    char *bytes = malloc(stat.size + 1);
    assert_non_null(bytes);
    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_read(source, bytes, stat.size), (zip_int64_t)stat.size);
    zip_source_close(source);
    zip_source_free(source);
    *ret_length = stat.size;
    return bytes;
}

static char *parse_zip(const void *bytes, size_t length)
{
    static const struct parse_table tables[] = {
        {.name = "first", .member = "First.csv", .has_header = true},
        {.name = "second", .member = "*second*.csv", .has_header = true},
    };
    const struct parse_request request = {.container = PARSE_ZIP,
                                          .format = PARSE_CSV,
                                          .limits = test_limits,
                                          .tables = tables,
                                          .table_count = 2};
    return parse_to_text(bytes, length, &request);
}

struct zip_case {
    const char *name;
    struct member members[MEMBERS_MAX];
    const char *expected;
};

#define FIRST  "T first\nH a\nR 2 1\nE 1\n"
#define SECOND "T second\nH b\nR 2 2\nE 1\n"

static void run_cases(const struct zip_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t members = 0, length = 0;
        while (members < MEMBERS_MAX && cases[i].members[members].name)
            members++;
        char *bytes = build(cases[i].members, members, &length);
        check_text(cases[i].name, parse_zip(bytes, length), cases[i].expected);
        free(bytes);
    }
}

static void test_accepted(void **state)
{
    (void)state;
    static const struct zip_case cases[] = {
        {"tables in the order asked",
         {PLAIN("x_second_1.csv", "b\n2\n"), PLAIN("FIRST.CSV", "a\n1\n")},
         FIRST SECOND "D 2\n"},
        {"a folder",
         {PLAIN("MHSDS/", NULL), PLAIN("MHSDS/first.csv", "a\n1\n"),
          PLAIN("MHSDS/second.csv", "b\n2\n")},
         FIRST SECOND "D 2\n"},
        {"litter",
         {PLAIN("first.csv", "a\n1\n"), PLAIN("__MACOSX/._first.csv", "x"), PLAIN(".DS_Store", "x"),
          PLAIN("second.csv", "b\n2\n")},
         FIRST SECOND "D 2\n"},
        {"missing table", {PLAIN("first.csv", "a\n1\n")}, "N 2105 second\n" FIRST "D 1\n"},
        {"extra members",
         {PLAIN("first.csv", "a\n1\n"), PLAIN("read me (1).txt", "x"),
          PLAIN("second.csv", "b\n2\n")},
         "N 2106 rea*.txt\n" FIRST SECOND "D 2\n"},
        {"a member's name may be a person's",
         {PLAIN("first.csv", "a\n1\n"), PLAIN("Jane Smith 9990000018.pdf", "x"),
          PLAIN("second.csv", "b\n2\n")},
         "N 2106 Jan*.pdf\n" FIRST SECOND "D 2\n"},
        {"too deep a folder is no table",
         {PLAIN("a/b/first.csv", "a\n1\n"), PLAIN("second.csv", "b\n2\n")},
         "N 2106 fir*.csv\nN 2105 first\n" SECOND "D 1\n"},
        {"bad row and bad file name their member",
         {PLAIN("first.csv", "a\n1,2\n"), PLAIN("second.csv", "b\n\"2\n")},
         "T first\nH a\nB 2 2010 -\nE 1\nT second\nH b\nF 1210 [sec*.csv, line 2]\n"},
        {"regular file mode",
         {MODED("first.csv", "a\n1\n", S_IFREG | 0644), PLAIN("second.csv", "b\n2\n")},
         FIRST SECOND "D 2\n"},
    };
    run_cases(cases, sizeof cases / sizeof cases[0]);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct zip_case cases[] = {
        {"climbs out", {PLAIN("../first.csv", "a\n1\n")}, "F 1226 [fir*.csv]\n"},
        {"climbs out inside", {PLAIN("x/../../first.csv", "a\n1\n")}, "F 1226 [fir*.csv]\n"},
        {"climbing folder", {PLAIN("x/../", NULL), PLAIN("first.csv", "a\n1\n")}, "F 1226 [*]\n"},
        {"absolute", {PLAIN("/first.csv", "a\n1\n")}, "F 1226 [fir*.csv]\n"},
        {"drive", {PLAIN("C:first.csv", "a\n1\n")}, "F 1226 [C_f*.csv]\n"},
        {"backslash", {PLAIN("..\\first.csv", "a\n1\n")}, "F 1226 [___*.csv]\n"},
        {"control character", {PLAIN("fi\x1brst.csv", "a\n1\n")}, "F 1226 [fi_*.csv]\n"},
        {"link", {MODED("first.csv", "/etc/passwd", S_IFLNK | 0777)}, "F 1226 [fir*.csv]\n"},
        {"device", {MODED("first.csv", "", S_IFCHR | 0666)}, "F 1226 [fir*.csv]\n"},
        {"an extra member that is a link",
         {PLAIN("first.csv", "a\n1\n"), MODED("x", "/", S_IFLNK | 0777)},
         "F 1226 [x*]\n"},
        {"twice by case",
         {PLAIN("first.csv", "a\n1\n"), PLAIN("FIRST.csv", "a\n1\n")},
         "F 1227 [FIR*.csv]\n"},
        {"twice by folder",
         {PLAIN("x/first.csv", "a\n1\n"), PLAIN("first.csv", "a\n1\n")},
         "F 1227 [fir*.csv]\n"},
        {"twice by pattern",
         {PLAIN("second.csv", "b\n"), PLAIN("my_second.csv", "b\n")},
         "F 1227 [my_*.csv]\n"},
        {"nothing known", {PLAIN("other.csv", "a\n1\n")}, "F 1228 []\n"},
        {"encrypted", {LOCKED("first.csv", "a\n1\n")}, "F 1229 [fir*.csv]\n"},
        {"empty member",
         {PLAIN("first.csv", ""), PLAIN("second.csv", "b\n2\n")},
         "F 1206 [first.csv]\n"},
        {"member of blank lines",
         {PLAIN("first.csv", "\n\n"), PLAIN("second.csv", "b\n2\n")},
         "T first\nF 1206 [first.csv]\n"},
    };
    run_cases(cases, sizeof cases / sizeof cases[0]);
}

static void test_damaged(void **state)
{
    (void)state;
    const struct member members[] = {PLAIN("first.csv", "a\n1\n"), PLAIN("second.csv", "b\n2\n")};
    size_t length = 0;
    char *bytes = build(members, 2, &length);
    check_text("no bytes", parse_zip("", 0), "F 1206 []\n");
    check_text("not a zip", parse_zip("a,b\n1,2\n", 8), "F 1224 []\n");
    check_text("end record cut", parse_zip(bytes, length - 1), "F 1225 []\n");
    check_text("directory cut", parse_zip(bytes, length / 2), "F 1225 []\n");
    check_text("only the first bytes", parse_zip(bytes, 4), "F 1225 []\n");

    char *behind = malloc(length + 5);
    assert_non_null(behind);
    memcpy(behind, bytes, length);
    memcpy(behind + length, "extra", 5);
    check_text("bytes behind the end", parse_zip(behind, length + 5), "F 1224 []\n");
    free(behind);

    /* The text of first.csv is stored as it is: another digit breaks the checksum. */
    char *digit = memmem(bytes, length, "a\n1\n", 4);
    assert_non_null(digit);
    digit[2] = '7';
    check_text("checksum", parse_zip(bytes, length), "T first\nF 1224 [first.csv]\n");
    free(bytes);
}

/* No single changed byte may do more than change a verdict. */
static void test_every_byte_flipped(void **state)
{
    (void)state;
    const struct member members[] = {PLAIN("first.csv", "a\n1\n"), PLAIN("second.csv", "b\n2\n")};
    size_t length = 0;
    char *bytes = build(members, 2, &length);
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)~bytes[i];
        char *text = parse_zip(bytes, length);
        bool whole = strstr(text, "D ") != NULL, refused = strstr(text, "F 12") != NULL;
        if (whole == refused)
            fail_msg("byte %zu: %s", i, text);
        free(text);
        bytes[i] = (char)~bytes[i];
    }
    free(bytes);
}

static void test_many_members(void **state)
{
    (void)state;
    static struct member members[ZIP_MEMBERS_MAX + 1];
    static char names[ZIP_MEMBERS_MAX + 1][16];
    for (size_t i = 0; i <= ZIP_MEMBERS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "m%zu", i);
        members[i] = (struct member){names[i], "x", 0, NULL};
    }
    members[0] = (struct member){"first.csv", "a\n1\n", 0, NULL};
    size_t length = 0;
    char *bytes = build(members, ZIP_MEMBERS_MAX, &length);
    char *text = parse_zip(bytes, length);
    assert_non_null(strstr(text, "D 1\n"));
    free(text);
    free(bytes);
    bytes = build(members, ZIP_MEMBERS_MAX + 1, &length);
    check_text("one too many", parse_zip(bytes, length), "F 1223 []\n");
    free(bytes);
}

static void test_bomb(void **state)
{
    (void)state;
    size_t size = 40u << 20, length = 0;
    char *text = malloc(size + 1);
    assert_non_null(text);
    memset(text, '\n', size);
    text[0] = 'a';
    text[size] = '\0';
    const struct member members[] = {PLAIN("first.csv", text)};
    char *bytes = build(members, 1, &length);
    free(text);
    check_text("ratio", parse_zip(bytes, length),
               "N 2105 second\nT first\nH a\nF 1223 [first.csv]\n");
    free(bytes);
}

static void test_name_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *name;
        bool fits;
    } cases[] = {
        {"MHS001MPI.csv", "mhs001mpi.CSV", true},
        {"MHS001MPI.csv", "MHS001MPI.csv.bak", false},
        {"*case*.xml", "x_CASE_2.xml", true},
        {"*case*.xml", "case.xml", true},
        {"*case*.xml", "cas.xml", false},
        {"*", "", true},
        {"", "x", false},
        {"a?c", "abc", false},
        {"a*b*c", "aXbYbZc", true},
        {"[a]", "a", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (zip_name_fits(cases[i].pattern, cases[i].name) != cases[i].fits)
            fail_msg("%s against %s", cases[i].name, cases[i].pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),      cmocka_unit_test(test_refused),
        cmocka_unit_test(test_damaged),       cmocka_unit_test(test_every_byte_flipped),
        cmocka_unit_test(test_many_members),  cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_name_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
