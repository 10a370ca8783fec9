/*
 * seal.h: an identity at rest. What linkage knows of a person in one delivery (a face of
 * linkage_schema_person, and the token of the postcode for areas) is never in the database but
 * sealed: AES-256-GCM under the key of HKDF purpose "linkage/seal/1".
 *
 *     version (1) | nonce (12) | sealed face and postcode token | tag (16)
 *
 * The patient key and the version are bound in (additional data), so that an identity cannot be
 * moved to another record. The nonce is cut from an HMAC of patient key, face and token: the same
 * identity of the same record gives the same bytes, so that a month sent again gives the same
 * warehouse and equal identities of one record are seen without opening them; those of two records
 * share nothing. A face's frequency bytes are not part of it.
 */
#ifndef LINKAGE_SEAL_H
#define LINKAGE_SEAL_H

#include "form.h"

enum {
    /* Of linkage_schema_person: hot words, two of frequencies, cold words; a face has as many as
     * fill whole lines of 16. Another layout is another SEAL_VERSION. */
    SEAL_USED_WORDS = 2 * NAME_HOT + BIRTH_HOT + SEX_HOT + POSTCODE_HOT + NHS_NUMBER_HOT +
                      EXACT_HOT + 2 + 2 * NAME_COLD + BIRTH_COLD + POSTCODE_COLD,
    SEAL_FACE_WORDS = (SEAL_USED_WORDS + 15) / 16 * 16,
    SEAL_VERSION = 1,
    SEAL_NONCE_SIZE = 12,
    SEAL_TAG_SIZE = 16,
    SEAL_CONTENT_SIZE = 4 * SEAL_USED_WORDS + TOKEN_SIZE,
    SEALED_SIZE = 1 + SEAL_NONCE_SIZE + SEAL_CONTENT_SIZE + SEAL_TAG_SIZE
};

struct linkage_identity {
    uint32_t face[SEAL_FACE_WORDS];
    struct token postcode; /* identity_postcode_token; zeros: none */
};

/* The keys and a context that is used again. One a thread. */
struct linkage_sealer;

int linkage_sealer_new(const unsigned char site_key[SITE_KEY_SIZE], struct linkage_sealer **ret,
                       struct error *error);
/* Wipes and frees. NULL is fine. */
void linkage_sealer_free(struct linkage_sealer *sealer);

/* 0, or ERROR_INTERNAL when OpenSSL fails. */
int linkage_seal(struct linkage_sealer *sealer, const struct token *patient_key,
                 const struct linkage_identity *identity, unsigned char ret[SEALED_SIZE]);

/* Fills *ret; frequency bytes are zero. ERROR_IDENTITY_DAMAGED: not of this key, of this record or
 * this version, or changed since it was sealed; ERROR_INTERNAL. */
int linkage_unseal(struct linkage_sealer *sealer, const struct token *patient_key,
                   const unsigned char *sealed, size_t length, struct linkage_identity *ret,
                   struct error *error);

#endif
