#include "zip_input.h"

#include <stdlib.h>

#include "byte_source.h"

struct zip_input {
    int file;
    uint64_t size;
    uint64_t offset;
    zip_error_t error;
};

static zip_int64_t input_read(struct zip_input *input, void *data, zip_uint64_t length)
{
    struct error error = {0};
    size_t got = 0;
    uint64_t left = input->size - input->offset;
    if (length > left)
        length = left;
    if (byte_source_pread(input->file, data, (size_t)length, input->offset, &got, &error)) {
        zip_error_set(&input->error, ZIP_ER_READ, 0);
        return -1;
    }
    input->offset += got;
    return (zip_int64_t)got;
}

static zip_int64_t input_stat(const struct zip_input *input, void *data, zip_uint64_t length)
{
    if (length < sizeof(zip_stat_t))
        return -1;
    zip_stat_t *stat = data;
    zip_stat_init(stat);
    stat->size = stat->comp_size = input->size;
    stat->comp_method = ZIP_CM_STORE;
    stat->encryption_method = ZIP_EM_NONE;
    stat->valid =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    return sizeof *stat;
}

static zip_int64_t input_seek(struct zip_input *input, void *data, zip_uint64_t length)
{
    zip_int64_t offset =
        zip_source_seek_compute_offset(input->offset, input->size, data, length, &input->error);
    if (offset < 0)
        return -1;
    input->offset = (uint64_t)offset;
    return 0;
}

static zip_int64_t input_do(void *context, void *data, zip_uint64_t length,
                            zip_source_cmd_t command)
{
    struct zip_input *input = context;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        input->offset = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return input_read(input, data, length);
    case ZIP_SOURCE_CLOSE:
        return 0;
    case ZIP_SOURCE_STAT:
        return input_stat(input, data, length);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&input->error, data, length);
    case ZIP_SOURCE_FREE:
        zip_error_fini(&input->error);
        free(input);
        return 0;
    case ZIP_SOURCE_SEEK:
        return input_seek(input, data, length);
    case ZIP_SOURCE_TELL:
        return (zip_int64_t)input->offset;
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(
            ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
            ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, -1);
    default:
        zip_error_set(&input->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

zip_source_t *zip_input_new(int file, uint64_t size, zip_error_t *zip_error)
{
    struct zip_input *input = calloc(1, sizeof *input);
    if (!input) {
        zip_error_set(zip_error, ZIP_ER_MEMORY, 0);
        return NULL;
    }
    input->file = file;
    input->size = size;
    zip_error_init(&input->error);
    zip_source_t *source = zip_source_function_create(input_do, input, zip_error);
    if (!source)
        free(input);
    return source;
}
