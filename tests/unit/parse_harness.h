/*
 * parse_harness.h: runs parser_run over bytes and gives back what it sent as text, one record a
 * line, so that a case is a string in a table: "T name", "H a|b", "R 2 a|b", "B 3 2010 -" (row,
 * rule, field or -), "N 2107 text", "E rows", "F 1210 [place]", "D rows". PROGRESS is left out.
 */
#ifndef PARSE_HARNESS_H
#define PARSE_HARNESS_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "parser.h"
#include "record_pipe.h"

/* Memory cannot be measured where the address sanitizer keeps freed blocks. */
#if defined(__SANITIZE_ADDRESS__)
enum { MEMORY_IS_MEASURABLE = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { MEMORY_IS_MEASURABLE = 0 };
#else
enum { MEMORY_IS_MEASURABLE = 1 };
#endif
#else
enum { MEMORY_IS_MEASURABLE = 1 };
#endif

static inline int file_of(const void *bytes, size_t length)
{
    int file = memfd_create("test", MFD_CLOEXEC);
    assert_true(file >= 0);
    const char *at = bytes;
    while (length > 0) {
        ssize_t written = write(file, at, length);
        assert_true(written > 0);
        at += written;
        length -= (size_t)written;
    }
    return file;
}

static inline void print_fields(FILE *out, const struct record *record)
{
    for (size_t i = 0; i < record->field_count; i++) {
        fputs(i == 0 ? "" : "|", out);
        fwrite(record->fields[i].data, 1, record->fields[i].length, out);
    }
    fputc('\n', out);
}

static inline void print_record(FILE *out, const struct record *record)
{
    unsigned long long row = record->row;
    char field[16] = "-";
    if (record->field >= 0)
        snprintf(field, sizeof field, "%d", record->field);
    switch (record->kind) {
    case RECORD_HEADER:
        fputs("H ", out);
        print_fields(out, record);
        break;
    case RECORD_ROW:
        fprintf(out, "R %llu ", row);
        print_fields(out, record);
        break;
    case RECORD_BAD_ROW:
        fprintf(out, "B %llu %d %s\n", row, -record->code, field);
        break;
    case RECORD_TABLE:
        fprintf(out, "T %.*s\n", (int)record->text.length, record->text.data);
        break;
    case RECORD_NOTICE:
        fprintf(out, "N %d %.*s\n", -record->code, (int)record->text.length, record->text.data);
        break;
    case RECORD_FAILURE:
        fprintf(out, "F %d [%.*s]\n", -record->code, (int)record->place.length, record->place.data);
        break;
    case RECORD_TABLE_END:
    case RECORD_DONE:
        fprintf(out, "%c %llu\n", (char)record->kind, row);
        break;
    case RECORD_PROGRESS:
        break;
    }
}

/* All records of a pipe or file up to DONE or FAILURE, as text to be freed. */
static inline char *text_of_records(int records)
{
    struct error error = {0};
    struct record_reader *reader = NULL;
    struct record record = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(record_reader_new(records, &reader, &error), 0);
    do {
        int rc = record_read(reader, &record, &error);
        if (rc) {
            fprintf(out, "error %d %s\n", -rc, error.primary);
            break;
        }
        print_record(out, &record);
    } while (record.kind != RECORD_DONE && record.kind != RECORD_FAILURE);
    record_reader_free(reader);
    fclose(out);
    return text;
}

static inline char *parse_file_to_text(int file, const struct parse_request *request)
{
    struct error error = {0};
    int records = memfd_create("records", MFD_CLOEXEC);
    assert_true(records >= 0);
    parser_run(file, request, records, &error);
    assert_int_equal(lseek(records, 0, SEEK_SET), 0);
    char *text = text_of_records(records);
    close(records);
    return text;
}

static inline char *parse_to_text(const void *bytes, size_t length,
                                  const struct parse_request *request)
{
    int file = file_of(bytes, length);
    char *text = parse_file_to_text(file, request);
    close(file);
    return text;
}

/* Fails the test with both texts when they differ; frees got. */
static inline void check_text(const char *name, char *got, const char *expected)
{
    if (strcmp(got, expected) != 0)
        fail_msg("%s: expected\n%s\ngot\n%.2000s", name, expected, got);
    free(got);
}

static const struct parse_limits test_limits = {
    .output_bytes = 1u << 30, .ratio = 200, .memory_bytes = 512u << 20, .cpu_seconds = 60};

#endif
