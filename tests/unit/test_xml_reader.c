/* Records out of XML by local names; every attack refused, and quickly. */
#include "parse_harness.h"

#include <sys/resource.h>

#include "xml_guard.h"

#define BYTES(text) text, sizeof(text) - 1

static char *parse_xml(const void *bytes, size_t length, const char *record_path,
                       const char *const *paths, size_t path_count)
{
    const struct parse_table table = {
        .name = "t", .record_path = record_path, .paths = paths, .path_count = path_count};
    const struct parse_request request = {.container = PARSE_PLAIN,
                                          .format = PARSE_XML,
                                          .limits = test_limits,
                                          .tables = &table,
                                          .table_count = 1};
    return parse_to_text(bytes, length, &request);
}

struct xml_case {
    const char *name;
    const char *bytes;
    const char *paths[5];
    const char *expected;
};

static void run_cases(const struct xml_case *cases, size_t count, const char *record_path)
{
    for (size_t i = 0; i < count; i++) {
        size_t paths = 0;
        while (paths < 5 && cases[i].paths[paths])
            paths++;
        const char *bytes = cases[i].bytes;
        check_text(cases[i].name,
                   parse_xml(bytes, strlen(bytes), record_path, cases[i].paths, paths),
                   cases[i].expected);
    }
}

#define COUNT(cases) sizeof(cases) / sizeof(cases)[0]

static void test_fields(void **state)
{
    (void)state;
    static const struct xml_case cases[] = {
        {"elements",
         "<r><l><c><a>1</a><b>2</b></c><c><b>4</b></c></l></r>",
         {"a", "b"},
         "T t\nR 1 1|2\nR 2 |4\nE 2\nD 2\n"},
        {"nested",
         "<r><l><c><a><b>1</b></a><b>2</b></c></l></r>",
         {"b", "a/b"},
         "T t\nR 1 2|1\nE 1\nD 1\n"},
        {"attributes",
         "<r><l><c x='1'><a x='2'/></c></l></r>",
         {"@x", "a/@x", "@y"},
         "T t\nR 1 1|2|\nE 1\nD 1\n"},
        {"above",
         "<r id='R'><l id='L'><c/><c/></l><l><c/></l></r>",
         {"../@id", "../../@id"},
         "T t\nR 1 L|R\nR 2 L|R\nR 3 |R\nE 3\nD 3\n"},
        {"own text",
         "<r><l><c> one <a>two</a> three </c><c/></l></r>",
         {".", "a"},
         "T t\nR 1 one  three|two\nR 2 |\nE 2\nD 2\n"},
        {"name spaces",
         "<n:r xmlns:n='urn:n' xmlns='urn:d'>"
         "<l><n:c n:x='1' xmlns:x='urn:x'><a>2</a></n:c></l></n:r>",
         {"@x", "a"},
         "T t\nR 1 1|2\nE 1\nD 1\n"},
        {"the first wins",
         "<r><l><c><a/><a>2</a><b>3</b><b>4</b></c></l></r>",
         {"a", "b"},
         "T t\nR 1 |3\nE 1\nD 1\n"},
        {"the first that has the attribute wins",
         "<r><l><c><a/><a x='2'/><a x='3'/></c></l></r>",
         {"a/@x"},
         "T t\nR 1 2\nE 1\nD 1\n"},
        {"text in pieces",
         "<r><l><c><a>1&amp;<!-- no -->2<![CDATA[<3>]]>&#x20AC;</a></c></l></r>",
         {"a"},
         "T t\nR 1 1&2<3>\xE2\x82\xAC\nE 1\nD 1\n"},
        {"text of a child is not the parent's",
         "<r><l><c><a>1<b>2</b>3</a></c></l></r>",
         {"a", "a/b"},
         "T t\nR 1 13|2\nE 1\nD 1\n"},
        {"spaces around",
         "<r><l><c><a>\n  1 2\t</a></c></l></r>",
         {"a"},
         "T t\nR 1 1 2\nE 1\nD 1\n"},
        {"same names elsewhere",
         "<r><c><a>0</a></c><l><x><c><a>0</a></c></x><c><a>1</a></c></l></r>",
         {"a"},
         "T t\nR 1 1\nE 1\nD 1\n"},
        {"a record in a record",
         "<r><l><c><c><a>0</a></c><a>1</a></c></l></r>",
         {"a"},
         "T t\nR 1 1\nE 1\nD 1\n"},
        {"list without records", "<r><l/></r>", {"a"}, "T t\nE 0\nD 0\n"},
        {"mark, declaration, instruction",
         "\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?><?x y?><r><l><c a='1'/></l></r>\n",
         {"@a"},
         "T t\nR 1 1\nE 1\nD 1\n"},
        {"windows-1252",
         "<?xml version='1.0' encoding='Windows-1252'?><r><l><c a='\x80\xE9'/></l></r>",
         {"@a"},
         "T t\nR 1 \xE2\x82\xAC\xC3\xA9\nE 1\nD 1\n"},
        {"ISO-8859-1",
         "<?xml version='1.0' encoding='ISO-8859-1'?><r><l><c a='\xE9'/></l></r>",
         {"@a"},
         "T t\nR 1 \xC3\xA9\nE 1\nD 1\n"},
    };
    run_cases(cases, COUNT(cases), "r/l/c");
}

static void test_refused(void **state)
{
    (void)state;
    static const struct xml_case cases[] = {
        {"no list", "<r><x/></r>", {"a"}, "T t\nF 1233 []\n"},
        {"other root", "<x><l><c/></l></x>", {"a"}, "T t\nF 1233 []\n"},
        {"not closed", "<r><l>\n<c>\n</l></r>", {"a"}, "T t\nF 1230 [line 3]\n"},
        {"cut short", "<r><l><c a='1'/>", {"@a"}, "T t\nR 1 1\nF 1230 [line 1]\n"},
        {"not XML", "a,b\n1,2\n", {"a"}, "T t\nF 1230 [line 1]\n"},
        {"two roots", "<r><l/></r>\n<r/>", {"a"}, "T t\nF 1230 [line 2]\n"},
        {"unknown entity", "<r><l><c>&x;</c></l></r>", {"."}, "T t\nF 1230 [line 1]\n"},
        {"same attribute twice",
         "<r><l><c a='1' a='2'/></l></r>",
         {"@a"},
         "T t\nF 1230 [line 1]\n"},
        {"bad UTF-8", "<r><l><c>\xE9</c></l></r>", {"."}, "T t\nF 1230 [line 1]\n"},
        {"undefined windows-1252 byte",
         "<?xml version='1.0' encoding='windows-1252'?><r><l><c>\x81</c></l></r>",
         {"."},
         "T t\nF 1230 [line 1]\n"},
        {"encoding not read",
         "<?xml version='1.0' encoding='UTF-7'?><r><l/></r>",
         {"a"},
         "T t\nF 1216 [line 1]\n"},
        {"UTF-16 declared",
         "<?xml version='1.0' encoding='UTF-16'?><r><l/></r>",
         {"a"},
         "T t\nF 1216 [line 1]\n"},
    };
    run_cases(cases, COUNT(cases), "r/l/c");
    const char *path = "a";
    check_text("no bytes", parse_xml("", 0, "r/l/c", &path, 1), "F 1206 []\n");
    check_text("UTF-16", parse_xml(BYTES("\xFF\xFE<\0r\0/\0>\0"), "r/l/c", &path, 1),
               "T t\nF 1216 [line 1]\n");
    check_text("EBCDIC", parse_xml(BYTES("\x4C\x6F\xA7\x94\x93"), "r/l/c", &path, 1),
               "T t\nF 1216 [line 1]\n");
    check_text("no record", parse_xml(BYTES("<x/>"), "r", &path, 1), "T t\nF 1233 []\n");
    check_text("root as record", parse_xml(BYTES("<r><a>1</a></r>"), "r", &path, 1),
               "T t\nR 1 1\nE 1\nD 1\n");
}

/* Whatever a DOCTYPE holds and wherever it hides, it is refused before an entity is looked at. */
static void test_doctype(void **state)
{
    (void)state;
    static const char *const types[] = {
        "<!DOCTYPE r>",
        "<!doctype r>",
        "<!DOCTYPE r SYSTEM 'file:///etc/passwd'>",
        "<!DOCTYPE r PUBLIC 'x' 'http://127.0.0.1:9/x.dtd'>",
        "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE r [<!ENTITY % x SYSTEM 'file:///etc/passwd'> %x;]>",
        "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]>",
        "<!DOCTYPE r [<!ATTLIST c x CDATA 'default'>]>",
        "<!DOCTYPE r [<!-- > -->]>",
        "<!DOCTYPE\nr>",
    };
    static const char *const before[] = {"",
                                         "<?xml version='1.0'?>",
                                         "\xEF\xBB\xBF",
                                         "<!-- x -->",
                                         "<!-- <r> -- ><!-->-->",
                                         "<!---> <!-->-->",
                                         "<?x <!-- ?>",
                                         "\n\n<?x '?>",
                                         "<?xml version='1.0' encoding='windows-1252'?>\n"};
    const char *path = "x";
    for (size_t i = 0; i < COUNT(types); i++) {
        for (size_t j = 0; j < COUNT(before); j++) {
            char document[512];
            int length = snprintf(document, sizeof document, "%s%s<r><l><c>&x;</c></l></r>",
                                  before[j], types[i]);
            char *text = parse_xml(document, (size_t)length, "r/l/c", &path, 1);
            if (strncmp(text, "T t\nF 1231 [line ", 17) != 0)
                fail_msg("%s: %s", document, text);
            free(text);
        }
    }
}

/* before, unit count times (each "%d" its number), after. */
static char *parse_repeated(const char *before, const char *unit, int count, const char *after)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    assert_non_null(out);
    fputs(before, out);
    const char *number = strstr(unit, "%d");
    for (int i = 0; i < count; i++) {
        if (number)
            fprintf(out, "%.*s%d%s", (int)(number - unit), unit, i, number + 2);
        else
            fputs(unit, out);
    }
    fputs(after, out);
    fclose(out);
    const char *path = ".";
    char *text = parse_xml(bytes, length, "r/l/c", &path, 1);
    free(bytes);
    return text;
}

static double processor_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

static void test_caps(void **state)
{
    (void)state;
    const char *none = "T t\nE 0\nD 0\n";
    double before = processor_seconds();
    check_text("200,000 attributes",
               parse_repeated("<r>\n<l>\n<c ", "a%d='1' ", 200000, "/></l></r>"),
               "T t\nF 1232 [line 3]\n");
    assert_true(processor_seconds() - before < 5.0); /* libxml2 alone: not done in 20 */
    check_text("256 attributes", parse_repeated("<r><l ", "a%d='=' ", 256, "/></r>"), none);
    check_text("257 attributes", parse_repeated("<r><l ", "a%d='1' ", 257, "/></r>"),
               "T t\nF 1232 [line 1]\n");
    check_text("long start tag", parse_repeated("<r><l a='", "x", XML_TAG_BYTES_MAX, "'/></r>"),
               "T t\nF 1232 [line 1]\n");
    check_text("long end tag", parse_repeated("<r></r", " ", XML_TAG_BYTES_MAX + 1, ">"),
               "T t\nF 1232 [line 1]\n");
    check_text("64 deep", parse_repeated("<r><l>", "<x>", 62, ""), "T t\nF 1230 [line 1]\n");
    check_text("65 deep", parse_repeated("<r><l>", "<x>", 63, ""), "T t\nF 1232 [line 1]\n");
    check_text("100,000 deep", parse_repeated("<r><l>\n", "<x>", 100000, ""),
               "T t\nF 1232 [line 2]\n");
    check_text("100,000 beside", parse_repeated("<r><l>", "<x/><y></y>", 50000, "</l></r>"), none);
    check_text("long text", parse_repeated("<r><l><c>", "0123456789", 110000, "</c></l></r>"),
               "T t\nF 1232 [line 1]\n");
    check_text("long text in pieces",
               parse_repeated("<r><l><c>", "0123456789<!---->", 110000, "</c></l></r>"),
               "T t\nF 1232 [line 1]\n");
    check_text("long comment", parse_repeated("<r><!--", "0123456789", 110000, "--></r>"),
               "T t\nF 1232 [line 1]\n");
    check_text("long declaration",
               parse_repeated("<?xml version='1.0' ", " ", 2000, "?><r><l/></r>"),
               "T t\nF 1216 [line 1]\n");
}

/* Many records need no more memory than one. */
static void test_memory(void **state)
{
    (void)state;
    struct rusage before, after;
    free(parse_repeated("<r><l>", "<c><a>%d</a>text</c>\n", 300000, "</l></r>"));
    getrusage(RUSAGE_SELF, &before);
    char *text = parse_repeated("<r><l>", "<c><a>%d</a>text</c>\n", 300000, "</l></r>");
    assert_non_null(strstr(text, "R 300000 text\nE 300000\nD 300000\n"));
    free(text);
    getrusage(RUSAGE_SELF, &after);
    if (MEMORY_IS_MEASURABLE)
        assert_true(after.ru_maxrss - before.ru_maxrss < 8 << 10);
}

static void test_bad_paths(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "/a", "a/",   "a//b",    "@",          "@x/a",
                                      "../a", "..", "a/..", "a/../@x", "../../../@x"};
    for (size_t i = 0; i < COUNT(bad); i++)
        check_text(bad[i], parse_xml(BYTES("<r><l/></r>"), "r/l/c", &bad[i], 1),
                   "T t\nF 1003 []\n");
    const char *path = "a";
    static const char *const bad_records[] = {"", "/r", "r/@c", "../r", "."};
    for (size_t i = 0; i < COUNT(bad_records) - 1; i++)
        check_text(bad_records[i], parse_xml(BYTES("<r/>"), bad_records[i], &path, 1),
                   "T t\nF 1003 []\n");
}

static void test_several_tables(void **state)
{
    (void)state;
    static const char *const cases_paths[] = {"@id"}, *const people_paths[] = {"../@id", "."};
    static const struct parse_table tables[] = {
        {.name = "cases", .record_path = "r/c", .paths = cases_paths, .path_count = 1},
        {.name = "people", .record_path = "r/c/p", .paths = people_paths, .path_count = 2},
    };
    const struct parse_request request = {
        .format = PARSE_XML, .limits = test_limits, .tables = tables, .table_count = 2};
    static const char document[] = "<r><c id='1'><p>x</p><p>y</p></c><c id='2'/></r>";
    check_text("two passes", parse_to_text(BYTES(document), &request),
               "T cases\nR 1 1\nR 2 2\nE 2\nT people\nR 1 1|x\nR 2 1|y\nE 2\nD 4\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_doctype),        cmocka_unit_test(test_caps),
        cmocka_unit_test(test_memory),         cmocka_unit_test(test_bad_paths),
        cmocka_unit_test(test_several_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
