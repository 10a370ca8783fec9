#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Generated from config/errors.csv, in number order. */
extern const struct error_entry error_table[];
extern const size_t error_table_count;

/* Steps back over a UTF-8 sequence that vsnprintf cut in two at the end of a full text. */
static void drop_half_character(char *text, size_t length)
{
    size_t start = length;
    while (start > 0 && length - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (wanted > length - start + 1)
        text[start - 1] = '\0';
}

__attribute__((format(printf, 3, 0))) static void write_text(char *text, size_t size,
                                                             const char *format, va_list arguments)
{
    int length = vsnprintf(text, size, format, arguments);
    if (length < 0)
        text[0] = '\0';
    else if ((size_t)length >= size)
        drop_half_character(text, size - 1);
}

__attribute__((format(printf, 3, 0))) static int start_story(struct error *error, int code,
                                                             const char *format, va_list arguments)
{
    error->code = code;
    error->detail[0] = error->hint[0] = error->place[0] = '\0';
    error->frame_count = 0;
    write_text(error->primary, sizeof error->primary, format, arguments);
    return code;
}

int error_set(struct error *error, enum error_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    start_story(error, (int)code, format, arguments);
    va_end(arguments);
    return (int)code;
}

static int code_of_errno(enum error_code code, int saved_errno)
{
    if (saved_errno == ENOSPC || saved_errno == EDQUOT)
        return ERROR_DISK_FULL;
    if (saved_errno == ENOMEM)
        return ERROR_OUT_OF_MEMORY;
    return (int)code;
}

int error_set_errno(struct error *error, enum error_code code, int saved_errno, const char *format,
                    ...)
{
    va_list arguments;
    va_start(arguments, format);
    int ended = start_story(error, code_of_errno(code, saved_errno), format, arguments);
    va_end(arguments);
    size_t used = strlen(error->primary);
    snprintf(error->primary + used, sizeof error->primary - used, ": %s", strerror(saved_errno));
    return ended;
}

void error_detail(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_text(error->detail, sizeof error->detail, format, arguments);
    va_end(arguments);
}

void error_hint(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_text(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
}

void error_place(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_text(error->place, sizeof error->place, format, arguments);
    va_end(arguments);
}

int error_while(struct error *error, const char *format, ...)
{
    if (error->frame_count == ERROR_FRAME_MAX)
        return error->code;
    char *frame = error->frame[error->frame_count++];
    const size_t size = sizeof error->frame[0];
    int used = snprintf(frame, size, "while ");
    va_list arguments;
    va_start(arguments, format);
    write_text(frame + used, size - (size_t)used, format, arguments);
    va_end(arguments);
    return error->code;
}

const struct error_entry *error_entries(size_t *ret_count)
{
    *ret_count = error_table_count;
    return error_table;
}

const struct error_entry *error_entry_by_code(int code)
{
    for (size_t i = 0; i < error_table_count; i++)
        if (error_table[i].code == code)
            return &error_table[i];
    return NULL;
}

const struct error_entry *error_entry_by_text(const char *text)
{
    for (size_t i = 0; i < error_table_count; i++)
        if (strcasecmp(error_table[i].name, text) == 0)
            return &error_table[i];

    const char *digits = strncasecmp(text, "JU", 2) == 0 ? text + 2 : text;
    size_t length = strspn(digits, "0123456789");
    if (length != 4 || digits[length] != '\0')
        return NULL;
    return error_entry_by_code(-(int)strtol(digits, NULL, 10));
}

const char *error_code_text(int code, char text[8])
{
    unsigned int number = code < 0 ? 0u - (unsigned int)code : (unsigned int)code;
    snprintf(text, 8, "JU%04u", number % 100000u);
    return text;
}
