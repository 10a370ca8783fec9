/* Every way a gzip delivery can be wrong has its own code. */
#include "parse_harness.h"

#include <zlib.h>

struct packed {
    unsigned char *bytes;
    size_t length;
};

static struct packed pack(const void *bytes, size_t length)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    size_t room = deflateBound(&stream, length) + 64;
    struct packed packed = {malloc(room), 0};
    assert_non_null(packed.bytes);
    stream.next_in = (unsigned char *)(uintptr_t)bytes;
    stream.avail_in = (unsigned int)length;
    stream.next_out = packed.bytes;
    stream.avail_out = (unsigned int)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.length = stream.total_out;
    deflateEnd(&stream);
    return packed;
}

static char *parse_gzip(const void *bytes, size_t length, struct parse_limits limits)
{
    const struct parse_table table = {.name = "t", .has_header = true};
    const struct parse_request request = {.container = PARSE_GZIP,
                                          .format = PARSE_CSV,
                                          .limits = limits,
                                          .tables = &table,
                                          .table_count = 1};
    return parse_to_text(bytes, length, &request);
}

static const char csv[] = "a,b\n1,2\n3,4\n";
enum { TRAILER_BYTES = 8 };

/* What becomes of the packed csv when bytes of it are cut, changed or added. */
struct gzip_case {
    const char *name;
    int cut;         /* bytes taken off the end */
    int flip;        /* this byte is inverted, counted from the end when negative; 0 = none */
    const char *add; /* put behind */
    const char *expected;
};

static void test_verdicts(void **state)
{
    (void)state;
    static const char good[] = "T t\nH a|b\nR 2 1|2\nR 3 3|4\nE 2\nD 2\n";
    static const struct gzip_case cases[] = {
        {"intact", 0, 0, "", good},
        {"last byte missing", 1, 0, "", "T t\nF 1220 []\n"},
        {"half the trailer missing", 4, 0, "", "T t\nF 1220 []\n"},
        {"trailer missing", TRAILER_BYTES, 0, "", "T t\nF 1220 []\n"},
        {"data missing", TRAILER_BYTES + 5, 0, "", "T t\nF 1220 []\n"},
        {"wrong checksum", 0, -8, "", "T t\nF 1221 []\n"},
        {"wrong length", 0, -1, "", "T t\nF 1221 []\n"},
        {"wrong magic", 0, 1, "", "T t\nF 1221 []\n"},
        {"bytes behind", 0, 0, "x", "T t\nF 1222 []\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct packed packed = pack(csv, sizeof csv - 1);
        size_t length = packed.length - (size_t)cases[i].cut;
        if (cases[i].flip < 0)
            packed.bytes[length - (size_t)-cases[i].flip] ^= 0xFF;
        else if (cases[i].flip > 0)
            packed.bytes[cases[i].flip] ^= 0xFF;
        memcpy(packed.bytes + length, cases[i].add, strlen(cases[i].add));
        length += strlen(cases[i].add);
        check_text(cases[i].name, parse_gzip(packed.bytes, length, test_limits), cases[i].expected);
        free(packed.bytes);
    }
}

static void test_not_gzip(void **state)
{
    (void)state;
    check_text("plain text", parse_gzip(csv, sizeof csv - 1, test_limits), "T t\nF 1221 []\n");
    check_text("one byte", parse_gzip("\x1f", 1, test_limits), "T t\nF 1220 []\n");
    check_text("no bytes", parse_gzip("", 0, test_limits), "F 1206 []\n");
    struct packed nothing = pack("", 0);
    check_text("nothing inside", parse_gzip(nothing.bytes, nothing.length, test_limits),
               "T t\nF 1206 []\n");
    free(nothing.bytes);
}

static void test_second_member(void **state)
{
    (void)state;
    struct packed one = pack(csv, sizeof csv - 1);
    unsigned char *two = malloc(2 * one.length);
    assert_non_null(two);
    memcpy(two, one.bytes, one.length);
    memcpy(two + one.length, one.bytes, one.length);
    check_text("two members", parse_gzip(two, 2 * one.length, test_limits), "T t\nF 1222 []\n");
    free(two);
    free(one.bytes);
}

/* 64 MB of one character: about 1,000 times its packed size. */
static void test_bombs(void **state)
{
    (void)state;
    size_t length = 64u << 20;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, '\n', length);
    memcpy(bytes, "a\n", 2);
    struct packed bomb = pack(bytes, length);
    struct packed small = pack(bytes, 10u << 20);
    free(bytes);

    check_text("ratio", parse_gzip(bomb.bytes, bomb.length, test_limits), "T t\nH a\nF 1223 []\n");
    check_text("ratio, below 16 MiB", parse_gzip(small.bytes, small.length, test_limits),
               "T t\nH a\nE 0\nD 0\n");
    struct parse_limits limits = test_limits;
    limits.ratio = 5000;
    check_text("ratio allowed", parse_gzip(bomb.bytes, bomb.length, limits),
               "T t\nH a\nE 0\nD 0\n");
    limits.output_bytes = length - 1;
    check_text("size", parse_gzip(bomb.bytes, bomb.length, limits), "T t\nH a\nF 1223 []\n");
    limits.output_bytes = length;
    check_text("size allowed", parse_gzip(bomb.bytes, bomb.length, limits), "T t\nH a\nE 0\nD 0\n");
    free(bomb.bytes);
    free(small.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_not_gzip),
        cmocka_unit_test(test_second_member),
        cmocka_unit_test(test_bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
