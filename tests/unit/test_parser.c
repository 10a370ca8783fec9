/* The parser child: what it gets, how it ends, and that it can be ended at any time. */
#include "parse_harness.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "parse_request.h"

static char program[PATH_MAX];

/* joinedup-parser stands two folders above the unit tests. */
static int find_program(void **state)
{
    (void)state;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 32);
    if (length <= 0)
        return -1;
    program[length] = '\0';
    for (int i = 0; i < 3; i++)
        *strrchr(program, '/') = '\0';
    strcat(program, "/joinedup-parser");
    if (access(program, X_OK) == 0)
        return 0;
    print_error("%s is not built\n", program);
    return -1;
}

static const struct parse_table table = {.name = "t", .has_header = true};

static struct parse_request request_of(enum parse_container container, enum parse_format format)
{
    return (struct parse_request){.container = container,
                                  .format = format,
                                  .limits = test_limits,
                                  .tables = &table,
                                  .table_count = 1};
}

/* Starts the child, reads all records as text and waits. */
static char *run_child(int file, const struct parse_request *request, int *ret_wait)
{
    struct error error = {0};
    struct parser_child child;
    int rc = parser_start(program, file, request, &child, &error);
    if (rc)
        fail_msg("%s", error.primary);
    char *text = text_of_records(child.records);
    *ret_wait = parser_wait(&child, &error);
    parser_stop(&child);
    parser_stop(&child);
    return text;
}

static void check_child(const char *name, const char *bytes, size_t length,
                        const struct parse_request *request, const char *expected)
{
    int wait = -1, file = file_of(bytes, length);
    char *text = run_child(file, request, &wait);
    close(file);
    check_text(name, text, expected);
    assert_int_equal(wait, 0);
}

static void test_records(void **state)
{
    (void)state;
    struct parse_request request = request_of(PARSE_PLAIN, PARSE_CSV);
    static const char csv[] = "a,b\n1,2\n3\n";
    check_child("csv", csv, sizeof csv - 1, &request,
                "T t\nH a|b\nR 2 1|2\nB 3 2010 -\nE 2\nD 2\n");
    check_child("refused", "a\n\"", 3, &request, "T t\nH a\nF 1210 [line 2]\n");
    check_child("empty", "", 0, &request, "F 1206 []\n");
}

/* Formats whose libraries need files, locale or fonts of their own fail inside the sandbox, not
 * here. */
static void test_xml_in_the_sandbox(void **state)
{
    (void)state;
    static const char *const paths[] = {"@id", "."};
    static const struct parse_table people = {
        .name = "t", .record_path = "r/p", .paths = paths, .path_count = 2};
    struct parse_request request = request_of(PARSE_PLAIN, PARSE_XML);
    request.tables = &people;
    static const char xml[] =
        "<?xml version='1.0' encoding='windows-1252'?><r><p id='1'>\x80</p></r>";
    check_child("xml", xml, sizeof xml - 1, &request, "T t\nR 1 1|\xE2\x82\xAC\nE 1\nD 1\n");
    static const char broken[] = "<r><p id='1'></r>";
    check_child("broken", broken, sizeof broken - 1, &request, "T t\nF 1230 [line 1]\n");
}

/* The delivery may have any number, also one of those the child uses itself. */
static void test_file_numbers(void **state)
{
    (void)state;
    struct parse_request request = request_of(PARSE_PLAIN, PARSE_CSV);
    static const char csv[] = "a\n1\n";
    int saved_input = dup(STDIN_FILENO), wait = -1;
    int file = file_of(csv, sizeof csv - 1);
    assert_true(dup2(file, STDIN_FILENO) == STDIN_FILENO);
    close(file);
    check_text("file 0", run_child(STDIN_FILENO, &request, &wait), "T t\nH a\nR 2 1\nE 1\nD 1\n");
    /* The caller's file offset has not moved. */
    assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_CUR), sizeof csv - 1);
    dup2(saved_input, STDIN_FILENO);
    close(saved_input);
}

static size_t open_files(void)
{
    size_t count = 0;
    for (int file = 0; file < 256; file++)
        count += fcntl(file, F_GETFD) >= 0;
    return count;
}

/* A file as large as the pipe many times over, so that the child is still at work. */
static int long_file(void)
{
    int file = memfd_create("long", MFD_CLOEXEC);
    assert_true(file >= 0);
    FILE *out = fdopen(dup(file), "w");
    assert_non_null(out);
    fputs("a,b,c\n", out);
    for (int i = 0; i < 2000000; i++)
        fputs("1,2,3\n", out);
    fclose(out);
    return file;
}

static void start_long(struct parser_child *child, struct record_reader **reader, int file)
{
    struct error error = {0};
    struct record record;
    struct parse_request request = request_of(PARSE_PLAIN, PARSE_CSV);
    assert_int_equal(parser_start(program, file, &request, child, &error), 0);
    assert_int_equal(record_reader_new(child->records, reader, &error), 0);
    assert_int_equal(record_read(*reader, &record, &error), 0);
    assert_int_equal(record.kind, RECORD_TABLE);
}

static void test_killed_child(void **state)
{
    (void)state;
    struct error error = {0};
    struct parser_child child;
    struct record_reader *reader;
    struct record record;
    int file = long_file();
    start_long(&child, &reader, file);
    kill(child.pid, SIGKILL);
    int rc;
    while ((rc = record_read(reader, &record, &error)) == 0)
        assert_int_not_equal(record.kind, RECORD_DONE);
    assert_int_equal(rc, ERROR_PARSER_DIED);
    assert_int_equal(parser_wait(&child, &error), ERROR_PARSER_DIED);
    assert_non_null(strstr(error.primary, "signal 9"));
    record_reader_free(reader);
    parser_stop(&child);
    close(file);
}

static void test_stop(void **state)
{
    (void)state;
    struct parser_child child;
    struct record_reader *reader;
    size_t before = open_files();
    int file = long_file();
    start_long(&child, &reader, file);
    pid_t pid = child.pid;
    record_reader_free(reader);
    parser_stop(&child);
    parser_stop(&child);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    close(file);
    assert_int_equal(open_files(), before);
}

static void test_time_limit(void **state)
{
    (void)state;
    struct error error = {0};
    struct parser_child child;
    struct parse_request request = request_of(PARSE_PLAIN, PARSE_CSV);
    request.limits.cpu_seconds = 1;
    int file = memfd_create("hole", MFD_CLOEXEC);
    /* 64 GiB of NULs behind an opening that is no UTF-16: minutes of work, no disk. */
    static const char opening[] = "a,b,c,d\n1,2,3,4\n1,2,3,4\n1,2,3,4\n1,2,3,4\n1,2,3,4\n1,2,3,4\n";
    assert_true(pwrite(file, opening, sizeof opening, 0) == sizeof opening);
    assert_int_equal(ftruncate(file, (off_t)1 << 36), 0);
    request.limits.output_bytes = 0;
    assert_int_equal(parser_start(program, file, &request, &child, &error), 0);
    char *text = text_of_records(child.records);
    assert_non_null(strstr(text, "error 1250"));
    free(text);
    assert_int_equal(parser_wait(&child, &error), ERROR_PARSER_TIMEOUT);
    parser_stop(&child);
    close(file);
}

static void test_not_started(void **state)
{
    (void)state;
    struct error error = {0};
    struct parser_child child;
    struct parse_request request = request_of(PARSE_PLAIN, PARSE_CSV);
    size_t before = open_files();
    int file = file_of("a\n", 2);
    assert_int_equal(parser_start("/there/is/none", file, &request, &child, &error),
                     ERROR_FILE_FAILED);
    assert_int_equal(parser_start(program, -1, &request, &child, &error), ERROR_FILE_FAILED);
    const struct parse_table two_lines = {.name = "t\nend"};
    request.tables = &two_lines;
    assert_int_equal(parser_start(program, file, &request, &child, &error), ERROR_INTERNAL);
    request.table_count = 0;
    assert_int_equal(parser_start(program, file, &request, &child, &error), ERROR_INTERNAL);
    close(file);
    assert_int_equal(open_files(), before);
}

/* ---- the request ---- */

static void test_request_crosses(void **state)
{
    (void)state;
    static const char *const paths[] = {"a/b", "../@x", "with blank"};
    static const struct parse_table tables[] = {
        {.name = "one table", .member = "*case*.xml", .has_header = true, .column_count = 7},
        {.name = "two", .record_path = "r/l/c", .paths = paths, .path_count = 3},
    };
    const struct parse_request sent = {.container = PARSE_ZIP,
                                       .format = PARSE_XML,
                                       .encoding = PARSE_WINDOWS_1252,
                                       .limits = {UINT64_MAX, 2, 3, 4},
                                       .tables = tables,
                                       .table_count = 2};
    struct error error = {0};
    struct parse_request got;
    struct arena arena;
    int file = -1;
    arena_init(&arena, 0);
    assert_int_equal(parse_request_pack(&sent, &file, &error), 0);
    assert_int_equal(parse_request_unpack(file, &arena, &got, &error), 0);
    assert_int_equal(got.container, PARSE_ZIP);
    assert_int_equal(got.format, PARSE_XML);
    assert_int_equal(got.encoding, PARSE_WINDOWS_1252);
    assert_memory_equal(&got.limits, &sent.limits, sizeof got.limits);
    assert_int_equal(got.table_count, 2);
    assert_string_equal(got.tables[0].name, "one table");
    assert_string_equal(got.tables[0].member, "*case*.xml");
    assert_true(got.tables[0].has_header);
    assert_int_equal(got.tables[0].column_count, 7);
    assert_null(got.tables[0].record_path);
    assert_null(got.tables[1].member);
    assert_string_equal(got.tables[1].record_path, "r/l/c");
    assert_int_equal(got.tables[1].path_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(got.tables[1].paths[i], paths[i]);
    arena_release(&arena);
    close(file);
}

static void test_request_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "joinedup-parser 2\nend\n",
        "joinedup-parser 1\n",
        "joinedup-parser 1\nend\n",
        "joinedup-parser 1\ntable t\n",
        "joinedup-parser 1\ntable t\nheader 2\nend\n",
        "joinedup-parser 1\ntable t\ncolumns x\nend\n",
        "joinedup-parser 1\nmember m\ntable t\nend\n",
        "joinedup-parser 1\ncontainer tar\ntable t\nend\n",
        "joinedup-parser 1\nlimits 1 2 3\ntable t\nend\n",
        "joinedup-parser 1\nlimits 1 2 3 4 5\ntable t\nend\n",
        "joinedup-parser 1\nlimits 1 2 3 99999999999999999999999\ntable t\nend\n",
        "joinedup-parser 1\nunknown x\ntable t\nend\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error error = {0};
        struct parse_request request;
        struct arena arena;
        int file = file_of(bad[i], strlen(bad[i]));
        lseek(file, 0, SEEK_SET);
        arena_init(&arena, 0);
        if (parse_request_unpack(file, &arena, &request, &error) != ERROR_PARSER_PROTOCOL)
            fail_msg("accepted: %s", bad[i]);
        arena_release(&arena);
        close(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_xml_in_the_sandbox),
        cmocka_unit_test(test_file_numbers),
        cmocka_unit_test(test_killed_child),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_time_limit),
        cmocka_unit_test(test_not_started),
        cmocka_unit_test(test_request_crosses),
        cmocka_unit_test(test_request_refused),
    };
    return cmocka_run_group_tests(tests, find_program, NULL);
}
