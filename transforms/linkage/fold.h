/*
 * fold.h: letters of any script in one form, for names and free text.
 *
 * Compatibility decomposition, marks stripped, case folded; what Unicode does not decompose but
 * English keyboards lack is written out (æ AE, ø O, ł L, đ D, þ TH, ı I). Latin letters come out as
 * upper-case ASCII, other scripts as they are.
 */
#ifndef LINKAGE_FOLD_H
#define LINKAGE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { FOLD_POINTS_MAX = 512 };

enum fold_class { FOLD_LETTER, FOLD_DIGIT, FOLD_APOSTROPHE, FOLD_OTHER };

struct folded {
    int32_t points[FOLD_POINTS_MAX];
    size_t count;
};

/* False, and no points, when text is not UTF-8 or too long. */
bool fold_text(struct slice text, struct folded *ret);

/* Letters of a name count as such in every script; modifier letters such as U+02BC are apostrophes.
 */
enum fold_class fold_class_of(int32_t point);

/* Writes the point as UTF-8; returns its bytes. */
size_t fold_encode(int32_t point, char bytes[4]);

/* Bytes of the letter that begins at text, which is valid UTF-8. */
size_t fold_letter_size(const char *text);

#endif
