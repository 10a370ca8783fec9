#include "labelled_csv.h"

#include <csv.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "text_encoding.h"

enum { CHUNK_BYTES = 256 << 10, VALUE_BYTES_MAX = 1 << 20, ROW_BYTES_FIRST = 4096 };
enum { TOLD_COLUMNS = 20, TOLD_BYTES = 40 };

/* A value that is kept, in the bytes of the row. */
struct kept {
    size_t offset, length;
};

struct reading {
    const char *path;
    struct labelled_csv_column *columns;
    size_t count;
    labelled_csv_take *take; /* NULL: the header is enough */
    void *data;
    struct error *error;
    struct csv_parser parser;
    bool in_rows;
    int failed;                         /* code of a failure inside a libcsv callback */
    uint64_t row;                       /* number of the row being read, from 1 */
    size_t field;                       /* values seen of it */
    size_t header_count;                /* columns of the file */
    int *keep;                          /* by column of the file: its place in kept, or -1 */
    struct kept *kept;                  /* header: all names; rows: what is wanted */
    int place[LABELLED_CSV_WANTED_MAX]; /* in kept, of each wanted column, or -1 */
    char *bytes;
    size_t used, size;
};

static void *capped_realloc(void *block, size_t size)
{
    return size > VALUE_BYTES_MAX + 2 ? NULL : realloc(block, size);
}

static int no_memory(struct reading *reading)
{
    return error_set(reading->error, ERROR_OUT_OF_MEMORY, "no memory to read a CSV file");
}

static int refuse(struct reading *reading, const char *text)
{
    error_set(reading->error, ERROR_LABELLED_FILE, "%s", text);
    error_place(reading->error, "%s, row %llu", reading->path, (unsigned long long)reading->row);
    return reading->error->code;
}

/* ---- values ---- */

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

static char *room_for(struct reading *reading, size_t length)
{
    if (length > reading->size - reading->used) {
        size_t size = reading->size * 2 + length;
        char *bytes = realloc(reading->bytes, size);

        if (bytes == NULL)
            return NULL;
        reading->bytes = bytes;
        reading->size = size;
    }
    return reading->bytes + reading->used;
}

/* Appends a value, trimmed and as UTF-8. */
static int keep_value(struct reading *reading, const char *text, size_t length, struct kept *ret)
{
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    while (length > 0 && is_blank(*text)) {
        text++;
        length--;
    }
    bool is_utf8 = text_is_plain(text, length) || text_is_utf8(text, length);
    char *to = room_for(reading, is_utf8 ? length : TEXT_UTF8_MAX * length);

    if (to == NULL)
        return no_memory(reading);
    if (memchr(text, '\0', length) != NULL)
        return refuse(reading, "a value holds a NUL byte");
    if (is_utf8)
        memcpy(to, text, length);
    else if (!text_from_windows_1252(text, length, to, &length))
        return refuse(reading, "a value is neither UTF-8 nor Windows-1252");
    *ret = (struct kept){reading->used, length};
    reading->used += length;
    return 0;
}

static int take_name(struct reading *reading, const char *text, size_t length)
{
    if (reading->field >= LABELLED_CSV_COLUMNS_MAX)
        return refuse(reading, "the header has too many columns");
    return keep_value(reading, text, length, &reading->kept[reading->field]);
}

static void on_field(void *text, size_t length, void *context)
{
    struct reading *reading = context;
    int keep = -1;

    if (reading->failed)
        return;
    if (!reading->in_rows) {
        reading->failed = take_name(reading, text == NULL ? "" : text, length);
    } else if (reading->field < reading->header_count) {
        keep = reading->keep[reading->field];
        if (keep >= 0)
            reading->failed =
                keep_value(reading, text == NULL ? "" : text, length, &reading->kept[keep]);
    }
    reading->field++;
}

/* ---- the header ---- */

static bool has_name(const struct reading *reading, size_t column, const char *name, bool exactly)
{
    const char *text = reading->bytes + reading->kept[column].offset;
    size_t length = reading->kept[column].length;

    return strlen(name) == length &&
           (exactly ? strncmp(text, name, length) == 0 : strncasecmp(text, name, length) == 0);
}

/* The column of the file that has the name: -1 none, -2 several. */
static int find_column(const struct reading *reading, const char *name)
{
    int found = -1;

    for (int exactly = 1; exactly >= 0 && found == -1; exactly--) {
        for (size_t i = 0; i < reading->field; i++) {
            if (has_name(reading, i, name, exactly == 1))
                found = found == -1 ? (int)i : -2;
        }
    }
    return found;
}

/* A file without a header shows its first record here: numbers like those of a person stay untold.
 */
static bool may_be_told(const char *text, size_t length)
{
    size_t digits = 0;

    for (size_t i = 0; i < length; i++)
        digits += text[i] >= '0' && text[i] <= '9';
    return digits < 6;
}

/* At most as many bytes as a name is told with, not ending within a letter. */
static size_t told_length(const char *text, size_t length)
{
    if (length <= TOLD_BYTES)
        return length;
    length = TOLD_BYTES;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return length;
}

static void tell_columns(struct reading *reading)
{
    char list[ERROR_TEXT_MAX - 100] = "";
    size_t used = 0, told = 0;
    bool semicolons = false;

    for (; told < reading->field && told < TOLD_COLUMNS; told++) {
        const char *text = reading->bytes + reading->kept[told].offset;
        size_t length = reading->kept[told].length, shown = told_length(text, length);

        semicolons = semicolons || memchr(text, ';', length) != NULL;
        if (used + shown + sizeof "(a number), " >= sizeof list)
            break;
        if (!may_be_told(text, length))
            used += (size_t)snprintf(list + used, sizeof list - used, "%s(a number)",
                                     told == 0 ? "" : ", ");
        else
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s",
                                     told == 0 ? "" : ", ", (int)shown, text);
    }
    error_detail(reading->error, "the columns there are: %s%s", list,
                 told < reading->field ? ", ..." : "");
    if (semicolons && reading->field <= 2)
        error_hint(
            reading->error,
            "the header is parted by semicolons: write the file with commas between columns");
}

static int refuse_column(struct reading *reading, const char *name, bool missing)
{
    error_set(reading->error, ERROR_LABELLED_FILE,
              missing ? "there is no column \"%.200s\"" : "column \"%.200s\" is there twice", name);
    error_place(reading->error, "%s, row 1", reading->path);
    if (missing)
        tell_columns(reading);
    return reading->error->code;
}

static int end_header(struct reading *reading)
{
    int kept_count = 0;

    for (size_t i = 0; i < reading->field; i++)
        reading->keep[i] = -1;
    for (size_t i = 0; i < reading->count; i++) {
        int column = find_column(reading, reading->columns[i].name);

        reading->columns[i].found = column >= 0;
        reading->columns[i].missing = column == -1 && !reading->columns[i].optional;
        reading->place[i] = -1;
        if (column == -2 || (column == -1 && !reading->columns[i].optional))
            return refuse_column(reading, reading->columns[i].name, column == -1);
        if (column >= 0) {
            if (reading->keep[column] < 0)
                reading->keep[column] = kept_count++;
            reading->place[i] = reading->keep[column];
        }
    }
    reading->header_count = reading->field;
    reading->in_rows = true;
    return 0;
}

/* ---- rows ---- */

static int end_row(struct reading *reading)
{
    struct slice values[LABELLED_CSV_WANTED_MAX];

    if (reading->field != reading->header_count) {
        refuse(reading, "a row has another number of values than the header");
        error_detail(reading->error, "found %zu, expected %zu", reading->field,
                     reading->header_count);
        return reading->error->code;
    }
    for (size_t i = 0; i < reading->count; i++) {
        values[i] = (struct slice){"", 0};
        if (reading->place[i] >= 0) {
            const struct kept *kept = &reading->kept[reading->place[i]];

            values[i] = (struct slice){reading->bytes + kept->offset, kept->length};
        }
    }
    return reading->take(reading->data, values, reading->error);
}

static void on_row(int line_end, void *context)
{
    struct reading *reading = context;

    (void)line_end;
    if (reading->failed || (reading->in_rows && reading->take == NULL))
        return;
    reading->failed = reading->in_rows ? end_row(reading) : end_header(reading);
    reading->field = 0;
    reading->used = 0;
    reading->row++;
}

/* ---- bytes ---- */

/* libcsv stopped in the middle of a row. */
static int stopped(struct reading *reading)
{
    if (csv_error(&reading->parser) == CSV_EPARSE)
        return refuse(reading, "a quote stands where none may be");
    if (csv_get_buffer_size(&reading->parser) + CHUNK_BYTES < VALUE_BYTES_MAX)
        return no_memory(reading);
    return refuse(reading, "a value is longer than 1 MiB");
}

static int take_bytes(struct reading *reading, const char *bytes, size_t length)
{
    size_t taken = csv_parse(&reading->parser, bytes, length, on_field, on_row, reading);

    if (reading->failed)
        return reading->failed;
    if (reading->in_rows && reading->take == NULL)
        return 0; /* rows are not looked at */
    return taken == length ? 0 : stopped(reading);
}

static int take_end(struct reading *reading)
{
    if (csv_fini(&reading->parser, on_field, on_row, reading) != 0)
        return refuse(reading, "a quote is opened and never closed");
    if (reading->failed)
        return reading->failed;
    return reading->in_rows ? 0 : refuse(reading, "there is no header row");
}

static int file_failed(struct reading *reading, gzFile file)
{
    int number = Z_OK, saved = errno;
    const char *text = gzerror(file, &number);

    if (number == Z_ERRNO)
        error_set_errno(reading->error, ERROR_FILE_FAILED, saved, "the file cannot be read");
    else
        error_set(reading->error, ERROR_FILE_FAILED, "the file cannot be unpacked: %.100s", text);
    error_place(reading->error, "%s", reading->path);
    return reading->error->code;
}

static int read_chunks(struct reading *reading, gzFile file, char *chunk)
{
    bool first = true;
    int result = 0;

    while (result == 0 && (reading->take != NULL || !reading->in_rows)) {
        int length = gzread(file, chunk, CHUNK_BYTES), skip = 0, problem = Z_OK;

        /* The end of a packed file that was cut short is told by gzerror alone. */
        if (length <= 0)
            gzerror(file, &problem);
        if (length < 0 || problem != Z_OK)
            return file_failed(reading, file);
        if (length == 0)
            return take_end(reading);
        if (first) {
            enum text_opening opening = text_opening_of(chunk, (size_t)length);

            if (opening == TEXT_OPENING_WIDE)
                return refuse(reading, "the file is UTF-16 or UTF-32");
            skip = opening == TEXT_OPENING_UTF8_MARK ? TEXT_UTF8_MARK_BYTES : 0;
            first = false;
        }
        result = take_bytes(reading, chunk + skip, (size_t)(length - skip));
    }
    return result;
}

static int read_file(struct reading *reading)
{
    gzFile file = gzopen(reading->path, "rbe");
    char *chunk = malloc(CHUNK_BYTES);
    int result = 0;

    if (file == NULL) {
        result = error_set_errno(reading->error, ERROR_FILE_FAILED, errno == 0 ? ENOMEM : errno,
                                 "the file cannot be opened");
        error_place(reading->error, "%s", reading->path);
    } else if (chunk == NULL || gzbuffer(file, CHUNK_BYTES) != 0) {
        result = no_memory(reading);
    } else {
        result = read_chunks(reading, file, chunk);
    }
    free(chunk);
    if (file != NULL)
        gzclose(file);
    return result;
}

int labelled_csv_read(const char *path, struct labelled_csv_column *columns, size_t count,
                      labelled_csv_take *take, void *data, struct error *error)
{
    struct reading reading = {.path = path, .columns = columns, .count = count, .take = take};
    int result = 0;

    if (count > LABELLED_CSV_WANTED_MAX)
        return error_set(error, ERROR_USAGE, "more than %d columns are asked for",
                         LABELLED_CSV_WANTED_MAX);
    reading.data = data;
    reading.error = error;
    reading.row = 1;
    reading.size = ROW_BYTES_FIRST;
    reading.bytes = malloc(reading.size);
    reading.keep = calloc(LABELLED_CSV_COLUMNS_MAX, sizeof *reading.keep);
    reading.kept = calloc(LABELLED_CSV_COLUMNS_MAX, sizeof *reading.kept);
    if (reading.bytes == NULL || reading.keep == NULL || reading.kept == NULL ||
        csv_init(&reading.parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        result = no_memory(&reading);
    } else {
        csv_set_realloc_func(&reading.parser, capped_realloc);
        result = read_file(&reading);
        csv_free(&reading.parser);
    }
    free(reading.bytes);
    free(reading.keep);
    free(reading.kept);
    return result;
}

int labelled_csv_find(const char *path, struct labelled_csv_column *columns, size_t count,
                      struct error *error)
{
    return labelled_csv_read(path, columns, count, NULL, NULL, error);
}
