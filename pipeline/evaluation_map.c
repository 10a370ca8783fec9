#include "evaluation_map.h"

#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "yaml_tree.h"

static const char *const map_keys[] = {"id", "unique", "fields", NULL};

/* The kinds of the fields while they are collected, for linkage_schema_make. */
struct field_list {
    enum linkage_kind kinds[LINKAGE_FIELDS_MAX];
    const char *names[LINKAGE_FIELDS_MAX];
    size_t count;
};

static int add_field(const struct settings_reader *reader, const struct yaml_node *node,
                     struct field_list *list, enum linkage_kind kind, const char *name)
{
    bool named = kind == LINKAGE_EXACT || kind == LINKAGE_TEXT;

    for (size_t i = 0; !named && i < list->count; i++) {
        if (list->kinds[i] == kind) {
            yaml_fault(reader, node, "there are two columns for %s", linkage_kind_name(kind));
            return -1;
        }
    }
    if (list->count == LINKAGE_FIELDS_MAX) {
        yaml_fault(reader, node, "there are more than %d fields", LINKAGE_FIELDS_MAX);
        return -1;
    }
    list->kinds[list->count] = kind;
    list->names[list->count] = named ? name : NULL;
    return (int)list->count++;
}

static void unknown_kind(const struct settings_reader *reader, const struct yaml_node *node)
{
    const char *names[16] = {"full_name"};
    size_t count = 1;

    for (int kind = LINKAGE_GIVEN_NAME; kind <= LINKAGE_TEXT; kind++)
        names[count++] = linkage_kind_name((enum linkage_kind)kind);
    const char *near = nearest_name(node->text, names);
    char list[160] = "";
    for (size_t i = 0, used = 0; i < count && used < sizeof list; i++)
        used +=
            (size_t)snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", names[i]);
    yaml_fault(reader, node, "there is no kind \"%.60s\"%s%s%s; kinds are %s", node->text,
               is_near(node->text, near) ? "; did you mean \"" : "",
               is_near(node->text, near) ? near : "", is_near(node->text, near) ? "\"?" : "", list);
}

static void read_field(const struct settings_reader *reader, const struct yaml_node *key,
                       const struct yaml_node *node, struct field_list *list,
                       struct evaluation_map *map)
{
    struct evaluation_column *column = &map->columns[map->column_count];
    int kind = node->kind == YAML_TEXT ? linkage_kind_by_name(node->text) : -1;

    if (node->kind != YAML_TEXT) {
        yaml_fault(reader, node, "the kind of a column must be a word");
        return;
    }
    if (strlen(key->text) >= LINKAGE_FIELD_NAME_MAX) {
        yaml_fault(reader, key, "the name of a column has more than %d bytes",
                   LINKAGE_FIELD_NAME_MAX - 1);
        return;
    }
    *column = (struct evaluation_column){key->text, key->line, key->column, -1, -1};
    if (strcmp(node->text, "full_name") == 0) {
        column->field = add_field(reader, node, list, LINKAGE_GIVEN_NAME, NULL);
        column->family_field = add_field(reader, node, list, LINKAGE_FAMILY_NAME, NULL);
    } else if (kind < 0) {
        unknown_kind(reader, node);
    } else {
        column->field = add_field(reader, node, list, (enum linkage_kind)kind, key->text);
    }
    if (column->field >= 0)
        map->column_count++;
}

static void read_unique(const struct settings_reader *reader, const struct yaml_node *list,
                        struct evaluation_map *map)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct yaml_node *item = &list->items[i];

        if (item->kind == YAML_TEXT && strcmp(item->text, "left") == 0)
            map->unique_left = true;
        else if (item->kind == YAML_TEXT && strcmp(item->text, "right") == 0)
            map->unique_right = true;
        else
            yaml_fault(reader, item, "unique: names left, right or both");
    }
}

static int read_root(const struct settings_reader *reader, const struct yaml_node *root,
                     struct evaluation_map *map, struct error *error)
{
    const struct yaml_node *fields = yaml_get(root, "fields");
    struct field_list list = {.count = 0};
    size_t before = settings_fault_count(reader->problems);

    if (!yaml_expect_map(reader, root, map_keys))
        return 0;
    map->id = yaml_text_needed(reader, root, "id");
    const struct yaml_node *id = yaml_get(root, "id");
    map->id_line = id == NULL ? 1 : id->line;
    map->id_column = id == NULL ? 1 : id->column;
    read_unique(reader, yaml_list(reader, root, "unique"), map);
    if (fields == NULL || fields->kind != YAML_MAP || fields->count == 0) {
        yaml_fault(reader, fields == NULL ? root : fields,
                   "fields: must name at least one column and its kind");
        return 0;
    }
    for (size_t i = 0; i < fields->count; i++) {
        read_field(reader, &fields->keys[i], &fields->items[i], &list, map);
        if (settings_fault_count(reader->problems) > before)
            return 0; /* the first fault is the one that is told */
    }
    return linkage_schema_make(list.kinds, list.names, list.count, &map->schema, error);
}

static int sum_up(const struct problem_list *problems, const char *path, struct error *error)
{
    if (settings_fault_count(problems) == 0)
        return error_set(error, ERROR_CONFIG_INVALID, "%.400s is empty", path);
    if (problems->count == 0)
        return error_set(error, ERROR_CONFIG_INVALID, "%.400s cannot be read", path);
    error_set(error, ERROR_CONFIG_INVALID, "%s", problems->items[0].text);
    error_place(error, "%s", problems->items[0].place);
    error_hint(error, "a map looks like: id: COLUMN, fields: {COLUMN: KIND, ...}");
    return error->code;
}

int evaluation_map_read(const char *path, struct arena *arena, struct evaluation_map *ret,
                        struct error *error)
{
    struct problem_list problems;
    struct settings_reader reader = {arena, path, ERROR_CONFIG_INVALID, &problems};
    struct yaml_node *root = NULL;
    struct slice text;
    int result;

    memset(ret, 0, sizeof *ret);
    ret->path = path;
    problem_list_init(&problems);
    result = settings_read_file(&reader, path, YAML_FILE_MAX, false, &text, error);
    if (result == 0 && text.data == NULL) {
        /* Not what is in the file is at fault. */
        result = error_set(error, ERROR_FILE_FAILED, "the map %s",
                           problems.count > 0 ? problems.items[0].text : "cannot be read");
        error_place(error, "%s", path);
    }
    if (result == 0)
        result = yaml_tree_parse(&reader, text.data, text.length, &root, error);
    if (result == 0 && root != NULL)
        result = read_root(&reader, root, ret, error);
    if (result == 0 && (root == NULL || settings_fault_count(&problems) > 0))
        result = sum_up(&problems, path, error);
    problem_list_release(&problems);
    return result;
}
