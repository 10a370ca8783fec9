#include "writer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

void text_add(struct text *text, const char *data, size_t length)
{
    if (text->failed) {
        return;
    }
    if (text->length + length > text->size) {
        size_t size = text->size ? text->size * 2 : 4096;
        while (size < text->length + length) {
            size *= 2;
        }
        char *grown = realloc(text->data, size);
        if (!grown) {
            text->failed = true;
            return;
        }
        text->data = grown;
        text->size = size;
    }
    if (length) {
        memcpy(text->data + text->length, data, length);
    }
    text->length += length;
}

void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_add_format(struct text *text, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof line) {
        text->failed = true;
        return;
    }
    text_add(text, line, (size_t)length);
}

void text_release(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

static void add_value(struct text *text, const char *value)
{
    size_t length = strlen(value);
    if (strcspn(value, ",\"\r\n") == length && value[0] != ' ') {
        text_add(text, value, length);
        return;
    }
    text_add(text, "\"", 1);
    for (const char *at = value; *at; at++) {
        text_add(text, "\"\"", *at == '"' ? 2 : 0);
        text_add(text, at, *at == '"' ? 0 : 1);
    }
    text_add(text, "\"", 1);
}

void csv_table_init(struct csv_table *table, const char *name, const char *const *columns,
                    const char *const *headings, size_t count)
{
    *table = (struct csv_table){.name = name, .column_count = count, .records = 1};
    for (size_t i = 0; i < count; i++) {
        table->columns[i] = columns[i];
        text_add(&table->text, ",", i ? 1 : 0);
        add_value(&table->text, headings ? headings[i] : columns[i]);
    }
    text_add(&table->text, "\n", 1);
}

void csv_table_release(struct csv_table *table)
{
    text_release(&table->text);
}

void csv_row(struct csv_table *table, ...)
{
    size_t column = 0;
    const char *name;
    va_list arguments;
    table->last_record = table->text.length;
    va_start(arguments, table);
    while ((name = va_arg(arguments, const char *)) != NULL) {
        const char *value = va_arg(arguments, const char *);
        while (column < table->column_count && strcmp(table->columns[column], name) != 0) {
            text_add(&table->text, ",", column ? 1 : 0);
            column++;
        }
        if (column == table->column_count) {
            fprintf(stderr, "synth: %s has no column %s there\n", table->name, name);
            abort();
        }
        text_add(&table->text, ",", column ? 1 : 0);
        add_value(&table->text, value);
        column++;
    }
    va_end(arguments);
    for (; column < table->column_count; column++) {
        text_add(&table->text, ",", column ? 1 : 0);
    }
    text_add(&table->text, "\n", 1);
    table->records++;
}

void csv_raw(struct csv_table *table, const char *line)
{
    table->last_record = table->text.length;
    text_add_string(&table->text, line);
    text_add(&table->text, "\n", 1);
    table->records++;
}

unsigned long csv_rows(const struct csv_table *table)
{
    return table->records - 1;
}

int folder_make(const char *path, struct error *error)
{
    char copy[1024];
    if (strlen(path) >= sizeof copy) {
        return error_set(error, ERROR_USAGE, "folder name too long");
    }
    snprintf(copy, sizeof copy, "%s", path);
    for (char *at = copy + 1;; at++) {
        if (*at != '/' && *at != '\0') {
            continue;
        }
        char kept = *at;
        *at = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
            return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot make folder %s", copy);
        }
        *at = kept;
        if (kept == '\0') {
            return 0;
        }
    }
}

int file_save(const char *folder, const char *name, const struct text *text, struct error *error)
{
    char path[1024];
    if (text->failed) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "out of memory writing %s", name);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot write %s", path);
    }
    bool written = fwrite(text->data, 1, text->length, file) == text->length;
    if (fclose(file) != 0 || !written) {
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot write %s", path);
    }
    return 0;
}

/* 2000-01-01 12:00 UTC: the same in every time zone a test may run in, give or take its hours;
 * zip keeps local time, so main() sets TZ=UTC. */
static const time_t part_time = 946728000;

static int add_part(zip_t *zip, const struct zip_part *part, struct error *error)
{
    if (part->text->failed) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "out of memory writing %s", part->name);
    }
    zip_source_t *source = zip_source_buffer(zip, part->text->data, part->text->length, 0);
    if (!source) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "out of memory writing %s", part->name);
    }
    zip_int64_t at = zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
        zip_source_free(source);
        return error_set(error, ERROR_FILE_FAILED, "cannot add %s to a zip", part->name);
    }
    zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_DEFLATE, 1);
    zip_file_set_mtime(zip, (zip_uint64_t)at, part_time, 0);
    return 0;
}

int zip_save(const char *folder, const char *name, const struct zip_part *parts, size_t count,
             struct error *error)
{
    char path[1024];
    int failure = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &failure);
    if (!zip) {
        return error_set(error, ERROR_FILE_FAILED, "cannot write %s", path);
    }
    for (size_t i = 0; i < count; i++) {
        if (add_part(zip, &parts[i], error) < 0) {
            zip_discard(zip);
            return error->code;
        }
    }
    if (zip_close(zip) != 0) {
        error_set(error, ERROR_FILE_FAILED, "cannot write %s: %s", path, zip_strerror(zip));
        zip_discard(zip);
        return error->code;
    }
    return 0;
}
