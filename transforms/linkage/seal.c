#include "seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SIZE = 32, ADDED_SIZE = TOKEN_SIZE + 1 };

struct linkage_sealer {
    struct tokeniser *nonces;
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *seal, *open; /* each keyed once; a nonce is set for every identity */
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

int linkage_sealer_new(const unsigned char site_key[SITE_KEY_SIZE], struct linkage_sealer **ret,
                       struct error *error)
{
    unsigned char key[KEY_SIZE];
    struct linkage_sealer *sealer = calloc(1, sizeof *sealer);
    int result;

    if (sealer == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the keys of identities");
    result = token_derive_key(site_key, "linkage/seal/1", key, error);
    if (result == 0)
        result = tokeniser_new_for(site_key, "linkage/seal/1/nonce", &sealer->nonces, error);
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
        linkage_sealer_free(sealer);
        return result;
    }
    *ret = sealer;
    return 0;
}

void linkage_sealer_free(struct linkage_sealer *sealer)
{
    if (sealer == NULL)
        return;
    tokeniser_free(sealer->nonces);
    EVP_CIPHER_CTX_free(sealer->seal);
    EVP_CIPHER_CTX_free(sealer->open);
    EVP_CIPHER_free(sealer->cipher);
    free(sealer);
}

/* Words with the highest byte first, whatever the machine. */
static void put_content(const struct linkage_identity *identity, unsigned char *content)
{
    const struct linkage_schema *schema = linkage_schema_person();
    size_t frequencies = schema->frequency_words, cold = schema->fields[0].cold;

    for (size_t i = 0; i < SEAL_USED_WORDS; i++) {
        uint32_t word = i >= frequencies && i < cold ? 0 : identity->face[i];

        content[4 * i] = (unsigned char)(word >> 24);
        content[4 * i + 1] = (unsigned char)(word >> 16);
        content[4 * i + 2] = (unsigned char)(word >> 8);
        content[4 * i + 3] = (unsigned char)word;
    }
    memcpy(content + 4 * SEAL_USED_WORDS, identity->postcode.bytes, TOKEN_SIZE);
}

static void take_content(const unsigned char *content, struct linkage_identity *ret)
{
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < SEAL_USED_WORDS; i++)
        ret->face[i] = (uint32_t)content[4 * i] << 24 | (uint32_t)content[4 * i + 1] << 16 |
                       (uint32_t)content[4 * i + 2] << 8 | content[4 * i + 3];
    memcpy(ret->postcode.bytes, content + 4 * SEAL_USED_WORDS, TOKEN_SIZE);
}

static void put_added(const struct token *patient_key, unsigned char added[ADDED_SIZE])
{
    memcpy(added, patient_key->bytes, TOKEN_SIZE);
    added[TOKEN_SIZE] = SEAL_VERSION;
}

int linkage_seal(struct linkage_sealer *sealer, const struct token *patient_key,
                 const struct linkage_identity *identity, unsigned char ret[SEALED_SIZE])
{
    unsigned char content[SEAL_CONTENT_SIZE], added[ADDED_SIZE];
    unsigned char *nonce = ret + 1, *sealed = nonce + SEAL_NONCE_SIZE;
    struct token token;
    int length, result = ERROR_INTERNAL;

    put_content(identity, content);
    put_added(patient_key, added);
    ret[0] = SEAL_VERSION;
    if (tokeniser_token(sealer->nonces, "identity",
                        (struct slice[]){{(const char *)added, sizeof added},
                                         {(const char *)content, sizeof content}},
                        2, &token) == 0) {
        memcpy(nonce, token.bytes, SEAL_NONCE_SIZE);
        if (EVP_EncryptInit_ex2(sealer->seal, NULL, NULL, nonce, NULL) == 1 &&
            EVP_EncryptUpdate(sealer->seal, NULL, &length, added, sizeof added) == 1 &&
            EVP_EncryptUpdate(sealer->seal, sealed, &length, content, sizeof content) == 1 &&
            EVP_EncryptFinal_ex(sealer->seal, sealed + sizeof content, &length) == 1 &&
            EVP_CIPHER_CTX_ctrl(sealer->seal, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_SIZE,
                                sealed + sizeof content) == 1)
            result = 0;
    }
    OPENSSL_cleanse(content, sizeof content);
    return result;
}

int linkage_unseal(struct linkage_sealer *sealer, const struct token *patient_key,
                   const unsigned char *sealed, size_t length, struct linkage_identity *ret,
                   struct error *error)
{
    unsigned char content[SEAL_CONTENT_SIZE], added[ADDED_SIZE], tag[SEAL_TAG_SIZE];
    const unsigned char *nonce = sealed + 1, *text = nonce + SEAL_NONCE_SIZE;
    int written, result = 0;

    if (length != SEALED_SIZE || sealed[0] != SEAL_VERSION)
        return error_set(error, ERROR_IDENTITY_DAMAGED,
                         "a sealed identity is not of the size or version it should be");
    put_added(patient_key, added);
    memcpy(tag, text + SEAL_CONTENT_SIZE, sizeof tag);
    if (EVP_DecryptInit_ex2(sealer->open, NULL, NULL, nonce, NULL) != 1 ||
        EVP_DecryptUpdate(sealer->open, NULL, &written, added, sizeof added) != 1 ||
        EVP_DecryptUpdate(sealer->open, content, &written, text, SEAL_CONTENT_SIZE) != 1 ||
        EVP_CIPHER_CTX_ctrl(sealer->open, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_SIZE, tag) != 1)
        result = error_set(error, ERROR_INTERNAL, "a sealed identity: OpenSSL failed");
    else if (EVP_DecryptFinal_ex(sealer->open, content + SEAL_CONTENT_SIZE, &written) != 1)
        result = error_set(error, ERROR_IDENTITY_DAMAGED,
                           "a sealed identity is damaged, or of another record or key");
    else
        take_content(content, ret);
    OPENSSL_cleanse(content, sizeof content);
    return result;
}
