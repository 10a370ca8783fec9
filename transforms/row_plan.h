/*
 * row_plan.h: the inside of the row engine, shared by row_engine.c (the order of work), row_plan.c
 * (what can be settled before the first row), row_check.c (is each value right), row_person.c
 * (parents, keys, whose row it is), row_identity.c (what linkage is to know of the person) and
 * row_derive.c (what is kept of it). Not for other rooms.
 */
#ifndef ROW_PLAN_H
#define ROW_PLAN_H

#include "code_index.h"
#include "identity.h"
#include "key_set.h"
#include "recent_token.h"
#include "row_engine.h"
#include "validate.h"

/* age(period_start) and age(period_end) in field.derivation_field. */
enum { AGE_AT_PERIOD_START = FIELD_NONE, AGE_AT_PERIOD_END = -2 };

/* One value of the row at hand. */
struct cell {
    struct secret value; /* trimmed; every value is a secret until its field says otherwise */
    enum value_state state;
    bool has_token;
    bool boolean;
    double number;
    struct moment moment; /* date, time, datetime, timestamp */
    struct token token;   /* made when first asked for */
};

/* What is known of a field before the first row. */
struct field_plan {
    const struct field *field;
    const struct code_index *codes;
    const char *label;    /* of its token */
    struct key_set *keys; /* of this field, when it is unique or a parent; else NULL */
    struct key_set *parent_keys;
    int64_t integer_max; /* largest number its columns can hold; 0 = not kept as a number */
    bool checks_length;
};

struct column_plan {
    enum column_type type;
    enum derivation_kind derivation;
    int source; /* field whose cell it reads, or FIELD_NONE */
    int date;   /* age: date field of this table, AGE_AT_PERIOD_START or AGE_AT_PERIOD_END */
    int birth;  /* age: birth date field of this table, or FIELD_NONE: the parent's person */
    const struct code_index *map;
};

struct table_plan {
    const struct table *table;
    struct field_plan *fields;     /* as table.fields; rows without a name stay empty */
    int *named, *keyed, *children; /* field indexes: with a name, with keys, with a parent */
    size_t named_count, keyed_count, child_count;
    struct column_plan *columns;
    bool has_person;     /* the person rule names a field, or a parent knows the person */
    bool needs_identity; /* the patient key is kept, so a row must have one */
    bool makes_persons;  /* children may ask for this row's person */
};

struct person {
    struct token key;
    int32_t birth; /* or CALENDAR_NO_DAY */
};

/* Whose row it is. */
struct row_person {
    bool known;
    uint32_t index; /* into engine.persons, or PERSON_NONE: not put there yet */
    struct person person;
};

struct row_engine {
    const struct feed *feed;
    struct tokeniser *tokeniser;
    struct linkage_deriver *deriver; /* NULL: no column is an identity */
    struct linkage_sealer *sealer;
    struct delivery_facts *facts;
    struct identity_labels labels;
    struct arena memory; /* plans */
    struct arena row;    /* text of the row at hand */
    struct table_plan *tables;
    struct code_index *indexes;
    size_t index_count;
    struct key_set *key_sets;
    size_t key_set_count;
    struct person *persons;
    size_t person_count, person_size;
    struct recent_tokens *recent;

    /* The table at hand. */
    const struct table_plan *plan; /* NULL before row_engine_begin_table */
    int *column_of;                /* field -> column of the file, or -1 */
    size_t position_count;

    /* The row at hand. */
    struct cell *cells;
    struct row_result result;
    bool rejected, duplicate, withheld;
    struct row_person person;
};

/* row_plan.c: fills engine.tables and what they point to. */
int row_plan_make(struct row_engine *engine, struct error *error);

/* row_check.c */
void row_check_values(struct row_engine *engine, const struct slice *raw);
void row_check_rules(struct row_engine *engine);
void row_check_header(struct row_engine *engine);
/* Notes a finding on a field, with the value's shape unless the field identifies. */
void row_add_finding(struct row_engine *engine, int field, int code, const char *rule,
                     bool warning);
/* The token of a filled cell; 0 or ERROR_INTERNAL. */
int row_cell_token(struct row_engine *engine, int field, struct token *ret_token);

/* row_person.c */
int row_make_tokens(struct row_engine *engine);
int row_find_parents(struct row_engine *engine);
int row_find_duplicates(struct row_engine *engine);
int row_find_person(struct row_engine *engine);
/* 0, ERROR_OUT_OF_MEMORY or ERROR_INTERNAL */
int row_remember_keys(struct row_engine *engine);

/* row_identity.c: seals what the row says of its person. 0, ERROR_OUT_OF_MEMORY or ERROR_INTERNAL
 */
int row_seal_identity(struct row_engine *engine, struct staging_value *ret);

/* row_derive.c: 0, ERROR_OUT_OF_MEMORY or ERROR_INTERNAL */
int row_derive(struct row_engine *engine, uint64_t row_number);

#endif
