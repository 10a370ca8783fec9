#include "partition.h"

#include <stdlib.h>

#include "base/error.h"

static int by_value(const void *left, const void *right)
{
    uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;

    return l < r ? -1 : l > r;
}

static uint64_t pairs_of(uint64_t members)
{
    return members * (members - 1) / 2;
}

/* Groups and their pairs; sizes[g] gets the size of group g. */
static void count_groups(const uint32_t *group_of, size_t count, uint32_t *sizes,
                         uint64_t *ret_groups, uint64_t *ret_pairs)
{
    for (size_t i = 0; i < count; i++)
        sizes[group_of[i]]++;
    for (size_t group = 0; group < count; group++) {
        *ret_groups += sizes[group] > 0;
        *ret_pairs += sizes[group] > 1 ? pairs_of(sizes[group]) : 0;
    }
}

int linkage_partition_compare(const uint32_t *before, const uint32_t *after, size_t count,
                              struct linkage_partition_change *ret)
{
    struct linkage_partition_change change = {0};
    uint64_t *both = malloc((count + 1) * sizeof *both);
    uint32_t *of_before = calloc(count + 1, sizeof *of_before),
             *of_after = calloc(count + 1, sizeof *of_after);
    int result = ERROR_OUT_OF_MEMORY;

    if (both != NULL && of_before != NULL && of_after != NULL) {
        count_groups(before, count, of_before, &change.groups_before, &change.pairs_before);
        count_groups(after, count, of_after, &change.groups_after, &change.pairs_after);
        for (size_t i = 0; i < count; i++)
            both[i] = (uint64_t)before[i] << 32 | after[i];
        qsort(both, count, sizeof *both, by_value);
        for (size_t start = 0, end; start < count; start = end) {
            for (end = start + 1; end < count && both[end] == both[start];)
                end++;
            uint64_t size = end - start;
            change.pairs_both += pairs_of(size);
            if (size != of_before[both[start] >> 32] || size != of_after[both[start] & UINT32_MAX])
                change.records_moved += size;
        }
        *ret = change;
        result = 0;
    }
    free(both);
    free(of_before);
    free(of_after);
    return result;
}
