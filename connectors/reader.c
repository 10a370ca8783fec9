#include "reader.h"

enum { PROGRESS_STEP_BYTES = 4 << 20 };

int reader_read(struct reader_context *context, char *buffer, size_t size, size_t *ret_length,
                struct error *error)
{
    int rc = byte_source_read(context->source, buffer, size, ret_length, error);
    if (rc) {
        if (error->place[0] == '\0')
            reader_place(context, 0, error);
        return rc;
    }
    uint64_t consumed = context->progress_before + byte_source_consumed(context->source);
    if (consumed < *context->progress_told + PROGRESS_STEP_BYTES)
        return 0;
    *context->progress_told = consumed;
    return record_write_progress(context->writer, consumed, error);
}

int reader_place(const struct reader_context *context, uint64_t line, struct error *error)
{
    const char *member = context->member ? context->member : "";
    if (line == 0)
        error_place(error, "%s", member);
    else
        error_place(error, "%s%sline %llu", member, member[0] ? ", " : "",
                    (unsigned long long)line);
    return error->code;
}
