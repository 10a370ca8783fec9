/*
 * yaml_tree.h: settings files read into a tree whose nodes know their place.
 *
 * A thin reader over libyaml's documents. Only what settings need is accepted: texts, lists and
 * maps with text keys; one document; no anchors and aliases (they make one small file stand for a
 * huge one), no tags. Every fault goes to the problem list with "file:line:column" and reading goes
 * on, so that all are told at once. Caps: file 1 MiB, depth 16, 4096 keys a map.
 */
#ifndef YAML_TREE_H
#define YAML_TREE_H

#include "settings_reader.h"

enum { YAML_FILE_MAX = 1 << 20, YAML_DEPTH_MAX = 16, YAML_KEYS_MAX = 4096 };

enum yaml_node_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_node_kind kind;
    unsigned line, column;   /* from 1 */
    const char *text;        /* YAML_TEXT: never holds a NUL */
    struct yaml_node *items; /* YAML_LIST, YAML_MAP: the values */
    struct yaml_node *keys;  /* YAML_MAP: all YAML_TEXT */
    size_t count;
};

/* Reads text. *ret_root is NULL when there is no tree (faults were added, or the text is empty).
 * Returns negative only when memory ran out. */
int yaml_tree_parse(const struct settings_reader *reader, const char *text, size_t length,
                    struct yaml_node **ret_root, struct error *error);

/* Adds a fault at a node. */
void yaml_fault(const struct settings_reader *reader, const struct yaml_node *node,
                const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The value of a key, or NULL. map may be NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* A fault for each key of map that is not in keys (NULL at its end), naming the nearest one. A node
 * that is not a map is a fault too; returns false then. */
bool yaml_expect_map(const struct settings_reader *reader, const struct yaml_node *node,
                     const char *const *keys);
/* The text under key; standard when it is missing; a fault and standard when it is no text. */
const char *yaml_text(const struct settings_reader *reader, const struct yaml_node *map,
                      const char *key, const char *standard);
/* As yaml_text, but a missing key is a fault. */
const char *yaml_text_needed(const struct settings_reader *reader, const struct yaml_node *map,
                             const char *key);
/* The index of the text under key in names (NULL at its end); standard when missing; a fault that
 * lists the names and standard when it is none of them. */
int yaml_choice(const struct settings_reader *reader, const struct yaml_node *map, const char *key,
                const char *const *names, int standard);
/* A whole number from least to most. */
uint64_t yaml_number(const struct settings_reader *reader, const struct yaml_node *map,
                     const char *key, uint64_t standard, uint64_t least, uint64_t most);
/* yes, no, true, false. */
bool yaml_yes(const struct settings_reader *reader, const struct yaml_node *map, const char *key,
              bool standard);
/* The list under key, or NULL when missing; a fault and NULL when it is not a list. */
const struct yaml_node *yaml_list(const struct settings_reader *reader, const struct yaml_node *map,
                                  const char *key);

#endif
