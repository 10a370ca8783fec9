/* The XML reader, its guard in front of it and libxml2 in the middle. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"a", "a/b", "@x", "a/@x", ".", "../@x", "../../@x"};
    static const struct parse_table table = {
        .name = "t", .record_path = "r/l/c", .paths = paths, .path_count = 7};
    struct parse_request request = {
        .container = PARSE_PLAIN, .format = PARSE_XML, .tables = &table, .table_count = 1};
    fuzz_parse(data, size, &request);
    return 0;
}
