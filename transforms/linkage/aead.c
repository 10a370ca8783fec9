#include "aead.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

enum { KEY_SIZE = 32 };

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

int aead_init(struct aead *aead, const unsigned char site_key[SITE_KEY_SIZE], const char *purpose,
              struct error *error)
{
    unsigned char key[KEY_SIZE];
    int result = token_derive_key(site_key, purpose, key, error);

    *aead = (struct aead){0};
    if (result == 0) {
        aead->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
        if (aead->cipher != NULL) {
            aead->seal = context_with_key(aead->cipher, key, 1);
            aead->open = context_with_key(aead->cipher, key, 0);
        }
        if (aead->seal == NULL || aead->open == NULL)
            result = error_set(error, ERROR_INTERNAL, "AES-256-GCM cannot be started in OpenSSL");
    }
    OPENSSL_cleanse(key, sizeof key);
    if (result != 0)
        aead_release(aead);
    return result;
}

void aead_release(struct aead *aead)
{
    EVP_CIPHER_CTX_free(aead->seal);
    EVP_CIPHER_CTX_free(aead->open);
    EVP_CIPHER_free(aead->cipher);
    *aead = (struct aead){0};
}

bool aead_seal(struct aead *aead, const unsigned char nonce[AEAD_NONCE_SIZE], struct slice added,
               struct slice content, unsigned char *ret)
{
    const unsigned char *text = (const unsigned char *)content.data;
    int length;

    return content.length < INT_MAX &&
           EVP_EncryptInit_ex2(aead->seal, NULL, NULL, nonce, NULL) == 1 &&
           EVP_EncryptUpdate(aead->seal, NULL, &length, (const unsigned char *)added.data,
                             (int)added.length) == 1 &&
           EVP_EncryptUpdate(aead->seal, ret, &length, text, (int)content.length) == 1 &&
           EVP_EncryptFinal_ex(aead->seal, ret + content.length, &length) == 1 &&
           EVP_CIPHER_CTX_ctrl(aead->seal, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_SIZE,
                               ret + content.length) == 1;
}

enum aead_result aead_open(struct aead *aead, const unsigned char nonce[AEAD_NONCE_SIZE],
                           struct slice added, struct slice sealed, void *ret)
{
    const unsigned char *text = (const unsigned char *)sealed.data;
    unsigned char tag[AEAD_TAG_SIZE], rest[16];
    int written;

    if (sealed.length < AEAD_TAG_SIZE || sealed.length > INT_MAX)
        return AEAD_DAMAGED;
    size_t length = sealed.length - AEAD_TAG_SIZE;
    memcpy(tag, text + length, sizeof tag);
    if (EVP_DecryptInit_ex2(aead->open, NULL, NULL, nonce, NULL) != 1 ||
        EVP_DecryptUpdate(aead->open, NULL, &written, (const unsigned char *)added.data,
                          (int)added.length) != 1 ||
        EVP_DecryptUpdate(aead->open, ret, &written, text, (int)length) != 1 ||
        EVP_CIPHER_CTX_ctrl(aead->open, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_SIZE, tag) != 1)
        return AEAD_FAILED;
    return EVP_DecryptFinal_ex(aead->open, rest, &written) == 1 ? AEAD_OPENED : AEAD_DAMAGED;
}
