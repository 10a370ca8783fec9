#include "blob.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

struct linkage_blob_sealer {
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *seal, *open; /* each keyed once; a nonce is set for every blob */
};

static EVP_CIPHER_CTX *context_with_key(const EVP_CIPHER *cipher, const unsigned char *key,
                                        int encrypt)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    if (context != NULL && EVP_CipherInit_ex2(context, cipher, key, NULL, encrypt, NULL) != 1) {
        EVP_CIPHER_CTX_free(context);
        context = NULL;
    }
    return context;
}

int linkage_blob_sealer_new(const unsigned char site_key[SITE_KEY_SIZE],
                            struct linkage_blob_sealer **ret, struct error *error)
{
    unsigned char key[32];
    struct linkage_blob_sealer *sealer = calloc(1, sizeof *sealer);

    if (sealer == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the key of blocking keys");
    int result = token_derive_key(site_key, "linkage/blob/1", key, error);
    if (result == 0) {
        sealer->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
        if (sealer->cipher != NULL) {
            sealer->seal = context_with_key(sealer->cipher, key, 1);
            sealer->open = context_with_key(sealer->cipher, key, 0);
        }
        if (sealer->seal == NULL || sealer->open == NULL)
            result = error_set(error, ERROR_INTERNAL, "AES-256-GCM cannot be started in OpenSSL");
    }
    OPENSSL_cleanse(key, sizeof key);
    if (result != 0) {
        linkage_blob_sealer_free(sealer);
        return result;
    }
    *ret = sealer;
    return 0;
}

void linkage_blob_sealer_free(struct linkage_blob_sealer *sealer)
{
    if (sealer == NULL)
        return;
    EVP_CIPHER_CTX_free(sealer->seal);
    EVP_CIPHER_CTX_free(sealer->open);
    EVP_CIPHER_free(sealer->cipher);
    free(sealer);
}

/* Version, then label. */
static bool add_data(EVP_CIPHER_CTX *context, const char *label)
{
    static const unsigned char version = BLOB_VERSION;
    int length;

    return EVP_CipherUpdate(context, NULL, &length, &version, 1) == 1 &&
           EVP_CipherUpdate(context, NULL, &length, (const unsigned char *)label,
                            (int)strlen(label)) == 1;
}

int linkage_blob_seal(struct linkage_blob_sealer *sealer, const char *label, const void *bytes,
                      size_t length, unsigned char *ret, struct error *error)
{
    unsigned char *sealed = ret + BLOB_HEAD_SIZE;
    int written;

    ret[0] = BLOB_VERSION;
    if (length < INT_MAX && RAND_bytes(ret + 1, BLOB_NONCE_SIZE) == 1 &&
        EVP_EncryptInit_ex2(sealer->seal, NULL, NULL, ret + 1, NULL) == 1 &&
        add_data(sealer->seal, label) &&
        EVP_EncryptUpdate(sealer->seal, sealed, &written, bytes, (int)length) == 1 &&
        EVP_EncryptFinal_ex(sealer->seal, sealed + length, &written) == 1 &&
        EVP_CIPHER_CTX_ctrl(sealer->seal, EVP_CTRL_AEAD_GET_TAG, BLOB_TAG_SIZE, sealed + length) ==
            1)
        return 0;
    return error_set(error, ERROR_INTERNAL, "%s cannot be sealed: OpenSSL failed", label);
}

int linkage_blob_open(struct linkage_blob_sealer *sealer, const char *label,
                      const unsigned char *sealed, size_t length, void *ret, struct error *error)
{
    unsigned char tag[BLOB_TAG_SIZE], rest[16];
    int written;

    if (length < linkage_blob_size(0) || length > INT_MAX || sealed[0] != BLOB_VERSION)
        return error_set(error, ERROR_IDENTITY_DAMAGED,
                         "%s: not of the size or version it should be", label);
    size_t content = length - linkage_blob_size(0);
    memcpy(tag, sealed + BLOB_HEAD_SIZE + content, sizeof tag);
    if (EVP_DecryptInit_ex2(sealer->open, NULL, NULL, sealed + 1, NULL) != 1 ||
        !add_data(sealer->open, label) ||
        EVP_DecryptUpdate(sealer->open, ret, &written, sealed + BLOB_HEAD_SIZE, (int)content) !=
            1 ||
        EVP_CIPHER_CTX_ctrl(sealer->open, EVP_CTRL_AEAD_SET_TAG, BLOB_TAG_SIZE, tag) != 1)
        return error_set(error, ERROR_INTERNAL, "%s: OpenSSL failed", label);
    if (EVP_DecryptFinal_ex(sealer->open, rest, &written) != 1)
        return error_set(error, ERROR_IDENTITY_DAMAGED, "%s: damaged, or of another key", label);
    return 0;
}
