/*
 * csv_reader.c: CSV by libcsv, with the verdicts that libcsv leaves open.
 *
 * libcsv stops at a strict error without saying where a row may begin again, skips nothing and
 * limits nothing. So this file counts rows and lines itself, caps a field through realloc, and
 * after a bad row goes on at the next line end with a fresh parser. csv_fini is only called when
 * the parser has not failed: after a failure it would hand over the broken row as if it were good.
 */
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "csv_row.h"
#include "reader.h"
#include "text_encoding.h"

/* A field of exactly the cap, its closing quote, and the byte libcsv wants free to look further:
 * one byte more of a quoted field makes csv_parse fail. */
enum { CSV_BUFFER_MAX = RECORD_FIELD_BYTES_MAX + 2, CSV_BUFFER_STEP = 4096 };

struct csv_reading {
    struct reader_context *context;
    struct error *error;
    struct csv_parser parser;
    struct csv_row *row;
    enum { BEFORE_FIRST, IN_HEADER, IN_ROWS } stage;
    uint64_t next_row;    /* number of the row being read */
    uint64_t rows;        /* rows written, good and bad */
    uint64_t lines;       /* line ends seen before the row being read */
    uint64_t blank_lines; /* seen since the last row, not told yet: trailing ones never are */
    bool columns_open;    /* no header and no count given: the first row decides */
    int last_end;         /* the line end that closed the last row, to pair CR with LF */
    bool skipping;        /* a bad row: dropping bytes up to the next line end */
    int failed;           /* code of a failure inside a libcsv callback */
};

static void *capped_realloc(void *block, size_t size)
{
    return size > CSV_BUFFER_MAX ? NULL : realloc(block, size);
}

/* libcsv trims what this calls space; nothing is. */
static int never_space(unsigned char c)
{
    (void)c;
    return 0;
}

static int start_parser(struct csv_reading *reading)
{
    unsigned char options = CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL;
    if (csv_init(&reading->parser, options) != 0)
        return error_set(reading->error, ERROR_OUT_OF_MEMORY, "no memory for the CSV reader");
    csv_set_realloc_func(&reading->parser, capped_realloc);
    csv_set_space_func(&reading->parser, never_space);
    csv_set_blk_size(&reading->parser, CSV_BUFFER_STEP);
    return 0;
}

/* The file is refused at the line the row being read has reached. */
static int refuse(struct csv_reading *reading, enum error_code code, const char *text)
{
    error_set(reading->error, code, "%s", text);
    uint64_t line = reading->lines + csv_row_lines(reading->row) + 1;
    return reader_place(reading->context, line, reading->error);
}

/* ---- rows ---- */

static int write_bad_row(struct csv_reading *reading, int code, int field)
{
    reading->rows++;
    return record_write_bad_row(reading->context->writer, reading->next_row++, code, field,
                                reading->error);
}

/* Blank lines count as rows once a row follows them. */
static int tell_blank_lines(struct csv_reading *reading)
{
    int rc = 0;
    for (; reading->blank_lines > 0 && !rc; reading->blank_lines--)
        rc = write_bad_row(reading, RULE_BLANK_LINE, -1);
    return rc;
}

static int end_header(struct csv_reading *reading)
{
    struct csv_row *row = reading->row;
    if (row->field_count > RECORD_FIELDS_MAX)
        return refuse(reading, ERROR_CSV_TOO_MANY_COLUMNS, "the header has too many columns");
    int field = -1;
    row->columns = row->field_count;
    int code = csv_row_verdict(row, &field);
    if (code == RULE_ENCODING)
        return refuse(reading, ERROR_ENCODING_UNSUPPORTED,
                      "the header is not text in the encoding of the feed");
    if (code == RULE_NUL)
        return refuse(reading, ERROR_CSV_MALFORMED, "the header holds a NUL byte");
    if (code == RULE_FIELD_TOO_LONG)
        return refuse(reading, ERROR_CSV_FIELD_TOO_LONG, "a column name is longer than 1 MiB");
    if (code)
        return error_set(reading->error, code, "no memory to convert the header");
    reading->stage = IN_ROWS;
    reading->next_row = 2;
    return record_write_header(reading->context->writer, row->fields, row->field_count,
                               reading->error);
}

static int end_row(struct csv_reading *reading)
{
    struct csv_row *row = reading->row;
    int rc = reading->blank_lines ? tell_blank_lines(reading) : 0;
    if (rc)
        return rc;
    if (reading->columns_open && row->field_count <= RECORD_FIELDS_MAX)
        row->columns = row->field_count;
    reading->columns_open = false;
    int field = -1;
    int code = csv_row_verdict(row, &field);
    if (code == ERROR_OUT_OF_MEMORY)
        return error_set(reading->error, code, "no memory to convert a row");
    if (code)
        return write_bad_row(reading, code, field);
    reading->rows++;
    return record_write_row(reading->context->writer, reading->next_row++, row->fields,
                            row->field_count, reading->error);
}

/* The first row that is not blank says whether a header or rows come. */
static void begin_first_row(struct csv_reading *reading)
{
    const struct parse_table *table = reading->context->table;
    reading->stage = table->has_header ? IN_HEADER : IN_ROWS;
    if (table->has_header)
        reading->blank_lines = 0; /* blank lines above the header belong to no row */
    else if (table->column_count > 0 && table->column_count <= RECORD_FIELDS_MAX)
        reading->row->columns = table->column_count;
    else
        reading->columns_open = true;
}

static void on_field(void *data, size_t length, void *context)
{
    struct csv_reading *reading = context;
    csv_row_add(reading->row, data, length);
}

static void on_row(int line_end, void *context)
{
    struct csv_reading *reading = context;
    struct csv_row *row = reading->row;
    int previous_end = reading->last_end;
    reading->last_end = line_end;
    if (reading->failed)
        return;
    if (row->field_count == 0) {
        /* A line without fields: the LF of a CR LF, or blank. */
        if (line_end == '\n' && previous_end == '\r') {
            reading->last_end = 0;
            return;
        }
        reading->lines++;
        reading->blank_lines++;
        return;
    }
    if (reading->stage == BEFORE_FIRST)
        begin_first_row(reading);
    reading->failed = reading->stage == IN_HEADER ? end_header(reading) : end_row(reading);
    if (!reading->failed) {
        reading->lines += csv_row_lines(row) + 1;
        csv_row_clear(row);
    }
}

/* ---- bytes ---- */

/* libcsv stopped in the middle of a row: one row is bad, or the file is. */
static int stopped(struct csv_reading *reading)
{
    struct csv_parser *parser = &reading->parser;
    bool too_long = csv_error(parser) != CSV_EPARSE;
    if (too_long && csv_get_buffer_size(parser) < CSV_BUFFER_MAX)
        return error_set(reading->error, ERROR_OUT_OF_MEMORY, "no memory for a CSV field");
    if (too_long && parser->quoted)
        return refuse(reading, ERROR_CSV_FIELD_TOO_LONG, "a quoted field is longer than 1 MiB");
    if (reading->stage == BEFORE_FIRST)
        begin_first_row(reading);
    if (reading->stage == IN_HEADER && too_long)
        return refuse(reading, ERROR_CSV_FIELD_TOO_LONG, "a column name is longer than 1 MiB");
    if (reading->stage == IN_HEADER)
        return refuse(reading, ERROR_CSV_MALFORMED, "a stray quote stands in the header");

    int rc = tell_blank_lines(reading);
    if (!rc)
        rc = write_bad_row(reading, too_long ? RULE_FIELD_TOO_LONG : RULE_STRAY_QUOTE,
                           reading->row->field_count < reading->row->columns
                               ? (int)reading->row->field_count
                               : -1);
    if (rc)
        return rc;
    const char *field = (const char *)parser->entry_buf;
    reading->lines += csv_row_lines(reading->row) + text_count_lines(field, parser->entry_pos);
    csv_row_clear(reading->row);
    csv_free(parser);
    reading->skipping = true;
    return start_parser(reading);
}

/* Drops bytes of a bad row. Returns how many; the line end is among them. */
static size_t skip_line(struct csv_reading *reading, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n' || bytes[i] == '\r') {
            reading->skipping = false;
            reading->last_end = bytes[i];
            reading->lines++;
            return i + 1;
        }
    }
    return length;
}

static int take_bytes(struct csv_reading *reading, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t taken;
        bool was_skipping = reading->skipping;
        if (was_skipping)
            taken = skip_line(reading, bytes, length);
        else
            taken = csv_parse(&reading->parser, bytes, length, on_field, on_row, reading);
        if (reading->failed)
            return reading->failed;
        if (reading->stage == BEFORE_FIRST && reading->context->table->has_header &&
            reading->row->field_count > RECORD_FIELDS_MAX)
            return refuse(reading, ERROR_CSV_TOO_MANY_COLUMNS, "the header has too many columns");
        bytes += taken;
        length -= taken;
        if (!was_skipping && length > 0) {
            int rc = stopped(reading);
            if (rc)
                return rc;
        }
    }
    return 0;
}

static int take_end(struct csv_reading *reading)
{
    if (csv_fini(&reading->parser, on_field, on_row, reading) != 0)
        return refuse(reading, ERROR_CSV_UNTERMINATED_QUOTE, "a quote is opened and never closed");
    if (reading->failed)
        return reading->failed;
    if (reading->stage == BEFORE_FIRST) {
        error_set(reading->error, ERROR_DELIVERY_EMPTY, "there is not one row");
        return reader_place(reading->context, 0, reading->error);
    }
    return 0;
}

/* Looks at the first bytes: *ret_skip gets how many of them are a mark. */
static int take_opening(struct csv_reading *reading, const char *bytes, size_t length,
                        size_t *ret_skip)
{
    struct reader_context *context = reading->context;
    switch (text_opening_of(bytes, length)) {
    case TEXT_OPENING_WIDE:
        error_set(reading->error, ERROR_ENCODING_UNSUPPORTED, "the file is UTF-16 or UTF-32");
        return reader_place(context, 0, reading->error);
    case TEXT_OPENING_UTF8_MARK:
        *ret_skip = TEXT_UTF8_MARK_BYTES;
        /* The mark is stronger than what the feed says of its encoding. */
        reading->row->encoding = PARSE_UTF8;
        return record_write_notice(context->writer, NOTICE_BYTE_ORDER_MARK,
                                   context->member ? context->member : "", reading->error);
    default:
        *ret_skip = 0;
        return 0;
    }
}

static int read_all(struct csv_reading *reading, char *buffer)
{
    size_t length = 0, skip = 0;
    int rc = reader_read(reading->context, buffer, READER_BUFFER_BYTES, &length, reading->error);
    if (!rc)
        rc = take_opening(reading, buffer, length, &skip);
    while (!rc && length > 0) {
        rc = take_bytes(reading, buffer + skip, length - skip);
        skip = 0;
        if (!rc)
            rc =
                reader_read(reading->context, buffer, READER_BUFFER_BYTES, &length, reading->error);
    }
    return rc ? rc : take_end(reading);
}

static int read_table(struct reader_context *context, uint64_t *ret_rows, struct error *error)
{
    struct csv_reading reading = {.context = context, .error = error, .next_row = 1};
    char *buffer = malloc(READER_BUFFER_BYTES);
    reading.row = csv_row_new(context->encoding);
    int rc = 0;
    if (!buffer || !reading.row)
        rc = error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the CSV reader");
    if (!rc)
        rc = start_parser(&reading);
    if (!rc) {
        rc = read_all(&reading, buffer);
        csv_free(&reading.parser);
    }
    csv_row_free(reading.row);
    free(buffer);
    if (!rc)
        *ret_rows = reading.rows;
    return rc;
}

const struct reader_ops csv_reader = {"csv", read_table};
