/*
 * load_rows.h: the state of one load, and the part of it that takes the parser's records: binding
 * of headers, rows through the row engine into staging, findings. Internal to the loader.
 */
#ifndef LOAD_ROWS_H
#define LOAD_ROWS_H

#include "finding.h"
#include "ledger.h"
#include "load_request.h"
#include "loader.h"
#include "record_pipe.h"
#include "staging.h"

/* Everything of one delivery on its way; released in one place whatever happened. */
struct load {
    const struct loader_context *context;
    struct delivery *delivery;
    struct delivery_result *result;
    struct error *error;
    int file;
    struct database database;
    struct arena arena;
    struct load_request request;
    struct parser_child child;
    bool child_started, in_transaction, findings_ready;
    struct record_reader *reader;
    struct tokeniser *tokeniser;
    struct linkage_deriver *deriver;
    struct linkage_sealer *sealer;
    struct row_engine *engine;
    struct delivery_facts facts, name_facts;
    struct staging staging;
    struct findings findings;
    struct binding binding;
    int part;  /* index into request.tables, or -1 */
    int table; /* index into feed.tables */
    bool sender_differs;
};

/* Reads records to the end. The file's own faults (a failure told by the parser, a header that does
 * not bind, a header table that is not one valid row) come back as errors; load->error->code may be
 * ERROR_NHS_NUMBER_FILE although 0 is returned: the rest was read for its findings. */
int load_read_records(struct load *load);

/* One more row received, with this outcome. */
void load_count_row(struct row_counts *counts, enum row_outcome outcome);

#endif
