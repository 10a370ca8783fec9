/*
 * record.h: what one file knows of one person, with that file's share of slips.
 */
#ifndef SYNTH_LINK_RECORD_H
#define SYNTH_LINK_RECORD_H

#include "people.h"
#include "slip.h"

struct record {
    char given[SLIP_BYTES], family[SLIP_BYTES];
    char birth[16], sex[8], postcode[16], nhs_number[16], practice[8];
    enum hard_case hard;
};

/* The record of world->people[index] in a file: copy 0, or 1 for a second one by another hand. The
 * same arguments give the same record. */
void record_make(const struct world *world, uint32_t index, enum file file, unsigned copy,
                 struct record *ret);

#endif
