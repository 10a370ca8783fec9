/*
 * day.h: dates as days since 1970-01-01, months as year * 12 + month - 1.
 */
#ifndef SYNTH_DAY_H
#define SYNTH_DAY_H

#include <stdint.h>

enum { NO_DAY = INT32_MAX };

int32_t day_of(int year, int month, int day);
void day_parts(int32_t day, int *ret_year, int *ret_month, int *ret_day);
int32_t month_first_day(int month);
int32_t month_last_day(int month);
int month_of_day(int32_t day);
/* Whole years from birth to day. */
int age_on(int32_t birth, int32_t day);
/* Day and month changed places; the day itself where that gives no date. */
int32_t day_swapped(int32_t day);

/* A date as text. The answer lies in one of 32 buffers used in turn: long enough for one row. */
const char *day_iso(int32_t day);     /* 2026-04-01; "" for NO_DAY */
const char *day_slashes(int32_t day); /* 01/04/2026 */
const char *day_compact(int32_t day); /* 20260401 */
const char *month_compact(int month); /* 202604 */
/* printf into one of the same buffers, of 96 bytes. */
const char *note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
