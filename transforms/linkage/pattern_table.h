/*
 * pattern_table.h: how many pairs show each pattern of agreement. Training works on these counts,
 * so its time does not depend on the number of pairs.
 */
#ifndef LINKAGE_PATTERN_TABLE_H
#define LINKAGE_PATTERN_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern_count {
    uint64_t pattern;
    uint64_t count;   /* 0: an empty slot */
    uint16_t sources; /* index of the pair of sources */
};

struct pattern_table {
    struct pattern_count *slots;
    size_t used, size;
};

/* False when memory is out. */
bool pattern_table_add(struct pattern_table *table, uint64_t pattern, uint16_t sources,
                       uint64_t count);
/* Puts the used slots first, in pattern order, so that sums over them come out the same each time.
 * Nothing can be added afterwards. */
void pattern_table_close(struct pattern_table *table);
void pattern_table_release(struct pattern_table *table);

#endif
