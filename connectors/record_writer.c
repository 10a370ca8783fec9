#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record_pipe.h"

enum {
    WRITER_BUFFER_BYTES = 256 << 10,
    FRAME_HEAD_BYTES = 5,
    NUMBER_BYTES = 8,
    TEXT_HEAD_BYTES = 4,
    LONG_FIELD = 255 /* a field of this length or more has four more length bytes */
};

int record_writer_init(struct record_writer *writer, int fd, struct error *error)
{
    char *buffer = malloc(WRITER_BUFFER_BYTES);
    if (!buffer)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the record pipe");
    *writer = (struct record_writer){.fd = fd, .buffer = buffer, .size = WRITER_BUFFER_BYTES};
    return 0;
}

void record_writer_release(struct record_writer *writer)
{
    free(writer->buffer);
    *writer = (struct record_writer){.fd = -1};
}

static int write_all(struct record_writer *writer, const char *bytes, size_t length,
                     struct error *error)
{
    if (writer->failed)
        return error_set(error, ERROR_FILE_FAILED, "the record pipe failed before");
    while (length > 0) {
        ssize_t written = write(writer->fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            writer->failed = true;
            return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot write records");
        }
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

int record_writer_flush(struct record_writer *writer, struct error *error)
{
    size_t used = writer->used;
    writer->used = 0;
    return write_all(writer, writer->buffer, used, error);
}

/* Makes room for length bytes (never more than the buffer) in one piece. */
static int make_room(struct record_writer *writer, size_t length, struct error *error)
{
    if (writer->size - writer->used >= length)
        return 0;
    return record_writer_flush(writer, error);
}

/* Bytes of any length: what does not fit the buffer goes straight to the pipe. */
static int put_bytes(struct record_writer *writer, const char *bytes, size_t length,
                     struct error *error)
{
    int rc = make_room(writer, length, error);
    if (rc)
        return rc;
    if (length > writer->size)
        return write_all(writer, bytes, length, error);
    if (length > 0)
        memcpy(writer->buffer + writer->used, bytes, length);
    writer->used += length;
    return 0;
}

static char *encode_u32(char *to, size_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        *to++ = (char)(value >> shift & 0xFF);
    return to;
}

static char *encode_u64(char *to, uint64_t value)
{
    for (int shift = 0; shift < 64; shift += 8)
        *to++ = (char)(value >> shift & 0xFF);
    return to;
}

static int put_frame_head(struct record_writer *writer, enum record_kind kind, size_t payload,
                          struct error *error)
{
    if (payload > RECORD_FRAME_BYTES_MAX)
        return error_set(error, ERROR_INTERNAL, "a record frame of %zu bytes", payload);
    int rc = make_room(writer, FRAME_HEAD_BYTES, error);
    if (rc)
        return rc;
    char *to = writer->buffer + writer->used;
    *to++ = (char)kind;
    encode_u32(to, payload);
    writer->used += FRAME_HEAD_BYTES;
    return 0;
}

/* A frame of numbers only, at most four. */
static int put_numbers(struct record_writer *writer, enum record_kind kind, const uint64_t *numbers,
                       size_t count, struct error *error)
{
    char payload[4 * NUMBER_BYTES], *end = payload;
    for (size_t i = 0; i < count; i++)
        end = encode_u64(end, numbers[i]);
    int rc = put_frame_head(writer, kind, (size_t)(end - payload), error);
    return rc ? rc : put_bytes(writer, payload, (size_t)(end - payload), error);
}

static int put_text(struct record_writer *writer, const char *text, struct error *error)
{
    char head[TEXT_HEAD_BYTES];
    size_t length = strlen(text);
    encode_u32(head, length);
    int rc = put_bytes(writer, head, sizeof head, error);
    return rc ? rc : put_bytes(writer, text, length, error);
}

static size_t text_bytes(const char *text)
{
    return TEXT_HEAD_BYTES + strlen(text);
}

static uint64_t positive(int code)
{
    return code < 0 ? (uint64_t) - (int64_t)code : (uint64_t)code;
}

int record_write_table(struct record_writer *writer, const char *name, struct error *error)
{
    int rc = put_frame_head(writer, RECORD_TABLE, text_bytes(name), error);
    return rc ? rc : put_text(writer, name, error);
}

static size_t field_bytes(size_t length)
{
    return length + (length < LONG_FIELD ? 1 : 5);
}

static char *encode_field_head(char *to, size_t length)
{
    if (length < LONG_FIELD) {
        *to++ = (char)length;
        return to;
    }
    *to++ = (char)LONG_FIELD;
    return encode_u32(to, length);
}

/* The whole frame fits the buffer: the path of nearly every row. */
static char *encode_fields(char *to, const struct slice *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to = encode_field_head(to, fields[i].length);
        if (fields[i].length > 0)
            memcpy(to, fields[i].data, fields[i].length);
        to += fields[i].length;
    }
    return to;
}

static int put_fields(struct record_writer *writer, const struct slice *fields, size_t count,
                      struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        char head[5];
        size_t head_length = (size_t)(encode_field_head(head, fields[i].length) - head);
        int rc = put_bytes(writer, head, head_length, error);
        if (!rc)
            rc = put_bytes(writer, fields[i].data, fields[i].length, error);
        if (rc)
            return rc;
    }
    return 0;
}

static int put_row(struct record_writer *writer, enum record_kind kind, uint64_t row,
                   const struct slice *fields, size_t count, struct error *error)
{
    size_t payload = NUMBER_BYTES;
    for (size_t i = 0; i < count; i++) {
        if (fields[i].length > RECORD_FIELD_BYTES_MAX)
            return error_set(error, ERROR_INTERNAL, "a field beyond the cap in a record");
        payload += field_bytes(fields[i].length);
    }
    if (count > RECORD_FIELDS_MAX)
        return error_set(error, ERROR_INTERNAL, "a record of %zu fields", count);

    int rc = put_frame_head(writer, kind, payload, error);
    if (rc)
        return rc;
    if (payload <= writer->size) {
        rc = make_room(writer, payload, error);
        if (rc)
            return rc;
        char *to = encode_u64(writer->buffer + writer->used, row);
        encode_fields(to, fields, count);
        writer->used += payload;
        return 0;
    }
    char number[NUMBER_BYTES];
    encode_u64(number, row);
    rc = put_bytes(writer, number, sizeof number, error);
    return rc ? rc : put_fields(writer, fields, count, error);
}

int record_write_header(struct record_writer *writer, const struct slice *names, size_t count,
                        struct error *error)
{
    return put_row(writer, RECORD_HEADER, 1, names, count, error);
}

int record_write_row(struct record_writer *writer, uint64_t row, const struct slice *fields,
                     size_t count, struct error *error)
{
    return put_row(writer, RECORD_ROW, row, fields, count, error);
}

int record_write_bad_row(struct record_writer *writer, uint64_t row, int code, int field,
                         struct error *error)
{
    const uint64_t numbers[] = {row, positive(code), field < 0 ? 0 : (uint64_t)field + 1};
    return put_numbers(writer, RECORD_BAD_ROW, numbers, 3, error);
}

int record_write_notice(struct record_writer *writer, int code, const char *text,
                        struct error *error)
{
    char number[NUMBER_BYTES];
    encode_u64(number, positive(code));
    int rc = put_frame_head(writer, RECORD_NOTICE, NUMBER_BYTES + text_bytes(text), error);
    if (!rc)
        rc = put_bytes(writer, number, sizeof number, error);
    return rc ? rc : put_text(writer, text, error);
}

int record_write_table_end(struct record_writer *writer, uint64_t rows, struct error *error)
{
    return put_numbers(writer, RECORD_TABLE_END, &rows, 1, error);
}

int record_write_progress(struct record_writer *writer, uint64_t bytes, struct error *error)
{
    return put_numbers(writer, RECORD_PROGRESS, &bytes, 1, error);
}

int record_write_failure(struct record_writer *writer, const struct error *failure,
                         struct error *error)
{
    char number[NUMBER_BYTES];
    encode_u64(number, positive(failure->code));
    size_t payload = NUMBER_BYTES + text_bytes(failure->place) + text_bytes(failure->primary) +
                     text_bytes(failure->detail);
    int rc = put_frame_head(writer, RECORD_FAILURE, payload, error);
    if (!rc)
        rc = put_bytes(writer, number, sizeof number, error);
    if (!rc)
        rc = put_text(writer, failure->place, error);
    if (!rc)
        rc = put_text(writer, failure->primary, error);
    return rc ? rc : put_text(writer, failure->detail, error);
}

int record_write_done(struct record_writer *writer, uint64_t rows, uint64_t bytes,
                      struct error *error)
{
    const uint64_t numbers[] = {rows, bytes};
    return put_numbers(writer, RECORD_DONE, numbers, 2, error);
}
