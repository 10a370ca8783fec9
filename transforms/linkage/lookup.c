#include "lookup.h"

#include <stdlib.h>

enum { BITS_A_KEY = 32 };

static uint64_t hash_of(uint32_t key, size_t rule)
{
    return ((uint64_t)key + ((uint64_t)rule << 32)) * 0x9e3779b97f4a7c15u;
}

/* The slot of a key, or the free one where it would be. */
static struct linkage_lookup_slot *slot_of(const struct linkage_lookup *lookup, uint32_t key,
                                           size_t rule)
{
    size_t mask = ((size_t)1 << (64 - lookup->slot_shift)) - 1;
    size_t slot = (size_t)(hash_of(key, rule) * 0xd6e8feb86659fd93u >> lookup->slot_shift);

    while (lookup->slots[slot].key != 0 &&
           (lookup->slots[slot].key != key || lookup->slots[slot].rule != rule))
        slot = (slot + 1) & mask;
    return &lookup->slots[slot];
}

static void add(struct linkage_lookup *lookup, uint32_t key, size_t rule)
{
    struct linkage_lookup_slot *slot = slot_of(lookup, key, rule);
    uint64_t bit = hash_of(key, rule) >> lookup->bit_shift;

    slot->key = key;
    slot->rule = (uint16_t)rule;
    slot->faces++;
    if (slot->faces > lookup->largest)
        lookup->largest = slot->faces;
    lookup->bits[bit >> 6] |= (uint64_t)1 << (bit & 63);
}

int linkage_lookup_make(const uint32_t *rows, size_t count, size_t stride,
                        struct linkage_lookup *ret)
{
    size_t keys = count * stride, bits = 1 << 12, slots = 1 << 6;

    *ret = (struct linkage_lookup){.stride = stride, .bit_shift = 64 - 12, .slot_shift = 64 - 6};
    for (; bits < keys * BITS_A_KEY; bits *= 2)
        ret->bit_shift--;
    for (; slots < keys * 2; slots *= 2)
        ret->slot_shift--;
    ret->bits = calloc(bits / 64, sizeof *ret->bits);
    ret->slots = calloc(slots, sizeof *ret->slots);
    if (ret->bits == NULL || ret->slots == NULL) {
        linkage_lookup_release(ret);
        return ERROR_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t rule = 0; rule < stride; rule++)
            if (rows[i * stride + rule] != 0)
                add(ret, rows[i * stride + rule], rule);
    return 0;
}

void linkage_lookup_release(struct linkage_lookup *lookup)
{
    free(lookup->bits);
    free(lookup->slots);
    *lookup = (struct linkage_lookup){0};
}

bool linkage_lookup_hit(struct linkage_lookup *lookup, const uint32_t *row)
{
    bool hit = false;

    for (size_t rule = 0; rule < lookup->stride; rule++) {
        struct linkage_lookup_slot *slot = row[rule] == 0 ? NULL : slot_of(lookup, row[rule], rule);

        if (slot == NULL || slot->key == 0)
            continue;
        hit = true;
        slot->faces++;
        if (slot->faces > lookup->largest)
            lookup->largest = slot->faces;
    }
    return hit;
}
