/*
 * page_array.h: one large array that grows in place, or moves without copying: pages straight from
 * the system, so that growing never needs old and new at once. Aligned to a page.
 */
#ifndef PAGE_ARRAY_H
#define PAGE_ARRAY_H

#include <stddef.h>

#include "base/error.h"

/* All zero: an empty one. */
struct page_array {
    void *bytes;
    size_t size; /* bytes there is room for; those never written to take no memory */
};

/* Room for size bytes in all; new ones are zero. bytes may move. */
int page_array_reserve(struct page_array *array, size_t size, struct error *error);
void page_array_release(struct page_array *array);

#endif
