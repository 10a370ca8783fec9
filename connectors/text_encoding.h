/*
 * text_encoding.h: what the bytes of a delivery are taken for. Feeds come as UTF-8 or Windows-1252;
 * everything leaves the parser as UTF-8. The Windows-1252 table stands here rather than in iconv,
 * which would have to open files that the sandbox refuses.
 */
#ifndef TEXT_ENCODING_H
#define TEXT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum text_opening {
    TEXT_OPENING_PLAIN,
    TEXT_OPENING_UTF8_MARK, /* the three bytes of a UTF-8 byte order mark */
    TEXT_OPENING_WIDE       /* UTF-16 or UTF-32, by mark or by NULs in alternate bytes */
};

enum { TEXT_OPENING_BYTES = 64, TEXT_UTF8_MARK_BYTES = 3, TEXT_UTF8_MAX = 3 };

/* What the first bytes of a file (at most TEXT_OPENING_BYTES are looked at) say. */
enum text_opening text_opening_of(const char *bytes, size_t length);

/* True when every byte is printable ASCII (0x20 to 0x7E). */
bool text_is_plain(const char *text, size_t length);
/* True when the bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates. */
bool text_is_utf8(const char *text, size_t length);

/* Windows-1252 to UTF-8. to must hold TEXT_UTF8_MAX * length bytes; ret_length gets how many were
 * written. False, with *ret_length untouched, when a byte (81, 8D, 8F, 90, 9D) has no meaning. */
bool text_from_windows_1252(const char *text, size_t length, char *to, size_t *ret_length);

/* How many line ends (LF, CR or the pair of them) the bytes hold. */
uint64_t text_count_lines(const char *text, size_t length);

/* Copies at most size - 1 bytes of a name from outside, everything but letters, digits and "._- /"
 * becoming "?", for notices and places. size must be at least 1. */
void text_clean(char *to, size_t size, const char *name);

/* What may be told of a file's name that fits no layout, for it can be a person's: its first three
 * characters, letters only, and an ending of up to four letters; folders are left out. "Jan*.csv".
 * size must be at least 1. */
void text_label(char *to, size_t size, const char *name);

#endif
