#include "seal.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "aead.h"

enum { ADDED_SIZE = TOKEN_SIZE + 1 };

struct linkage_sealer {
    struct tokeniser *nonces;
    struct aead aead;
};

int linkage_sealer_new(const unsigned char site_key[SITE_KEY_SIZE], struct linkage_sealer **ret,
                       struct error *error)
{
    struct linkage_sealer *sealer = calloc(1, sizeof *sealer);

    if (sealer == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the keys of identities");
    int result = tokeniser_new_for(site_key, "linkage/seal/1/nonce", &sealer->nonces, error);
    if (result == 0)
        result = aead_init(&sealer->aead, site_key, "linkage/seal/1", error);
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
    aead_release(&sealer->aead);
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

static struct slice slice_from(const unsigned char *bytes, size_t length)
{
    return (struct slice){(const char *)bytes, length};
}

int linkage_seal(struct linkage_sealer *sealer, const struct token *patient_key,
                 const struct linkage_identity *identity, unsigned char ret[SEALED_SIZE])
{
    unsigned char content[SEAL_CONTENT_SIZE], added[ADDED_SIZE];
    struct slice fields[2] = {slice_from(added, sizeof added), slice_from(content, sizeof content)};
    unsigned char *nonce = ret + 1;
    struct token token;
    bool sealed = false;

    put_content(identity, content);
    put_added(patient_key, added);
    ret[0] = SEAL_VERSION;
    if (tokeniser_token(sealer->nonces, "identity", fields, 2, &token) == 0) {
        memcpy(nonce, token.bytes, SEAL_NONCE_SIZE);
        sealed = aead_seal(&sealer->aead, nonce, fields[0], fields[1], nonce + SEAL_NONCE_SIZE);
    }
    OPENSSL_cleanse(content, sizeof content);
    return sealed ? 0 : ERROR_INTERNAL;
}

int linkage_unseal(struct linkage_sealer *sealer, const struct token *patient_key,
                   const unsigned char *sealed, size_t length, struct linkage_identity *ret,
                   struct error *error)
{
    unsigned char content[SEAL_CONTENT_SIZE], added[ADDED_SIZE];
    const unsigned char *nonce = sealed + 1, *text = nonce + SEAL_NONCE_SIZE;
    int result = 0;

    if (length != SEALED_SIZE || sealed[0] != SEAL_VERSION)
        return error_set(error, ERROR_IDENTITY_DAMAGED,
                         "a sealed identity is not of the size or version it should be");
    put_added(patient_key, added);
    switch (aead_open(&sealer->aead, nonce, slice_from(added, sizeof added),
                      slice_from(text, SEAL_CONTENT_SIZE + SEAL_TAG_SIZE), content)) {
    case AEAD_OPENED:
        take_content(content, ret);
        break;
    case AEAD_DAMAGED:
        result = error_set(error, ERROR_IDENTITY_DAMAGED,
                           "a sealed identity is damaged, or of another record or key");
        break;
    case AEAD_FAILED:
    default:
        result = error_set(error, ERROR_INTERNAL, "a sealed identity: OpenSSL failed");
        break;
    }
    OPENSSL_cleanse(content, sizeof content);
    return result;
}
