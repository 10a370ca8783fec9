/*
 * lookup.h: which of the many records seen before could pair with the few new ones? A row of
 * blocking keys (block.h) of a face seen before is a hit when it shares a key with a new face.
 * Nearly all rows are no hit, so a table of bits that fits the processor's cache says so first.
 */
#ifndef LINKAGE_LOOKUP_H
#define LINKAGE_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct linkage_lookup_slot {
    uint32_t key; /* 0: free */
    uint16_t rule;
    uint32_t faces; /* new faces, and hits so far */
};

struct linkage_lookup {
    size_t stride;
    uint64_t *bits;
    unsigned bit_shift, slot_shift;
    struct linkage_lookup_slot *slots;
    uint32_t largest; /* faces of its largest block so far, new ones and hits */
};

/* rows: of the new faces, stride keys each. ERROR_OUT_OF_MEMORY. */
int linkage_lookup_make(const uint32_t *rows, size_t count, size_t stride,
                        struct linkage_lookup *ret);
void linkage_lookup_release(struct linkage_lookup *lookup);

/* May it be a hit? Cheap, and now and then wrong where it says yes. */
static inline bool linkage_lookup_may_hit(const struct linkage_lookup *lookup, const uint32_t *row)
{
    uint64_t found = 0;

    for (size_t rule = 0; rule < lookup->stride; rule++) {
        uint64_t bit =
            ((uint64_t)row[rule] + (rule << 32)) * 0x9e3779b97f4a7c15u >> lookup->bit_shift;
        found |= (lookup->bits[bit >> 6] >> (bit & 63)) & (row[rule] != 0);
    }
    return found != 0;
}

/* Is it one? Counts it in its blocks. */
bool linkage_lookup_hit(struct linkage_lookup *lookup, const uint32_t *row);

#endif
