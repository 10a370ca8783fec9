/*
 * link.h: the linkage stage: linkage.record in, warehouse.patient out, in one transaction. How
 * persons are found is behind transforms/linkage.h; this file only carries tokens to it and
 * decisions back.
 */
#ifndef LINK_H
#define LINK_H

#include "database.h"

struct link_summary {
    uint64_t records, persons, links_nhs_number, links_name;
};

/* Links everything anew. */
int link_run(struct database *database, struct error *error);
/* What holds now. */
int link_summarise(struct database *database, struct link_summary *ret, struct error *error);

#endif
