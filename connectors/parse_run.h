/*
 * parse_run.h: what parser_run and joinedup-parser have in common.
 */
#ifndef PARSE_RUN_H
#define PARSE_RUN_H

#include "parser.h"
#include "record_pipe.h"

/* Reads the delivery (file, size bytes) and writes its records, ending with DONE or FAILURE. The
 * code of a FAILURE is returned too; with writer->failed set nobody could be told. Needs no system
 * call but pread, write and those of malloc. */
int parse_delivery(int file, uint64_t size, const struct parse_request *request,
                   struct record_writer *writer, struct error *error);

/* limits with the defaults of parser.h in place of zeros. */
struct parse_limits parse_limits_or_defaults(struct parse_limits limits);

#endif
