/* What is written comes back; what is not of the form is refused, whatever its lengths claim. */
#include "parse_harness.h"

static int written_file(struct record_writer *writer)
{
    struct error error = {0};
    int file = memfd_create("records", MFD_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(record_writer_init(writer, file, &error), 0);
    return file;
}

static char *read_back(struct record_writer *writer, int file)
{
    struct error error = {0};
    assert_int_equal(record_writer_flush(writer, &error), 0);
    record_writer_release(writer);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    char *text = text_of_records(file);
    close(file);
    return text;
}

static void test_all_kinds(void **state)
{
    (void)state;
    struct error error = {0};
    struct record_writer writer;
    int file = written_file(&writer);
    const struct slice fields[] = {slice_of("a"), {NULL, 0}, {"x\0y", 3}};
    assert_int_equal(record_write_notice(&writer, NOTICE_MEMBER_EXTRA, "x.csv", &error), 0);
    assert_int_equal(record_write_table(&writer, "t", &error), 0);
    assert_int_equal(record_write_header(&writer, fields, 2, &error), 0);
    assert_int_equal(record_write_row(&writer, 2, fields, 2, &error), 0);
    assert_int_equal(record_write_row(&writer, 3, fields, 0, &error), 0);
    assert_int_equal(record_write_bad_row(&writer, 4, RULE_ENCODING, 7, &error), 0);
    assert_int_equal(record_write_bad_row(&writer, 5, RULE_RAGGED, -1, &error), 0);
    assert_int_equal(record_write_progress(&writer, 99, &error), 0);
    assert_int_equal(record_write_table_end(&writer, 4, &error), 0);
    assert_int_equal(record_write_done(&writer, 4, 100, &error), 0);
    check_text("all kinds", read_back(&writer, file),
               "N 2106 x.csv\nT t\nH a|\nR 2 a|\nR 3 \nB 4 2013 7\nB 5 2010 -\nE 4\nD 4\n");
}

static void test_failure(void **state)
{
    (void)state;
    struct error error = {0}, failure = {0};
    struct record_writer writer;
    struct record_reader *reader = NULL;
    struct record record;
    int file = written_file(&writer);
    error_set(&failure, ERROR_CSV_UNTERMINATED_QUOTE, "a quote is opened");
    error_place(&failure, "line 3");
    error_detail(&failure, "detail");
    assert_int_equal(record_write_failure(&writer, &failure, &error), 0);
    assert_int_equal(record_writer_flush(&writer, &error), 0);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    assert_int_equal(record_reader_new(file, &reader, &error), 0);
    assert_int_equal(record_read(reader, &record, &error), 0);
    assert_int_equal(record.kind, RECORD_FAILURE);
    assert_int_equal(record.code, ERROR_CSV_UNTERMINATED_QUOTE);
    assert_true(slice_equal(record.place, slice_of("line 3")));
    assert_true(slice_equal(record.primary, slice_of("a quote is opened")));
    assert_true(slice_equal(record.detail, slice_of("detail")));
    assert_int_equal(record_read(reader, &record, &error), ERROR_PARSER_PROTOCOL);
    record_reader_free(reader);
    record_writer_release(&writer);
    close(file);
}

/* Field lengths around the short form, the writer's buffer and the cap. */
static void test_field_lengths(void **state)
{
    (void)state;
    static const size_t lengths[] = {0,          1,          254,        255,
                                     256,        65535,      65536,      262144 - 5,
                                     262144 - 9, 262144 - 1, 262144 + 1, RECORD_FIELD_BYTES_MAX};
    struct error error = {0};
    char *bytes = malloc(RECORD_FIELD_BYTES_MAX);
    assert_non_null(bytes);
    for (size_t i = 0; i < RECORD_FIELD_BYTES_MAX; i++)
        bytes[i] = (char)('a' + i % 23);
    struct record_writer writer;
    int file = written_file(&writer);
    const size_t count = sizeof lengths / sizeof lengths[0];
    assert_int_equal(record_write_table(&writer, "t", &error), 0);
    for (size_t i = 0; i < count; i++) {
        const struct slice fields[] = {{bytes, lengths[i]}, {"x", 1}, {bytes, lengths[i]}};
        assert_int_equal(record_write_row(&writer, i, fields, 3, &error), 0);
    }
    assert_int_equal(record_writer_flush(&writer, &error), 0);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);

    struct record_reader *reader = NULL;
    struct record record;
    assert_int_equal(record_reader_new(file, &reader, &error), 0);
    assert_int_equal(record_read(reader, &record, &error), 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(record_read(reader, &record, &error), 0);
        assert_int_equal(record.row, i);
        assert_int_equal(record.field_count, 3);
        assert_true(slice_equal(record.fields[0], (struct slice){bytes, lengths[i]}));
        assert_true(slice_equal(record.fields[1], slice_of("x")));
        assert_true(slice_equal(record.fields[2], (struct slice){bytes, lengths[i]}));
    }
    assert_int_equal(record_read(reader, &record, &error), ERROR_PARSER_DIED);
    record_reader_free(reader);
    record_writer_release(&writer);
    close(file);
    free(bytes);
}

static void test_writer_caps(void **state)
{
    (void)state;
    static struct slice fields[RECORD_FIELDS_MAX + 1];
    static char bytes[RECORD_FIELD_BYTES_MAX + 1];
    struct error error = {0};
    struct record_writer writer;
    int file = written_file(&writer);
    const struct slice over = {bytes, sizeof bytes};
    assert_int_equal(record_write_row(&writer, 1, fields, RECORD_FIELDS_MAX, &error), 0);
    assert_int_equal(record_write_row(&writer, 1, fields, RECORD_FIELDS_MAX + 1, &error),
                     ERROR_INTERNAL);
    assert_int_equal(record_write_row(&writer, 1, &over, 1, &error), ERROR_INTERNAL);
    for (size_t i = 0; i < 17; i++)
        fields[i] = (struct slice){bytes, RECORD_FIELD_BYTES_MAX};
    assert_int_equal(record_write_row(&writer, 1, fields, 17, &error), ERROR_INTERNAL);
    record_writer_release(&writer);
    close(file);
}

static void test_writer_failure(void **state)
{
    (void)state;
    struct error error = {0};
    struct record_writer writer;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    assert_int_equal(record_writer_init(&writer, full, &error), 0);
    assert_int_equal(record_write_table(&writer, "t", &error), 0);
    assert_int_equal(record_writer_flush(&writer, &error), ERROR_DISK_FULL);
    assert_true(writer.failed);
    assert_int_equal(record_write_progress(&writer, 1, &error), 0);
    assert_int_equal(record_writer_flush(&writer, &error), ERROR_FILE_FAILED);
    record_writer_release(&writer);
    close(full);
}

#define U32(a)      a "\0\0\0"
#define U64(a)      a "\0\0\0\0\0\0\0"
#define TABLE       "T" U32("\5") U32("\1") "t"
#define END(n)      "E" U32("\10") U64(n)
#define BYTES(text) text, sizeof(text) - 1

/* Raw bytes, and the line of text they end in. */
struct raw_case {
    const char *name;
    const char *bytes;
    size_t length;
    const char *last_line;
};

static void test_hostile_bytes(void **state)
{
    (void)state;
    static const struct raw_case cases[] = {
        {"nothing", BYTES(""), "error 1250"},
        {"cut head", BYTES("T\5"), "error 1250"},
        {"cut payload", BYTES("T" U32("\5") "\1"), "error 1250"},
        {"unknown kind", BYTES("X" U32("\0")), "error 1252"},
        {"frame beyond the cap", BYTES("R\1\0\0\1"), "error 1252"},
        {"frame of 4 GiB", BYTES("R\xff\xff\xff\xff"), "error 1252"},
        {"text longer than its frame", BYTES("T" U32("\5") U32("\2") "t"), "error 1252"},
        {"text of 4 GiB",
         BYTES("T" U32("\5") "\xff\xff\xff\xff"
                             "t"),
         "error 1252"},
        {"bytes left over", BYTES("T" U32("\6") U32("\1") "tx"), "error 1252"},
        {"escape in a text", BYTES("T" U32("\5") U32("\1") "\x1b"), "error 1252"},
        {"text that is no UTF-8", BYTES("T" U32("\5") U32("\1") "\xe9"), "error 1252"},
        {"row outside a table", BYTES("R" U32("\11") U64("\1") "\0"), "error 1252"},
        {"bad row outside a table", BYTES("B" U32("\30") U64("\1") U64("\xda\7") U64("\0")),
         "error 1252"},
        {"table in a table", BYTES(TABLE TABLE), "error 1252"},
        {"end without a table", BYTES(END("\0")), "error 1252"},
        {"more rows than were sent", BYTES(TABLE END("\1")), "error 1252"},
        {"row without a number", BYTES(TABLE "R" U32("\4") "\0\0\0\0"), "error 1252"},
        {"field longer than its frame", BYTES(TABLE "R" U32("\12") U64("\1") "\2x"), "error 1252"},
        {"long field beyond the cap", BYTES(TABLE "R" U32("\15") U64("\1") "\xff\1\0\x10\0"),
         "error 1252"},
        {"rule that is none", BYTES(TABLE "B" U32("\30") U64("\1") U64("\1") U64("\0")),
         "error 1252"},
        {"rule that is an error", BYTES(TABLE "B" U32("\30") U64("\1") U64("\xba\4") U64("\0")),
         "error 1252"},
        {"field beyond the columns",
         BYTES(TABLE "B" U32("\30") U64("\1") U64("\xda\7") "\0\0\0\1\0\0\0\0"), "error 1252"},
        {"done inside a table", BYTES(TABLE "D" U32("\20") U64("\0") U64("\0")), "error 1252"},
        {"done with other rows", BYTES(TABLE END("\0") "D" U32("\20") U64("\1") U64("\0")),
         "error 1252"},
        {"in order", BYTES(TABLE END("\0") "D" U32("\20") U64("\0") U64("\0")), "D 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int file = file_of(cases[i].bytes, cases[i].length);
        assert_int_equal(lseek(file, 0, SEEK_SET), 0);
        char *text = text_of_records(file);
        char *last = text + strlen(text) - 1;
        while (last > text && last[-1] != '\n')
            last--;
        if (strncmp(last, cases[i].last_line, strlen(cases[i].last_line)) != 0)
            fail_msg("%s: %s", cases[i].name, text);
        free(text);
        close(file);
    }
}

static void test_too_many_fields(void **state)
{
    (void)state;
    enum { FIELDS = RECORD_FIELDS_MAX + 1, PAYLOAD = 8 + FIELDS };
    static char bytes[sizeof TABLE - 1 + 5 + PAYLOAD];
    memcpy(bytes, TABLE, sizeof TABLE - 1);
    char *frame = bytes + sizeof TABLE - 1;
    frame[0] = 'R';
    frame[1] = (char)(PAYLOAD & 0xFF);
    frame[2] = (char)(PAYLOAD >> 8);
    int file = file_of(bytes, sizeof bytes);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    char *text = text_of_records(file);
    assert_non_null(strstr(text, "error 1252"));
    free(text);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_kinds),       cmocka_unit_test(test_failure),
        cmocka_unit_test(test_field_lengths),   cmocka_unit_test(test_writer_caps),
        cmocka_unit_test(test_writer_failure),  cmocka_unit_test(test_hostile_bytes),
        cmocka_unit_test(test_too_many_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
