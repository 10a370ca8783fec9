/*
 * identity.h: the token that means the same in every feed, and patient keys. A postcode of the
 * directory and a postcode of a patient give one token, so that areas can be looked up without a
 * postcode in the database; a patient's is never stored but sealed (linkage/seal.h). Tokens of
 * local ids carry the sender.
 *
 * The functions return 1 and fill *ret_token, 0 when the parts make no identity (a blank, an
 * invalid value, a placeholder), or ERROR_INTERNAL when OpenSSL fails.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "calendar.h"
#include "secret.h"
#include "token.h"

/* Label "postcode", field: the canonical postcode. Pseudo postcodes (ZZ99...) give none. */
int identity_postcode_token(struct tokeniser *tokeniser, struct secret postcode,
                            struct token *ret_token);

/* What is known of a person. Values may be blank; birth may be CALENDAR_NO_DAY. */
struct identity_parts {
    struct secret local_patient_id, nhs_number, postcode, family_name, given_name, sex;
    int32_t birth;
};

/* The labels of a feed's patient keys. */
struct identity_labels {
    char local[96];  /* "mhsds.patient": sender, local patient id */
    char nhs[96];    /* "mhsds.patient_by_nhs": sender, NHS number */
    char traits[96]; /* "mhsds.patient_by_traits": sender, date of birth, sex, postcode */
};

/* False when the feed's name is too long. */
bool identity_labels_init(struct identity_labels *labels, const char *feed);
/* The patient key: the first of the three that the parts can fill. */
int identity_patient_token(struct tokeniser *tokeniser, const struct identity_labels *labels,
                           const char *sender, const struct identity_parts *parts,
                           struct token *ret_token);

/* 1800-01-01, 1890-01-01 and 1900-01-01 stand for "not known" in source systems. */
bool identity_is_placeholder_birth(int32_t day);

#endif
