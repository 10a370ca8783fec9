/* The CSV record path. The first byte picks header and encoding, the rest is the file. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct parse_table table = {
        .name = "t", .has_header = data[0] & 1, .column_count = data[0] >> 2 & 7};
    struct parse_request request = {
        .container = PARSE_PLAIN,
        .format = PARSE_CSV,
        .encoding = data[0] & 2 ? PARSE_WINDOWS_1252 : PARSE_UTF8,
        .tables = &table,
        .table_count = 1,
    };
    fuzz_parse(data + 1, size - 1, &request);
    return 0;
}
