/* The verdict on every kind of CSV file, good and bad. */
#include "parse_harness.h"

#include <sys/resource.h>

struct csv_case {
    const char *name;
    const char *bytes;
    size_t length; /* 0 = strlen */
    const char *expected;
};

#define BYTES(text) text, sizeof(text) - 1

static char *parse_csv(const void *bytes, size_t length, bool has_header, size_t columns,
                       enum parse_encoding encoding)
{
    const struct parse_table table = {
        .name = "t", .has_header = has_header, .column_count = columns};
    const struct parse_request request = {.container = PARSE_PLAIN,
                                          .format = PARSE_CSV,
                                          .encoding = encoding,
                                          .limits = test_limits,
                                          .tables = &table,
                                          .table_count = 1};
    return parse_to_text(bytes, length, &request);
}

static void run_cases(const struct csv_case *cases, size_t count, bool has_header, size_t columns,
                      enum parse_encoding encoding)
{
    for (size_t i = 0; i < count; i++) {
        const struct csv_case *one = &cases[i];
        size_t length = one->length ? one->length : strlen(one->bytes);
        check_text(one->name, parse_csv(one->bytes, length, has_header, columns, encoding),
                   one->expected);
    }
}

#define COUNT(cases) sizeof(cases) / sizeof(cases)[0]

static void test_good_files(void **state)
{
    (void)state;
    static const struct csv_case cases[] = {
        {"LF", "a,b\n1,2\n3,4\n", 0, "T t\nH a|b\nR 2 1|2\nR 3 3|4\nE 2\nD 2\n"},
        {"CRLF", "a,b\r\n1,2\r\n3,4\r\n", 0, "T t\nH a|b\nR 2 1|2\nR 3 3|4\nE 2\nD 2\n"},
        {"CR only", "a,b\r1,2\r3,4\r", 0, "T t\nH a|b\nR 2 1|2\nR 3 3|4\nE 2\nD 2\n"},
        {"no line end at the end", "a,b\n1,2", 0, "T t\nH a|b\nR 2 1|2\nE 1\nD 1\n"},
        {"header only", "a,b\n", 0, "T t\nH a|b\nE 0\nD 0\n"},
        {"header only, no line end", "a,b", 0, "T t\nH a|b\nE 0\nD 0\n"},
        {"quoted", "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", 0,
         "T t\nH a|b\nR 2 x,y|say \"hi\"\nE 1\nD 1\n"},
        {"empty quoted", "a,b\n\"\",\n", 0, "T t\nH a|b\nR 2 |\nE 1\nD 1\n"},
        {"line end in quotes", "a,b\n\"x\r\ny\",2\n", 0, "T t\nH a|b\nR 2 x\r\ny|2\nE 1\nD 1\n"},
        {"blanks are kept", "a,b\n  x  ,\t2 \n", 0, "T t\nH a|b\nR 2   x  |\t2 \nE 1\nD 1\n"},
        {"byte order mark",
         "\xEF\xBB\xBF"
         "a,b\n1,2\n",
         0, "T t\nN 2107 \nH a|b\nR 2 1|2\nE 1\nD 1\n"},
        {"UTF-8", "a,b\nZo\xC3\xAB,\xE2\x82\xAC\n", 0,
         "T t\nH a|b\nR 2 Zo\xC3\xAB|\xE2\x82\xAC\nE 1\nD 1\n"},
        {"backslash dot in one column", "a\n\\.\nx\n", 0, "T t\nH a\nR 2 \\.\nR 3 x\nE 2\nD 2\n"},
        {"one empty quoted column", "a\n\"\"\nx\n", 0, "T t\nH a\nR 2 \nR 3 x\nE 2\nD 2\n"},
    };
    run_cases(cases, COUNT(cases), true, 0, PARSE_UTF8);
}

static void test_bad_rows(void **state)
{
    (void)state;
    static const struct csv_case cases[] = {
        {"ragged, short", "a,b\n1\n3,4\n", 0, "T t\nH a|b\nB 2 2010 -\nR 3 3|4\nE 2\nD 2\n"},
        {"ragged, long", "a,b\n1,2,3\n3,4\n", 0, "T t\nH a|b\nB 2 2010 -\nR 3 3|4\nE 2\nD 2\n"},
        {"backslash dot in two columns", "a,b\n\\.\n3,4\n", 0,
         "T t\nH a|b\nB 2 2010 -\nR 3 3|4\nE 2\nD 2\n"},
        {"blank line", "a,b\n1,2\n\n3,4\n", 0,
         "T t\nH a|b\nR 2 1|2\nB 3 2014 -\nR 4 3|4\nE 3\nD 3\n"},
        {"blank line, CRLF", "a,b\r\n1,2\r\n\r\n\r\n3,4\r\n", 0,
         "T t\nH a|b\nR 2 1|2\nB 3 2014 -\nB 4 2014 -\nR 5 3|4\nE 4\nD 4\n"},
        {"blank line, CR", "a,b\r1,2\r\r3,4\r", 0,
         "T t\nH a|b\nR 2 1|2\nB 3 2014 -\nR 4 3|4\nE 3\nD 3\n"},
        {"blank lines after the last row", "a,b\n1,2\n\n\n", 0, "T t\nH a|b\nR 2 1|2\nE 1\nD 1\n"},
        {"blank lines above the header", "\n\r\na,b\n1,2\n", 0, "T t\nH a|b\nR 2 1|2\nE 1\nD 1\n"},
        {"blank line before a stray quote", "a,b\n\nx\"y,2\n", 0,
         "T t\nH a|b\nB 2 2014 -\nB 3 2011 0\nE 2\nD 2\n"},
        {"a line of blanks is no blank line", "a,b\n  \n3,4\n", 0,
         "T t\nH a|b\nB 2 2010 -\nR 3 3|4\nE 2\nD 2\n"},
        {"NUL", BYTES("a,b\n1,\0\n3,4\n"), "T t\nH a|b\nB 2 2012 -\nR 3 3|4\nE 2\nD 2\n"},
        {"NUL in a dropped field", BYTES("a,b\n1,2,x\0y\n3,4\n"),
         "T t\nH a|b\nB 2 2012 -\nR 3 3|4\nE 2\nD 2\n"},
        {"Latin-1 byte", "a,b\n1,caf\xE9\n3,4\n", 0, "T t\nH a|b\nB 2 2013 1\nR 3 3|4\nE 2\nD 2\n"},
        {"overlong UTF-8", "a,b\n\xC0\xAF,1\n3,4\n", 0,
         "T t\nH a|b\nB 2 2013 0\nR 3 3|4\nE 2\nD 2\n"},
        {"surrogate", "a,b\n\xED\xA0\x80,1\n", 0, "T t\nH a|b\nB 2 2013 0\nE 1\nD 1\n"},
        {"beyond Unicode", "a,b\n\xF4\x90\x80\x80,1\n", 0, "T t\nH a|b\nB 2 2013 0\nE 1\nD 1\n"},
        {"UTF-8 cut by the comma", "a,b\n\xC3,\xAB\n", 0, "T t\nH a|b\nB 2 2013 0\nE 1\nD 1\n"},
        {"stray quote", "a,b\nx\"y,2\n3,4\n", 0, "T t\nH a|b\nB 2 2011 0\nR 3 3|4\nE 2\nD 2\n"},
        {"stray quote, CRLF", "a,b\r\n1,x\"y\r\n3,4\r\n", 0,
         "T t\nH a|b\nB 2 2011 1\nR 3 3|4\nE 2\nD 2\n"},
        {"stray quote, CR", "a,b\r1,x\"y\r3,4\r", 0, "T t\nH a|b\nB 2 2011 1\nR 3 3|4\nE 2\nD 2\n"},
        {"text after the closing quote", "a,b\n\"x\"y,2\n3,4\n", 0,
         "T t\nH a|b\nB 2 2011 0\nR 3 3|4\nE 2\nD 2\n"},
        {"blank after the closing quote", "a,b\n\"x\" ,2\n3,4\n", 0,
         "T t\nH a|b\nB 2 2011 0\nR 3 3|4\nE 2\nD 2\n"},
        {"stray quote in the last line", "a,b\n3,4\n1,x\"y", 0,
         "T t\nH a|b\nR 2 3|4\nB 3 2011 1\nE 2\nD 2\n"},
        {"two stray quotes in a row", "a,b\nx\"\"\"y,\"2\n3,4\n", 0,
         "T t\nH a|b\nB 2 2011 0\nR 3 3|4\nE 2\nD 2\n"},
        {"blank line after a stray quote", "a,b\nx\"y,2\n\n3,4\n", 0,
         "T t\nH a|b\nB 2 2011 0\nB 3 2014 -\nR 4 3|4\nE 3\nD 3\n"},
    };
    run_cases(cases, COUNT(cases), true, 0, PARSE_UTF8);
}

static void test_bad_files(void **state)
{
    (void)state;
    static const struct csv_case cases[] = {
        {"unterminated quote", "a,b\n1,2\n3,\"x\n5,6\n7,8\n", 0,
         "T t\nH a|b\nR 2 1|2\nF 1210 [line 3]\n"},
        {"unterminated quote after a row of two lines", "a,b\n\"1\n1\",2\n\n\"3,4\n", 0,
         "T t\nH a|b\nR 2 1\n1|2\nF 1210 [line 5]\n"},
        {"unterminated quote, second field of a row with a line end", "a,b\r\n\"1\r\n1\",\"2\r\n",
         0, "T t\nH a|b\nF 1210 [line 3]\n"},
        {"unterminated quote in the header", "a,\"b\n1,2\n", 0, "T t\nF 1210 [line 1]\n"},
        {"stray quote in the header", "a,b\"c\n1,2\n", 0, "T t\nF 1217 [line 1]\n"},
        {"NUL in the header", BYTES("alpha,b\0\n1,2\n"), "T t\nF 1217 [line 1]\n"},
        {"Latin-1 in the header", "a,caf\xE9\n1,2\n", 0, "T t\nF 1216 [line 1]\n"},
        {"UTF-16 with a mark",
         BYTES("\xFF\xFE"
               "a\0,\0b\0"),
         "T t\nF 1216 []\n"},
        {"UTF-16, other order", BYTES("\xFE\xFF\0a\0,\0b"), "T t\nF 1216 []\n"},
        {"UTF-16 without a mark",
         BYTES("a\0,\0b\0\n\0"
               "1\0,\0"
               "2\0\n\0"),
         "T t\nF 1216 []\n"},
        {"UTF-32", BYTES("\0\0\xFE\xFF\0\0\0a"), "T t\nF 1216 []\n"},
        {"only a mark", "\xEF\xBB\xBF", 0, "T t\nN 2107 \nF 1206 []\n"},
        {"only blank lines", "\r\n\n\n", 0, "T t\nF 1206 []\n"},
    };
    run_cases(cases, COUNT(cases), true, 0, PARSE_UTF8);
    check_text("no bytes", parse_csv("", 0, true, 0, PARSE_UTF8), "F 1206 []\n");
}

static void test_without_header(void **state)
{
    (void)state;
    static const struct csv_case two[] = {
        {"two columns", "1,2\n3,4\n", 0, "T t\nR 1 1|2\nR 2 3|4\nE 2\nD 2\n"},
        {"ragged first row", "1\n3,4\n", 0, "T t\nB 1 2010 -\nR 2 3|4\nE 2\nD 2\n"},
        {"blank first line", "\n3,4\n", 0, "T t\nB 1 2014 -\nR 2 3|4\nE 2\nD 2\n"},
    };
    static const struct csv_case open[] = {
        {"the first row decides", "1,2,3\n3,4\n", 0, "T t\nR 1 1|2|3\nB 2 2010 -\nE 2\nD 2\n"},
    };
    run_cases(two, COUNT(two), false, 2, PARSE_UTF8);
    run_cases(open, COUNT(open), false, 0, PARSE_UTF8);
}

static void test_windows_1252(void **state)
{
    (void)state;
    static const struct csv_case cases[] = {
        {"accents and quotes", "a,b\nRen\xE9\x65,\x91x\x92\n", 0,
         "T t\nH a|b\nR 2 Ren\xC3\xA9"
         "e|\xE2\x80\x98x\xE2\x80\x99\nE 1\nD 1\n"},
        {"euro", "a,b\n\x80,\xFF\n", 0, "T t\nH a|b\nR 2 \xE2\x82\xAC|\xC3\xBF\nE 1\nD 1\n"},
        {"header", "n\xE9\n1\n", 0, "T t\nH n\xC3\xA9\nR 2 1\nE 1\nD 1\n"},
        {"undefined byte", "a,b\n1,\x81\n1,\x9D\n3,4\n", 0,
         "T t\nH a|b\nB 2 2013 1\nB 3 2013 1\nR 4 3|4\nE 3\nD 3\n"},
        {"a UTF-8 mark is stronger",
         "\xEF\xBB\xBF"
         "a\nRen\xC3\xA9\n\xE9\n",
         0, "T t\nN 2107 \nH a\nR 2 Ren\xC3\xA9\nB 3 2013 0\nE 2\nD 2\n"},
    };
    run_cases(cases, COUNT(cases), true, 0, PARSE_WINDOWS_1252);
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* before, count times c, after. */
static char *parse_long(const char *before, char c, size_t count, const char *after)
{
    size_t length = strlen(before) + count + strlen(after);
    char *bytes = malloc(length + 1);
    assert_non_null(bytes);
    char *end = stpcpy(bytes, before);
    memset(end, c, count);
    strcpy(end + count, after);
    int file = file_of(bytes, length);
    free(bytes);
    const struct parse_table table = {.name = "t", .has_header = true};
    const struct parse_request request = {
        .format = PARSE_CSV, .limits = test_limits, .tables = &table, .table_count = 1};
    char *text = parse_file_to_text(file, &request);
    close(file);
    return text;
}

/* The cap is exact, and a field of 64 MB does not take 64 MB. */
static void test_field_cap(void **state)
{
    (void)state;
    const size_t cap = RECORD_FIELD_BYTES_MAX;
    char *text = parse_long("a,b\n1,", 'x', cap, "\n3,4\n");
    assert_non_null(strstr(text, "R 3 3|4\nE 2\nD 2\n"));
    assert_null(strstr(text, "B "));
    free(text);
    text = parse_long("a,b\n1,\"", 'x', cap, "\"\n3,4\n");
    assert_non_null(strstr(text, "R 3 3|4\nE 2\nD 2\n"));
    free(text);

    const char *skipped = "T t\nH a|b\nB 2 2015 1\nR 3 3|4\nE 2\nD 2\n";
    check_text("one byte over", parse_long("a,b\n1,", 'x', cap + 1, "\n3,4\n"), skipped);
    check_text("two bytes over", parse_long("a,b\n1,", 'x', cap + 2, "\n3,4\n"), skipped);
    check_text("quoted, one byte over", parse_long("a,b\n1,\"", 'x', cap + 1, "\"\n3,4\n"),
               "T t\nH a|b\nF 1211 [line 2]\n");
    check_text("quoted lines", parse_long("a,b\n1,2\n1,\"", '\n', cap + 5, "\"\n3,4\n"),
               "T t\nH a|b\nR 2 1|2\nF 1211 [line 3]\n");
    check_text("header", parse_long("a,", 'x', cap + 9, "\n3,4\n"), "T t\nF 1211 [line 1]\n");
}

static void test_large_field_memory(void **state)
{
    (void)state;
    const size_t large = 64u << 20;
    /* parse_long itself holds the bytes twice (a buffer, freed again, and the memory file). */
    free(parse_long("a,b\n1,", 'x', large, "\n3,4\n"));
    long before = peak_kib();
    check_text("64 MB", parse_long("a,b\n1,", 'x', large, "\n3,4\n"),
               "T t\nH a|b\nB 2 2015 1\nR 3 3|4\nE 2\nD 2\n");
    check_text("64 MB quoted", parse_long("a,b\n1,\"", 'x', large, "\n3,4\n"),
               "T t\nH a|b\nF 1211 [line 2]\n");
    if (MEMORY_IS_MEASURABLE)
        assert_true(peak_kib() - before < 8 << 10);
}

static void test_row_cap(void **state)
{
    (void)state;
    /* 17 fields of 1 MiB: more than one frame may carry. */
    enum { FIELDS = 17 };
    size_t field = RECORD_FIELD_BYTES_MAX, length = 0;
    char *bytes = malloc((FIELDS + 1) * (field + 1) + 100);
    assert_non_null(bytes);
    for (int i = 0; i < FIELDS; i++)
        length += (size_t)sprintf(bytes + length, i ? ",c" : "c");
    bytes[length++] = '\n';
    for (int i = 0; i < FIELDS; i++) {
        memset(bytes + length, 'x', field);
        bytes[length + field] = i + 1 < FIELDS ? ',' : '\n';
        length += field + 1;
    }
    char *text = parse_csv(bytes, length, true, 0, PARSE_UTF8);
    free(bytes);
    check_text("row", text, "T t\nH c|c|c|c|c|c|c|c|c|c|c|c|c|c|c|c|c\nB 2 2015 15\nE 1\nD 1\n");
}

/* A character of Windows-1252 may take three bytes: the cap holds for what is sent. */
static void test_converted_cap(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        const char *end;
    } cases[] = {{RECORD_FIELD_BYTES_MAX / 3, "E 1\nD 1\n"},
                 {RECORD_FIELD_BYTES_MAX / 3 + 1, "H a|b\nB 2 2015 1\nE 1\nD 1\n"}};
    for (size_t i = 0; i < 2; i++) {
        size_t count = cases[i].count;
        char *bytes = malloc(count + 8);
        assert_non_null(bytes);
        memcpy(bytes, "a,b\n1,", 6);
        memset(bytes + 6, 0x80, count);
        bytes[6 + count] = '\n';
        char *text = parse_csv(bytes, count + 7, true, 0, PARSE_WINDOWS_1252);
        assert_non_null(strstr(text, cases[i].end));
        assert_int_equal(strstr(text, "B ") != NULL, i == 1);
        free(text);
        free(bytes);
    }
}

static void test_column_cap(void **state)
{
    (void)state;
    char *text = parse_long("a", ',', RECORD_FIELDS_MAX - 1, "z\n1,2\n");
    assert_non_null(strstr(text, "B 2 2010 -\nE 1\nD 1\n"));
    free(text);
    check_text("4097", parse_long("a", ',', RECORD_FIELDS_MAX, "z\n1,2\n"),
               "T t\nF 1212 [line 1]\n");
    check_text("a million", parse_long("a", ',', 1000000, "z\n1,2\n"), "T t\nF 1212 [line 1]\n");
    check_text("a million in a row", parse_long("a,b\n", ',', 1000000, "z\n1,2\n"),
               "T t\nH a|b\nB 2 2010 -\nR 3 1|2\nE 2\nD 2\n");
}

/* The same verdicts wherever the reader's buffer happens to end. */
static void test_buffer_ends(void **state)
{
    (void)state;
    enum { BUFFER = 256 << 10 };
    static const char tail[] = "\r\n\"x\r\ny\",\"\"\"\"\r\n\r\n1,q\"q\r\n\xE2\x82\xAC,2\r\n";
    static const char expected[] =
        "R 3 x\r\ny|\"\nB 4 2014 -\nB 5 2011 1\nR 6 \xE2\x82\xAC|2\nE 5\nD 5\n";
    for (size_t back = 0; back < sizeof tail + 1; back++) {
        char *text = parse_long("a,b\r\n1,", 'x', BUFFER - 7 - back, tail);
        const char *end = strstr(text, "R 3 ");
        assert_non_null(end);
        assert_string_equal(end, expected);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_files),         cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_bad_files),          cmocka_unit_test(test_without_header),
        cmocka_unit_test(test_windows_1252),       cmocka_unit_test(test_field_cap),
        cmocka_unit_test(test_large_field_memory), cmocka_unit_test(test_row_cap),
        cmocka_unit_test(test_converted_cap),      cmocka_unit_test(test_column_cap),
        cmocka_unit_test(test_buffer_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
