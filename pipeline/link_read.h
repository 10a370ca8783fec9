/*
 * link_read.h: the records of linkage.record, opened and laid out for the engine, in the order of
 * link_order.h. All in the caller's transaction. Keys are origins throughout: a reader turns them
 * into present ones where the database is asked, and back.
 */
#ifndef LINK_READ_H
#define LINK_READ_H

#include "link.h"
#include "link_records.h"

/* Keys, sources and room to work in. */
struct link_reader;

int link_reader_open(const struct link_context *context, struct link_reader **ret,
                     struct error *error);
/* NULL is fine. */
void link_reader_close(struct link_reader *reader);
/* Schema and sources; no records. */
const struct linkage_set *link_reader_sources(const struct link_reader *reader);
/* No records, with the reader's sources and keys. */
void link_reader_init(struct link_reader *reader, struct link_records *records);

/* Adds every record to records, which are then settled. ERROR_IDENTITY_DAMAGED when an identity
 * does not open. */
int link_read_all(struct link_reader *reader, struct link_records *records, struct error *error);
/* The same of the records of keys, which ascend, no key twice; keys without a record give none. */
int link_read_some(struct link_reader *reader, const struct token *keys, size_t count,
                   struct link_records *records, struct error *error);

/* A statement with one parameter, the present keys of these origins (uuid[]). Rows are in binary.
 */
int link_query_keys(struct link_reader *reader, const char *sql_file, const struct token *origins,
                    size_t count, PGresult **ret_rows, struct error *error);
/* The origin of a key in a row. */
int link_origin_at(struct link_reader *reader, const PGresult *rows, int row, int column,
                   struct token *ret, struct error *error);

/* What stewards decided, the latest word on each pair, by left, then right; left < right. */
struct link_verdict {
    struct token left, right;
    bool same;
};
struct link_verdicts {
    struct link_verdict *items;
    size_t count;
};

/* sql_file: sql/link/decisions.sql, or decisions_linked.sql for those the last linking knew. */
int link_verdicts_read(struct link_reader *reader, const char *sql_file, struct link_verdicts *ret,
                       struct error *error);
void link_verdicts_release(struct link_verdicts *decisions);
/* Makes verdicts of those of which both records are there. Records must be in order of key. */
int link_verdicts_apply(const struct link_verdicts *decisions, struct link_records *records,
                        struct error *error);

/* All records with all that was decided of them, for who needs no more: *ret stands on its own. */
int link_read(const struct link_context *context, struct link_records *ret, struct error *error);

#endif
