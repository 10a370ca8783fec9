/*
 * linkage.h: which source records are the same person. One small interface; today's method is
 * deterministic, a later one replaces it behind the same call.
 *
 * Method: (1) same NHS number token; (2) else same name token (family name, given name, date of
 * birth, sex) and the same postcode token or the same GP practice. Step 2 never
 * joins groups that hold two different NHS numbers, and where two such groups share a name and
 * place it leaves a record without a number with neither. Ties are taken in key order, so that
 * input order does not matter.
 *
 * person_key of a group: the patient_key of its founder, the member with the smallest
 * (first_period, patient_key). It is a function of the set of records alone: any order of
 * deliveries gives the same keys, and a group that grows by later records keeps its key.
 */
#ifndef LINKAGE_H
#define LINKAGE_H

#include "base/error.h"
#include "token.h"

struct linkage_record {
    struct token patient_key; /* one person as one sender knows them; unique in the input */
    int32_t first_period;     /* day, earliest delivery that has the record */
    bool has_nhs_number, has_name, has_postcode, has_practice;
    struct token nhs_number, name, postcode, practice;
};

enum linkage_step {
    LINKAGE_ALONE,
    LINKAGE_NHS_NUMBER,
    LINKAGE_NAME_POSTCODE,
    LINKAGE_NAME_PRACTICE
};

struct linkage_decision {
    struct token person_key;
    enum linkage_step step; /* how this record came to its group; ALONE for founders */
};

struct linkage_summary {
    uint64_t records, persons, links_nhs_number, links_name, conflicts;
};

/* decisions[i] belongs to records[i]; the caller owns both arrays of count items. */
int linkage_resolve(const struct linkage_record *records, size_t count,
                    struct linkage_decision *decisions, struct linkage_summary *ret_summary,
                    struct error *error);

#endif
