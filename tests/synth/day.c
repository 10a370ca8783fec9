#include "day.h"

#include <stdarg.h>
#include <stdio.h>

/* Civil calendar arithmetic over 400-year eras, with years that start in March. */
int32_t day_of(int year, int month, int day)
{
    int shifted = month <= 2 ? year - 1 : year;
    int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int year_of_era = shifted - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void day_parts(int32_t day, int *ret_year, int *ret_month, int *ret_day)
{
    int shifted = day + 719468;
    int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = shifted - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    *ret_day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    *ret_month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

int32_t month_first_day(int month)
{
    return day_of(month / 12, month % 12 + 1, 1);
}

int32_t month_last_day(int month)
{
    return month_first_day(month + 1) - 1;
}

int month_of_day(int32_t day)
{
    int year, month, day_of_month;
    day_parts(day, &year, &month, &day_of_month);
    return year * 12 + month - 1;
}

int age_on(int32_t birth, int32_t day)
{
    int birth_year, birth_month, birth_day, year, month, day_of_month;
    day_parts(birth, &birth_year, &birth_month, &birth_day);
    day_parts(day, &year, &month, &day_of_month);
    int before = month < birth_month || (month == birth_month && day_of_month < birth_day);
    return year - birth_year - before;
}

int32_t day_swapped(int32_t day)
{
    int year, month, day_of_month;
    day_parts(day, &year, &month, &day_of_month);
    return day_of_month <= 12 ? day_of(year, day_of_month, month) : day;
}

static char *next_buffer(void)
{
    static char buffers[32][96];
    static unsigned turn;
    return buffers[turn++ % 32];
}

const char *day_iso(int32_t day)
{
    int year, month, day_of_month;
    if (day == NO_DAY) {
        return "";
    }
    day_parts(day, &year, &month, &day_of_month);
    return note("%04d-%02d-%02d", year, month, day_of_month);
}

const char *day_slashes(int32_t day)
{
    int year, month, day_of_month;
    if (day == NO_DAY) {
        return "";
    }
    day_parts(day, &year, &month, &day_of_month);
    return note("%02d/%02d/%04d", day_of_month, month, year);
}

const char *day_compact(int32_t day)
{
    int year, month, day_of_month;
    day_parts(day, &year, &month, &day_of_month);
    return note("%04d%02d%02d", year, month, day_of_month);
}

const char *month_compact(int month)
{
    return note("%04d%02d", month / 12, month % 12 + 1);
}

const char *note(const char *format, ...)
{
    char *buffer = next_buffer();
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(buffer, 96, format, arguments);
    va_end(arguments);
    return buffer;
}
