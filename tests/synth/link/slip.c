#include "slip.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* The place of a letter, seldom the first: people get beginnings right. -1 where there is none. */
static int letter_place(struct stream *stream, const char *text)
{
    int length = (int)strlen(text);
    int from = length > 2 && !stream_chance(stream, 120) ? 1 : 0;
    for (int attempt = 0; attempt < 8 && length > from; attempt++) {
        int at = stream_between(stream, from, length - 1);
        if (is_letter(text[at])) {
            return at;
        }
    }
    return -1;
}

static void replace(char *text, size_t at, size_t length, const char *by)
{
    char rest[SLIP_BYTES];
    snprintf(rest, sizeof rest, "%s", text + at + length);
    snprintf(text + at, SLIP_BYTES - at, "%s%s", by, rest);
}

static char like(char letter, char model)
{
    return (char)(isupper((unsigned char)model) ? toupper(letter) : letter);
}

static char near_key(struct stream *stream, char letter)
{
    static const char *const rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
    char low = (char)tolower(letter);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = strchr(rows[i], low);
        if (at) {
            bool right = stream_chance(stream, 500);
            char next = right || at == rows[i] ? at[1] : at[-1];
            return like(next ? next : at[-1], letter);
        }
    }
    return letter;
}

bool slip_typo(struct stream *stream, char *text)
{
    int at = letter_place(stream, text);
    size_t length = strlen(text);
    if (at < 0 || length < 2 || length + 2 > SLIP_BYTES) {
        return false;
    }
    char two[3] = {0};
    switch (stream_below(stream, 5)) {
    case 0:
        text[at] = near_key(stream, text[at]);
        return true;
    case 1:
        text[at] = like((char)('a' + stream_below(stream, 26)), text[at]);
        return true;
    case 2:
        if (length > 2) {
            replace(text, (size_t)at, 1, "");
        }
        return length > 2;
    case 3:
        two[0] = text[at];
        two[1] = stream_chance(stream, 500) ? (char)tolower(text[at])
                                            : near_key(stream, (char)tolower(text[at]));
        replace(text, (size_t)at, 1, two);
        return true;
    default:
        if (!is_letter(text[at + 1]) || tolower(text[at]) == tolower(text[at + 1])) {
            return false;
        }
        two[0] = like((char)tolower(text[at + 1]), text[at]);
        two[1] = (char)tolower(text[at]);
        replace(text, (size_t)at, 2, two);
        return true;
    }
}

/* Tries the pairs from a random one on; the first that occurs is replaced. */
static bool respell(struct stream *stream, char *text, const char *const (*pairs)[2], size_t count)
{
    size_t start = stream_below(stream, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        const char *const *pair = pairs[(start + i) % count];
        const char *found = strcasestr(text, pair[0]);
        if (!found || strlen(text) + strlen(pair[1]) + 1 > SLIP_BYTES) {
            continue;
        }
        size_t at = (size_t)(found - text);
        char first = text[at];
        replace(text, at, strlen(pair[0]), pair[1]);
        text[at] = like(text[at], first);
        return true;
    }
    return false;
}

bool slip_sound(struct stream *stream, char *text)
{
    static const char *const pairs[][2] = {
        {"ph", "f"},   {"ie", "y"},     {"y", "ie"},  {"ck", "k"},   {"ll", "l"},  {"tt", "t"},
        {"nn", "n"},   {"ss", "s"},     {"rr", "r"},  {"ee", "ea"},  {"ea", "ee"}, {"ou", "oo"},
        {"gh", "g"},   {"ough", "uff"}, {"wh", "w"},  {"kn", "n"},   {"wr", "r"},  {"ae", "e"},
        {"ai", "ay"},  {"ay", "ai"},    {"ey", "y"},  {"sch", "sh"}, {"cz", "ch"}, {"sz", "sh"},
        {"x", "ks"},   {"qu", "kw"},    {"ce", "se"}, {"cy", "sy"},  {"oo", "u"},  {"th", "t"},
        {"dge", "ge"}, {"mm", "m"},     {"ff", "f"},  {"er", "ar"},  {"or", "er"}, {"an", "en"},
        {"in", "en"},  {"on", "en"},    {"el", "le"}, {"v", "w"},    {"c", "k"},   {"k", "c"},
        {"j", "g"},    {"z", "s"},      {"s", "z"},   {"b", "p"},    {"d", "t"},   {"m", "n"}};
    return respell(stream, text, pairs, COUNT(pairs));
}

bool slip_scan(struct stream *stream, char *text)
{
    static const char *const pairs[][2] = {
        {"m", "rn"}, {"rn", "m"}, {"l", "i"},  {"i", "l"},  {"l", "1"}, {"o", "0"},
        {"s", "5"},  {"cl", "d"}, {"d", "cl"}, {"n", "u"},  {"u", "v"}, {"v", "u"},
        {"h", "b"},  {"e", "c"},  {"c", "e"},  {"g", "q"},  {"a", "o"}, {"o", "a"},
        {"nn", "m"}, {"w", "vv"}, {"t", "f"},  {"ri", "n"}, {"b", "8"}, {"z", "2"}};
    return respell(stream, text, pairs, COUNT(pairs));
}

bool slip_initial(struct stream *stream, char *text)
{
    if (!is_letter(text[0]) || text[1] == '\0') {
        return false;
    }
    text[1] = '\0';
    if (stream_chance(stream, 200)) {
        text[1] = '.';
        text[2] = '\0';
    }
    return true;
}

bool slip_truncate(struct stream *stream, char *text)
{
    size_t keep = (size_t)stream_between(stream, 3, 6);
    if (strlen(text) <= keep) {
        return false;
    }
    /* Not within a letter of several bytes. */
    while (keep > 1 && ((unsigned char)text[keep] & 0xc0) == 0x80) {
        keep--;
    }
    text[keep] = '\0';
    return true;
}

bool slip_part(struct stream *stream, char *text)
{
    char *gap = strpbrk(text, " -");
    if (!gap || gap == text || gap[1] == '\0') {
        return false;
    }
    bool particle = gap - text < 4; /* Al, Ben, Mc: nobody keeps only that */
    if (!particle && stream_chance(stream, 500)) {
        *gap = '\0';
    } else {
        memmove(text, gap + 1, strlen(gap + 1) + 1);
    }
    return true;
}

bool slip_join(struct stream *stream, char *text)
{
    char *mark = strpbrk(text, " -'");
    if (!mark) {
        return false;
    }
    size_t at = (size_t)(mark - text);
    if (stream_chance(stream, 500)) {
        replace(text, at, 1, "");
    } else {
        *mark = *mark == ' ' ? '-' : ' ';
    }
    return true;
}

bool slip_accents(char *text)
{
    static const char *const pairs[][2] = {
        {"ë", "e"}, {"é", "e"}, {"è", "e"}, {"á", "a"}, {"â", "a"}, {"ã", "a"}, {"í", "i"},
        {"ê", "e"}, {"ó", "o"}, {"ö", "o"}, {"ú", "u"}, {"ü", "u"}, {"ñ", "n"}, {"ç", "c"},
        {"Ç", "C"}, {"Ó", "O"}, {"Ö", "O"}, {"Ú", "U"}, {"Ü", "U"}, {"Á", "A"}, {"Â", "A"},
        {"ł", "l"}, {"Ł", "L"}, {"ń", "n"}, {"ś", "s"}, {"Ś", "S"}, {"ż", "z"}, {"ź", "z"},
        {"ą", "a"}, {"ę", "e"}, {"ć", "c"}, {"ş", "s"}, {"Ş", "S"}, {"ğ", "g"}, {"ı", "i"},
        {"İ", "I"}, {"à", "a"}, {"É", "E"}, {"î", "i"}, {"ô", "o"}};
    bool changed = false;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        char *found;
        while ((found = strstr(text, pairs[i][0])) != NULL) {
            replace(text, (size_t)(found - text), strlen(pairs[i][0]), pairs[i][1]);
            changed = true;
        }
    }
    return changed;
}

bool slip_digit(struct stream *stream, char *text)
{
    int length = (int)strlen(text);
    for (int attempt = 0; attempt < 16 && length > 0; attempt++) {
        int at = stream_between(stream, 0, length - 1);
        if (isdigit((unsigned char)text[at])) {
            text[at] = (char)('0' + (text[at] - '0' + stream_between(stream, 1, 9)) % 10);
            return true;
        }
    }
    return false;
}

bool slip_digits_swapped(struct stream *stream, char *text)
{
    int length = (int)strlen(text);
    for (int attempt = 0; attempt < 16 && length > 1; attempt++) {
        int at = stream_between(stream, 0, length - 2);
        char one = text[at], other = text[at + 1];
        if (isdigit((unsigned char)one) && isdigit((unsigned char)other) && one != other) {
            text[at] = other;
            text[at + 1] = one;
            return true;
        }
    }
    return false;
}
