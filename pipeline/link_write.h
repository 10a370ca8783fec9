/*
 * link_write.h: what was decided, into linkage.link, linkage.pair and warehouse.patient.
 */
#ifndef LINK_WRITE_H
#define LINK_WRITE_H

#include "link_read.h"
#include "linkage/engine.h"

/* In the caller's transaction. result is of records->set. */
int link_write(const struct link_context *context, const struct link_records *records,
               const struct linkage_result *result, struct error *error);

#endif
