#include "yaml_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "nearest.h"

struct conversion {
    const struct settings_reader *reader;
    yaml_document_t *document;
    bool *met; /* by node number: a second visit is an alias */
    bool no_memory;
};

void yaml_fault(const struct settings_reader *reader, const struct yaml_node *node,
                const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    settings_fault(reader, node == NULL ? 1 : node->line, node == NULL ? 1 : node->column, "%s",
                   text);
}

/* ---- from libyaml's document to our tree ---- */

static bool convert(struct conversion *work, int number, unsigned depth, struct yaml_node *ret);

static bool convert_text(struct conversion *work, const yaml_node_t *from, struct yaml_node *ret)
{
    size_t length = from->data.scalar.length;

    if (memchr(from->data.scalar.value, 0, length) != NULL) {
        yaml_fault(work->reader, ret, "a text holds a NUL");
        return false;
    }
    ret->text = arena_copy(work->reader->arena, (const char *)from->data.scalar.value, length);
    work->no_memory = work->no_memory || ret->text == NULL;
    return ret->text != NULL;
}

static bool convert_list(struct conversion *work, const yaml_node_t *from, unsigned depth,
                         struct yaml_node *ret)
{
    size_t size = (size_t)(from->data.sequence.items.top - from->data.sequence.items.start);

    ret->kind = YAML_LIST;
    ret->items = arena_take_array(work->reader->arena, size, sizeof *ret->items);
    if (ret->items == NULL) {
        work->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int number = from->data.sequence.items.start[i];

        if (convert(work, number, depth + 1, &ret->items[ret->count]))
            ret->count++;
    }
    return true;
}

static bool convert_map(struct conversion *work, const yaml_node_t *from, unsigned depth,
                        struct yaml_node *ret)
{
    size_t size = (size_t)(from->data.mapping.pairs.top - from->data.mapping.pairs.start);

    ret->kind = YAML_MAP;
    if (size > YAML_KEYS_MAX) {
        yaml_fault(work->reader, ret, "more than %d keys", YAML_KEYS_MAX);
        return false;
    }
    ret->items = arena_take_array(work->reader->arena, size, sizeof *ret->items);
    ret->keys = arena_take_array(work->reader->arena, size, sizeof *ret->keys);
    if (ret->items == NULL || ret->keys == NULL) {
        work->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        const yaml_node_pair_t *pair = &from->data.mapping.pairs.start[i];
        struct yaml_node *key = &ret->keys[ret->count];

        if (!convert(work, pair->key, depth + 1, key))
            continue;
        if (key->kind != YAML_TEXT)
            yaml_fault(work->reader, key, "a key must be a text");
        else if (yaml_get(ret, key->text) != NULL)
            yaml_fault(work->reader, key, "key \"%s\" is given twice", key->text);
        else if (convert(work, pair->value, depth + 1, &ret->items[ret->count]))
            ret->count++;
    }
    return true;
}

static bool convert(struct conversion *work, int number, unsigned depth, struct yaml_node *ret)
{
    const yaml_node_t *from = yaml_document_get_node(work->document, number);

    *ret = (struct yaml_node){.kind = YAML_TEXT};
    if (from == NULL)
        return false;
    ret->line = (unsigned)from->start_mark.line + 1;
    ret->column = (unsigned)from->start_mark.column + 1;
    if (work->met[number]) {
        yaml_fault(work->reader, ret, "anchors and aliases are not accepted");
        return false;
    }
    work->met[number] = true;
    if (depth > YAML_DEPTH_MAX) {
        yaml_fault(work->reader, ret, "nested deeper than %d levels", YAML_DEPTH_MAX);
        return false;
    }
    if (from->type == YAML_SCALAR_NODE)
        return convert_text(work, from, ret);
    if (from->type == YAML_SEQUENCE_NODE)
        return convert_list(work, from, depth, ret);
    return from->type == YAML_MAPPING_NODE && convert_map(work, from, depth, ret);
}

/* libyaml's texts tell the grammar, never the content. */
static void parser_fault(const struct settings_reader *reader, const yaml_parser_t *parser)
{
    settings_fault(reader, (unsigned)parser->problem_mark.line + 1,
                   (unsigned)parser->problem_mark.column + 1, "%s",
                   parser->problem == NULL ? "not YAML" : parser->problem);
}

static void expect_end(const struct settings_reader *reader, yaml_parser_t *parser)
{
    yaml_document_t second;

    if (!yaml_parser_load(parser, &second)) {
        parser_fault(reader, parser);
        return;
    }
    if (yaml_document_get_root_node(&second) != NULL)
        settings_fault(reader, (unsigned)second.start_mark.line + 1, 1,
                       "more than one YAML document");
    yaml_document_delete(&second);
}

static int convert_document(const struct settings_reader *reader, yaml_document_t *document,
                            struct yaml_node **ret_root, struct error *error)
{
    size_t nodes = (size_t)(document->nodes.top - document->nodes.start);
    struct conversion work = {reader, document, NULL, false};
    struct yaml_node *root = arena_take(reader->arena, sizeof *root);

    work.met = arena_take_array(reader->arena, nodes + 1, sizeof *work.met);
    if (root == NULL || work.met == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the settings");
    *ret_root = nodes > 0 && convert(&work, 1, 1, root) ? root : NULL;
    if (work.no_memory)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the settings");
    return 0;
}

int yaml_tree_parse(const struct settings_reader *reader, const char *text, size_t length,
                    struct yaml_node **ret_root, struct error *error)
{
    yaml_parser_t parser;
    yaml_document_t document;
    int result = 0;

    *ret_root = NULL;
    if (length > YAML_FILE_MAX) {
        settings_fault(reader, 1, 1, "the file is larger than 1 MiB");
        return 0;
    }
    if (!yaml_parser_initialize(&parser))
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the YAML reader");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    if (!yaml_parser_load(&parser, &document)) {
        parser_fault(reader, &parser);
    } else {
        result = convert_document(reader, &document, ret_root, error);
        yaml_document_delete(&document);
        if (result == 0)
            expect_end(reader, &parser);
    }
    yaml_parser_delete(&parser);
    return result;
}

/* ---- asking the tree ---- */

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->keys[i].text, key) == 0)
            return &map->items[i];
    }
    return NULL;
}

static bool is_one_of(const char *text, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(text, *names) == 0)
            return true;
    }
    return false;
}

bool yaml_expect_map(const struct settings_reader *reader, const struct yaml_node *node,
                     const char *const *keys)
{
    if (node == NULL || node->kind != YAML_MAP) {
        yaml_fault(reader, node, "keys and values expected (key: value)");
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->keys[i].text;

        if (!is_one_of(key, keys)) {
            yaml_fault(reader, &node->keys[i], "unknown key \"%s\"; did you mean \"%s\"?", key,
                       nearest_name(key, keys));
        }
    }
    return true;
}

const char *yaml_text(const struct settings_reader *reader, const struct yaml_node *map,
                      const char *key, const char *standard)
{
    const struct yaml_node *node = yaml_get(map, key);

    if (node == NULL)
        return standard;
    if (node->kind != YAML_TEXT) {
        yaml_fault(reader, node, "%s must be a text", key);
        return standard;
    }
    return node->text;
}

const char *yaml_text_needed(const struct settings_reader *reader, const struct yaml_node *map,
                             const char *key)
{
    const char *text = yaml_text(reader, map, key, NULL);

    if (yaml_get(map, key) == NULL)
        yaml_fault(reader, map, "key \"%s\" is missing", key);
    else if (text != NULL && *text == '\0')
        yaml_fault(reader, yaml_get(map, key), "%s may not be empty", key);
    return text;
}

int yaml_choice(const struct settings_reader *reader, const struct yaml_node *map, const char *key,
                const char *const *names, int standard)
{
    const char *text = yaml_text(reader, map, key, NULL);
    char all[256] = "";

    if (text == NULL)
        return standard;
    for (int i = 0; names[i] != NULL; i++) {
        size_t used = strlen(all);

        if (strcmp(text, names[i]) == 0)
            return i;
        snprintf(all + used, sizeof all - used, "%s%s", used == 0 ? "" : ", ", names[i]);
    }
    yaml_fault(reader, yaml_get(map, key), "%s is \"%s\"; expected one of: %s", key, text, all);
    return standard;
}

uint64_t yaml_number(const struct settings_reader *reader, const struct yaml_node *map,
                     const char *key, uint64_t standard, uint64_t least, uint64_t most)
{
    const char *text = yaml_text(reader, map, key, NULL);
    uint64_t value = 0;

    if (text == NULL)
        return standard;
    for (const char *digit = text; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9' || value > most / 10) {
            value = UINT64_MAX;
            break;
        }
        value = value * 10 + (uint64_t)(*digit - '0');
    }
    if (*text == '\0' || value < least || value > most) {
        yaml_fault(reader, yaml_get(map, key), "%s must be a whole number from %llu to %llu", key,
                   (unsigned long long)least, (unsigned long long)most);
        return standard;
    }
    return value;
}

bool yaml_yes(const struct settings_reader *reader, const struct yaml_node *map, const char *key,
              bool standard)
{
    static const char *const names[] = {"no", "yes", "false", "true", NULL};

    return yaml_choice(reader, map, key, names, standard) % 2 == 1;
}

const struct yaml_node *yaml_list(const struct settings_reader *reader, const struct yaml_node *map,
                                  const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);

    if (node != NULL && node->kind != YAML_LIST) {
        yaml_fault(reader, node, "%s must be a list", key);
        return NULL;
    }
    return node;
}
