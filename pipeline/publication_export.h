/*
 * publication_export.h: one reporting period as the CSV file NHS England publishes: header, 11
 * columns, LF.
 */
#ifndef PUBLICATION_EXPORT_H
#define PUBLICATION_EXPORT_H

#include "database.h"

struct publication_request {
    char first_day[11]; /* of the month the period ends in: "2025-03-01" */
    const char *codes;  /* "MHS108,PHS001", or NULL: all */
    bool exact;         /* from mart, not protected; the file is then for its owner only (0600) */
    const char *out;    /* path, or "-": standard output */
};

/* Writes the file whole or not at all: a file of its own beside it, fsync, rename. ERROR_NO_DATA
 * when no figure matches; an older file at the path is then left alone. */
int publication_export(struct database *database, const struct publication_request *request,
                       uint64_t *ret_rows, struct error *error);

#endif
