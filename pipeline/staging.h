/*
 * staging.h: the temporary tables of one delivery, and the binary COPY into them.
 */
#ifndef STAGING_H
#define STAGING_H

#include "database.h"
#include "ledger.h"
#include "row_engine.h"

/* Makes pg_temp.this_delivery, replaced_delivery and stage_<table> for every table of the feed that
 * keeps columns. In the delivery's transaction. */
int staging_begin(struct database *database, const struct feed *feed, struct error *error);

/* A COPY that is open for at most one table at a time. */
struct staging {
    struct database *database;
    const struct feed *feed;
    struct database_copy copy;
    int table; /* TABLE_NONE: no COPY is open */
};

void staging_init(struct staging *staging, struct database *database, const struct feed *feed);
/* Ends the open COPY, if any, and opens that of table when it keeps columns. */
int staging_open(struct staging *staging, int table, struct error *error);
int staging_row(struct staging *staging, const struct staging_value *values, struct error *error);
int staging_close(struct staging *staging, struct error *error);
void staging_abort(struct staging *staging);

/* Fills pg_temp.this_delivery. */
int staging_describe(struct database *database, const struct delivery *delivery,
                     const struct delivery_facts *facts, struct error *error);

#endif
