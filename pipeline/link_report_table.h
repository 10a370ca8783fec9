/*
 * link_report_table.h: a linkage report as tables of figures, told as text, JSON or CSV. A figure
 * has a section, an item, a source, a group and a measure; what is no part of a table is empty.
 *
 * Small numbers: a group of people smaller than REPORT_FEWEST is told as "<5", and nothing else of
 * it, unless the report is exact.
 */
#ifndef LINK_REPORT_TABLE_H
#define LINK_REPORT_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"

enum { REPORT_FEWEST = 5, REPORT_MEASURES_MAX = 16, REPORT_SECTIONS_MAX = 16 };

enum report_kind {
    REPORT_NOTHING, /* not known, or of nothing */
    REPORT_COUNT,
    REPORT_RATE,   /* 0..1 */
    REPORT_NUMBER, /* bits, odds */
    REPORT_TEXT,
    REPORT_FEW,   /* people, fewer than REPORT_FEWEST: "<5" */
    REPORT_HIDDEN /* would tell of so few people */
};

struct report_value {
    enum report_kind kind;
    double number;
    const char *text;
};

struct report_row {
    const char *item, *source, *group;
    struct report_value values[REPORT_MEASURES_MAX];
    size_t count;
    struct report_row *next;
};

struct report_table {
    size_t section;
    const char *title;       /* may be NULL */
    const char *headings[3]; /* of item, source and group; NULL: not shown as text */
    const char *measures[REPORT_MEASURES_MAX];
    uint32_t quiet; /* bit i: measure i is not shown as text */
    size_t measure_count;
    bool unseen; /* too long as text: in JSON and CSV only */
    struct report_row *first, *last;
    struct report_table *next;
};

enum report_weight {
    REPORT_NOTE,
    REPORT_WARNING, /* also among the JSON's warnings */
    REPORT_ALARM    /* and with the first section */
};

struct report_note {
    size_t section;
    enum report_weight weight;
    const char *text;
    struct report_note *next;
};

struct report {
    struct arena arena;
    bool exact;
    bool failed; /* memory ran out: what is there is not the whole */
    struct report_table *first, *last;
    struct report_note *first_note, *last_note;
};

/* What a section is called and about. */
struct report_section {
    const char *name, *title;
};

void report_init(struct report *report, bool exact);
void report_release(struct report *report);

/* measures: names parted by blanks; as text, those that begin with a dot are not shown, and x_low
 * and x_high behind x are shown with it, as an interval. headings: those of item, source, group in
 * this order, parted by commas; one that is empty is not shown ("field,source,"). */
struct report_table *report_table_add(struct report *report, size_t section, const char *title,
                                      const char *headings, const char *measures);
/* NULL is empty. Texts are copied. */
struct report_row *report_row_add(struct report *report, struct report_table *table,
                                  const char *item, const char *source, const char *group);
/* A note at the end of a section. */
void report_note(struct report *report, size_t section, enum report_weight weight,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A text of the report's own. "" when memory ran out. */
const char *report_text(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The next value of a row. NAN is nothing. */
void report_put(struct report_row *row, struct report_value value);
void report_put_count(struct report_row *row, uint64_t count);
void report_put_rate(struct report_row *row, double rate);
void report_put_number(struct report_row *row, double number);
void report_put_text(struct report_row *row, const char *text);

/* Is this a number of people too small to be told? */
bool report_is_few(const struct report *report, uint64_t people);
/* The rows of a breakdown that may not be told: those of few people, and, where that is one alone,
 * the next smallest with it, or it would be the difference to the total. there: which rows there
 * are; NULL: those with people. */
void report_choose_hidden(const struct report *report, const uint64_t *people, const bool *there,
                          size_t count, bool *ret);
/* A number of people. */
void report_put_people(struct report *report, struct report_row *row, uint64_t people);
/* Hides a row of so many people: only of few is the first value, "<5", told. */
void report_hide_row(const struct report *report, struct report_row *row, uint64_t people);
/* Hides the values from one on; those that say "<5" stay. */
void report_hide_from(struct report_row *row, size_t first);

/* Each returns 0, or ERROR_FILE_FAILED. wanted: bit s, section s is told. */
int report_print(const struct report *report, const struct report_section *sections, size_t count,
                 uint32_t wanted, FILE *file, struct error *error);
int report_write_csv(const struct report *report, const struct report_section *sections,
                     uint32_t wanted, const char *path, struct error *error);
/* {"exact":, "warnings": [], "sections": {name: [{"item":, "source":, "group":, measure:...}]}}.
 * NULL when memory ran out. */
json_t *report_json(const struct report *report, const struct report_section *sections,
                    size_t count, uint32_t wanted);

#endif
