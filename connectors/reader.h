/*
 * reader.h: one format, one table of functions. parse_run.c picks the reader of the request and
 * calls it for every table; a reader turns the bytes of a source into records.
 */
#ifndef READER_H
#define READER_H

#include "byte_source.h"
#include "parser.h"
#include "record_pipe.h"

/* What a reader works with while it reads one table. */
struct reader_context {
    struct record_writer *writer;
    struct byte_source *source;
    const struct parse_table *table;
    enum parse_encoding encoding;
    const char *member;       /* cleaned name of the zip member, or NULL */
    uint64_t progress_before; /* input bytes consumed by earlier members */
    uint64_t *progress_told;  /* input bytes of the last PROGRESS record */
};

struct reader_ops {
    const char *name;
    /* Reads the source to its end, writing HEADER, ROW and BAD_ROW records. *ret_rows gets how
     * many rows, good and bad, were written. A negative code refuses the whole file. */
    int (*read_table)(struct reader_context *context, uint64_t *ret_rows, struct error *error);
};

extern const struct reader_ops csv_reader;
extern const struct reader_ops xml_reader;

enum { READER_BUFFER_BYTES = 256 << 10 };

/* byte_source_read, and a PROGRESS record now and then. */
int reader_read(struct reader_context *context, char *buffer, size_t size, size_t *ret_length,
                struct error *error);
/* Sets the place of error: "member, line N"; line 0 leaves the line out. Returns error->code. */
int reader_place(const struct reader_context *context, uint64_t line, struct error *error);

#endif
