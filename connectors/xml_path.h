/*
 * xml_path.h: where a field stands, seen from the record element: "a/b" text of an element, "@x" an
 * attribute of the record, "a/@x", "." the record's own text, "../@x" and "../../@x" an attribute
 * of an element around it. Local names only, so namespaces do not matter.
 */
#ifndef XML_PATH_H
#define XML_PATH_H

#include "base/arena.h"
#include "base/error.h"

enum { XML_STEPS_MAX = 16 };

struct xml_path {
    size_t up;         /* how many elements above the record */
    size_t step_count; /* elements below it */
    const char *steps[XML_STEPS_MAX];
    const char *attribute; /* or NULL: the text */
};

/* A field's path; strings go into the arena. ERROR_FEED_DEFINITION_INVALID when text is none. */
int xml_path_parse(const char *text, struct arena *arena, struct xml_path *ret,
                   struct error *error);
/* The path of the record element from the root, "root/list/record": steps only. */
int xml_path_parse_record(const char *text, struct arena *arena, struct xml_path *ret,
                          struct error *error);

#endif
