/*
 * loader.h: one delivery from an open file to a committed ledger row. The only code that has the
 * key and the database and the values; it never parses foreign syntax itself.
 */
#ifndef LOADER_H
#define LOADER_H

#include "delivery.h"
#include "linkage/nickname.h"
#include "site.h"

struct loader_context {
    const struct site *site;
    const struct site_key *key;
    const unsigned char *archive_key; /* 32 bytes, derived for the archive */
    const struct linkage_nicknames *nicknames;
    const char *parser_program;
    int64_t run_id;
};

/* Takes the delivery as far as it goes. The verdict, the counts and the error are in *result; a
 * lost database connection is tried once more, asking the ledger first what became of the first
 * try. */
void loader_load(const struct loader_context *context, struct delivery *delivery,
                 struct delivery_result *result);

/* Is the code the fault of the file itself (refused and held), as against the machine's or the
 * hour's? */
bool loader_refuses(int code);

#endif
