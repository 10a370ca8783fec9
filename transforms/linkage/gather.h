/*
 * gather.h: the faces of one record, from what its deliveries said one after the other.
 */
#ifndef LINKAGE_GATHER_H
#define LINKAGE_GATHER_H

#include "schema.h"

/* Settles the faces of a record, oldest first, in place: what a face leaves out is filled from the
 * record's latest face that has it (a month without a postcode does not make the postcode
 * unknown), equal faces become one where the last of them stood, and of those the last `most` stay.
 * Frequency bytes must be zero. Returns how many are left. */
size_t linkage_faces_settle(const struct linkage_schema *schema, uint32_t *faces, size_t count,
                            size_t most);

/* Do the faces hold different NHS numbers? */
bool linkage_faces_renumbered(const struct linkage_schema *schema, const uint32_t *faces,
                              size_t count);

#endif
