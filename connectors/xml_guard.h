/*
 * xml_guard.h: looks at the bytes of an XML file before libxml2 gets them, for what libxml2 handles
 * too late or not at all: any DOCTYPE, thousands of attributes on one element (libxml2 compares
 * each with all others), nesting, text without end, encodings other than the few accepted.
 *
 * It is a filter, not a parser: what it lets through may still be malformed, and libxml2 says so.
 */
#ifndef XML_GUARD_H
#define XML_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    XML_TAG_BYTES_MAX = 256 << 10,
    XML_ATTRIBUTES_MAX = 256,
    XML_DEPTH_MAX = 64,
    XML_TEXT_BYTES_MAX = 1 << 20 /* between two tags; of a comment or instruction too */
};

enum xml_guard_state {
    XML_IN_TEXT,
    XML_AFTER_LESS, /* "<" */
    XML_AFTER_BANG, /* "<!" */
    XML_IN_TAG,
    XML_IN_QUOTE, /* attribute value; quote tells which */
    XML_IN_END_TAG,
    XML_IN_INSTRUCTION,
    XML_IN_COMMENT,
    XML_IN_CDATA
};

struct xml_guard {
    enum xml_guard_state state;
    char quote;
    char previous[2]; /* the two bytes before, for "-->", "]]>", "?>" and "/>" */
    size_t run;       /* bytes of the tag, text, comment or instruction so far */
    size_t attributes;
    size_t depth;
    uint64_t lines;
};

void xml_guard_init(struct xml_guard *guard);
/* The first bytes of the file (1024 or the whole of it). ERROR_ENCODING_UNSUPPORTED for anything
 * but UTF-8, US-ASCII, ISO-8859-1 and Windows-1252. */
int xml_guard_check_opening(const char *bytes, size_t length, struct error *error);
/* Every byte in order. ERROR_XML_DOCTYPE, ERROR_XML_LIMIT; the line is guard->lines + 1. */
int xml_guard_check(struct xml_guard *guard, const char *bytes, size_t length, struct error *error);

#endif
