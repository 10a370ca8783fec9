/*
 * pair_list.h: a growing list of scored pairs, and its two orders.
 */
#ifndef LINKAGE_PAIR_LIST_H
#define LINKAGE_PAIR_LIST_H

#include "set.h"

struct pair_list {
    struct linkage_pair *items;
    size_t count, size;
};

/* False when memory is out. */
bool pair_list_add(struct pair_list *list, const struct linkage_pair *pair);
/* Moves all pairs of from to the end of list; from is empty afterwards. */
bool pair_list_take(struct pair_list *list, struct pair_list *from);
void pair_list_release(struct pair_list *list);

/* By left, then right, then weight, best first. */
bool pairs_sort_by_records(struct linkage_pair *pairs, size_t count);
/* By odds, best first; equal odds by left, then right: pairs must be in order of records already.
 */
bool pairs_sort_by_odds(struct linkage_pair *pairs, size_t count);

#endif
