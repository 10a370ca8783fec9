/* calendar.c: day numbers by eras of 400 years, counted from 1 March so that leap days come last.
 */
#include "calendar.h"

static bool is_leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int calendar_days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

bool calendar_date_exists(struct calendar_date date)
{
    return date.year >= CALENDAR_YEAR_FIRST && date.year <= CALENDAR_YEAR_LAST && date.month >= 1 &&
           date.month <= 12 && date.day >= 1 &&
           date.day <= calendar_days_in_month(date.year, date.month);
}

int32_t calendar_day(struct calendar_date date)
{
    int year = date.month <= 2 ? date.year - 1 : date.year;
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int month_from_march = (date.month + 9) % 12;
    int day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

struct calendar_date calendar_date_of(int32_t day)
{
    int shifted = day + 719468;
    int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = shifted - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    struct calendar_date date;

    date.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    date.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

int calendar_whole_years(int32_t birth, int32_t day)
{
    struct calendar_date from = calendar_date_of(birth);
    struct calendar_date to = calendar_date_of(day);
    int years = to.year - from.year;

    if (to.month < from.month || (to.month == from.month && to.day < from.day))
        years--;
    return years;
}

void calendar_text(int32_t day, char text[11])
{
    struct calendar_date date = calendar_date_of(day);

    text[0] = (char)('0' + date.year / 1000 % 10);
    text[1] = (char)('0' + date.year / 100 % 10);
    text[2] = (char)('0' + date.year / 10 % 10);
    text[3] = (char)('0' + date.year % 10);
    text[4] = text[7] = '-';
    text[5] = (char)('0' + date.month / 10);
    text[6] = (char)('0' + date.month % 10);
    text[8] = (char)('0' + date.day / 10);
    text[9] = (char)('0' + date.day % 10);
    text[10] = '\0';
}
