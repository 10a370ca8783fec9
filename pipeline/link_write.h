/*
 * link_write.h: what was decided, into linkage.link, linkage.pair, warehouse.patient and
 * linkage.person_history. In the caller's transaction.
 */
#ifndef LINK_WRITE_H
#define LINK_WRITE_H

#include "link_read.h"
#include "linkage/engine.h"

/* Whose own identities changed since the last linking, as origins; from gone_from on: who is there
 * no more. */
struct link_change {
    const struct token *keys;
    size_t count, gone_from;
};

/* result is of records->set. change NULL: the records are all there are, and sql/link/begin.sql has
 * made room. Else they are those of change and everybody that could be decided otherwise for them;
 * the others stay as they are. */
int link_write(const struct link_context *context, const struct link_records *records,
               const struct linkage_result *result, const struct link_change *change,
               struct error *error);

#endif
