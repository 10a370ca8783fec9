/*
 * finding.h: what was found wrong in a delivery, gathered while its rows go by and written to
 * quality.reject and quality.warning in the transaction of the ledger row. Findings hold places and
 * rules, and of values no more than a mask.
 */
#ifndef FINDING_H
#define FINDING_H

#include <stdio.h>

#include "database.h"
#include "delivery.h"
#include "row_engine.h"

struct warning_count {
    int table, field;
    int code;
    const char *rule; /* national code, or NULL */
    char detail[72];  /* name of an extra column or member */
    uint64_t rows;
};

struct findings {
    FILE *spool; /* struct reject_entry records; unlinked file in work/, so memory does not grow */
    uint64_t reject_count;
    struct warning_count *warnings;
    size_t warning_count, warning_size;
};

int findings_init(struct findings *findings, const char *work, struct error *error);
void findings_release(struct findings *findings);

/* A row that was not staged (result->outcome), or the warnings of one that was. */
int findings_add_row(struct findings *findings, int table, uint64_t row,
                     const struct row_result *result, struct error *error);
/* A row judged elsewhere: by the parser, that could not read it, or by the load file. field may be
 * FIELD_NONE. */
int findings_add_reject(struct findings *findings, int table, uint64_t row, int field, int code,
                        enum row_outcome outcome, struct error *error);
/* A notice on a table, a column or a member. */
int findings_add_notice(struct findings *findings, int table, int field, int code,
                        const char *detail, uint64_t rows, struct error *error);
uint64_t findings_warning_total(const struct findings *findings);

int findings_write(struct findings *findings, struct database *database,
                   const struct delivery *delivery, struct error *error);

#endif
