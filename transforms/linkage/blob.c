#include "blob.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

#include "aead.h"

enum { LABEL_MAX = 64 };

struct linkage_blob_sealer {
    struct aead aead;
};

int linkage_blob_sealer_new(const unsigned char site_key[SITE_KEY_SIZE],
                            struct linkage_blob_sealer **ret, struct error *error)
{
    struct linkage_blob_sealer *sealer = calloc(1, sizeof *sealer);

    if (sealer == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the key of sealed bytes");
    int result = aead_init(&sealer->aead, site_key, "linkage/blob/1", error);
    if (result != 0) {
        free(sealer);
        return result;
    }
    *ret = sealer;
    return 0;
}

void linkage_blob_sealer_free(struct linkage_blob_sealer *sealer)
{
    if (sealer == NULL)
        return;
    aead_release(&sealer->aead);
    free(sealer);
}

/* Version, then label. */
static struct slice added_of(const char *label, char text[LABEL_MAX])
{
    int length = snprintf(text, LABEL_MAX, "%c%s", (char)BLOB_VERSION, label);

    return (struct slice){text, (size_t)length < LABEL_MAX ? (size_t)length : LABEL_MAX - 1};
}

int linkage_blob_seal(struct linkage_blob_sealer *sealer, const char *label, const void *bytes,
                      size_t length, unsigned char *ret, struct error *error)
{
    char added[LABEL_MAX];

    ret[0] = BLOB_VERSION;
    if (RAND_bytes(ret + 1, BLOB_NONCE_SIZE) == 1 &&
        aead_seal(&sealer->aead, ret + 1, added_of(label, added), (struct slice){bytes, length},
                  ret + BLOB_HEAD_SIZE))
        return 0;
    return error_set(error, ERROR_INTERNAL, "%s cannot be sealed: OpenSSL failed", label);
}

int linkage_blob_open(struct linkage_blob_sealer *sealer, const char *label,
                      const unsigned char *sealed, size_t length, void *ret, struct error *error)
{
    char added[LABEL_MAX];

    if (length < linkage_blob_size(0) || sealed[0] != BLOB_VERSION)
        return error_set(error, ERROR_IDENTITY_DAMAGED,
                         "%s: not of the size or version it should be", label);
    struct slice content = {(const char *)sealed + BLOB_HEAD_SIZE, length - BLOB_HEAD_SIZE};
    switch (aead_open(&sealer->aead, sealed + 1, added_of(label, added), content, ret)) {
    case AEAD_OPENED:
        return 0;
    case AEAD_DAMAGED:
        return error_set(error, ERROR_IDENTITY_DAMAGED, "%s: damaged, or of another key", label);
    case AEAD_FAILED:
    default:
        return error_set(error, ERROR_INTERNAL, "%s: OpenSSL failed", label);
    }
}
