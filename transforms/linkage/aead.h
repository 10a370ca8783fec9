/*
 * aead.h: AES-256-GCM under a derived key, its context used again: what seal.h and blob.h share.
 */
#ifndef LINKAGE_AEAD_H
#define LINKAGE_AEAD_H

#include <openssl/types.h>
#include <stddef.h>

#include "base/error.h"
#include "base/slice.h"
#include "token.h"

enum { AEAD_NONCE_SIZE = 12, AEAD_TAG_SIZE = 16 };

struct aead {
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *seal, *open; /* each keyed once; a nonce is set for every call */
};

/* Keyed by HKDF of the site key for purpose. One a thread. On failure nothing is left to release.
 */
int aead_init(struct aead *aead, const unsigned char site_key[SITE_KEY_SIZE], const char *purpose,
              struct error *error);
void aead_release(struct aead *aead);

/* Writes content.length bytes and the tag to ret. False when OpenSSL fails or content is over 2
 * GiB. A nonce may serve once. */
bool aead_seal(struct aead *aead, const unsigned char nonce[AEAD_NONCE_SIZE], struct slice added,
               struct slice content, unsigned char *ret);

enum aead_result { AEAD_OPENED, AEAD_DAMAGED, AEAD_FAILED };

/* sealed is content and tag; writes sealed.length - AEAD_TAG_SIZE bytes to ret, which are to be
 * believed only when it returns AEAD_OPENED. */
enum aead_result aead_open(struct aead *aead, const unsigned char nonce[AEAD_NONCE_SIZE],
                           struct slice added, struct slice sealed, void *ret);

#endif
