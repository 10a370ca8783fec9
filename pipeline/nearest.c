#include "nearest.h"

#include <stddef.h>
#include <string.h>

enum { LENGTH_MAX = 63 };

static size_t least(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* Edit distance with swapped neighbours (optimal string alignment). */
static size_t distance(const char *left, const char *right)
{
    size_t rows[3][LENGTH_MAX + 1];
    size_t left_length = strnlen(left, LENGTH_MAX), right_length = strnlen(right, LENGTH_MAX);
    size_t *before = rows[0], *last = rows[1], *now = rows[2];

    for (size_t j = 0; j <= right_length; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= left_length; i++) {
        now[0] = i;
        for (size_t j = 1; j <= right_length; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1,
                           last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        size_t *spare = before;

        before = last;
        last = now;
        now = spare;
    }
    return last[right_length];
}

const char *nearest_name(const char *text, const char *const *names)
{
    const char *best = names[0];

    for (size_t i = 1; names[i] != NULL; i++) {
        if (distance(text, names[i]) < distance(text, best))
            best = names[i];
    }
    return best;
}

bool is_near(const char *text, const char *name)
{
    return distance(text, name) * 2 <= strnlen(text, LENGTH_MAX);
}
