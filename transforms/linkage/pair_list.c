#include "pair_list.h"

#include <stdlib.h>
#include <string.h>

static bool make_room(struct pair_list *list, size_t more)
{
    if (list->count + more <= list->size)
        return true;
    size_t size = list->size + list->size / 2 + 1024;
    if (size < list->count + more)
        size = list->count + more;
    struct linkage_pair *items = realloc(list->items, size * sizeof *items);
    if (items == NULL)
        return false;
    list->items = items;
    list->size = size;
    return true;
}

bool pair_list_add(struct pair_list *list, const struct linkage_pair *pair)
{
    if (!make_room(list, 1))
        return false;
    list->items[list->count++] = *pair;
    return true;
}

bool pair_list_take(struct pair_list *list, struct pair_list *from)
{
    if (list->count == 0) {
        struct pair_list empty = *list;

        *list = *from;
        *from = empty;
        pair_list_release(from);
        return true;
    }
    if (!make_room(list, from->count))
        return false;
    if (from->count > 0)
        memcpy(list->items + list->count, from->items, from->count * sizeof *from->items);
    list->count += from->count;
    pair_list_release(from);
    return true;
}

void pair_list_release(struct pair_list *list)
{
    free(list->items);
    *list = (struct pair_list){0};
}

/* ---- sorting: keys with their places, least significant byte first, then the pairs moved once
 * ---- */

struct key_place {
    uint64_t key;
    uint32_t place;
};

static void sort_by_byte(const struct key_place *from, struct key_place *to, size_t count,
                         unsigned shift, const size_t sizes[256])
{
    size_t starts[256], sum = 0;

    for (size_t byte = 0; byte < 256; byte++) {
        starts[byte] = sum;
        sum += sizes[byte];
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].key >> shift & 255]++] = from[i];
}

/* Stable. Bytes in which all keys agree cost no pass. Returns the sorted one of the two. */
static struct key_place *sort_keys(struct key_place *keys, struct key_place *spare, size_t count)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t sizes[256] = {0};

        for (size_t i = 0; i < count; i++)
            sizes[keys[i].key >> shift & 255]++;
        if (sizes[keys[0].key >> shift & 255] == count)
            continue;
        sort_by_byte(keys, spare, count, shift, sizes);
        struct key_place *sorted = spare;
        spare = keys;
        keys = sorted;
    }
    return keys;
}

/* Puts pairs[order[i].place] into place i, following each ring of moves once. */
static void move_pairs(struct linkage_pair *pairs, struct key_place *order, size_t count)
{
    for (size_t start = 0; start < count; start++) {
        struct linkage_pair first = pairs[start];
        size_t to = start;

        while (order[to].place != start) {
            size_t from = order[to].place;

            pairs[to] = pairs[from];
            order[to].place = (uint32_t)to;
            to = from;
        }
        pairs[to] = first;
        order[to].place = (uint32_t)to;
    }
}

static bool sort_pairs(struct linkage_pair *pairs, size_t count,
                       uint64_t (*key_of)(const struct linkage_pair *))
{
    struct key_place *keys = malloc((count + 1) * sizeof *keys),
                     *spare = malloc((count + 1) * sizeof *spare);
    bool good = keys != NULL && spare != NULL;

    if (good && count > 0) {
        for (size_t i = 0; i < count; i++)
            keys[i] = (struct key_place){key_of(&pairs[i]), (uint32_t)i};
        move_pairs(pairs, sort_keys(keys, spare, count), count);
    }
    free(keys);
    free(spare);
    return good;
}

/* Floats as numbers that ascend as the floats descend. */
static uint64_t descending(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    bits = bits >> 31 ? ~bits : bits | 0x80000000u;
    return (uint32_t)~bits;
}

static uint64_t key_of_weight(const struct linkage_pair *pair)
{
    return descending(pair->weight);
}

static uint64_t key_of_records(const struct linkage_pair *pair)
{
    return (uint64_t)pair->left << 32 | pair->right;
}

static uint64_t key_of_odds(const struct linkage_pair *pair)
{
    return descending(pair->odds);
}

bool pairs_sort_by_records(struct linkage_pair *pairs, size_t count)
{
    return sort_pairs(pairs, count, key_of_weight) && sort_pairs(pairs, count, key_of_records);
}

bool pairs_sort_by_odds(struct linkage_pair *pairs, size_t count)
{
    return sort_pairs(pairs, count, key_of_odds);
}
