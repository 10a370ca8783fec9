/*
 * record_pipe.h: the binary frames that the parser child writes and the loader reads.
 *
 * Frame: 1 byte kind, 4 bytes payload length (little-endian), payload. Payload pieces:
 *   number: 8 bytes little-endian; text: 4 bytes length, bytes.
 *   ROW payload: number row, then for each field: 1 byte length when < 255, else 255 and 4 bytes.
 * Every length is capped by the reader (frame 16 MiB, field 1 MiB, fields 4096), whatever the
 * writer says: the parser has read hostile input and is not trusted.
 */
#ifndef RECORD_PIPE_H
#define RECORD_PIPE_H

#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

enum {
    RECORD_FIELDS_MAX = 4096,
    RECORD_FIELD_BYTES_MAX = 1 << 20,
    RECORD_FRAME_BYTES_MAX = 16 << 20
};

enum record_kind {
    RECORD_TABLE = 'T',     /* text: table name; rows of it follow */
    RECORD_HEADER = 'H',    /* a ROW payload: column names as found (CSV with header) */
    RECORD_ROW = 'R',       /* number row; fields, in UTF-8 */
    RECORD_BAD_ROW = 'B',   /* number row; number code (RULE_*, as a positive number); number field
                               (0-based) + 1 or 0 */
    RECORD_NOTICE = 'N',    /* number code (NOTICE_*, positive); text: member or place, cleaned */
    RECORD_TABLE_END = 'E', /* number rows of the table sent, good and bad */
    RECORD_PROGRESS = 'P',  /* number bytes of the input file consumed so far */
    RECORD_FAILURE = 'F', /* number code; text place; text primary; text detail: the file is bad */
    RECORD_DONE = 'D'     /* number rows; number input bytes: the file was read to its end */
};

/* ---- writing (parser) ---- */

struct record_writer {
    int fd;
    char *buffer;
    size_t used, size;
    bool failed;
};

int record_writer_init(struct record_writer *writer, int fd, struct error *error);
void record_writer_release(struct record_writer *writer);
int record_write_table(struct record_writer *writer, const char *name, struct error *error);
int record_write_header(struct record_writer *writer, const struct slice *names, size_t count,
                        struct error *error);
int record_write_row(struct record_writer *writer, uint64_t row, const struct slice *fields,
                     size_t count, struct error *error);
int record_write_bad_row(struct record_writer *writer, uint64_t row, int code, int field,
                         struct error *error);
int record_write_notice(struct record_writer *writer, int code, const char *text,
                        struct error *error);
int record_write_table_end(struct record_writer *writer, uint64_t rows, struct error *error);
int record_write_progress(struct record_writer *writer, uint64_t bytes, struct error *error);
int record_write_failure(struct record_writer *writer, const struct error *failure,
                         struct error *error);
int record_write_done(struct record_writer *writer, uint64_t rows, uint64_t bytes,
                      struct error *error);
int record_writer_flush(struct record_writer *writer, struct error *error);

/* ---- reading (loader) ---- */

struct record {
    enum record_kind kind;
    uint64_t row;                        /* ROW, BAD_ROW; TABLE_END, DONE: rows */
    uint64_t bytes;                      /* PROGRESS, DONE */
    int code;                            /* BAD_ROW, NOTICE, FAILURE: negative */
    int field;                           /* BAD_ROW: or -1 */
    struct slice text;                   /* TABLE, NOTICE */
    struct slice place, primary, detail; /* FAILURE */
    struct slice *fields;                /* ROW, HEADER: valid until the next read */
    size_t field_count;
};

struct record_reader;

int record_reader_new(int fd, struct record_reader **ret, struct error *error);
void record_reader_free(struct record_reader *reader);
/* Next record. 0 and *ret filled; ERROR_PARSER_DIED when the pipe ends before DONE or FAILURE;
 * ERROR_PARSER_PROTOCOL for anything that does not fit. */
int record_read(struct record_reader *reader, struct record *ret, struct error *error);

#endif
