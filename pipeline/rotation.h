/*
 * rotation.h: every token in the database becomes that of a site key grown by one (rekey.h), and
 * what is sealed there is sealed with the new key, in one transaction of the caller's. Rows pass
 * through this process, which has the keys; the database only sees tokens go and others come.
 *
 * A table is known by the catalogue: each column of type uuid is a token. What is sealed, and what
 * else a change of tokens touches, is listed once, in rotation.c.
 */
#ifndef ROTATION_H
#define ROTATION_H

#include "database.h"

struct rotation_table {
    char name[128]; /* "linkage.record" */
    uint64_t rows, bytes;
};

struct rotation {
    struct rotation_table *tables;
    size_t table_count;
    uint64_t rows, bytes;        /* of all tables; with their indexes */
    uint64_t tokens, identities; /* done so far */
    uint64_t rows_done;
};

/* What there is to do. Writers wait from then on, until the transaction ends. */
int rotation_plan(struct database *database, struct rotation *ret, struct error *error);
void rotation_release(struct rotation *rotation);

/* Does it: grown is the new key with those before it; old is the present one. tick is called now
 * and then. */
int rotation_run(struct database *database, const struct site_key *old,
                 const struct site_key *grown, struct rotation *rotation,
                 void (*tick)(const struct rotation *rotation), struct error *error);

#endif
