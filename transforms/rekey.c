#include "rekey.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct step {
    EVP_CIPHER_CTX *forth, *back; /* each keyed once; a block needs no state between blocks */
};

struct rekeyer {
    EVP_CIPHER *cipher;
    size_t count;
    struct step steps[]; /* the oldest first */
};

static EVP_CIPHER_CTX *context_with_key(const EVP_CIPHER *cipher, const unsigned char *key,
                                        int encrypt)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    if (context != NULL && (EVP_CipherInit_ex2(context, cipher, key, NULL, encrypt, NULL) != 1 ||
                            EVP_CIPHER_CTX_set_padding(context, 0) != 1)) {
        EVP_CIPHER_CTX_free(context);
        context = NULL;
    }
    return context;
}

static int make_step(const struct rekeyer *rekeyer, const unsigned char *site_key,
                     struct step *step, struct error *error)
{
    unsigned char key[32];
    int result = token_derive_key(site_key, "token/rekey/1", key, error);

    if (result != 0)
        return result;
    step->forth = context_with_key(rekeyer->cipher, key, 1);
    step->back = context_with_key(rekeyer->cipher, key, 0);
    OPENSSL_cleanse(key, sizeof key);
    if (step->forth == NULL || step->back == NULL)
        return error_set(error, ERROR_INTERNAL, "AES-256 cannot be started in OpenSSL");
    return 0;
}

int rekeyer_new(const unsigned char *keys, size_t count, struct rekeyer **ret, struct error *error)
{
    struct rekeyer *rekeyer;
    int result = 0;

    if (count == 0)
        return error_set(error, ERROR_INTERNAL, "a chain of keys without a key");
    rekeyer = calloc(1, sizeof *rekeyer + (count - 1) * sizeof *rekeyer->steps);
    if (rekeyer == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the chain of keys");
    rekeyer->cipher = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
    if (rekeyer->cipher == NULL)
        result = error_set(error, ERROR_INTERNAL, "AES-256 cannot be started in OpenSSL");
    for (size_t i = 0; result == 0 && i < count - 1; i++) {
        rekeyer->count++;
        result =
            make_step(rekeyer, keys + (count - 2 - i) * SITE_KEY_SIZE, &rekeyer->steps[i], error);
    }
    if (result != 0) {
        rekeyer_free(rekeyer);
        return result;
    }
    *ret = rekeyer;
    return 0;
}

void rekeyer_free(struct rekeyer *rekeyer)
{
    if (rekeyer == NULL)
        return;
    /* OpenSSL wipes a cipher's state before it gives it back. */
    for (size_t i = 0; i < rekeyer->count; i++) {
        EVP_CIPHER_CTX_free(rekeyer->steps[i].forth);
        EVP_CIPHER_CTX_free(rekeyer->steps[i].back);
    }
    EVP_CIPHER_free(rekeyer->cipher);
    free(rekeyer);
}

static int turn(EVP_CIPHER_CTX *context, struct token *token)
{
    unsigned char block[TOKEN_SIZE];
    int length = 0;

    if (EVP_CipherUpdate(context, block, &length, token->bytes, TOKEN_SIZE) != 1 ||
        length != TOKEN_SIZE)
        return ERROR_INTERNAL;
    memcpy(token->bytes, block, TOKEN_SIZE);
    return 0;
}

int rekeyer_present(struct rekeyer *rekeyer, struct token *token)
{
    int result = 0;

    for (size_t i = 0; result == 0 && i < rekeyer->count; i++)
        result = turn(rekeyer->steps[i].forth, token);
    return result;
}

int rekeyer_origin(struct rekeyer *rekeyer, struct token *token)
{
    int result = 0;

    for (size_t i = rekeyer->count; result == 0 && i > 0; i--)
        result = turn(rekeyer->steps[i - 1].back, token);
    return result;
}

int rekeyer_step(struct rekeyer *rekeyer, struct token *token)
{
    return rekeyer->count == 0 ? 0 : turn(rekeyer->steps[rekeyer->count - 1].forth, token);
}
