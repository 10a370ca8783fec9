/*
 * link_increment.h: links the records that changed since the last linking, at a cost that follows
 * them and not the index (docs/architecture.md, "Linkage").
 */
#ifndef LINK_INCREMENT_H
#define LINK_INCREMENT_H

#include "link_read.h"
#include "link_snapshot.h"

/* In the caller's transaction. *ret_full: it must not be, for the reason in *ret_reason (a
 * constant); everything is to be linked anew in the same transaction. */
int link_increment(const struct link_context *context, struct link_reader *reader,
                   const struct link_snapshot *snapshot, struct link_work *ret_work,
                   const char **ret_reason, struct error *error);

#endif
