#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record_pipe.h"
#include "text_encoding.h"

enum { READER_BUFFER_BYTES = 256 << 10, FRAME_HEAD_BYTES = 5, LONG_FIELD = 255 };

struct record_reader {
    int fd;
    char *buffer;
    size_t size, start, end; /* unread bytes are buffer[start..end) */
    bool in_table, ended;
    uint64_t table_rows, rows; /* counted here, held against what the parser says */
    struct slice fields[RECORD_FIELDS_MAX];
};

/* What is left of one frame's payload; broken once anything did not fit. */
struct payload {
    const unsigned char *at, *end;
    bool broken;
};

int record_reader_new(int fd, struct record_reader **ret, struct error *error)
{
    struct record_reader *reader = calloc(1, sizeof *reader);
    char *buffer = malloc(READER_BUFFER_BYTES);
    if (!reader || !buffer) {
        free(reader);
        free(buffer);
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the record pipe");
    }
    reader->fd = fd;
    reader->buffer = buffer;
    reader->size = READER_BUFFER_BYTES;
    *ret = reader;
    return 0;
}

void record_reader_free(struct record_reader *reader)
{
    if (!reader)
        return;
    free(reader->buffer);
    free(reader);
}

static int grow(struct record_reader *reader, size_t wanted, struct error *error)
{
    size_t size = reader->size;
    while (size < wanted)
        size *= 2;
    char *larger = realloc(reader->buffer, size);
    if (!larger)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a record of %zu bytes", wanted);
    reader->buffer = larger;
    reader->size = size;
    return 0;
}

/* Reads until wanted bytes stand at start. */
static int fill(struct record_reader *reader, size_t wanted, struct error *error)
{
    if (reader->end - reader->start >= wanted)
        return 0;
    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    if (wanted > reader->size) {
        int rc = grow(reader, wanted, error);
        if (rc)
            return rc;
    }
    while (reader->end < wanted) {
        ssize_t got = read(reader->fd, reader->buffer + reader->end, reader->size - reader->end);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot read records");
        if (got == 0)
            return error_set(error, ERROR_PARSER_DIED,
                             "the parser ended before it had read the file to its end");
        reader->end += (size_t)got;
    }
    return 0;
}

static uint64_t decode(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0;
    for (size_t i = count; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static uint64_t take_number(struct payload *payload, size_t bytes)
{
    if (payload->broken || (size_t)(payload->end - payload->at) < bytes) {
        payload->broken = true;
        return 0;
    }
    uint64_t value = decode(payload->at, bytes);
    payload->at += bytes;
    return value;
}

static struct slice take_bytes(struct payload *payload, size_t length)
{
    if (payload->broken || (size_t)(payload->end - payload->at) < length) {
        payload->broken = true;
        return (struct slice){"", 0};
    }
    struct slice taken = {(const char *)payload->at, length};
    payload->at += length;
    return taken;
}

/* Texts end up in messages and logs: nothing that could steer a terminal gets through. */
static struct slice take_text(struct payload *payload)
{
    struct slice text = take_bytes(payload, (size_t)take_number(payload, 4));
    if (text.length >= ERROR_TEXT_MAX || !text_is_utf8(text.data, text.length))
        payload->broken = true;
    for (size_t i = 0; i < text.length && !payload->broken; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F)
            payload->broken = true;
    return text;
}

static int take_code(struct payload *payload, const char *kind)
{
    uint64_t number = take_number(payload, 8);
    const struct error_entry *entry = number <= 9999 ? error_entry_by_code(-(int)number) : NULL;
    if (!entry || strcmp(entry->kind, kind) != 0) {
        payload->broken = true;
        return 0;
    }
    return entry->code;
}

static void take_fields(struct record_reader *reader, struct payload *payload, struct record *ret)
{
    size_t count = 0;
    while (!payload->broken && payload->at < payload->end) {
        size_t length = (size_t)take_number(payload, 1);
        if (length == LONG_FIELD)
            length = (size_t)take_number(payload, 4);
        if (count == RECORD_FIELDS_MAX || length > RECORD_FIELD_BYTES_MAX)
            payload->broken = true;
        else
            reader->fields[count++] = take_bytes(payload, length);
    }
    ret->fields = reader->fields;
    ret->field_count = count;
}

static void take_row(struct record_reader *reader, struct payload *payload, struct record *ret)
{
    ret->row = take_number(payload, 8);
    take_fields(reader, payload, ret);
    if (!reader->in_table)
        payload->broken = true;
    if (ret->kind == RECORD_ROW)
        reader->table_rows++;
}

static void take_bad_row(struct record_reader *reader, struct payload *payload, struct record *ret)
{
    ret->row = take_number(payload, 8);
    ret->code = take_code(payload, "rule");
    uint64_t field = take_number(payload, 8);
    if (field > RECORD_FIELDS_MAX || !reader->in_table)
        payload->broken = true;
    else
        ret->field = (int)field - 1;
    reader->table_rows++;
}

static void take_table(struct record_reader *reader, struct payload *payload, struct record *ret)
{
    ret->text = take_text(payload);
    if (reader->in_table)
        payload->broken = true;
    reader->in_table = true;
    reader->table_rows = 0;
}

static void take_table_end(struct record_reader *reader, struct payload *payload,
                           struct record *ret)
{
    ret->row = take_number(payload, 8);
    if (!reader->in_table || ret->row != reader->table_rows)
        payload->broken = true;
    reader->in_table = false;
    reader->rows += reader->table_rows;
}

static void take_done(struct record_reader *reader, struct payload *payload, struct record *ret)
{
    ret->row = take_number(payload, 8);
    ret->bytes = take_number(payload, 8);
    if (reader->in_table || ret->row != reader->rows)
        payload->broken = true;
    reader->ended = true;
}

static void take_failure(struct record_reader *reader, struct payload *payload, struct record *ret)
{
    ret->code = take_code(payload, "error");
    ret->place = take_text(payload);
    ret->primary = take_text(payload);
    ret->detail = take_text(payload);
    reader->ended = true;
}

static void take_record(struct record_reader *reader, struct payload *payload, struct record *ret)
{
    switch (ret->kind) {
    case RECORD_ROW:
    case RECORD_HEADER:
        take_row(reader, payload, ret);
        break;
    case RECORD_BAD_ROW:
        take_bad_row(reader, payload, ret);
        break;
    case RECORD_TABLE:
        take_table(reader, payload, ret);
        break;
    case RECORD_TABLE_END:
        take_table_end(reader, payload, ret);
        break;
    case RECORD_NOTICE:
        ret->code = take_code(payload, "notice");
        ret->text = take_text(payload);
        break;
    case RECORD_PROGRESS:
        ret->bytes = take_number(payload, 8);
        break;
    case RECORD_DONE:
        take_done(reader, payload, ret);
        break;
    case RECORD_FAILURE:
        take_failure(reader, payload, ret);
        break;
    default:
        payload->broken = true;
    }
    if (payload->at != payload->end)
        payload->broken = true;
}

int record_read(struct record_reader *reader, struct record *ret, struct error *error)
{
    if (reader->ended)
        return error_set(error, ERROR_PARSER_PROTOCOL, "a record is read after the last one");
    int rc = fill(reader, FRAME_HEAD_BYTES, error);
    if (rc)
        return rc;
    const unsigned char *head = (const unsigned char *)reader->buffer + reader->start;
    size_t length = (size_t)decode(head + 1, 4);
    if (length > RECORD_FRAME_BYTES_MAX)
        return error_set(error, ERROR_PARSER_PROTOCOL, "the parser announced %zu bytes in a record",
                         length);
    rc = fill(reader, FRAME_HEAD_BYTES + length, error);
    if (rc)
        return rc;

    head = (const unsigned char *)reader->buffer + reader->start;
    struct record record = {.kind = (enum record_kind)head[0], .field = -1};
    struct payload payload = {head + FRAME_HEAD_BYTES, head + FRAME_HEAD_BYTES + length, false};
    take_record(reader, &payload, &record);
    if (payload.broken) {
        reader->ended = true;
        return error_set(error, ERROR_PARSER_PROTOCOL, "a record of kind %u does not fit its form",
                         (unsigned int)head[0]);
    }
    reader->start += FRAME_HEAD_BYTES + length;
    *ret = record;
    return 0;
}
