/*
 * link.h: the linkage stage: sealed identities of linkage.record in; linkage.link, linkage.pair and
 * warehouse.patient out, in one transaction. Identities are opened in this process only. Who is who
 * is decided behind transforms/linkage/engine.h; link_read.h brings the records to it, link_write.h
 * takes its decisions back.
 */
#ifndef LINK_H
#define LINK_H

#include "database.h"
#include "linkage/model.h"
#include "linkage/nickname.h"

struct link_summary {
    uint64_t records, persons;
    uint64_t links_nhs_number, links_weights, links_steward;
    uint64_t many_match, conflicts, reviews; /* records with that flag */
};

/* What tonight's linking did. */
struct link_work {
    bool done, full;
    uint64_t changed; /* records that came, changed or went; all of them when full */
    uint64_t against; /* records there were before */
    uint64_t decided; /* records that were decided anew */
    double seconds;   /* until everything was committed */
    char reason[120]; /* why full; else "" */
};

/* What the stage works with; all of it outlives the call. */
struct link_context {
    struct database *database;
    const struct site *site;
    const struct site_key *key;
    const struct linkage_nicknames *nicknames;
    const struct linkage_model *model;
    int64_t run_id;
};

/* Links what changed since the last linking, or everything anew where that is surer or quicker
 * (docs/architecture.md, "Linkage"). */
int link_run(const struct link_context *context, struct link_work *ret_work, struct error *error);
/* Changes whenever linkage would decide otherwise on the same records. */
const char *link_version(void);
/* What holds now. */
int link_summarise(struct database *database, struct link_summary *ret, struct error *error);

#endif
