/*
 * record_maker.h: the parts that record.c and record_name.c make one record with.
 */
#ifndef SYNTH_LINK_RECORD_MAKER_H
#define SYNTH_LINK_RECORD_MAKER_H

#include "rates.h"
#include "record.h"

/* What making one record needs to hand. */
struct maker {
    const struct world *world;
    const struct person *person;
    const struct rates *rates;
    enum file file;
    struct stream stream;
    unsigned care;  /* percent: how error-prone whoever wrote this record was */
    unsigned names; /* percent: care, times what names of the person's group meet with */
    struct record *record;
};

/* Notes a hard case on the record; the more telling one stays. */
void record_hard(struct maker *maker, enum hard_case hard_case);
/* The index of one of the slips, or count for none; percent scales their rates. */
size_t record_slip(struct stream *stream, const unsigned *rates, size_t count, unsigned percent);
/* Copies value into a text of SLIP_BYTES. */
void record_write(char *text, const char *value);
/* Fills given and family. */
void record_names(struct maker *maker);

#endif
