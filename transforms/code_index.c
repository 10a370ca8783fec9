#include "code_index.h"

static size_t hash_of(struct slice value)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < value.length; i++)
        hash = (hash ^ (unsigned char)value.data[i]) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32);
}

static struct slice entry_text(const struct code_index *index, const struct code_list_entry *entry)
{
    return index->by_key ? entry->key : entry->value;
}

/* The slot of a value, or the free one where it belongs. */
static uint32_t *slot_of(const struct code_index *index, struct slice value)
{
    size_t at = hash_of(value) & (index->size - 1);

    while (index->slots[at] != 0 &&
           !slice_equal(entry_text(index, &index->list->entries[index->slots[at] - 1]), value))
        at = (at + 1) & (index->size - 1);
    return &index->slots[at];
}

bool code_index_init(struct code_index *index, const struct code_list *list, bool by_key,
                     struct arena *arena)
{
    size_t size = 8;

    if (list->count >= UINT32_MAX / 4)
        return false;
    while (size < list->count * 2)
        size *= 2;
    *index =
        (struct code_index){list, by_key, arena_take_array(arena, size, sizeof(uint32_t)), size};
    if (index->slots == NULL)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        uint32_t *slot = slot_of(index, entry_text(index, &list->entries[i]));

        if (*slot == 0)
            *slot = (uint32_t)i + 1;
    }
    return true;
}

const struct code_list_entry *code_index_find(const struct code_index *index, struct slice value)
{
    uint32_t slot = *slot_of(index, value);

    return slot == 0 ? NULL : &index->list->entries[slot - 1];
}
