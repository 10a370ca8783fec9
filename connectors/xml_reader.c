/*
 * xml_reader.c: records of an XML file, by libxml2's streaming reader with no option but NONET.
 * Bytes pass xml_guard first. libxml2's own messages are never used: they quote the document.
 */
#include "xml_reader.h"

#include <libxml/encoding.h>
#include <libxml/parser.h>
#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "text_encoding.h"
#include "xml_guard.h"
#include "xml_record.h"

struct xml_reading {
    struct reader_context *context;
    struct error *error;
    int failed; /* code of a failure below libxml2: in the source or the guard */
    struct xml_guard guard;
    struct xml_record record;
    xmlTextReaderPtr reader;
    uint64_t rows;
    char *buffer;
    size_t start, end; /* checked bytes not yet given to libxml2 */
    bool begun;
    int xml_code; /* libxml2's first fatal error, and its line */
    int xml_line;
};

/* ---- libxml2's surroundings ---- */

static xmlParserInputPtr refuse_entity(const char *url, const char *id, xmlParserCtxtPtr parser)
{
    (void)url;
    (void)id;
    (void)parser;
    return NULL;
}

static void ignore_message(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

static int windows_1252_input(unsigned char *to, int *to_length, const unsigned char *from,
                              int *from_length)
{
    int read = 0, written = 0;
    for (; read < *from_length; read++) {
        char converted[TEXT_UTF8_MAX];
        size_t length = 0;
        char byte = (char)from[read];
        if (!text_from_windows_1252(&byte, 1, converted, &length)) {
            *from_length = read;
            *to_length = written;
            return -2; /* libxml2: not text of this encoding */
        }
        if (written + (int)length > *to_length)
            break;
        memcpy(to + written, converted, length);
        written += (int)length;
    }
    *from_length = read;
    *to_length = written;
    return written;
}

void xml_reader_prepare(void)
{
    static bool prepared;
    if (prepared)
        return;
    prepared = true;
    xmlInitParser();
    xmlSetExternalEntityLoader(refuse_entity);
    xmlSetGenericErrorFunc(NULL, ignore_message);
    /* Registered handlers come before iconv, which would open files. */
    xmlNewCharEncodingHandler("windows-1252", windows_1252_input, NULL);
    xmlNewCharEncodingHandler("cp1252", windows_1252_input, NULL);
}

/* ---- bytes ---- */

static int refill(struct xml_reading *reading)
{
    size_t length = 0;
    int rc = reader_read(reading->context, reading->buffer, READER_BUFFER_BYTES, &length,
                         reading->error);
    if (rc)
        return rc;
    if (!reading->begun) {
        reading->begun = true;
        if (length == 0)
            rc = error_set(reading->error, ERROR_DELIVERY_EMPTY, "the file has no bytes");
        else
            rc = xml_guard_check_opening(reading->buffer, length, reading->error);
    }
    if (!rc)
        rc = xml_guard_check(&reading->guard, reading->buffer, length, reading->error);
    if (rc) {
        uint64_t line = rc == ERROR_DELIVERY_EMPTY ? 0 : reading->guard.lines + 1;
        return reader_place(reading->context, line, reading->error);
    }
    reading->start = 0;
    reading->end = length;
    return 0;
}

static int on_read(void *context, char *to, int size)
{
    struct xml_reading *reading = context;
    if (!reading->failed && reading->start == reading->end)
        reading->failed = refill(reading);
    if (reading->failed)
        return -1;
    size_t length = reading->end - reading->start;
    if (length > (size_t)size)
        length = (size_t)size;
    if (length > 0)
        memcpy(to, reading->buffer + reading->start, length);
    reading->start += length;
    return (int)length;
}

static void on_xml_error(void *context, xmlErrorPtr xml_error)
{
    struct xml_reading *reading = context;
    if (xml_error->level != XML_ERR_FATAL || reading->xml_code)
        return;
    reading->xml_code = xml_error->code;
    reading->xml_line = xml_error->line;
}

/* ---- nodes ---- */

static struct slice attribute_of(void *context, const char *local_name)
{
    struct xml_reading *reading = context;
    xmlTextReaderPtr reader = reading->reader;
    struct slice found = {NULL, 0};
    while (!found.data && xmlTextReaderMoveToNextAttribute(reader) == 1) {
        const char *name = (const char *)xmlTextReaderConstLocalName(reader);
        if (!name || xmlTextReaderIsNamespaceDecl(reader) == 1 || strcmp(name, local_name) != 0)
            continue;
        const char *value = (const char *)xmlTextReaderConstValue(reader);
        found = slice_of(value ? value : "");
    }
    xmlTextReaderMoveToElement(reader);
    return found;
}

static int write_record(struct xml_reading *reading)
{
    const struct xml_record *record = &reading->record;
    size_t total = 0;
    for (size_t i = 0; i < record->field_count; i++)
        total += record->slices[i].length;
    if (total > RECORD_FRAME_BYTES_MAX / 2)
        return error_set(reading->error, ERROR_XML_LIMIT, "a record is longer than 8 MiB");
    reading->rows++;
    return record_write_row(reading->context->writer, reading->rows, record->slices,
                            record->field_count, reading->error);
}

static int close_element(struct xml_reading *reading, size_t depth)
{
    return xml_record_close(&reading->record, depth) ? write_record(reading) : 0;
}

static int open_element(struct xml_reading *reading, size_t depth)
{
    const char *name = (const char *)xmlTextReaderConstLocalName(reading->reader);
    bool empty = xmlTextReaderIsEmptyElement(reading->reader) == 1;
    int rc = xml_record_open(&reading->record, depth, name ? name : "", attribute_of, reading,
                             reading->error);
    if (rc)
        return rc;
    return empty ? close_element(reading, depth) : 0;
}

static int take_text(struct xml_reading *reading, size_t depth)
{
    const char *text = (const char *)xmlTextReaderConstValue(reading->reader);
    if (!text || depth == 0)
        return 0;
    return xml_record_text(&reading->record, depth - 1, slice_of(text), reading->error);
}

static int take_node(struct xml_reading *reading)
{
    int depth = xmlTextReaderDepth(reading->reader);
    if (depth < 0 || depth > XML_DEPTH_MAX)
        return error_set(reading->error, ERROR_XML_LIMIT, "elements are nested too deep");
    switch (xmlTextReaderNodeType(reading->reader)) {
    case XML_READER_TYPE_ELEMENT:
        return open_element(reading, (size_t)depth);
    case XML_READER_TYPE_END_ELEMENT:
        return close_element(reading, (size_t)depth);
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        return take_text(reading, (size_t)depth);
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        return error_set(reading->error, ERROR_XML_DOCTYPE,
                         "the file has a document type declaration");
    default:
        return 0;
    }
}

/* ---- the whole ---- */

static int malformed(struct xml_reading *reading)
{
    error_set(reading->error, ERROR_XML_MALFORMED, "the file is not well-formed XML");
    error_detail(reading->error, "libxml2 code %d", reading->xml_code);
    int line = reading->xml_line;
    return reader_place(reading->context, line > 0 ? (uint64_t)line : reading->guard.lines + 1,
                        reading->error);
}

static int read_nodes(struct xml_reading *reading)
{
    int more;
    while ((more = xmlTextReaderRead(reading->reader)) == 1 && !reading->failed) {
        int rc = take_node(reading);
        if (rc && !reading->context->writer->failed) {
            int line = xmlTextReaderGetParserLineNumber(reading->reader);
            reader_place(reading->context, line > 0 ? (uint64_t)line : 0, reading->error);
        }
        if (rc)
            return rc;
    }
    if (reading->failed)
        return reading->failed;
    if (more < 0 || reading->xml_code)
        return malformed(reading);
    /* What follows the root is checked too: the end of the source may tell of damage. */
    do {
        int rc = refill(reading);
        if (rc)
            return rc;
    } while (reading->end > 0);
    return 0;
}

static int check_found(struct xml_reading *reading)
{
    if (reading->rows > 0 || reading->record.parent_found)
        return 0;
    error_set(reading->error, ERROR_XML_STRUCTURE, "no element was found at the record path");
    error_detail(reading->error, "expected %s", reading->context->table->record_path);
    return reader_place(reading->context, 0, reading->error);
}

static int read_document(struct xml_reading *reading)
{
    reading->reader = xmlReaderForIO(on_read, NULL, reading, NULL, NULL, XML_PARSE_NONET);
    if (reading->failed) {
        xmlFreeTextReader(reading->reader);
        return reading->failed;
    }
    if (!reading->reader)
        return error_set(reading->error, ERROR_OUT_OF_MEMORY, "no memory for the XML reader");
    xmlTextReaderSetStructuredErrorHandler(reading->reader, on_xml_error, reading);
    int rc = read_nodes(reading);
    xmlFreeTextReader(reading->reader);
    return rc ? rc : check_found(reading);
}

static int read_table(struct reader_context *context, uint64_t *ret_rows, struct error *error)
{
    struct xml_reading reading = {.context = context, .error = error};
    xml_reader_prepare();
    xml_guard_init(&reading.guard);
    int rc = xml_record_init(&reading.record, context->table, error);
    if (rc)
        return rc;
    reading.buffer = malloc(READER_BUFFER_BYTES);
    rc = reading.buffer ? read_document(&reading)
                        : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the XML reader");
    free(reading.buffer);
    xml_record_release(&reading.record);
    if (!rc)
        *ret_rows = reading.rows;
    return rc;
}

const struct reader_ops xml_reader = {"xml", read_table};
