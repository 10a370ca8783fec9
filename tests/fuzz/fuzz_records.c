/* The loader's end of the record pipe, fed by a parser that has been taken over. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int file = -1;
    struct error error = {0};
    struct record record;
    struct record_reader *reader = NULL;
    volatile size_t bytes = 0;
    if (lseek(fuzz_file(&file, data, size), 0, SEEK_SET) != 0 ||
        record_reader_new(file, &reader, &error) != 0)
        abort();
    while (record_read(reader, &record, &error) == 0) {
        if (record.field_count > RECORD_FIELDS_MAX)
            abort();
        for (size_t i = 0; i < record.field_count; i++)
            for (size_t j = 0; j < record.fields[i].length; j++)
                bytes += (unsigned char)record.fields[i].data[j];
        for (size_t j = 0; j < record.text.length; j++)
            bytes += (unsigned char)record.text.data[j];
    }
    record_reader_free(reader);
    return 0;
}
