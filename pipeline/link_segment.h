/*
 * link_segment.h: linkage.key_segment, the blocking keys of all records, sealed. A full linking
 * writes them anew; an incremental one appends those of the records it looked at, and what it says
 * of a record takes the place of what was said before.
 */
#ifndef LINK_SEGMENT_H
#define LINK_SEGMENT_H

#include "link.h"
#include "link_records.h"
#include "linkage/block.h"
#include "linkage/lookup.h"

#define LINK_SEGMENT_LABEL "blocking keys" /* blob.h */

/* Appends rows: the keys of records' faces from record `from` on, and a row without keys for each
 * key of gone. keys are of all faces of the set. */
int link_segments_write(const struct link_context *context, const struct link_records *records,
                        uint32_t from, const struct linkage_keys *keys, const struct token *gone,
                        size_t gone_count, struct error *error);

/* The patient keys of the records that share a blocking key with a face of lookup, ascending, each
 * once, those of known left out (they are looked at anyway). The caller frees *ret_keys. */
int link_segments_find(const struct link_context *context, struct linkage_lookup *lookup,
                       const struct token *known, size_t known_count, struct token **ret_keys,
                       size_t *ret_count, struct error *error);

#endif
