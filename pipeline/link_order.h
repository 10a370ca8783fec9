/*
 * link_order.h: the order of records. Linkage takes records in the order of their patient keys, and
 * the key of a person and the winner of a tie hang on it. A rotation of the site key gives every
 * record another key, so the order is that of the keys' origins (rekey.h), which no rotation
 * changes.
 */
#ifndef LINK_ORDER_H
#define LINK_ORDER_H

#include "database.h"
#include "rekey.h"

/* Fills pg_temp.link_order for sql/link/open_records.sql, in the caller's transaction; leaves it
 * empty when the chain of keys has no step. */
int link_order_write(struct database *database, const struct site_key *key, struct rekeyer *rekeyer,
                     struct error *error);

#endif
