/*
 * byte_source.h: the bytes of a delivery in order, whatever they are packed in: a plain file, one
 * gzip member, or a member of a zip. Damage found at the very end (checksum, length, bytes left
 * over) is an error of the read that would have said "end": who has not read to the end knows
 * nothing.
 *
 * Files are read with pread: the caller's file offset is neither used nor moved.
 */
#ifndef BYTE_SOURCE_H
#define BYTE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "base/error.h"
#include "parser.h"

/* Bombs: what one delivery may unpack to. Shared by the members of a zip. */
struct unpack_budget {
    uint64_t output_bytes; /* cap */
    uint64_t ratio;        /* cap on unpacked / packed beyond 16 MiB */
    uint64_t packed;       /* bytes of the whole delivery on disk */
    uint64_t unpacked;     /* so far */
};

struct byte_source;

/* One kind of packing. */
struct byte_source_ops {
    /* Up to size bytes into buffer; *ret_length 0 = the end, and all checks passed. */
    int (*read)(struct byte_source *source, char *buffer, size_t size, size_t *ret_length,
                struct error *error);
    void (*release)(struct byte_source *source);
};

struct zip_file;

struct byte_source {
    const struct byte_source_ops *ops;
    struct unpack_budget *budget;
    uint64_t consumed; /* bytes of the delivery read so far; of a zip member an estimate */
    int file;
    bool ended;
    /* gzip */
    z_stream stream;
    char *packed; /* input buffer */
    /* zip member */
    struct zip_file *member;
    uint64_t member_packed, member_unpacked, member_read;
};

/* file stays the caller's in all of these; so does budget, which must outlive the source. */
int byte_source_open_plain(struct byte_source *ret, int file, struct unpack_budget *budget,
                           struct error *error);
/* ERROR_GZIP_TRUNCATED, ERROR_GZIP_CORRUPT, ERROR_GZIP_TRAILING come from byte_source_read. */
int byte_source_open_gzip(struct byte_source *ret, int file, struct unpack_budget *budget,
                          struct error *error);
/* For zip members see zip_archive_open_member. */

/* Next bytes; *ret_length 0 only at the end. ERROR_ARCHIVE_BOMB when the budget is spent. */
int byte_source_read(struct byte_source *source, char *buffer, size_t size, size_t *ret_length,
                     struct error *error);
uint64_t byte_source_consumed(const struct byte_source *source);
void byte_source_release(struct byte_source *source);

/* pread of the whole size unless the file ends; used by all sources. */
int byte_source_pread(int file, char *buffer, size_t size, uint64_t offset, size_t *ret_length,
                      struct error *error);

#endif
