/* disclosure.c: rounding in whole numbers throughout; no binary fraction decides what is published.
 */
#include "disclosure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SUPPRESS_BELOW = 5, ROUND_TO = 5 };

/* Beyond this 100 million times the numerator would not fit; no population is so large. */
#define COUNT_MAX (INT64_MAX / 200000000)

static void exact_percent(int64_t numerator, int64_t denominator, char text[32])
{
    const int64_t millionth = 1000000;
    /* 100 * numerator / denominator in millionths, half up */
    int64_t millionths = (200 * millionth * numerator + denominator) / (2 * denominator);
    size_t length;

    (void)snprintf(text, 32, "%" PRId64 ".%06" PRId64, millionths / millionth,
                   millionths % millionth);
    length = strlen(text);
    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    text[length] = '\0';
}

static bool in_range(int64_t count)
{
    return count >= 0 && count <= COUNT_MAX;
}

void disclosure_exact(const struct disclosure_cell *cell, char text[32])
{
    text[0] = '\0';
    if (!cell->is_percent)
        (void)snprintf(text, 32, "%" PRId64, cell->numerator);
    else if (cell->denominator > 0 && in_range(cell->numerator) && in_range(cell->denominator))
        exact_percent(cell->numerator, cell->denominator, text);
}

static void protect_cell(struct disclosure_cell *cell)
{
    char *text = cell->published;
    size_t size = sizeof cell->published;

    if (cell->exempt_level)
        disclosure_exact(cell, text);
    else if (cell->numerator < SUPPRESS_BELOW || (cell->is_percent && cell->denominator == 0))
        (void)snprintf(text, size, "*");
    else if (cell->is_percent)
        (void)snprintf(text, size, "%" PRId64,
                       (200 * cell->numerator + cell->denominator) / (2 * cell->denominator));
    else
        (void)snprintf(text, size, "%" PRId64,
                       (cell->numerator + ROUND_TO / 2) / ROUND_TO * ROUND_TO);
}

static int protect_mhsds(struct disclosure_cell *cells, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!in_range(cells[i].numerator) ||
            (cells[i].is_percent && !in_range(cells[i].denominator)))
            return error_set(error, ERROR_INTERNAL,
                             "a figure is negative or beyond any population");
    for (size_t i = 0; i < count; i++)
        protect_cell(&cells[i]);
    return 0;
}

const struct disclosure_profile *disclosure_profile_by_name(const char *name)
{
    static const struct disclosure_profile profiles[] = {{"mhsds", protect_mhsds}};

    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++)
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    return NULL;
}
