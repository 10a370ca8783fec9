/*
 * load_request.h: what the parser child is asked for a delivery, from its feed definition.
 */
#ifndef LOAD_REQUEST_H
#define LOAD_REQUEST_H

#include "delivery.h"
#include "parser.h"
#include "site.h"

struct load_request {
    struct parse_request request;
    struct parse_table tables[PARSE_TABLES_MAX];
    int table_index[PARSE_TABLES_MAX];              /* of tables[i], in feed.tables */
    const struct feed_file *file[PARSE_TABLES_MAX]; /* XML paths of tables[i]; may be NULL */
};

/* Strings live in arena or in the feed. */
int load_request_make(const struct site *site, const struct delivery *delivery, struct arena *arena,
                      struct load_request *ret, struct error *error);

/* Where a parser's table name leads: index into tables, or -1. */
int load_request_find(const struct load_request *request, struct slice name);

#endif
