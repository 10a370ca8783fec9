#include "xml_path.h"

#include <string.h>

enum { PATH_BYTES_MAX = 1024 };

static int invalid(struct error *error, const char *text)
{
    return error_set(error, ERROR_FEED_DEFINITION_INVALID, "\"%.200s\" is not a path of the layout",
                     text);
}

/* One part of the path between slashes. */
static int add_part(struct xml_path *path, char *part)
{
    bool below = path->step_count > 0 || path->attribute;
    if (strcmp(part, "..") == 0) {
        path->up++;
        return below ? -1 : 0;
    }
    if (part[0] == '@') {
        if (path->attribute || part[1] == '\0')
            return -1;
        path->attribute = part + 1;
        return 0;
    }
    if (part[0] == '\0' || path->attribute || path->step_count == XML_STEPS_MAX)
        return -1;
    path->steps[path->step_count++] = part;
    return 0;
}

static int parse_parts(const char *text, struct arena *arena, struct xml_path *path,
                       struct error *error)
{
    if (!text || text[0] == '\0' || strlen(text) > PATH_BYTES_MAX)
        return invalid(error, text ? text : "");
    char *at = arena_copy_string(arena, text);
    if (!at)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a path");
    while (at) {
        char *part = strsep(&at, "/");
        if (add_part(path, part) != 0)
            return invalid(error, text);
    }
    return 0;
}

int xml_path_parse(const char *text, struct arena *arena, struct xml_path *ret, struct error *error)
{
    struct xml_path path = {0};
    if (!text || strcmp(text, ".") != 0) {
        int rc = parse_parts(text, arena, &path, error);
        if (rc)
            return rc;
    }
    /* Around the record only attributes can be had: the rest of those elements is not read yet. */
    if (path.up > 0 && (path.step_count > 0 || !path.attribute))
        return invalid(error, text);
    *ret = path;
    return 0;
}

int xml_path_parse_record(const char *text, struct arena *arena, struct xml_path *ret,
                          struct error *error)
{
    struct xml_path path = {0};
    int rc = parse_parts(text, arena, &path, error);
    if (rc)
        return rc;
    if (path.up > 0 || path.attribute || path.step_count == 0)
        return invalid(error, text);
    *ret = path;
    return 0;
}
