#include "parse_request.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The words of the text, in the order of the enums. */
static const char *const containers[] = {"plain", "gzip", "zip"};
static const char *const formats[] = {"csv", "xml"};
static const char *const encodings[] = {"utf-8", "windows-1252"};

enum { LIMIT_COUNT = 4, FIRST_LINE_VERSION = 1 };

/* ---- packing ---- */

static void put_text(FILE *file, const char *key, const char *value, bool *ret_bad)
{
    if (!value)
        return;
    if (strchr(value, '\n'))
        *ret_bad = true;
    fprintf(file, "%s %s\n", key, value);
}

static void put_table(FILE *file, const struct parse_table *table, bool *ret_bad)
{
    put_text(file, "table", table->name ? table->name : "", ret_bad);
    put_text(file, "member", table->member, ret_bad);
    fprintf(file, "header %d\ncolumns %zu\n", table->has_header, table->column_count);
    put_text(file, "record", table->record_path, ret_bad);
    for (size_t i = 0; i < table->path_count; i++)
        put_text(file, "path", table->paths[i] ? table->paths[i] : "", ret_bad);
}

static int write_request(FILE *file, const struct parse_request *request)
{
    const struct parse_limits *limits = &request->limits;
    bool bad = false;
    fprintf(file, "joinedup-parser %d\n", FIRST_LINE_VERSION);
    fprintf(file, "container %s\n", containers[request->container]);
    fprintf(file, "format %s\n", formats[request->format]);
    fprintf(file, "encoding %s\n", encodings[request->encoding]);
    fprintf(file, "limits %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", limits->output_bytes,
            limits->ratio, limits->memory_bytes, limits->cpu_seconds);
    for (size_t i = 0; i < request->table_count; i++)
        put_table(file, &request->tables[i], &bad);
    fprintf(file, "end\n");
    return bad ? -1 : 0;
}

int parse_request_pack(const struct parse_request *request, int *ret_file, struct error *error)
{
    if (request->table_count == 0 || request->table_count > PARSE_TABLES_MAX)
        return error_set(error, ERROR_INTERNAL, "a parse request of %zu tables",
                         request->table_count);
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (!memory)
        return error_set_errno(error, ERROR_OUT_OF_MEMORY, errno, "no memory for a parse request");
    int bad = write_request(memory, request);
    if (fclose(memory) != 0 || bad || length > PARSE_REQUEST_BYTES_MAX) {
        free(text);
        return error_set(error, ERROR_INTERNAL, "a parse request cannot be written");
    }
    int file = memfd_create("parse request", MFD_CLOEXEC);
    if (file < 0 || pwrite(file, text, length, 0) != (ssize_t)length) {
        int saved_errno = errno;
        free(text);
        if (file >= 0)
            close(file);
        return error_set_errno(error, ERROR_FILE_FAILED, saved_errno,
                               "cannot hold a parse request");
    }
    free(text);
    *ret_file = file;
    return 0;
}

/* ---- unpacking ---- */

struct unpacking {
    struct arena *arena;
    struct parse_request *request;
    struct parse_table *tables;
    const char **paths; /* of the table at hand */
};

static int word_of(const char *value, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], value) == 0)
            return (int)i;
    return -1;
}

static int begin_table(struct unpacking *unpacking, const char *name)
{
    struct parse_request *request = unpacking->request;
    if (request->table_count == PARSE_TABLES_MAX)
        return -1;
    struct parse_table *table = &unpacking->tables[request->table_count++];
    unpacking->paths = arena_take_array(unpacking->arena, PARSE_PATHS_MAX, sizeof(char *));
    if (!unpacking->paths)
        return -1;
    *table = (struct parse_table){.name = name, .paths = unpacking->paths};
    return 0;
}

static int take_number(const char *value, uint64_t *ret)
{
    char *end = NULL;
    errno = 0;
    *ret = strtoull(value, &end, 10);
    return errno || end == value || *end != '\0' ? -1 : 0;
}

static int take_table_line(struct unpacking *unpacking, const char *key, const char *value)
{
    struct parse_request *request = unpacking->request;
    if (strcmp(key, "table") == 0)
        return begin_table(unpacking, value);
    if (request->table_count == 0)
        return -1;
    struct parse_table *table = &unpacking->tables[request->table_count - 1];
    uint64_t number = 0;
    if (strcmp(key, "member") == 0) {
        table->member = value;
    } else if (strcmp(key, "record") == 0) {
        table->record_path = value;
    } else if (strcmp(key, "path") == 0) {
        if (table->path_count == PARSE_PATHS_MAX)
            return -1;
        unpacking->paths[table->path_count++] = value;
    } else if (strcmp(key, "header") == 0 && take_number(value, &number) == 0 && number <= 1) {
        table->has_header = number == 1;
    } else if (strcmp(key, "columns") == 0 && take_number(value, &number) == 0) {
        table->column_count = (size_t)number;
    } else {
        return -1;
    }
    return 0;
}

static int take_limits(struct parse_limits *limits, char *value)
{
    uint64_t *const numbers[LIMIT_COUNT] = {&limits->output_bytes, &limits->ratio,
                                            &limits->memory_bytes, &limits->cpu_seconds};
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        char *word = strsep(&value, " ");
        if (!word || take_number(word, numbers[i]) != 0)
            return -1;
    }
    return value ? -1 : 0;
}

static int take_line(struct unpacking *unpacking, const char *key, char *value)
{
    struct parse_request *request = unpacking->request;
    int word = 0;
    if (strcmp(key, "container") == 0) {
        word = word_of(value, containers, sizeof containers / sizeof containers[0]);
        request->container = (enum parse_container)word;
    } else if (strcmp(key, "format") == 0) {
        word = word_of(value, formats, sizeof formats / sizeof formats[0]);
        request->format = (enum parse_format)word;
    } else if (strcmp(key, "encoding") == 0) {
        word = word_of(value, encodings, sizeof encodings / sizeof encodings[0]);
        request->encoding = (enum parse_encoding)word;
    } else if (strcmp(key, "limits") == 0) {
        word = take_limits(&request->limits, value);
    } else {
        word = take_table_line(unpacking, key, value);
    }
    return word < 0 ? -1 : 0;
}

static int take_lines(struct unpacking *unpacking, char *text)
{
    char *line = strsep(&text, "\n");
    if (!line || strcmp(line, "joinedup-parser 1") != 0)
        return -1;
    while ((line = strsep(&text, "\n")) && strcmp(line, "end") != 0) {
        char *value = line;
        char *key = strsep(&value, " ");
        if (!value || take_line(unpacking, key, value) != 0)
            return -1;
    }
    return line ? 0 : -1;
}

static int read_all(int file, char *buffer, size_t size, size_t *ret_length)
{
    size_t used = 0;
    while (used < size) {
        ssize_t got = read(file, buffer + used, size - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    *ret_length = used;
    return 0;
}

int parse_request_unpack(int file, struct arena *arena, struct parse_request *ret,
                         struct error *error)
{
    size_t length = 0;
    char *text = arena_take(arena, PARSE_REQUEST_BYTES_MAX + 1);
    struct parse_request request = {0};
    struct unpacking unpacking = {.arena = arena, .request = &request};
    unpacking.tables = arena_take_array(arena, PARSE_TABLES_MAX, sizeof *unpacking.tables);
    if (!text || !unpacking.tables)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a parse request");
    if (read_all(file, text, PARSE_REQUEST_BYTES_MAX, &length) != 0)
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot read the parse request");
    if (take_lines(&unpacking, text) != 0 || request.table_count == 0)
        return error_set(error, ERROR_PARSER_PROTOCOL, "the parse request does not fit its form");
    request.tables = unpacking.tables;
    *ret = request;
    return 0;
}
