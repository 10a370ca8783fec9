/*
 * feed.h: one feed as its definition tells it. See docs/feed-definition.md for the files' grammar.
 */
#ifndef FEED_H
#define FEED_H

#include "field.h"

enum feed_container { CONTAINER_PLAIN, CONTAINER_ZIP }; /* either may be gzipped when plain */
enum feed_format { FORMAT_CSV, FORMAT_XML };
enum feed_encoding { ENCODING_UTF8, ENCODING_WINDOWS_1252 };

/* What an applied delivery takes the place of. */
enum feed_replaces {
    REPLACES_SENDER_MONTH,    /* mhsds, support, ips: that sender's month */
    REPLACES_SENDER_SNAPSHOT, /* gp_smi: that sender's extract of that day; others stay as history
                               */
    REPLACES_SENDER_WINDOW,   /* social_care: the sender's events in the file's reporting period */
    REPLACES_SENDER_QUARTER,  /* homelessness: that sender's quarter */
    REPLACES_TABLE            /* reference: the whole table, by the newest file */
};

enum bad_nhs_number {
    BAD_NHS_WITHHOLD,    /* the person's rows are held back */
    BAD_NHS_REJECT_FILE, /* the delivery is refused */
    BAD_NHS_IGNORE       /* the row is kept without the number, with a warning */
};

enum date_format {
    DATE_ISO = 1,    /* 2025-04-01, or 2025-04-01T00:00:00, or 2025-04-01 00:00:00 */
    DATE_DMY = 2,    /* 01/04/2025 or 1/4/2025 */
    DATE_COMPACT = 4 /* 20250401 */
};

/* One XML record kind: where it stands and where its fields are. Paths use local names only. */
struct xml_field_path {
    const char *field; /* field of the table */
    const char *path;  /* relative to the record: "a/b", "@reference", "a/@b", "." or, from above
                          the record, "../@reference" */
};

/* A kind of file of this feed: a file in landing/, or a member of a zip. */
struct feed_file {
    const char *name; /* grammar: literal text, {sender}, {month} YYYYMM, {date} YYYYMMDD, {quarter}
                         YYYYQn, and * for anything; case ignored; ".gz" may follow */
    int table;        /* TABLE_NONE: each zip member is named TABLE.csv */
    bool has_header;  /* CSV: false = columns in layout order */
    const char *record_path;            /* XML: "root/list/record" */
    const struct xml_field_path *paths; /* XML */
    size_t path_count;
};

struct feed {
    const char *name;
    const char *title;
    const char *version;
    const char *sender_kind; /* "mental_health_trust", "gp_practice", "council", ... */
    enum feed_container container;
    enum feed_format format;
    enum feed_encoding encoding;
    unsigned date_formats; /* enum date_format bits */
    unsigned stage;        /* 1 = loaded before the feeds of stage 2 (reference data) */
    enum feed_replaces replaces;
    enum bad_nhs_number bad_nhs_number;
    bool duplicate_free;           /* no two patient keys of one sender are the same person */
    const struct feed_file *files; /* what may lie in landing/ */
    size_t file_count;
    const struct feed_file *members; /* zip: named members; none = members are TABLE.csv */
    size_t member_count;
    struct table *tables;
    size_t table_count;
    const int *load_order;  /* table indexes, parents before children */
    int header_table;       /* exactly one valid row; or TABLE_NONE */
    int extract_time_field; /* of header_table; or FIELD_NONE: the date in the file name, or
                               the period end */
    int period_start_field, period_end_field; /* of header_table; or FIELD_NONE: from the name */
    int sender_field;           /* of header_table: must equal the sender in the name */
    const int *required_tables; /* never empty */
    size_t required_table_count;
    const char *load;       /* sql/load/<load>.sql */
    const char *folder;     /* where the definition was read */
    unsigned char hash[32]; /* SHA-256 of its files: a changed rule is seen by this */
};

/* What a file name says. Days are days since 1970-01-01; sender is upper case. */
struct file_name_facts {
    int file;        /* index into feed.files */
    char sender[33]; /* "" when the grammar has none */
    bool has_period;
    int32_t period_start, period_end; /* {month}: whole month; {quarter}; {date}: that day twice */
    bool gzipped;
};

/* Does name (no folder) fit a file of the feed? Fills *ret_facts when it does. Pure. */
bool feed_match_name(const struct feed *feed, const char *name, struct file_name_facts *ret_facts);

/* Does a name that fits no grammar look like one of this feed's gone wrong
 * ("MHSDS_RV5_202613.zip")? Pure. */
bool feed_resembles_name(const struct feed *feed, const char *name);

#endif
