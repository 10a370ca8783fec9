/*
 * parse_request.h: a parse request as text, so that it can cross to the parser child: one "key
 * value" a line, a table's lines following its "table" line, closed by "end".
 */
#ifndef PARSE_REQUEST_H
#define PARSE_REQUEST_H

#include "base/arena.h"
#include "parser.h"

enum { PARSE_REQUEST_BYTES_MAX = 1 << 20 };

/* An anonymous file with the text, at its start; the caller closes it. ERROR_INTERNAL when a name
 * holds a line end or the request is beyond the caps. */
int parse_request_pack(const struct parse_request *request, int *ret_file, struct error *error);
/* Reads it back from file to its end; everything is in the arena. ERROR_PARSER_PROTOCOL for what
 * does not fit. */
int parse_request_unpack(int file, struct arena *arena, struct parse_request *ret,
                         struct error *error);

#endif
