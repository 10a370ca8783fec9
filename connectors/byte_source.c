#include "byte_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PACKED_BUFFER_BYTES = 64 << 10, RATIO_FREE_BYTES = 16 << 20, GZIP_ONLY = 16 };

int byte_source_pread(int file, char *buffer, size_t size, uint64_t offset, size_t *ret_length,
                      struct error *error)
{
    size_t used = 0;
    while (used < size) {
        ssize_t got = pread(file, buffer + used, size - used, (off_t)(offset + used));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot read the delivery");
        if (got == 0)
            break;
        used += (size_t)got;
    }
    *ret_length = used;
    return 0;
}

/* ---- plain ---- */

static int plain_read(struct byte_source *source, char *buffer, size_t size, size_t *ret_length,
                      struct error *error)
{
    int rc = byte_source_pread(source->file, buffer, size, source->consumed, ret_length, error);
    if (!rc)
        source->consumed += *ret_length;
    return rc;
}

static void plain_release(struct byte_source *source)
{
    (void)source;
}

static const struct byte_source_ops plain_ops = {plain_read, plain_release};

int byte_source_open_plain(struct byte_source *ret, int file, struct unpack_budget *budget,
                           struct error *error)
{
    (void)error;
    *ret = (struct byte_source){.ops = &plain_ops, .file = file, .budget = budget};
    return 0;
}

/* ---- gzip ---- */

/* More packed bytes for inflate. Leaves avail_in 0 at the end of the file. */
static int gzip_refill(struct byte_source *source, struct error *error)
{
    size_t length = 0;
    int rc = byte_source_pread(source->file, source->packed, PACKED_BUFFER_BYTES, source->consumed,
                               &length, error);
    if (rc)
        return rc;
    source->consumed += length;
    source->stream.next_in = (unsigned char *)source->packed;
    source->stream.avail_in = (unsigned int)length;
    return 0;
}

/* The one member has ended well: nothing may follow it. */
static int gzip_check_end(struct byte_source *source, struct error *error)
{
    if (source->stream.avail_in == 0) {
        int rc = gzip_refill(source, error);
        if (rc)
            return rc;
    }
    if (source->stream.avail_in > 0)
        return error_set(error, ERROR_GZIP_TRAILING, "bytes follow the one gzip member");
    source->ended = true;
    return 0;
}

static int gzip_step(struct byte_source *source, struct error *error)
{
    z_stream *stream = &source->stream;
    if (stream->avail_in == 0) {
        int rc = gzip_refill(source, error);
        if (rc)
            return rc;
        if (stream->avail_in == 0)
            return error_set(error, ERROR_GZIP_TRUNCATED,
                             "the gzip stream ends before its trailer");
    }
    switch (inflate(stream, Z_NO_FLUSH)) {
    case Z_OK:
    case Z_BUF_ERROR: /* wants more input, or more room: the caller sees which */
        return 0;
    case Z_STREAM_END: /* checksum and length were right */
        return gzip_check_end(source, error);
    case Z_MEM_ERROR:
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to unpack gzip");
    default:
        return error_set(error, ERROR_GZIP_CORRUPT, "the gzip stream is damaged or is not gzip");
    }
}

static int gzip_read(struct byte_source *source, char *buffer, size_t size, size_t *ret_length,
                     struct error *error)
{
    z_stream *stream = &source->stream;
    unsigned int room = size > 1u << 30 ? 1u << 30 : (unsigned int)size;
    stream->next_out = (unsigned char *)buffer;
    stream->avail_out = room;
    while (stream->avail_out > 0 && !source->ended) {
        int rc = gzip_step(source, error);
        if (rc)
            return rc;
    }
    *ret_length = room - stream->avail_out;
    return 0;
}

static void gzip_release(struct byte_source *source)
{
    inflateEnd(&source->stream);
    free(source->packed);
}

static const struct byte_source_ops gzip_ops = {gzip_read, gzip_release};

int byte_source_open_gzip(struct byte_source *ret, int file, struct unpack_budget *budget,
                          struct error *error)
{
    *ret = (struct byte_source){.ops = &gzip_ops, .file = file, .budget = budget};
    ret->packed = malloc(PACKED_BUFFER_BYTES);
    if (!ret->packed || inflateInit2(&ret->stream, GZIP_ONLY + MAX_WBITS) != Z_OK) {
        free(ret->packed);
        ret->ops = NULL;
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to unpack gzip");
    }
    return 0;
}

/* ---- any ---- */

static int spend(struct unpack_budget *budget, size_t length, struct error *error)
{
    budget->unpacked += length;
    if (budget->unpacked > budget->output_bytes) {
        error_set(error, ERROR_ARCHIVE_BOMB, "the file unpacks to more than the cap");
        error_detail(error, "cap %llu bytes", (unsigned long long)budget->output_bytes);
        return error->code;
    }
    if (budget->unpacked > RATIO_FREE_BYTES && budget->unpacked / budget->ratio > budget->packed) {
        error_set(error, ERROR_ARCHIVE_BOMB, "the file unpacks to too many times its size");
        error_detail(error, "more than %llu times its %llu bytes",
                     (unsigned long long)budget->ratio, (unsigned long long)budget->packed);
        return error->code;
    }
    return 0;
}

int byte_source_read(struct byte_source *source, char *buffer, size_t size, size_t *ret_length,
                     struct error *error)
{
    size_t length = 0;
    int rc = source->ops->read(source, buffer, size, &length, error);
    if (!rc && length > 0)
        rc = spend(source->budget, length, error);
    if (!rc)
        *ret_length = length;
    return rc;
}

uint64_t byte_source_consumed(const struct byte_source *source)
{
    return source->consumed;
}

void byte_source_release(struct byte_source *source)
{
    if (source->ops)
        source->ops->release(source);
    source->ops = NULL;
}
