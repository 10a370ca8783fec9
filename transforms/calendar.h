/*
 * calendar.h: the proleptic Gregorian calendar as day numbers, days since 1970-01-01. No locale, no
 * time zone, no libc date function.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

/* Feeds may speak of these years only: MHSDS knows no date before 1890-01-01. */
enum { CALENDAR_YEAR_FIRST = 1890, CALENDAR_YEAR_LAST = 2100 };

/* "No such day": stands for a birth date that is not known. */
#define CALENDAR_NO_DAY INT32_MIN

struct calendar_date {
    int year, month, day; /* month 1..12, day 1..31 */
};

int calendar_days_in_month(int year, int month);
/* A day that exists, in a year feeds may speak of. */
bool calendar_date_exists(struct calendar_date date);
int32_t calendar_day(struct calendar_date date);
struct calendar_date calendar_date_of(int32_t day);

/* Whole years from birth to day, the birthday counted in full; a person born on 29 February has
 * their birthday on 1 March in other years. Negative before birth. */
int calendar_whole_years(int32_t birth, int32_t day);

/* "2025-04-01" into text. */
void calendar_text(int32_t day, char text[11]);

#endif
