#include "xml_record.h"

#include <stdlib.h>
#include <string.h>

#include "record_pipe.h"

enum { PATHS_BYTES_MAX = 1 << 20, VALUE_BYTES_FIRST = 64 };

/* ---- values ---- */

static int append(struct xml_field *field, struct slice text, struct error *error)
{
    size_t length = field->length + text.length;
    if (length > RECORD_FIELD_BYTES_MAX) {
        error_set(error, ERROR_XML_LIMIT, "a text is too long");
        error_detail(error, "at most %d bytes", RECORD_FIELD_BYTES_MAX);
        return error->code;
    }
    size_t size = field->size ? field->size : VALUE_BYTES_FIRST;
    while (size < length)
        size *= 2;
    if (size > field->size) {
        char *larger = realloc(field->value, size);
        if (!larger)
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a field");
        field->value = larger;
        field->size = size;
    }
    if (text.length > 0)
        memcpy(field->value + field->length, text.data, text.length);
    field->length = length;
    return 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Line breaks and indents around a text are the layout of the file, not part of the value. */
static struct slice trimmed(const struct xml_field *field)
{
    struct slice text = {field->value ? field->value : "", field->length};
    if (field->path.attribute)
        return text;
    while (text.length > 0 && is_space(text.data[text.length - 1]))
        text.length--;
    while (text.length > 0 && is_space(text.data[0])) {
        text.data++;
        text.length--;
    }
    return text;
}

static int take_attribute(struct xml_field *field, xml_attribute_of *attribute_of, void *context,
                          struct error *error)
{
    struct slice value = attribute_of(context, field->path.attribute);
    if (!value.data)
        return 0;
    field->done = true;
    return append(field, value, error);
}

/* ---- elements ---- */

int xml_record_init(struct xml_record *record, const struct parse_table *table, struct error *error)
{
    *record = (struct xml_record){.field_count = table->path_count};
    arena_init(&record->arena, PATHS_BYTES_MAX);
    int rc = xml_path_parse_record(table->record_path, &record->arena, &record->path, error);
    record->fields = calloc(table->path_count + 1, sizeof *record->fields);
    record->slices = calloc(table->path_count + 1, sizeof *record->slices);
    if (!rc && (!record->fields || !record->slices))
        rc = error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the XML reader");
    for (size_t i = 0; i < table->path_count && !rc; i++) {
        rc = xml_path_parse(table->paths[i], &record->arena, &record->fields[i].path, error);
        if (!rc && record->fields[i].path.up >= record->path.step_count)
            rc = error_set(error, ERROR_FEED_DEFINITION_INVALID,
                           "path \"%.200s\" climbs above the root", table->paths[i]);
    }
    if (rc)
        xml_record_release(record);
    return rc;
}

void xml_record_release(struct xml_record *record)
{
    for (size_t i = 0; record->fields && i < record->field_count; i++)
        free(record->fields[i].value);
    free(record->fields);
    free(record->slices);
    arena_release(&record->arena);
    record->fields = NULL;
    record->slices = NULL;
}

/* An element of the record's own path: fields that look up may find an attribute here. */
static int open_above(struct xml_record *record, size_t depth, xml_attribute_of *attribute_of,
                      void *context, struct error *error)
{
    size_t up = record->path.step_count - 1 - depth;
    for (size_t i = 0; i < record->field_count; i++) {
        struct xml_field *field = &record->fields[i];
        if (field->path.up != up)
            continue;
        field->length = 0;
        field->matched = 0;
        field->done = false;
        field->open = up == 0 && field->path.step_count == 0 && !field->path.attribute;
        if (field->path.step_count > 0 || !field->path.attribute)
            continue;
        int rc = take_attribute(field, attribute_of, context, error);
        if (rc)
            return rc;
    }
    return 0;
}

/* An element level steps below the record (1 = its child). */
static int open_below(struct xml_record *record, size_t level, const char *local_name,
                      xml_attribute_of *attribute_of, void *context, struct error *error)
{
    for (size_t i = 0; i < record->field_count; i++) {
        struct xml_field *field = &record->fields[i];
        const struct xml_path *path = &field->path;
        if (field->done || field->matched != level - 1 || level > path->step_count ||
            strcmp(path->steps[level - 1], local_name) != 0)
            continue;
        field->matched = level;
        if (level < path->step_count)
            continue;
        field->open = !path->attribute;
        int rc = path->attribute ? take_attribute(field, attribute_of, context, error) : 0;
        if (rc)
            return rc;
    }
    return 0;
}

int xml_record_open(struct xml_record *record, size_t depth, const char *local_name,
                    xml_attribute_of *attribute_of, void *context, struct error *error)
{
    const struct xml_path *path = &record->path;
    if (record->inside)
        return open_below(record, depth - path->step_count + 1, local_name, attribute_of, context,
                          error);
    if (depth != record->matched || depth >= path->step_count ||
        strcmp(path->steps[depth], local_name) != 0)
        return 0;
    record->matched = depth + 1;
    if (depth + 2 == path->step_count)
        record->parent_found = true;
    if (depth + 1 == path->step_count)
        record->inside = true;
    return open_above(record, depth, attribute_of, context, error);
}

int xml_record_text(struct xml_record *record, size_t depth, struct slice text, struct error *error)
{
    if (!record->inside)
        return 0;
    size_t level = depth - record->path.step_count + 1;
    for (size_t i = 0; i < record->field_count; i++) {
        struct xml_field *field = &record->fields[i];
        if (!field->open || field->path.step_count != level)
            continue;
        int rc = append(field, text, error);
        if (rc)
            return rc;
    }
    return 0;
}

static void close_below(struct xml_record *record, size_t level)
{
    for (size_t i = 0; i < record->field_count; i++) {
        struct xml_field *field = &record->fields[i];
        if (field->done || field->matched != level)
            continue;
        field->matched = level - 1;
        if (field->open && field->path.step_count == level) {
            field->open = false;
            field->done = true;
        }
    }
}

bool xml_record_close(struct xml_record *record, size_t depth)
{
    size_t steps = record->path.step_count;
    if (record->inside && depth >= steps) {
        close_below(record, depth - steps + 1);
        return false;
    }
    if (record->matched != depth + 1)
        return false;
    record->matched = depth;
    if (!record->inside)
        return false;
    record->inside = false;
    for (size_t i = 0; i < record->field_count; i++)
        record->slices[i] = trimmed(&record->fields[i]);
    return true;
}
