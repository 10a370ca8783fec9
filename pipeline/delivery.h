/*
 * delivery.h: one file on its way through the night, and what became of it. The result is plain
 * memory of fixed size, so that it can live in pages shared between the coordinator and its
 * workers.
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include <sys/types.h>
#include <time.h>

#include "base/error.h"
#include "feed.h"

enum { DELIVERY_TABLES_MAX = 128, DELIVERY_NAME_MAX = 512 };

struct delivery {
    const struct feed *feed;
    struct file_name_facts facts;
    char name[DELIVERY_NAME_MAX]; /* path below landing/ */
    char sender[33];              /* of the name; for sender kind reference: the table's name */
    uint64_t bytes;
    struct timespec modified;
    ino_t inode;              /* once opened */
    unsigned char sha256[32]; /* of the content, once hashed */
    int64_t id;               /* see delivery_id in sql/schema/20_meta.sql, once hashed */
};

enum delivery_state {
    DELIVERY_WAITING,
    DELIVERY_LOADING,
    DELIVERY_APPLIED,    /* its rows count */
    DELIVERY_SUPERSEDED, /* a later extract is already there */
    DELIVERY_ALREADY,    /* the same content was judged before */
    DELIVERY_REFUSED,    /* the file is at fault: moved to held/ */
    DELIVERY_LEFT,       /* not taken tonight: stays in landing/ */
    DELIVERY_FAILED      /* the machine or the database is at fault: stays in landing/ */
};

/* "applied", "superseded", ... as in the ledger and in reports. */
const char *delivery_state_name(enum delivery_state state);

struct row_counts {
    uint64_t received, staged, rejected, duplicate, withheld;
};

struct delivery_result {
    enum delivery_state state;
    struct row_counts tables[DELIVERY_TABLES_MAX]; /* by index into feed.tables */
    struct row_counts total;
    uint64_t warnings;
    volatile uint64_t rows_read, bytes_read; /* progress, written by the worker */
    double seconds;
    double staging_seconds;           /* until every row was judged and in staging */
    int32_t period_start, period_end; /* days; what the delivery itself says */
    bool has_period;
    uint64_t key_bytes; /* held for parent keys and ages */
    struct error error;
};

/* The name without the folders of landing/ it lies in: nobody checks what those are called, so they
 * are neither printed nor kept. */
const char *delivery_file_name(const struct delivery *delivery);

/* The name as it may be printed: a recognised name is made of organisation and period; of any other
 * only the first three characters and the ending are shown, because a file name can hold a person's
 * name. */
void delivery_label(const struct delivery *delivery, char *text, size_t size);

#endif
