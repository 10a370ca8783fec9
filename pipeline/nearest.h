/*
 * nearest.h: "did you mean ...?"
 */
#ifndef NEAREST_H
#define NEAREST_H

#include <stdbool.h>

/* The name nearest to text (fewest letters changed, added, dropped or swapped). names ends with
 * NULL and holds at least one. */
const char *nearest_name(const char *text, const char *const *names);

/* Is name so near that text may be a slip of it? Of no more than every second letter. */
bool is_near(const char *text, const char *name);

#endif
