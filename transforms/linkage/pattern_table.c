#include "pattern_table.h"

#include <stdlib.h>

static struct pattern_count *slot_of(const struct pattern_table *table, uint64_t pattern,
                                     uint16_t sources)
{
    uint64_t hash = (pattern + sources * 0x2545f4914f6cdd1du) * 0x9e3779b97f4a7c15u;
    size_t slot = (size_t)(hash >> 24) & (table->size - 1);

    while (table->slots[slot].count != 0 &&
           (table->slots[slot].pattern != pattern || table->slots[slot].sources != sources))
        slot = (slot + 1) & (table->size - 1);
    return &table->slots[slot];
}

static bool grow(struct pattern_table *table)
{
    struct pattern_table larger = {.size = table->size == 0 ? 1024 : table->size * 2,
                                   .used = table->used};

    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i].count != 0)
            *slot_of(&larger, table->slots[i].pattern, table->slots[i].sources) = table->slots[i];
    free(table->slots);
    *table = larger;
    return true;
}

bool pattern_table_add(struct pattern_table *table, uint64_t pattern, uint16_t sources,
                       uint64_t count)
{
    if (table->used * 2 >= table->size && !grow(table))
        return false;
    struct pattern_count *slot = slot_of(table, pattern, sources);
    if (slot->count == 0) {
        slot->pattern = pattern;
        slot->sources = sources;
        table->used++;
    }
    slot->count += count;
    return true;
}

static int by_pattern(const void *left, const void *right)
{
    const struct pattern_count *l = left, *r = right;

    if (l->pattern != r->pattern)
        return l->pattern < r->pattern ? -1 : 1;
    return (int)l->sources - (int)r->sources;
}

void pattern_table_close(struct pattern_table *table)
{
    size_t used = 0;

    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i].count != 0)
            table->slots[used++] = table->slots[i];
    if (used > 0)
        qsort(table->slots, used, sizeof *table->slots, by_pattern);
}

void pattern_table_release(struct pattern_table *table)
{
    free(table->slots);
    *table = (struct pattern_table){0};
}
