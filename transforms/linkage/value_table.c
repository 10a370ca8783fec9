#include "value_table.h"

#include <stdlib.h>

enum { SLOTS_MIN = 4096 };

static struct value_count *slot_of(const struct linkage_value_table *table, uint32_t value)
{
    size_t slot = value_table_slot(table, value);

    while (table->slots[slot].value != 0 && table->slots[slot].value != value)
        slot = (slot + 1) & (table->size - 1);
    return &table->slots[slot];
}

static bool is_full(const struct linkage_value_table *table, size_t values)
{
    return values * 4 >= table->size * 3;
}

struct linkage_value_table *value_table_new(size_t values)
{
    struct linkage_value_table *table = calloc(1, sizeof *table);

    if (table == NULL)
        return NULL;
    table->size = SLOTS_MIN;
    while (is_full(table, values))
        table->size *= 2;
    table->slots = calloc(table->size, sizeof *table->slots);
    if (table->slots == NULL) {
        free(table);
        return NULL;
    }
    return table;
}

void value_table_free(struct linkage_value_table *table)
{
    if (table != NULL)
        free(table->slots);
    free(table);
}

static bool grow(struct linkage_value_table *table)
{
    struct linkage_value_table larger = {.size = table->size * 2, .used = table->used};

    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i].value != 0)
            *slot_of(&larger, table->slots[i].value) = table->slots[i];
    free(table->slots);
    *table = larger;
    return true;
}

bool value_table_add(struct linkage_value_table *table, uint32_t value, uint32_t count)
{
    if (is_full(table, table->used) && !grow(table))
        return false;
    struct value_count *slot = slot_of(table, value);
    if (slot->value == 0) {
        slot->value = value;
        table->used++;
    }
    slot->count += count;
    return true;
}

uint32_t value_table_count(const struct linkage_value_table *table, uint32_t value)
{
    return slot_of(table, value)->count;
}
