#include "text_encoding.h"

#include <stdio.h>
#include <string.h>

/* Code points of the bytes 0x80 to 0x9F; 0 = undefined. 0xA0 and above are those of Latin-1. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static bool starts_with(const char *bytes, size_t length, const char *mark, size_t mark_length)
{
    return length >= mark_length && memcmp(bytes, mark, mark_length) == 0;
}

enum text_opening text_opening_of(const char *bytes, size_t length)
{
    if (length > TEXT_OPENING_BYTES)
        length = TEXT_OPENING_BYTES;
    if (starts_with(bytes, length, "\xEF\xBB\xBF", TEXT_UTF8_MARK_BYTES))
        return TEXT_OPENING_UTF8_MARK;
    if (starts_with(bytes, length, "\xFF\xFE", 2) || starts_with(bytes, length, "\xFE\xFF", 2) ||
        starts_with(bytes, length, "\0\0\xFE\xFF", 4))
        return TEXT_OPENING_WIDE;
    if (length < 4)
        return TEXT_OPENING_PLAIN;

    /* Western text in UTF-16 or UTF-32 has a NUL in nearly every even or nearly every odd place. */
    size_t nuls[2] = {0, 0};
    for (size_t i = 0; i < length; i++)
        nuls[i % 2] += bytes[i] == '\0';
    size_t most = nuls[0] > nuls[1] ? nuls[0] : nuls[1];
    return most * 2 >= length / 2 * 3 / 2 ? TEXT_OPENING_WIDE : TEXT_OPENING_PLAIN;
}

bool text_is_plain(const char *text, size_t length)
{
    const uint64_t high = 0x8080808080808080u, low = 0x0101010101010101u;
    uint64_t bad = 0;
    size_t i = 0;
    /* Eight bytes at a time: the high bit of bad is set by a byte >= 0x80, below 0x20 or 0x7F. */
    for (; i + sizeof(uint64_t) <= length; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text + i, sizeof word);
        bad |= word | (word - low * 0x20) | (word + low);
    }
    if (bad & high)
        return false;
    for (; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7F)
            return false;
    return true;
}

/* Bytes of the UTF-8 sequence at text, or 0 when there is none. */
static size_t sequence_length(const unsigned char *text, size_t length)
{
    unsigned char lead = text[0];
    if (lead < 0x80)
        return 1;
    size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || length < wanted)
        return 0;
    for (size_t i = 1; i < wanted; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (lead == 0xE0 && text[1] < 0xA0) || (lead == 0xF0 && text[1] < 0x90);
    bool surrogate = lead == 0xED && text[1] > 0x9F;
    bool beyond = lead == 0xF4 && text[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : wanted;
}

bool text_is_utf8(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    while (length > 0) {
        size_t step = sequence_length(at, length);
        if (step == 0)
            return false;
        at += step;
        length -= step;
    }
    return true;
}

bool text_from_windows_1252(const char *text, size_t length, char *to, size_t *ret_length)
{
    char *start = to;
    for (size_t i = 0; i < length; i++) {
        unsigned int point = (unsigned char)text[i];
        if (point >= 0x80 && point < 0xA0)
            point = windows_1252[point - 0x80];
        else if (point < 0x80) {
            *to++ = text[i];
            continue;
        }
        if (point == 0)
            return false;
        if (point >= 0x800) {
            *to++ = (char)(0xE0 | point >> 12);
            *to++ = (char)(0x80 | (point >> 6 & 0x3F));
        } else {
            *to++ = (char)(0xC0 | point >> 6);
        }
        *to++ = (char)(0x80 | (point & 0x3F));
    }
    *ret_length = (size_t)(to - start);
    return true;
}

uint64_t text_count_lines(const char *text, size_t length)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n')))
            lines++;
    return lines;
}

void text_clean(char *to, size_t size, const char *name)
{
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._- /";
    size_t i = 0;
    for (; i + 1 < size && name[i] != '\0'; i++)
        to[i] = strchr(safe, name[i]) ? name[i] : '?';
    to[i] = '\0';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void text_label(char *to, size_t size, const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    const char *dot = strrchr(base, '.');
    char start[4] = "";
    for (size_t i = 0; i < 3 && base[i] != '\0' && base + i != dot; i++)
        start[i] = is_letter(base[i]) ? base[i] : '_';
    bool plain = dot != NULL && strlen(dot) <= 5;
    for (const char *c = dot; plain && *c != '\0'; c++)
        plain = c == dot || is_letter(*c);
    snprintf(to, size, "%s*%s", start, plain ? dot : "");
}
