/*
 * national_rule.h: what a national rule code (MHS10104) stands for, told from the feed definitions
 * that use it.
 */
#ifndef NATIONAL_RULE_H
#define NATIONAL_RULE_H

#include "base/arena.h"
#include "base/error.h"
#include "feed.h"

/* One use of a code. All texts live in the arena. */
struct national_rule {
    const char *code;
    const char *feed, *table, *field;
    const char *meaning; /* "The field may not be blank." */
    const char *effect;  /* "The row is rejected." */
    const char *action;
};

/* All uses of code (case ignored; NULL = of every code) in the feeds, in the order of their files.
 * NULL with *ret_count 0 when there are none; negative when memory ran out. */
int national_rules_find(const struct feed *feeds, size_t feed_count, const char *code,
                        struct arena *arena, struct national_rule **ret, size_t *ret_count,
                        struct error *error);

#endif
