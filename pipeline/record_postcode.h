/*
 * record_postcode.h: the postcodes of what was loaded before, for the loader of reference data: a
 * postcode directory that comes late completes earlier months. Identities are opened in this
 * process; the tokens go into a temporary table that ends with the transaction.
 */
#ifndef RECORD_POSTCODE_H
#define RECORD_POSTCODE_H

#include "database.h"
#include "linkage/seal.h"

/* Makes and fills pg_temp.record_postcode (delivery_id, patient_key, postcode): for each person of
 * each delivery the postcode told last. In the caller's transaction. */
int record_postcode_open(struct database *database, struct linkage_sealer *sealer,
                         struct error *error);

#endif
