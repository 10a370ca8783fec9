#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "measure.h"
#include "sql_file.h"

static const char MEASURE_FOLDER[] = "sql/measures/";
static const char CODE_LINE[] = "-- code: ";

/* The lines of a header; "none" stands for no numerator, all others must say something. */
static const struct {
    const char *key;
    size_t offset;
} header_keys[] = {
    {"code", offsetof(struct measure, code)},
    {"title", offsetof(struct measure, title)},
    {"unit", offsetof(struct measure, unit)},
    {"window", offsetof(struct measure, window)},
    {"kind", offsetof(struct measure, kind)},
    {"numerator", offsetof(struct measure, numerator)},
    {"source", offsetof(struct measure, source)},
    {"caveats", offsetof(struct measure, caveats)},
    {"feed", offsetof(struct measure, feed)},
};
enum { HEADER_KEY_COUNT = sizeof header_keys / sizeof header_keys[0] };

struct header_reader {
    struct arena *arena;
    const char *file;
    struct measure *measures;
    size_t count;
    struct measure *open; /* the header being read, or NULL */
    const char **value;   /* the line a continuation belongs to, or NULL */
    struct error *error;
};

static const char **measure_slot(struct measure *measure, size_t key)
{
    return (const char **)(void *)((char *)measure + header_keys[key].offset);
}

static int invalid(struct header_reader *reader, const char *what, const char *which)
{
    error_set(reader->error, ERROR_MEASURE_INVALID, "measure header: %s %s", what, which);
    error_place(reader->error, "%s", reader->file);
    return reader->error->code;
}

static int no_memory(struct header_reader *reader)
{
    return error_set(reader->error, ERROR_OUT_OF_MEMORY, "no memory for measure headers");
}

static int check_kind(struct header_reader *reader, const struct measure *measure)
{
    bool percent = strcmp(measure->kind, "percent") == 0;
    if (!percent && strcmp(measure->kind, "count") != 0) {
        return invalid(reader, "kind is neither count nor percent in", measure->code);
    }
    if (percent != (strcmp(measure->numerator, "none") != 0)) {
        return invalid(reader, "a percent, and only a percent, has a numerator:", measure->code);
    }
    if (strcmp(measure->feed, "mhsds") != 0 && strcmp(measure->feed, "gp_smi") != 0) {
        return invalid(reader, "feed has no reporting periods in", measure->code);
    }
    return 0;
}

/* The header has ended: is it whole? */
static int close_header(struct header_reader *reader)
{
    struct measure *measure = reader->open;
    reader->open = NULL;
    reader->value = NULL;
    if (measure == NULL) {
        return 0;
    }
    for (size_t key = 0; key < HEADER_KEY_COUNT; key++) {
        if (*measure_slot(measure, key) == NULL) {
            return invalid(reader, "no line for", header_keys[key].key);
        }
    }
    return check_kind(reader, measure);
}

static int read_key(struct header_reader *reader, struct slice line)
{
    for (size_t key = 0; key < HEADER_KEY_COUNT; key++) {
        size_t length = strlen(header_keys[key].key);
        if (line.length <= length + 5 || memcmp(line.data + 3, header_keys[key].key, length) != 0 ||
            memcmp(line.data + 3 + length, ": ", 2) != 0) {
            continue;
        }
        reader->value = measure_slot(reader->open, key);
        if (*reader->value != NULL) {
            return invalid(reader, "two lines for", header_keys[key].key);
        }
        *reader->value =
            arena_copy(reader->arena, line.data + 5 + length, line.length - 5 - length);
        return *reader->value == NULL ? no_memory(reader) : 0;
    }
    return invalid(reader, "a line that is no \"key: value\" of a measure, in",
                   reader->open->code == NULL ? "a header without a code" : reader->open->code);
}

/* "--   more": the value goes on, with one blank between. */
static int read_continuation(struct header_reader *reader, struct slice line)
{
    size_t had = strlen(*reader->value);
    char *text = arena_take(reader->arena, had + line.length);
    if (text == NULL) {
        return no_memory(reader);
    }
    memcpy(text, *reader->value, had);
    text[had] = ' ';
    memcpy(text + had + 1, line.data + 5, line.length - 5);
    *reader->value = text;
    return 0;
}

static bool line_starts(struct slice line, const char *start)
{
    size_t length = strlen(start);
    return line.length >= length && memcmp(line.data, start, length) == 0;
}

static int read_line(struct header_reader *reader, struct slice line)
{
    if (line_starts(line, CODE_LINE)) {
        int result = close_header(reader);
        if (result != 0) {
            return result;
        }
        reader->open = &reader->measures[reader->count++];
        return read_key(reader, line);
    }
    if (reader->open == NULL) {
        return 0;
    }
    if (reader->value != NULL && line_starts(line, "--   ")) {
        return read_continuation(reader, line);
    }
    return line_starts(line, "-- ") ? read_key(reader, line) : close_header(reader);
}

static int read_file(struct header_reader *reader, const char *text)
{
    size_t before = reader->count;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        int result = read_line(reader, (struct slice){text, length});
        if (result != 0) {
            return result;
        }
        text += length + (text[length] == '\n');
    }
    int result = close_header(reader);
    if (result == 0 && reader->count == before) {
        result = invalid(reader, "the file has none, it must begin with", CODE_LINE);
    }
    return result;
}

/* Measure files lie in the folder itself; those below it prepare and finish. */
static bool is_measure_file(const char *name)
{
    size_t length = sizeof MEASURE_FOLDER - 1;
    return strncmp(name, MEASURE_FOLDER, length) == 0 && strchr(name + length, '/') == NULL;
}

static size_t count_headers(void)
{
    size_t count = 0;
    for (size_t i = 0; i < sql_table_count; i++) {
        const char *text = is_measure_file(sql_table[i].name) ? sql_table[i].text : "";
        for (; (text = strstr(text, CODE_LINE)) != NULL; text += sizeof CODE_LINE - 1) {
            count++;
        }
    }
    return count;
}

static int compare_code(const void *left, const void *right)
{
    return strcmp(((const struct measure *)left)->code, ((const struct measure *)right)->code);
}

static int check_codes(struct header_reader *reader)
{
    qsort(reader->measures, reader->count, sizeof *reader->measures, compare_code);
    for (size_t i = 1; i < reader->count; i++) {
        if (compare_code(&reader->measures[i - 1], &reader->measures[i]) == 0) {
            return invalid(reader, "two measures have the code", reader->measures[i].code);
        }
    }
    return 0;
}

int measure_list(struct arena *arena, struct measure **ret, size_t *ret_count, struct error *error)
{
    struct header_reader reader = {.arena = arena, .file = MEASURE_FOLDER, .error = error};
    reader.measures = arena_take_array(arena, count_headers() + 1, sizeof *reader.measures);
    if (reader.measures == NULL) {
        return no_memory(&reader);
    }
    for (size_t i = 0; i < sql_table_count; i++) {
        if (is_measure_file(sql_table[i].name)) {
            reader.file = sql_table[i].name;
            int result = read_file(&reader, sql_table[i].text);
            if (result != 0) {
                return result;
            }
        }
    }
    reader.file = MEASURE_FOLDER;
    int result = check_codes(&reader);
    if (result == 0) {
        *ret = reader.measures;
        *ret_count = reader.count;
    }
    return result;
}
