/*
 * feed_parts.h: a feed definition while it is being read. Only feed_definition.c, feed_yaml.c,
 * feed_field.c, feed_derivation.c and feed_check.c look inside.
 *
 * Order: fields.csv first (what tables and fields there are), then feed.yaml and rules.csv (which
 * point to them), then what follows from both: persons, labels, load order.
 */
#ifndef FEED_PARTS_H
#define FEED_PARTS_H

#include "code_list.h"
#include "csv_table.h"
#include "feed.h"
#include "settings_reader.h"

/* The cells of fields.csv and rules.csv. */
enum field_cell {
    CELL_TABLE,
    CELL_FIELD,
    CELL_ALIASES,
    CELL_TYPE,
    CELL_MIN,
    CELL_MAX,
    CELL_BLANK,
    CELL_BLANK_RULE,
    CELL_CODES,
    CELL_CODES_SEVERITY,
    CELL_CODES_RULE,
    CELL_KEY,
    CELL_PARENT,
    CELL_IDENTIFIER,
    CELL_DERIVATION,
    CELL_COLUMN
};
enum rule_cell {
    RULE_CELL_TABLE,
    RULE_CELL_FIELD,
    RULE_CELL_RULE,
    RULE_CELL_OTHER,
    RULE_CELL_SEVERITY,
    RULE_CELL_CODE
};

/* Which table and field a row of fields.csv became; table TABLE_NONE when it was too faulty. */
struct field_place {
    int table, field;
    int label_table, label_field; /* of token(Table.Field): whose label the token takes */
};

struct definition {
    struct arena *arena;
    struct feed feed;
    const char *name; /* of the folder */
    struct problem_list *problems;
    struct settings_reader yaml, fields, rules;
    struct slice yaml_text, fields_text, rules_text;
    struct csv_table field_rows, rule_rows;
    struct field_place *places; /* one a row of fields.csv */
    struct code_list_store lists;
};

int definition_no_memory(const struct definition *definition, struct error *error);
/* A fault at a cell of fields.csv. */
void field_fault(const struct definition *definition, const struct csv_row *row, int cell,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* TABLE_NONE, FIELD_NONE when there is none of that name. */
int find_table(const struct feed *feed, const char *name);
int find_field(const struct table *table, const char *name);
/* The index of text in names (NULL at the end), or -1. */
int find_name(const char *const *names, const char *text);
/* The table whose rows know the person of table's rows: itself, or up its person_parent fields. */
int person_table(const struct feed *feed, int table);
bool has_person_rule(const struct table *table);
/* Dates, of any kind of precision. */
bool is_date_type(enum field_type type);

/* Each reads its part; negative only when memory ran out, faults go to the problem list. */
int feed_fields_read(struct definition *definition, struct error *error); /* feed_field.c */
int feed_derivations_read(struct definition *definition,
                          struct error *error);                          /* feed_derivation.c */
int feed_yaml_read(struct definition *definition, struct error *error);  /* feed_yaml.c */
int feed_rules_read(struct definition *definition, struct error *error); /* feed_rule.c */
int feed_follow_up(struct definition *definition, struct error *error);  /* feed_check.c */

#endif
