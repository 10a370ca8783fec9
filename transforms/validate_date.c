/* validate_date.c: dates, times and timestamps of feeds. */
#include "feed.h"
#include "validate.h"

/* What is left of a value. Each take_ function moves past what it takes, or leaves all as it was.
 */
struct cursor {
    const char *at, *end;
};

static struct cursor cursor_of(struct slice text)
{
    return (struct cursor){text.data, text.data + text.length};
}

static bool cursor_ended(const struct cursor *cursor)
{
    return cursor->at == cursor->end;
}

static bool take_char(struct cursor *cursor, char wanted)
{
    if (cursor_ended(cursor) || *cursor->at != wanted)
        return false;
    cursor->at++;
    return true;
}

/* Between least and most digits; fewer than most only when no further digit follows. */
static bool take_number(struct cursor *cursor, int least, int most, int *ret)
{
    int count = 0, number = 0;

    while (count < most && cursor->at + count < cursor->end && cursor->at[count] >= '0' &&
           cursor->at[count] <= '9')
        number = number * 10 + (cursor->at[count++] - '0');
    if (count < least)
        return false;
    cursor->at += count;
    *ret = number;
    return true;
}

static bool take_iso(struct cursor *cursor, struct calendar_date *ret)
{
    return take_number(cursor, 4, 4, &ret->year) && take_char(cursor, '-') &&
           take_number(cursor, 2, 2, &ret->month) && take_char(cursor, '-') &&
           take_number(cursor, 2, 2, &ret->day);
}

static bool take_dmy(struct cursor *cursor, struct calendar_date *ret)
{
    return take_number(cursor, 1, 2, &ret->day) && take_char(cursor, '/') &&
           take_number(cursor, 1, 2, &ret->month) && take_char(cursor, '/') &&
           take_number(cursor, 4, 4, &ret->year);
}

static bool take_compact(struct cursor *cursor, struct calendar_date *ret)
{
    return take_number(cursor, 4, 4, &ret->year) && take_number(cursor, 2, 2, &ret->month) &&
           take_number(cursor, 2, 2, &ret->day);
}

/* A date that exists, in one of formats; *ret_format says which. */
static bool take_date(struct cursor *cursor, unsigned formats, int32_t *ret_day,
                      enum date_format *ret_format)
{
    static const struct {
        enum date_format format;
        bool (*take)(struct cursor *cursor, struct calendar_date *ret);
    } kinds[] = {{DATE_ISO, take_iso}, {DATE_DMY, take_dmy}, {DATE_COMPACT, take_compact}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct cursor try = *cursor;
        struct calendar_date date;

        if ((formats & kinds[i].format) == 0 || !kinds[i].take(&try, &date))
            continue;
        if (!calendar_date_exists(date))
            return false;
        *cursor = try;
        *ret_day = calendar_day(date);
        *ret_format = kinds[i].format;
        return true;
    }
    return false;
}

/* .0 to .0000000 (seven places is what SQL Server writes), as microseconds. */
static bool take_fraction(struct cursor *cursor, int64_t *ret)
{
    static const int32_t powers[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    const char *first = cursor->at;
    int number;

    if (!take_number(cursor, 1, 7, &number))
        return false;
    *ret = (int64_t)number * 10000000 / powers[cursor->at - first] / 10;
    return true;
}

/* HH:MM, HH:MM:SS or HH:MM:SS.f */
static bool take_clock(struct cursor *cursor, int64_t *ret)
{
    int hour, minute, second = 0;
    int64_t fraction = 0;

    if (!take_number(cursor, 2, 2, &hour) || !take_char(cursor, ':') ||
        !take_number(cursor, 2, 2, &minute))
        return false;
    if (take_char(cursor, ':')) {
        if (!take_number(cursor, 2, 2, &second))
            return false;
        if (take_char(cursor, '.') && !take_fraction(cursor, &fraction))
            return false;
    }
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *ret = ((int64_t)hour * 3600 + minute * 60 + second) * 1000000 + fraction;
    return true;
}

enum value_state validate_date(struct slice value, unsigned formats, int32_t *ret_day)
{
    struct slice text = normalise_trim(value);
    struct cursor cursor = cursor_of(text);
    enum date_format format;
    int32_t day;

    if (text.length == 0)
        return VALUE_BLANK;
    if (!take_date(&cursor, formats, &day, &format))
        return VALUE_INVALID;
    if (!cursor_ended(&cursor)) {
        int64_t clock;

        if (format != DATE_ISO || (!take_char(&cursor, 'T') && !take_char(&cursor, ' ')) ||
            !take_clock(&cursor, &clock) || clock != 0 || !cursor_ended(&cursor))
            return VALUE_INVALID;
    }
    *ret_day = day;
    return VALUE_VALID;
}

enum value_state validate_time(struct slice value, unsigned formats, int64_t *ret)
{
    struct slice text = normalise_trim(value);
    struct cursor cursor = cursor_of(text);
    enum date_format format;
    int32_t day;
    int64_t clock;

    if (text.length == 0)
        return VALUE_BLANK;
    if (take_date(&cursor, formats | DATE_ISO, &day, &format) && !take_char(&cursor, 'T') &&
        !take_char(&cursor, ' '))
        return VALUE_INVALID;
    if (!take_clock(&cursor, &clock) || !cursor_ended(&cursor) || clock % 1000000 != 0)
        return VALUE_INVALID;
    *ret = clock;
    return VALUE_VALID;
}

enum value_state validate_datetime(struct slice value, unsigned formats, struct moment *ret)
{
    struct slice text = normalise_trim(value);
    struct cursor cursor = cursor_of(text);
    enum date_format format;
    struct moment moment = {0, 0};

    if (text.length == 0)
        return VALUE_BLANK;
    if (!take_date(&cursor, formats, &moment.day, &format))
        return VALUE_INVALID;
    if (!cursor_ended(&cursor) && ((!take_char(&cursor, 'T') && !take_char(&cursor, ' ')) ||
                                   !take_clock(&cursor, &moment.microseconds)))
        return VALUE_INVALID;
    if (!cursor_ended(&cursor))
        return VALUE_INVALID;
    *ret = moment;
    return VALUE_VALID;
}

static bool take_offset(struct cursor *cursor)
{
    size_t left = (size_t)(cursor->end - cursor->at);

    if (take_char(cursor, 'Z'))
        return true;
    if (left < 6 || (memcmp(cursor->at, "+00:00", 6) != 0 && memcmp(cursor->at, "+01:00", 6) != 0))
        return false;
    cursor->at += 6;
    return true;
}

enum value_state validate_timestamp(struct slice value, struct moment *ret)
{
    enum { SECONDS_AT = 16 }; /* 2025-04-01T09:30:00Z: seconds may not be left out */
    struct slice text = normalise_trim(value);
    struct cursor cursor = cursor_of(text);
    enum date_format format;
    struct moment moment;

    if (text.length == 0)
        return VALUE_BLANK;
    if (text.length <= SECONDS_AT || text.data[SECONDS_AT] != ':' ||
        !take_date(&cursor, DATE_ISO, &moment.day, &format) || !take_char(&cursor, 'T') ||
        !take_clock(&cursor, &moment.microseconds) || !take_offset(&cursor) ||
        !cursor_ended(&cursor))
        return VALUE_INVALID;
    *ret = moment;
    return VALUE_VALID;
}
