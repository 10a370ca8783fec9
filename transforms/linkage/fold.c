#include "fold.h"

#include <openssl/crypto.h>
#include <utf8proc.h>

/* Folded letters that decomposition leaves whole. */
static const struct {
    int32_t point;
    char text[3];
} transliterations[] = {
    {0xE6, "AE"}, {0x153, "OE"}, {0xF8, "O"},  {0x142, "L"}, {0x111, "D"},
    {0xF0, "D"},  {0xFE, "TH"},  {0x127, "H"}, {0x131, "I"}, {0x14B, "N"},
    {0x167, "T"}, {0x259, "E"},  {0x138, "K"}, {0x253, "B"}, {0x257, "D"},
    {0x199, "K"}, {0x1B4, "Y"},  {0x254, "O"}, {0x25B, "E"},
};

static void add(struct folded *folded, int32_t point)
{
    if (folded->count < FOLD_POINTS_MAX)
        folded->points[folded->count++] = point;
}

static void add_transliterated(struct folded *folded, int32_t point)
{
    for (size_t i = 0; i < sizeof transliterations / sizeof transliterations[0]; i++) {
        if (transliterations[i].point != point)
            continue;
        for (const char *c = transliterations[i].text; *c != '\0'; c++)
            add(folded, *c);
        return;
    }
    add(folded, point);
}

static int32_t upper(int32_t point)
{
    return point >= 'a' && point <= 'z' ? point - 'a' + 'A' : point;
}

static bool is_ascii(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return true;
}

bool fold_text(struct slice text, struct folded *ret)
{
    utf8proc_int32_t points[FOLD_POINTS_MAX];
    utf8proc_ssize_t count;

    ret->count = 0;
    if (text.length > FOLD_POINTS_MAX)
        return false;
    if (is_ascii(text)) {
        for (size_t i = 0; i < text.length; i++)
            add(ret, upper(text.data[i]));
        return true;
    }
    count = utf8proc_decompose(
        (const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.length, points, FOLD_POINTS_MAX,
        UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
    if (count < 0 || count > FOLD_POINTS_MAX)
        return false;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (points[i] < 0x80)
            add(ret, upper(points[i]));
        else
            add_transliterated(ret, points[i]);
    }
    OPENSSL_cleanse(points, (size_t)count * sizeof points[0]);
    return true;
}

enum fold_class fold_class_of(int32_t point)
{
    if (point >= 'A' && point <= 'Z')
        return FOLD_LETTER;
    if (point >= '0' && point <= '9')
        return FOLD_DIGIT;
    if (point == '\'' || point == '`' || point == 0x2018 || point == 0x2019 || point == 0x201B ||
        (point >= 0x2B9 && point <= 0x2C1))
        return FOLD_APOSTROPHE;
    if (point < 0x80)
        return FOLD_OTHER;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return FOLD_LETTER;
    case UTF8PROC_CATEGORY_ND:
        return FOLD_DIGIT;
    default:
        return FOLD_OTHER;
    }
}

size_t fold_encode(int32_t point, char bytes[4])
{
    if (point < 0x80) {
        bytes[0] = (char)point;
        return 1;
    }
    return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)bytes);
}

size_t fold_letter_size(const char *text)
{
    unsigned char first = (unsigned char)text[0];

    if (first < 0x80)
        return 1;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}
