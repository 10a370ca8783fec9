/* test_rekey.c: tokens through a chain of keys: one block of AES-256 a rotation, forth and back. */
#include "unit.h"

#include <openssl/evp.h>

#include "rekey.h"

/* The newest first. */
static const unsigned char keys[4 * SITE_KEY_SIZE] = "the fourth key, of 32 bytes....."
                                                     "the third key, of 32 bytes......"
                                                     "the second key, of 32 bytes....."
                                                     "the first key, of 32 bytes.....";

static const unsigned char *chain(size_t count)
{
    return keys + (4 - count) * SITE_KEY_SIZE;
}

/* By another interface of OpenSSL than rekey.c's. */
static void reference_step(const unsigned char *site_key, struct token *token)
{
    unsigned char key[32], block[32];
    struct error error;
    int length;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    assert_int_equal(token_derive_key(site_key, "token/rekey/1", key, &error), 0);
    assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_256_ecb(), NULL, key, NULL), 1);
    EVP_CIPHER_CTX_set_padding(context, 0);
    assert_int_equal(EVP_EncryptUpdate(context, block, &length, token->bytes, TOKEN_SIZE), 1);
    assert_int_equal(length, TOKEN_SIZE);
    memcpy(token->bytes, block, TOKEN_SIZE);
    EVP_CIPHER_CTX_free(context);
}

static struct rekeyer *rekeyer_of(size_t count)
{
    struct rekeyer *rekeyer;
    struct error error;

    assert_int_equal(rekeyer_new(chain(count), count, &rekeyer, &error), 0);
    return rekeyer;
}

static void each_later_key_is_one_block(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 4; count++) {
        struct rekeyer *rekeyer = rekeyer_of(count);
        struct token token = {"fifteen bytes.."}, expected = token, origin;

        for (size_t i = 1; i < count; i++)
            reference_step(chain(i + 1), &expected);
        assert_int_equal(rekeyer_present(rekeyer, &token), 0);
        assert_memory_equal(token.bytes, expected.bytes, TOKEN_SIZE);
        origin = token;
        assert_int_equal(rekeyer_origin(rekeyer, &origin), 0);
        assert_memory_equal(origin.bytes, "fifteen bytes..", TOKEN_SIZE);
        rekeyer_free(rekeyer);
    }
    rekeyer_free(NULL);
}

/* What a rotation makes of a token is what the loader makes from then on. */
static void a_step_leads_from_one_chain_to_the_next(void **state)
{
    const struct slice field = {"RXX", 3};
    struct error error;

    (void)state;
    for (size_t count = 1; count < 4; count++) {
        struct rekeyer *grown = rekeyer_of(count + 1);
        struct tokeniser *before, *after;
        struct token old, new;

        assert_int_equal(tokeniser_new_chain(chain(count), count, &before, &error), 0);
        assert_int_equal(tokeniser_new_chain(chain(count + 1), count + 1, &after, &error), 0);
        assert_int_equal(tokeniser_token(before, "label", &field, 1, &old), 0);
        assert_int_equal(tokeniser_token(after, "label", &field, 1, &new), 0);
        assert_memory_not_equal(old.bytes, new.bytes, TOKEN_SIZE);
        assert_int_equal(rekeyer_step(grown, &old), 0);
        assert_memory_equal(old.bytes, new.bytes, TOKEN_SIZE);
        tokeniser_free(before);
        tokeniser_free(after);
        rekeyer_free(grown);
    }
}

static void a_chain_of_one_is_the_key_alone(void **state)
{
    const struct slice field = {"RXX", 3};
    struct tokeniser *alone, *one;
    struct rekeyer *rekeyer = rekeyer_of(1);
    struct token expected, token;
    struct error error;

    (void)state;
    assert_int_equal(tokeniser_new(chain(1), &alone, &error), 0);
    assert_int_equal(tokeniser_new_chain(chain(1), 1, &one, &error), 0);
    assert_int_equal(tokeniser_token(alone, "label", &field, 1, &expected), 0);
    assert_int_equal(tokeniser_token(one, "label", &field, 1, &token), 0);
    assert_memory_equal(token.bytes, expected.bytes, TOKEN_SIZE);
    assert_int_equal(rekeyer_step(rekeyer, &token), 0);
    assert_memory_equal(token.bytes, expected.bytes, TOKEN_SIZE);
    tokeniser_free(alone);
    tokeniser_free(one);
    rekeyer_free(rekeyer);
    assert_int_equal(tokeniser_new_chain(keys, 0, &one, &error), ERROR_INTERNAL);
    assert_int_equal(rekeyer_new(keys, 0, &rekeyer, &error), ERROR_INTERNAL);
}

/* The order of the keys is part of what they make. */
static void keys_out_of_place_make_other_tokens(void **state)
{
    unsigned char exchanged[3 * SITE_KEY_SIZE];
    struct rekeyer *right = rekeyer_of(3), *wrong;
    struct token expected = {"fifteen bytes.."}, token = expected;
    struct error error;

    (void)state;
    memcpy(exchanged, chain(3) + SITE_KEY_SIZE, SITE_KEY_SIZE);
    memcpy(exchanged + SITE_KEY_SIZE, chain(3), SITE_KEY_SIZE);
    memcpy(exchanged + 2 * SITE_KEY_SIZE, chain(1), SITE_KEY_SIZE);
    assert_int_equal(rekeyer_new(exchanged, 3, &wrong, &error), 0);
    assert_int_equal(rekeyer_present(right, &expected), 0);
    assert_int_equal(rekeyer_present(wrong, &token), 0);
    assert_memory_not_equal(token.bytes, expected.bytes, TOKEN_SIZE);
    rekeyer_free(right);
    rekeyer_free(wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_later_key_is_one_block),
        cmocka_unit_test(a_step_leads_from_one_chain_to_the_next),
        cmocka_unit_test(a_chain_of_one_is_the_key_alone),
        cmocka_unit_test(keys_out_of_place_make_other_tokens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
