/*
 * link_report.h: what joinedup link report tells of a site's linkage. The records are opened in
 * this process, linked by the model in use and the counts that the nights decide by, linked once
 * more with their NHS numbers hidden, and counted; nothing is written to the database.
 * docs/linkage.md, "The report", says what each figure means.
 */
#ifndef LINK_REPORT_H
#define LINK_REPORT_H

#include "link_read.h"
#include "link_report_table.h"
#include "link_snapshot.h"
#include "linkage/report_hidden.h"
#include "linkage/report_statistics.h"

enum link_report_part {
    LINK_REPORT_SUMMARY,
    LINK_REPORT_RUN,
    LINK_REPORT_COMPLETENESS,
    LINK_REPORT_RULES,
    LINK_REPORT_WEIGHTS,
    LINK_REPORT_HISTOGRAM,
    LINK_REPORT_THRESHOLDS,
    LINK_REPORT_UNLINKABLES,
    LINK_REPORT_GROUPS,
    LINK_REPORT_CONFLICTS,
    LINK_REPORT_HIDDEN,
    LINK_REPORT_LINKED,
    LINK_REPORT_GUILD,
    LINK_REPORT_PARTS
};
extern const struct report_section link_report_sections[LINK_REPORT_PARTS];

/* What people are told apart by. */
enum link_report_attribute {
    LINK_REPORT_ETHNICITY,
    LINK_REPORT_DEPRIVATION,
    LINK_REPORT_AGE,
    LINK_REPORT_SEX,
    LINK_REPORT_ATTRIBUTES
};

enum { LINK_REPORT_GROUPS_MAX = 24 };

struct link_report_grouping {
    const char *name;
    const char *labels[LINK_REPORT_GROUPS_MAX]; /* the first: not known */
    size_t count;
    uint8_t *group_of; /* of each record */
    /* Of the hidden-number test. */
    struct linkage_hidden_count hidden[LINK_REPORT_GROUPS_MAX];
    uint64_t hidden_records[LINK_REPORT_GROUPS_MAX];
    bool withheld[LINK_REPORT_GROUPS_MAX]; /* so few people that nothing of it is told */
};

struct link_report_data {
    const struct link_context *context;
    uint32_t wanted; /* bit p: part p is told */
    struct link_records records;
    struct link_snapshot snapshot; /* its model is NULL when it does not fit the one in use */
    struct linkage_result result;
    struct link_report_grouping groupings[LINK_REPORT_ATTRIBUTES];
    struct linkage_hidden hidden;
    bool tested;      /* hidden is filled */
    float *self_odds; /* of each record */
    bool *linked;     /* of each record: its group has a record of another source */
    PGresult *run, *coverage, *validity;
    /* Filled while telling, in the order of the functions below. */
    uint64_t unlinkable;
    unsigned gaps, gaps_beyond_chance; /* warned of */
};

/* Reads, links, tests. *ret is the caller's to release, also after a failure. */
int link_report_read(const struct link_context *context, uint32_t wanted,
                     struct link_report_data *ret, struct error *error);
void link_report_release(struct link_report_data *data);

/* Each record's group of each attribute. link_report_group.c */
int link_report_read_attributes(struct link_report_data *data, struct error *error);

/* "a" of one source, "a + b" of two. */
const char *link_report_sources(const struct link_report_data *data, struct report *report,
                                size_t one, size_t other);

/* The parts, in files named after what they tell. */
void link_report_tell_records(struct link_report_data *data, struct report *report);
void link_report_tell_model(struct link_report_data *data, struct report *report);
void link_report_tell_persons(struct link_report_data *data, struct report *report);
void link_report_tell_groups(struct link_report_data *data, struct report *report);
void link_report_tell_guild(struct link_report_data *data, struct report *report);

/* The sources (LINKAGE_SOURCES_MAX) of which may not be told how many records are linked. */
void link_report_choose_sources(const struct link_report_data *data, const struct report *report,
                                bool *ret);

/* How far the recall of these pairs, found with hidden numbers, lies below that of all others; NAN
 * where either are too few to tell. */
double link_report_gap(const struct linkage_hidden_count *all,
                       const struct linkage_hidden_count *count,
                       struct linkage_interval *ret_interval);

#endif
