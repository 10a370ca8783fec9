/*
 * value_table.h: how often each value (a token, never 0) was seen. What the files behind
 * frequency.h share; nobody else includes it.
 */
#ifndef LINKAGE_VALUE_TABLE_H
#define LINKAGE_VALUE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Open addressing, doubled at three quarters. Value 0 is an empty slot. */
struct value_count {
    uint32_t value, count;
};
struct linkage_value_table {
    struct value_count *slots;
    size_t used, size; /* size: a power of two */
};

/* Room for this many values without growing; NULL when memory is out. */
struct linkage_value_table *value_table_new(size_t values);
void value_table_free(struct linkage_value_table *table);
/* False when memory is out. */
bool value_table_add(struct linkage_value_table *table, uint32_t value, uint32_t count);
/* 0 for a value that was not seen. */
uint32_t value_table_count(const struct linkage_value_table *table, uint32_t value);

static inline size_t value_table_slot(const struct linkage_value_table *table, uint32_t value)
{
    return (value * (uint64_t)0x9e3779b97f4a7c15u >> 20) & (table->size - 1);
}

/* Asks for memory that will be needed soon: tables are larger than the processor's caches. */
static inline void value_table_ask(const struct linkage_value_table *table, uint32_t value)
{
    __builtin_prefetch(&table->slots[value_table_slot(table, value)]);
}

#endif
