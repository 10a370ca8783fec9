/*
 * partition.h: how two groupings of the same records differ, as counts.
 */
#ifndef LINKAGE_PARTITION_H
#define LINKAGE_PARTITION_H

#include <stddef.h>
#include <stdint.h>

struct linkage_partition_change {
    uint64_t groups_before, groups_after;
    uint64_t pairs_before, pairs_after; /* pairs of records that share a group */
    uint64_t pairs_both;                /* in both: gained are after - both, lost before - both */
    uint64_t records_moved;             /* whose group has other members than before */
};

/* before[i], after[i]: the group of record i, a number below count. ERROR_OUT_OF_MEMORY. */
int linkage_partition_compare(const uint32_t *before, const uint32_t *after, size_t count,
                              struct linkage_partition_change *ret);

#endif
