/*
 * blob.h: bytes at rest that say something of many records at once: blocking keys, how common each
 * value is. AES-256-GCM under the key of HKDF purpose "linkage/blob/1":
 *
 *     version (1) | random nonce (12) | sealed bytes | tag (16)
 *
 * The label (what the bytes are) and the version are bound in.
 */
#ifndef LINKAGE_BLOB_H
#define LINKAGE_BLOB_H

#include <stddef.h>

#include "base/error.h"
#include "token.h"

enum { BLOB_VERSION = 1, BLOB_NONCE_SIZE = 12, BLOB_TAG_SIZE = 16, BLOB_HEAD_SIZE = 1 + 12 };

/* A key in use. One a thread. */
struct linkage_blob_sealer;

int linkage_blob_sealer_new(const unsigned char site_key[SITE_KEY_SIZE],
                            struct linkage_blob_sealer **ret, struct error *error);
/* Wipes and frees. NULL is fine. */
void linkage_blob_sealer_free(struct linkage_blob_sealer *sealer);

/* The bytes of a sealed blob of length bytes. */
static inline size_t linkage_blob_size(size_t length)
{
    return BLOB_HEAD_SIZE + length + BLOB_TAG_SIZE;
}

/* ret has linkage_blob_size(length) bytes. ERROR_INTERNAL when OpenSSL fails. */
int linkage_blob_seal(struct linkage_blob_sealer *sealer, const char *label, const void *bytes,
                      size_t length, unsigned char *ret, struct error *error);

/* Writes length - linkage_blob_size(0) bytes to ret; nothing is to be believed unless it returns 0.
 * ERROR_IDENTITY_DAMAGED: not of this key, label or version, or changed; ERROR_INTERNAL. */
int linkage_blob_open(struct linkage_blob_sealer *sealer, const char *label,
                      const unsigned char *sealed, size_t length, void *ret, struct error *error);

#endif
