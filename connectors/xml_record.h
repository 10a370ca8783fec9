/*
 * xml_record.h: collects the fields of one record element after the other while a streaming reader
 * goes through the document. It knows paths and depths, nothing of libxml2 but where an attribute's
 * value is to be had.
 */
#ifndef XML_RECORD_H
#define XML_RECORD_H

#include "base/slice.h"
#include "parser.h"
#include "xml_path.h"

struct xml_field {
    struct xml_path path;
    char *value;
    size_t length, size;
    size_t matched; /* steps of the path the open elements have fulfilled */
    bool open;      /* the element whose text is wanted is open */
    bool done;      /* the first of several wins */
};

struct xml_record {
    struct arena arena;
    struct xml_path path; /* of the record element */
    struct xml_field *fields;
    struct slice *slices;
    size_t field_count;
    size_t matched;    /* steps of path that the open elements have fulfilled */
    bool parent_found; /* the element that lists the records was there */
    bool inside;       /* a record is open */
};

/* Value of the attribute with this local name of the element at hand; data NULL when it has none.
 */
typedef struct slice xml_attribute_of(void *context, const char *local_name);

int xml_record_init(struct xml_record *record, const struct parse_table *table,
                    struct error *error);
void xml_record_release(struct xml_record *record);

/* depth: 0 for the root. ERROR_XML_LIMIT, ERROR_OUT_OF_MEMORY. */
int xml_record_open(struct xml_record *record, size_t depth, const char *local_name,
                    xml_attribute_of *attribute_of, void *context, struct error *error);
/* depth: of the element the text stands in. */
int xml_record_text(struct xml_record *record, size_t depth, struct slice text,
                    struct error *error);
/* True when a record is complete: its fields are in slices until the next call. */
bool xml_record_close(struct xml_record *record, size_t depth);

#endif
