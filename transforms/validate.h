/*
 * validate.h: what a value must look like, one function a type of fields.csv. Strict, and the same
 * under every locale: no strtol, no strptime, no isdigit.
 *
 * Every function trims the value first (normalise_trim) and tells blank from invalid. ret is
 * untouched unless the answer is VALUE_VALID. Values are UTF-8 by the parser's promise; text that
 * is not is invalid all the same.
 */
#ifndef VALIDATE_H
#define VALIDATE_H

#include <stdint.h>

#include "calendar.h"
#include "field.h"
#include "normalise.h"

enum value_state { VALUE_BLANK, VALUE_VALID, VALUE_INVALID };

enum { NHS_NUMBER_LENGTH = 10, DECIMAL_DIGITS_MAX = 15 };

/* A moment as written: local wall time, any offset left off. */
struct moment {
    int32_t day;          /* days since 1970-01-01 */
    int64_t microseconds; /* since midnight */
};

/* Text of any printable characters; tab and line ends may stand inside. */
enum value_state validate_text(struct slice value);
/* Printable ASCII. */
enum value_state validate_alnum(struct slice value);
/* ASCII digits only. */
enum value_state validate_digits(struct slice value);
/* Digits as a number; false beyond int64_t or when there is anything but digits. */
bool validate_integer(struct slice digits, int64_t *ret);
/* Optional sign, digits, optional point and digits; at most 15 digits before the point. Digits past
 * the 15th in all are dropped, so that the number is exact as far as it goes. */
enum value_state validate_decimal(struct slice value, double *ret);
/* A day of the calendar, 1890 to 2100, in one of formats (enum date_format bits). A midnight time
 * part may follow yyyy-mm-dd. */
enum value_state validate_date(struct slice value, unsigned formats, int32_t *ret_day);
/* HH:MM or HH:MM:SS with an all-zero fraction; a date part before it, with T or a blank between, is
 * checked and dropped (Access stores times on a base date). ret in microseconds since midnight. */
enum value_state validate_time(struct slice value, unsigned formats, int64_t *ret);
/* A date in one of formats, with an optional time HH:MM[:SS[.fraction]] after T or a blank. */
enum value_state validate_datetime(struct slice value, unsigned formats, struct moment *ret);
/* ISO 8601: yyyy-mm-ddThh:mm:ss[.fraction] and an offset Z, +00:00 or +01:00. Source: MHSDS v6
 * field list, items named Timestamp. */
enum value_state validate_timestamp(struct slice value, struct moment *ret);
/* y n yes no true false 1 0, any case. */
enum value_state validate_yes_no(struct slice value, bool *ret);

/* The shape of a UK postcode: A9, A99, AA9, AA99, A9A or AA9A, then 9AA; the letters Q V X do not
 * start one, I J Z do not come second, C I K M O V are not in the last two; GIR 0AA; and pseudo
 * postcodes ZZ99 9AA (no fixed abode, not known). Source: NHS Data Dictionary, POSTCODE. */
enum value_state validate_postcode(struct secret value, char ret_canonical[NORMALISE_POSTCODE_MAX]);
/* ZZ99...: says where nobody lives. */
bool postcode_is_pseudo(const char *canonical);

/* NHS number: blanks and hyphens dropped, 9 digits get back the zero a spreadsheet took; then 10
 * digits whose last is 11 - (sum of digit times 10..2) mod 11, 11 counting as 0 and 10 as invalid.
 * Numbers of one digit repeated and 1000000001 .. 9000000009 pass that test and stand for nobody:
 * invalid. Source: NHS Data Dictionary, NHS NUMBER. ret holds digits and a NUL. */
enum value_state validate_nhs_number(struct secret value, char ret[NHS_NUMBER_LENGTH + 1]);

/* Characters of a value; bytes that are not UTF-8 count as one each. */
size_t validate_length(struct slice value);

#endif
