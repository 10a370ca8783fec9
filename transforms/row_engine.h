/*
 * row_engine.h: one delivery's rows, from raw field values to a verdict and staging values.
 *
 * The engine owns what must be remembered over a delivery: the tokens of parent keys (for the
 * cascade and for duplicates) and each person's birth day and verdict (for ages and the
 * quarantine). Memory: 24 bytes a slot, slots doubled at 3/4 full, for each key of a table that is
 * a parent or unique; 20 bytes a person more. Nothing else grows with the delivery.
 *
 * Pure: no I/O. The caller feeds tables in feed.load_order, rows in file order.
 */
#ifndef ROW_ENGINE_H
#define ROW_ENGINE_H

#include "base/arena.h"
#include "base/error.h"
#include "feed.h"
#include "linkage/seal.h"
#include "token.h"

enum row_outcome { ROW_STAGED, ROW_REJECTED, ROW_DUPLICATE, ROW_WITHHELD };

/* One value for COPY, already safe: a token, or a validated value of a field that does not
 * identify. */
struct staging_value {
    bool null;
    union {
        struct slice text;    /* COLUMN_TEXT, COLUMN_BYTEA: in the row arena */
        struct token token;   /* COLUMN_UUID */
        int32_t day;          /* COLUMN_DATE: days since 1970-01-01 */
        int64_t microseconds; /* COLUMN_TIME since midnight; COLUMN_TIMESTAMP since 1970 */
        int64_t integer;      /* COLUMN_SMALLINT, COLUMN_INTEGER, COLUMN_BIGINT */
        double number;        /* COLUMN_NUMERIC */
        bool boolean;         /* COLUMN_BOOLEAN */
    };
};

/* Why a row was not staged, or a warning on a row that was. */
struct row_finding {
    int field;        /* index into table.fields, or FIELD_NONE for the whole row */
    int code;         /* enum error_code RULE_* */
    const char *rule; /* national rule code, or NULL */
    bool warning;     /* counted; the row is kept */
    char mask[24];    /* the value's shape: digits 9, letters A, others as they are; "" for
                         identifiers, which give no shape away */
};

enum { ROW_FINDINGS_MAX = 64 };

struct row_result {
    enum row_outcome outcome;
    struct row_finding findings[ROW_FINDINGS_MAX];
    size_t finding_count;
    /* When staged: table.column_count values, in column order. */
    struct staging_value *values;
    /* An invalid NHS number was met (for bad_nhs_number: reject_file). */
    bool bad_nhs_number;
};

struct row_engine;

/* What the delivery itself states; known once the header table has been read, set by the engine
 * when it processes the header row of a feed that has a header_table, else from the file name. */
struct delivery_facts {
    char sender[33];
    bool has_period;
    int32_t period_start, period_end; /* days since 1970-01-01 */
    bool has_extract_time;
    int64_t extract_microseconds; /* local time, since 1970-01-01 00:00 */
};

/* feed, tokeniser and facts must outlive the engine; facts is updated from the header row. */
int row_engine_new(const struct feed *feed, struct tokeniser *tokeniser,
                   struct delivery_facts *facts, struct row_engine **ret, struct error *error);
void row_engine_free(struct row_engine *engine);

/* What identities are made with, for feeds that keep them; both must outlive the engine. Without
 * it a row of such a feed ends in ERROR_INTERNAL. */
void row_engine_seal_with(struct row_engine *engine, struct linkage_deriver *deriver,
                          struct linkage_sealer *sealer);

/* Binds a table's columns for the rows that follow: positions[i] is the table field that file
 * column i holds, or FIELD_NONE. position_count is the number of columns every row has. */
int row_engine_begin_table(struct row_engine *engine, int table, const int *positions,
                           size_t position_count, struct error *error);

/* Judges one row. raw has position_count values; blank = length 0 after trimming. row_number is the
 * place in the file (header = 1). *result points into the engine and holds until the next call.
 * Returns 0 whatever the verdict; negative only when memory or hashing fails. */
int row_engine_row(struct row_engine *engine, uint64_t row_number, const struct slice *raw,
                   struct row_result **result, struct error *error);

/* Bytes the engine holds for parent keys and persons. */
size_t row_engine_key_bytes(const struct row_engine *engine);

/* ---- binding a header ---- */

enum binding_kind { BINDING_MISSING, BINDING_EXTRA, BINDING_MOVED, BINDING_RENAMED };

struct binding_notice {
    enum binding_kind kind;
    int field;     /* MISSING, MOVED, RENAMED */
    int column;    /* EXTRA, MOVED, RENAMED: 0-based column of the file */
    char name[65]; /* EXTRA, RENAMED: the header's text, cut and cleaned to letters, digits, blank,
                      _ - . ; "" when it could be a value rather than a name */
};

struct binding {
    int *positions; /* column of the file -> field, or FIELD_NONE */
    size_t column_count;
    struct binding_notice *notices;
    size_t notice_count;
};

/* Binds by normalised name and alias. extra_names (may be NULL) maps a sender's own column names:
 * pairs of {file name, field name}, extra_count pairs. Errors: ERROR_CSV_HEADER_MISSING (fewer than
 * half of the columns are known and a mandatory one is missing, or none is known: nothing of the
 * row is echoed), ERROR_CSV_HEADER_DUPLICATE, ERROR_CSV_COLUMN_MISSING (a mandatory field has no
 * column). */
int binding_make(const struct table *table, const struct slice *header, size_t column_count,
                 const char *const (*extra_names)[2], size_t extra_count, struct arena *arena,
                 struct binding *ret, struct error *error);

/* Layout order, for files without a header. */
int binding_by_order(const struct table *table, struct arena *arena, struct binding *ret,
                     struct error *error);

#endif
