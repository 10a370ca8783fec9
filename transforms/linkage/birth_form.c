/* birth_form.c: the forms of a date of birth, in whatever format it is written. */
#include "calendar.h"
#include "derive.h"
#include "normalise.h"

enum { YEAR_FIRST = 1850, YEAR_LAST = 2100, NUMBERS_MAX = 3, DIGITS = 8 };

/* A date as far as it is known: year 0, month 0 or day 0 where it is not. */
struct birth {
    int year, month, day;
};

struct number {
    int value;
    size_t digits;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The part of a moment that is its date: "1980-02-03T00:00:00" and "03/02/1980 00:00". */
static struct slice without_time(struct slice text)
{
    for (size_t i = 1; i < text.length; i++)
        if (text.data[i] == ' ' || (text.data[i] == 'T' && is_digit(text.data[i - 1])))
            return (struct slice){text.data, i};
    return text;
}

/* The month that three letters at the start of text name; 0 for none. */
static int month_of(struct slice text)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    char name[3];

    if (text.length < sizeof name)
        return 0;
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = text.data[i] >= 'a' ? (char)(text.data[i] - 'a' + 'A') : text.data[i];
    for (int month = 1; month <= 12; month++)
        if (memcmp(name, months + 3 * (month - 1), sizeof name) == 0)
            return month;
    return 0;
}

/* Numbers parted by one of - / . throughout, the second perhaps the name of a month; 0 for anything
 * else. */
static size_t read_numbers(struct slice text, struct number numbers[NUMBERS_MAX])
{
    size_t count = 0;
    char separator = '\0';

    memset(numbers, 0, NUMBERS_MAX * sizeof *numbers);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        int month;

        if (is_digit(c)) {
            numbers[count].value = numbers[count].value * 10 + (c - '0');
            if (++numbers[count].digits > DIGITS)
                return 0;
        } else if ((c == '-' || c == '/' || c == '.') && (separator == '\0' || separator == c) &&
                   numbers[count].digits > 0 && count + 1 < NUMBERS_MAX) {
            separator = c;
            count++;
        } else if (count == 1 && numbers[count].digits == 0 &&
                   (month = month_of((struct slice){text.data + i, text.length - i})) > 0) {
            numbers[count] = (struct number){month, 2};
            i += 2;
        } else {
            return 0;
        }
    }
    return numbers[count].digits > 0 ? count + 1 : 0;
}

static bool read_birth(struct slice text, struct birth *ret)
{
    struct number numbers[NUMBERS_MAX];
    size_t count = read_numbers(text, numbers);
    const struct number *n = numbers;

    if (count == 1 && n[0].digits == DIGITS)
        *ret = (struct birth){n[0].value / 10000, n[0].value / 100 % 100, n[0].value % 100};
    else if (count == 1 && n[0].digits == 4)
        *ret = (struct birth){n[0].value, 0, 0};
    else if (count == 2 && n[0].digits == 4 && n[1].digits <= 2)
        *ret = (struct birth){n[0].value, n[1].value, 0};
    else if (count == 3 && n[0].digits == 4 && n[1].digits <= 2 && n[2].digits <= 2)
        *ret = (struct birth){n[0].value, n[1].value, n[2].value};
    else if (count == 3 && n[0].digits <= 2 && n[1].digits <= 2 && n[2].digits == 4)
        *ret = (struct birth){n[2].value, n[1].value, n[0].value};
    else
        return false;
    /* A month or day written as 0 is one that somebody did not know. */
    return ret->month > 0 || ret->day == 0;
}

/* 1890 and 1900 with nothing, or only first days, behind them stand for "not known". */
static bool is_placeholder(struct birth birth)
{
    return (birth.year == 1890 || birth.year == 1900) && birth.month <= 1 && birth.day <= 1;
}

static bool is_possible(struct birth birth)
{
    if (birth.year < YEAR_FIRST || birth.year > YEAR_LAST || birth.month > 12)
        return false;
    return birth.month == 0 || birth.day <= calendar_days_in_month(birth.year, birth.month);
}

static void put_digits(char *text, int number, size_t digits)
{
    while (digits-- > 0) {
        text[digits] = (char)('0' + number % 10);
        number /= 10;
    }
}

static void date_text(struct birth birth, char text[DIGITS])
{
    put_digits(text, birth.year, 4);
    put_digits(text + 4, birth.month, 2);
    put_digits(text + 6, birth.day, 2);
}

static int derive_marks(struct linkage_deriver *deriver, const char text[DIGITS], uint32_t *words)
{
    struct form_key key = {LINKAGE_DATE_OF_BIRTH, BIRTH_KEY_MARK, NULL};
    int result = 0;

    for (size_t i = 0; i < DIGITS && result == 0; i++) {
        char blanked[DIGITS];
        uint16_t mark;

        memcpy(blanked, text, DIGITS);
        blanked[i] = '?';
        result = form_mark(deriver, key, (struct slice){blanked, DIGITS}, &mark);
        if (result == 0)
            form_put_mark(words, i, mark);
    }
    return result;
}

static int derive_whole(struct linkage_deriver *deriver, struct birth birth, uint32_t *hot,
                        uint32_t *cold)
{
    struct form_key key = {LINKAGE_DATE_OF_BIRTH, BIRTH_KEY_WHOLE, NULL};
    char text[DIGITS];
    int result;

    date_text(birth, text);
    result = form_token(deriver, key, (struct slice){text, DIGITS}, &hot[BIRTH_WHOLE]);
    if (result == 0)
        result = derive_marks(deriver, text, &cold[BIRTH_MARKS]);
    OPENSSL_cleanse(text, sizeof text);
    return result;
}

int derive_birth(struct linkage_deriver *deriver, struct secret value, uint32_t *hot,
                 uint32_t *cold)
{
    struct slice text = without_time(normalise_trim(secret_open(value)));
    struct birth birth;
    char digits[DIGITS];
    int result;

    if (!read_birth(text, &birth) || !is_possible(birth) || is_placeholder(birth))
        return 0;
    date_text(birth, digits);
    result = form_token(deriver, (struct form_key){LINKAGE_DATE_OF_BIRTH, BIRTH_KEY_YEAR, NULL},
                        (struct slice){digits, 4}, &cold[BIRTH_YEAR]);
    if (result == 0 && birth.month > 0)
        result = form_token(deriver,
                            (struct form_key){LINKAGE_DATE_OF_BIRTH, BIRTH_KEY_DAY_OR_MONTH, NULL},
                            (struct slice){digits + 4, 2}, &cold[BIRTH_MONTH]);
    if (result == 0 && birth.day > 0) {
        result = form_token(deriver,
                            (struct form_key){LINKAGE_DATE_OF_BIRTH, BIRTH_KEY_DAY_OR_MONTH, NULL},
                            (struct slice){digits + 6, 2}, &cold[BIRTH_DAY]);
        if (result == 0)
            result = derive_whole(deriver, birth, hot, cold);
    }
    OPENSSL_cleanse(digits, sizeof digits);
    return result;
}
