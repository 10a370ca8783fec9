/*
 * code_index.h: a code list made quick to look up, by its values as written or by their keys. It
 * does not matter how the list is sorted; of equal values the first counts.
 */
#ifndef CODE_INDEX_H
#define CODE_INDEX_H

#include <stdint.h>

#include "base/arena.h"
#include "field.h"

struct code_index {
    const struct code_list *list;
    bool by_key;
    uint32_t *slots; /* entry + 1, 0 = free */
    size_t size;     /* a power of two, at least twice the entries */
};

/* False when memory is out. The slots are in the arena. */
bool code_index_init(struct code_index *index, const struct code_list *list, bool by_key,
                     struct arena *arena);
const struct code_list_entry *code_index_find(const struct code_index *index, struct slice value);

#endif
