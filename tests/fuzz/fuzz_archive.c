/* gzip and zip sources. A file that starts like gzip is read as such, all others as zip. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct parse_table tables[] = {
        {.name = "first", .member = "first.csv", .has_header = true},
        {.name = "second", .member = "*second*", .has_header = true},
    };
    bool gzip = size > 0 && data[0] == 0x1f;
    struct parse_request request = {
        .container = gzip ? PARSE_GZIP : PARSE_ZIP,
        .format = PARSE_CSV,
        .tables = tables,
        .table_count = gzip ? 1 : 2,
    };
    fuzz_parse(data, size, &request);
    return 0;
}
