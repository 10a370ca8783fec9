#include "normalise.h"

#include <utf8proc.h>

static bool is_blank(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice normalise_trim(struct slice value)
{
    const unsigned char *start = (const unsigned char *)value.data;
    const unsigned char *end = start + value.length;

    while (start < end) {
        if (is_blank(*start))
            start++;
        else if (end - start >= 2 && start[0] == 0xC2 && start[1] == 0xA0)
            start += 2;
        else
            break;
    }
    while (start < end) {
        if (is_blank(end[-1]))
            end--;
        else if (end - start >= 2 && end[-2] == 0xC2 && end[-1] == 0xA0)
            end -= 2;
        else
            break;
    }
    return (struct slice){(const char *)start, (size_t)(end - start)};
}

size_t normalise_key(struct slice text, char key[NORMALISE_KEY_MAX])
{
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            continue;
        if (length == NORMALISE_KEY_MAX - 1) {
            length = 0;
            break;
        }
        key[length++] = c;
    }
    key[length] = '\0';
    return length;
}

static bool is_letter(utf8proc_int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);

    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL ||
           category == UTF8PROC_CATEGORY_LT || category == UTF8PROC_CATEGORY_LM ||
           category == UTF8PROC_CATEGORY_LO;
}

size_t normalise_person_name(struct secret name, char normal[NORMALISE_NAME_MAX])
{
    enum { POINTS_MAX = 256 };
    struct slice text = normalise_trim(secret_open(name));
    utf8proc_int32_t points[POINTS_MAX];
    utf8proc_ssize_t count;
    size_t length = 0;

    if (text.length == 0 || text.length > NORMALISE_NAME_MAX)
        return 0;
    count = utf8proc_decompose(
        (const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.length, points, POINTS_MAX,
        UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
    if (count <= 0 || count > POINTS_MAX)
        return 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t size;

        if (!is_letter(points[i]))
            continue;
        size = utf8proc_encode_char(points[i], bytes);
        if (length + (size_t)size >= NORMALISE_NAME_MAX)
            return 0;
        memcpy(normal + length, bytes, (size_t)size);
        length += (size_t)size;
    }
    normal[length] = '\0';
    return length;
}

bool normalise_postcode(struct secret postcode, char canonical[NORMALISE_POSTCODE_MAX])
{
    enum { BLANKS_MAX = 3, INWARD_LENGTH = 3 };
    struct slice text = normalise_trim(secret_open(postcode));
    size_t length = 0, blanks = 0;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];

        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c == ' ') {
            /* Fixed-width directories pad the outward part; elsewhere a blank has no place. */
            if (++blanks > BLANKS_MAX || i + INWARD_LENGTH + 1 > text.length ||
                (text.data[i + 1] != ' ' && i + INWARD_LENGTH + 1 != text.length))
                return false;
            continue;
        }
        if ((!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) ||
            length == NORMALISE_POSTCODE_MAX - 1)
            return false;
        canonical[length++] = c;
    }
    canonical[length] = '\0';
    return length >= 5;
}

void normalise_mask(struct slice value, char mask[NORMALISE_MASK_MAX])
{
    size_t length = 0;

    for (size_t i = 0; i < value.length && length < NORMALISE_MASK_MAX - 1; i++) {
        unsigned char c = (unsigned char)value.data[i];

        if (c >= 0x80 && c < 0xC0)
            continue; /* the rest of a character counted by its first byte */
        if (c >= '0' && c <= '9')
            mask[length++] = '9';
        else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            mask[length++] = 'A';
        else
            mask[length++] = c >= 0x20 && c < 0x7F ? (char)c : '?';
    }
    mask[length] = '\0';
}

const char *normalise_sex(struct secret sex)
{
    struct slice text = normalise_trim(secret_open(sex));

    if (text.length == 0)
        return NULL;
    if (text.data[0] == 'm' || text.data[0] == 'M')
        return "1";
    if (text.data[0] == 'f' || text.data[0] == 'F')
        return "2";
    if (text.length == 1 && text.data[0] == '1')
        return "1";
    if (text.length == 1 && text.data[0] == '2')
        return "2";
    return NULL;
}
