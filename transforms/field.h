/*
 * field.h: what a feed definition says, as structs. Loaded by pipeline/feed_definition.c from
 * config/feeds/NAME/{feed.yaml,fields.csv}; read by the row engine, the loader and the parser
 * request. Everything lives in the arena of the definition and never changes after loading.
 */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { FIELD_NONE = -1, TABLE_NONE = -1 };

/* fields.csv "type". Lengths (min, max) count characters of the trimmed value. */
enum field_type {
    FIELD_TEXT,       /* text: any printable characters */
    FIELD_ALNUM,      /* an: printable ASCII (MHSDS "an") */
    FIELD_DIGITS,     /* n: digits only; max_length digits at most */
    FIELD_DECIMAL,    /* decimal: optional sign, digits, optional point and digits */
    FIELD_DATE,       /* date: in one of the feed's date_formats; a midnight time part is allowed */
    FIELD_TIME,       /* time: HH:MM or HH:MM:SS; a date part before it (Access) is dropped */
    FIELD_DATETIME,   /* datetime: date and optional time */
    FIELD_TIMESTAMP,  /* timestamp: ISO 8601 with offset Z, +00:00 or +01:00 */
    FIELD_POSTCODE,   /* postcode: a UK postcode shape, blank between the parts optional */
    FIELD_NHS_NUMBER, /* nhs_number: 10 digits, blanks and hyphens dropped, lost zeros put back */
    FIELD_YES_NO      /* yes_no: y n yes no true false 1 0, any case */
};

/* fields.csv "blank", and the severity of a code outside its list. */
enum severity {
    SEVERITY_NONE,  /* accepted in silence */
    SEVERITY_WARN,  /* row kept, warning counted */
    SEVERITY_REJECT /* row rejected */
};

/* fields.csv "identifier". Fields of a kind other than NONE never reach SQL or a log in clear. */
enum identifier_kind {
    IDENTIFIER_NONE,
    IDENTIFIER_NHS_NUMBER,
    IDENTIFIER_LOCAL_PATIENT_ID, /* a person within the sender */
    IDENTIFIER_LOCAL_RECORD_ID,  /* a referral, contact, case, team ... within the sender */
    IDENTIFIER_FAMILY_NAME,
    IDENTIFIER_GIVEN_NAME,
    IDENTIFIER_DATE_OF_BIRTH,
    IDENTIFIER_POSTCODE,
    IDENTIFIER_OTHER /* identifying and of no use: validated, never kept */
};

/* fields.csv "derivation": how the destination column gets its value. */
enum derivation_kind {
    DERIVE_VALUE,      /* blank: the validated value itself */
    DERIVE_TOKEN,      /* token: HMAC of the identifier under its kind's key, scoped by sender for
                          local ids (token(Table.Field) takes the label of the key it points to) */
    DERIVE_AGE,        /* age(FIELD) or age(period_start|period_end): whole years of the row's
                          person at that date; null when either date is missing */
    DERIVE_MAP,        /* map(LIST): the "code" of the row of code list LIST whose "value" is the
                          text (compared by normalised name); unmapped -> null and a warning */
    DERIVE_PRESENT,    /* present: boolean, is the value filled (and valid) */
    DERIVE_PERSON,     /* patient_key: token of the person of this row (see struct person_rule) */
    DERIVE_IDENTITY,   /* identity: what linkage is to know of the table's own person, sealed
                          (linkage/seal.h); never null where the person is known */
    DERIVE_ROW_NUMBER, /* row_number: the row's number in its file, header = row 1 */
    DERIVE_POSTCODE_TOKEN /* token of the postcode (not scoped by sender) */
};

/* The Postgres type of a destination column: "name:type" in fields.csv "column". */
enum column_type {
    COLUMN_TEXT,
    COLUMN_UUID,
    COLUMN_DATE,
    COLUMN_TIME,
    COLUMN_TIMESTAMP,
    COLUMN_SMALLINT,
    COLUMN_INTEGER,
    COLUMN_BIGINT,
    COLUMN_NUMERIC, /* sent as text in the staging table's double precision column */
    COLUMN_BOOLEAN,
    COLUMN_BYTEA /* identity */
};

struct code_list_entry {
    struct slice value; /* as written in the list */
    struct slice key;   /* normalised: lower-case letters and digits only */
    struct slice code;  /* what map() gives; the value itself when the list has no code column */
};

struct code_list {
    const char *name;
    const struct code_list_entry *entries; /* sorted by value when exact, else by key */
    size_t count;
};

/* One row of fields.csv. */
struct field {
    const char *name;     /* as the layout spells it; "" for a derived-only row */
    const char *key;      /* normalised name: lower-case letters and digits only */
    const char **aliases; /* normalised */
    size_t alias_count;
    enum field_type type;
    unsigned min_length, max_length; /* 0 = no bound */
    enum severity blank;
    const char *blank_rule;        /* national rule code, or NULL: then JU2001 */
    const struct code_list *codes; /* or NULL; values compared exactly */
    enum severity codes_severity;
    const char *codes_rule; /* national rule code, or NULL: then JU2004 */
    bool unique;            /* "key" = unique: no two rows of a delivery may share it */
    int parent_table;       /* index into feed.tables, or TABLE_NONE */
    int parent_field;       /* index into that table's fields */
    bool is_parent;         /* another field points here: the loader keeps its tokens */
    enum identifier_kind identifier;
    enum derivation_kind derivation;
    int source_field;            /* the field this row derives from: its own index for a row with a
                                    name; FIELD_NONE for row_number, patient_key, identity */
    int derivation_field;        /* the date field of age(), in this table; FIELD_NONE for
                                    period_start, -2 for period_end */
    const struct code_list *map; /* of map() */
    const char *label;           /* of token: "feed.Table.Field" that the token belongs to */
    int column;                  /* index into table.columns, or -1: validated, not kept */
    unsigned line;               /* in fields.csv, for messages */
};

struct column {
    const char *name;
    enum column_type type;
    int field; /* index into table.fields */
};

/* One row of rules.csv: a cross-field rule within a row, or against the reporting period. */
enum rule_kind {
    CROSS_WITHIN_PERIOD,        /* within_period: period start <= field <= period end */
    CROSS_NOT_AFTER_PERIOD_END, /* not_after_period_end */
    CROSS_NOT_BEFORE,           /* not_before: field >= other, when both are filled */
    CROSS_EQUALS_SENDER         /* equals_sender: field is the sender of the file name */
};

struct cross_rule {
    enum rule_kind kind;
    int field;
    int other; /* for CROSS_NOT_BEFORE */
    enum severity severity;
    const char *code; /* national rule code, or NULL */
};

/* How a row's person is known: the first of these that the row can fill is the patient key. */
struct person_rule {
    int local_patient_id; /* field of the table, or FIELD_NONE */
    int nhs_number, date_of_birth, postcode, family_name, given_name, sex, gp_practice;
};

struct table {
    const char *name;  /* "MHS101Referral" */
    const char *stage; /* lower case: staging table pg_temp.stage_<stage> */
    struct field *fields;
    size_t field_count;
    struct column *columns;
    size_t column_count; /* 0: every row is validated, none is kept */
    struct cross_rule *rules;
    size_t rule_count;
    struct person_rule person; /* all FIELD_NONE when rows of this table carry no identity */
    bool is_person_table;      /* a rejected or withheld row holds back the person's other rows */
    int person_parent;  /* the field whose parent row knows the person (local patient id, referral,
                           contact ...), or FIELD_NONE */
    size_t input_count; /* fields with a name: the columns a file should have, in layout order */
};

#endif
