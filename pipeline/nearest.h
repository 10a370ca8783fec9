/*
 * nearest.h: "did you mean ...?"
 */
#ifndef NEAREST_H
#define NEAREST_H

/* The name nearest to text (fewest letters changed, added, dropped or swapped). names ends with
 * NULL and holds at least one. */
const char *nearest_name(const char *text, const char *const *names);

#endif
