/*
 * fuzz.h: what the fuzz targets of the readers share. Bytes become a delivery in memory; its
 * records are read back by record_reader, which must accept every frame the writer makes.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "parser.h"
#include "record_pipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Kept between inputs: making a file costs more than parsing it. */
static inline int fuzz_file(int *file, const uint8_t *data, size_t size)
{
    if (*file < 0)
        *file = memfd_create("fuzz", 0);
    if (*file < 0 || ftruncate(*file, 0) != 0 || pwrite(*file, data, size, 0) != (ssize_t)size)
        abort();
    return *file;
}

static inline void fuzz_parse(const uint8_t *data, size_t size, struct parse_request *request)
{
    static int delivery = -1, records = -1;
    struct error error = {0};
    struct record record;
    struct record_reader *reader = NULL;
    request->limits = (struct parse_limits){.output_bytes = 64u << 20, .ratio = 200};

    int out = fuzz_file(&records, NULL, 0);
    if (lseek(out, 0, SEEK_SET) != 0)
        abort();
    int rc = parser_run(fuzz_file(&delivery, data, size), request, out, &error);
    if (lseek(out, 0, SEEK_SET) != 0 || record_reader_new(out, &reader, &error) != 0)
        abort();
    do {
        if (record_read(reader, &record, &error) != 0)
            abort(); /* the writer broke its own form */
    } while (record.kind != RECORD_DONE && record.kind != RECORD_FAILURE);
    if ((rc == 0) != (record.kind == RECORD_DONE))
        abort(); /* the verdict and the last record disagree */
    record_reader_free(reader);
}

#endif
