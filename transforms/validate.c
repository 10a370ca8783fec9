/* validate.c: values without a clock in them. Dates and times are in validate_date.c. */
#include "validate.h"

#include <utf8proc.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Control characters have no place in a value, but text may be laid out in lines. */
static bool is_text_point(utf8proc_int32_t point)
{
    if (point < 0x20)
        return point == '\t' || point == '\n' || point == '\r';
    return point != 0x7F && !(point >= 0x80 && point < 0xA0);
}

enum value_state validate_text(struct slice value)
{
    struct slice text = normalise_trim(value);
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text.data;
    size_t left = text.length;

    if (left == 0)
        return VALUE_BLANK;
    while (left > 0) {
        utf8proc_int32_t point = at[0];
        utf8proc_ssize_t size = 1;

        if (point >= 0x80)
            size = utf8proc_iterate(at, (utf8proc_ssize_t)left, &point);
        if (size <= 0 || !is_text_point(point))
            return VALUE_INVALID;
        at += size;
        left -= (size_t)size;
    }
    return VALUE_VALID;
}

enum value_state validate_alnum(struct slice value)
{
    struct slice text = normalise_trim(value);
    bool printable = true;

    for (size_t i = 0; i < text.length; i++)
        printable &= text.data[i] >= 0x20 && text.data[i] < 0x7F;
    if (text.length == 0)
        return VALUE_BLANK;
    return printable ? VALUE_VALID : VALUE_INVALID;
}

enum value_state validate_digits(struct slice value)
{
    struct slice text = normalise_trim(value);

    for (size_t i = 0; i < text.length; i++)
        if (!is_digit(text.data[i]))
            return VALUE_INVALID;
    return text.length == 0 ? VALUE_BLANK : VALUE_VALID;
}

bool validate_integer(struct slice digits, int64_t *ret)
{
    int64_t number = 0;

    if (digits.length == 0)
        return false;
    for (size_t i = 0; i < digits.length; i++) {
        int digit = digits.data[i] - '0';

        if (!is_digit(digits.data[i]) || number > (INT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *ret = number;
    return true;
}

/* Digits of a decimal as one whole number and the power of ten that divides it. */
struct decimal {
    int64_t mantissa;
    double scale;
    int significant; /* digits since the first that is not 0 */
};

static void decimal_add(struct decimal *decimal, char digit)
{
    decimal->mantissa = decimal->mantissa * 10 + (digit - '0');
    if (decimal->mantissa > 0)
        decimal->significant++;
}

/* The digits from at on; their end. Digits of a fraction that no longer matter are dropped. */
static size_t decimal_take(struct decimal *decimal, struct slice text, size_t at, bool fraction)
{
    const double scale_max = 1e22; /* the last power of ten that a double holds exactly */

    for (; at < text.length && is_digit(text.data[at]); at++) {
        if (decimal->significant == DECIMAL_DIGITS_MAX || decimal->scale >= scale_max) {
            if (!fraction)
                break;
            continue;
        }
        decimal_add(decimal, text.data[at]);
        if (fraction)
            decimal->scale *= 10;
    }
    return at;
}

enum value_state validate_decimal(struct slice value, double *ret)
{
    struct slice text = normalise_trim(value);
    struct decimal decimal = {0, 1, 0};
    size_t first = 0, at;

    if (text.length == 0)
        return VALUE_BLANK;
    if (text.data[0] == '-' || text.data[0] == '+')
        first = 1;
    at = decimal_take(&decimal, text, first, false);
    if (at == first)
        return VALUE_INVALID;
    if (at < text.length && text.data[at] == '.') {
        first = at + 1;
        at = decimal_take(&decimal, text, first, true);
        if (at == first)
            return VALUE_INVALID;
    }
    if (at != text.length)
        return VALUE_INVALID;
    *ret = (double)decimal.mantissa / decimal.scale;
    if (text.data[0] == '-' && decimal.mantissa != 0)
        *ret = -*ret;
    return VALUE_VALID;
}

enum value_state validate_yes_no(struct slice value, bool *ret)
{
    static const struct {
        const char *text;
        bool meaning;
    } texts[] = {{"y", true}, {"n", false},   {"yes", true},    {"no", false},
                 {"1", true}, {"true", true}, {"false", false}, {"0", false}};
    struct slice text = normalise_trim(value);

    if (text.length == 0)
        return VALUE_BLANK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t at = 0;

        if (strlen(texts[i].text) != text.length)
            continue;
        while (at < text.length) {
            char c = text.data[at];

            if (is_upper(c))
                c = (char)(c - 'A' + 'a');
            if (c != texts[i].text[at])
                break;
            at++;
        }
        if (at == text.length) {
            *ret = texts[i].meaning;
            return VALUE_VALID;
        }
    }
    return VALUE_INVALID;
}

static bool is_outward(const char *part, size_t length)
{
    size_t area = length > 1 && is_upper(part[1]) ? 2 : 1;

    if (!is_upper(part[0]) || strchr("QVX", part[0]) != NULL)
        return false;
    if (area == 2 && strchr("IJZ", part[1]) != NULL)
        return false;
    if (length < area + 1 || length > area + 2 || !is_digit(part[area]))
        return false;
    return length == area + 1 || is_digit(part[area + 1]) || is_upper(part[area + 1]);
}

bool postcode_is_pseudo(const char *canonical)
{
    return strncmp(canonical, "ZZ99", 4) == 0;
}

static bool is_postcode(const char *text)
{
    size_t length = strlen(text);
    const char *inward = text + length - 3;

    if (!is_digit(inward[0]) || !is_upper(inward[1]) || !is_upper(inward[2]))
        return false;
    if (postcode_is_pseudo(text))
        return length == 7;
    if (strcmp(text, "GIR0AA") == 0)
        return true;
    return strchr("CIKMOV", inward[1]) == NULL && strchr("CIKMOV", inward[2]) == NULL &&
           is_outward(text, length - 3);
}

enum value_state validate_postcode(struct secret value, char ret_canonical[NORMALISE_POSTCODE_MAX])
{
    char canonical[NORMALISE_POSTCODE_MAX];

    if (normalise_trim(secret_open(value)).length == 0)
        return VALUE_BLANK;
    if (!normalise_postcode(value, canonical) || !is_postcode(canonical))
        return VALUE_INVALID;
    memcpy(ret_canonical, canonical, sizeof canonical);
    return VALUE_VALID;
}

/* The digits of a number as written, without blanks and hyphens; -1 for anything else. */
static int nhs_number_digits(struct slice text, char digits[NHS_NUMBER_LENGTH])
{
    int count = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == ' ' || text.data[i] == '-')
            continue;
        if (!is_digit(text.data[i]) || count == NHS_NUMBER_LENGTH)
            return -1;
        digits[count++] = text.data[i];
    }
    return count;
}

static bool is_placeholder_number(const char digits[NHS_NUMBER_LENGTH])
{
    bool same = true, hollow = digits[0] == digits[NHS_NUMBER_LENGTH - 1];

    for (size_t i = 1; i < NHS_NUMBER_LENGTH; i++)
        same &= digits[i] == digits[0];
    for (size_t i = 1; i < NHS_NUMBER_LENGTH - 1; i++)
        hollow &= digits[i] == '0';
    return same || hollow;
}

static bool has_valid_check_digit(const char digits[NHS_NUMBER_LENGTH])
{
    int sum = 0, check;

    for (int i = 0; i < NHS_NUMBER_LENGTH - 1; i++)
        sum += (digits[i] - '0') * (NHS_NUMBER_LENGTH - i);
    check = 11 - sum % 11;
    if (check == 11)
        check = 0;
    return check == digits[NHS_NUMBER_LENGTH - 1] - '0'; /* 10 is no digit, so never equal */
}

enum value_state validate_nhs_number(struct secret value, char ret[NHS_NUMBER_LENGTH + 1])
{
    struct slice text = normalise_trim(secret_open(value));
    char digits[NHS_NUMBER_LENGTH];
    enum value_state state = VALUE_INVALID;
    int count;

    if (text.length == 0)
        return VALUE_BLANK;
    count = nhs_number_digits(text, digits);
    if (count == NHS_NUMBER_LENGTH - 1) {
        memmove(digits + 1, digits, NHS_NUMBER_LENGTH - 1);
        digits[0] = '0';
        count = NHS_NUMBER_LENGTH;
    }
    if (count == NHS_NUMBER_LENGTH && !is_placeholder_number(digits) &&
        has_valid_check_digit(digits)) {
        memcpy(ret, digits, NHS_NUMBER_LENGTH);
        ret[NHS_NUMBER_LENGTH] = '\0';
        state = VALUE_VALID;
    }
    return state;
}

size_t validate_length(struct slice value)
{
    size_t length = 0;

    for (size_t i = 0; i < value.length; i++)
        length += ((unsigned char)value.data[i] & 0xC0) != 0x80;
    return length;
}
