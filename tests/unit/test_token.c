/* test_token.c: HKDF and HMAC against published vectors and against OpenSSL's own MAC. */
#include "unit.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "token.h"

static const unsigned char site_key[SITE_KEY_SIZE] = "0123456789abcdef0123456789abcde";

static void hex(const unsigned char *bytes, size_t count, char *text)
{
    for (size_t i = 0; i < count; i++)
        (void)sprintf(text + 2 * i, "%02x", bytes[i]);
}

/* HMAC-SHA-256 by OpenSSL's EVP_MAC: the other way to the same answer. */
static void reference_hmac(const unsigned char *key, size_t key_length, const void *message,
                           size_t length, unsigned char out[32])
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
    size_t taken;

    assert_int_equal(EVP_MAC_init(context, key, key_length, parameters), 1);
    assert_int_equal(EVP_MAC_update(context, message, length), 1);
    assert_int_equal(EVP_MAC_final(context, out, &taken, 32), 1);
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);
}

/* RFC 5869 by hand for an empty salt and one block: HMAC(HMAC(0, key), info 0x01). */
static void reference_key(const char *info, unsigned char out[32])
{
    unsigned char zero[32] = {0}, extracted[32], message[128];
    size_t length = strlen(info);

    reference_hmac(zero, sizeof zero, site_key, sizeof site_key, extracted);
    memcpy(message, info, length);
    message[length] = 1;
    reference_hmac(extracted, sizeof extracted, message, length + 1, out);
}

/* The reference itself is held to RFC 4231, so that agreement with it means something. */
static void reference_agrees_with_rfc_4231(void **state)
{
    static const struct {
        const char *key, *message, *digest;
    } cases[] = {
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
         "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        unsigned char out[32];
        char text[65];

        reference_hmac((const unsigned char *)cases[i].key, strlen(cases[i].key), cases[i].message,
                       strlen(cases[i].message), out);
        hex(out, sizeof out, text);
        assert_string_equal(text, cases[i].digest);
    }
}

static void derived_keys_are_hkdf(void **state)
{
    static const char *const purposes[] = {"token", "archive", "check"};
    unsigned char keys[3][32];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        unsigned char expected[32];
        char info[64];
        struct error error;

        (void)snprintf(info, sizeof info, "joinedup/1/%s", purposes[i]);
        reference_key(info, expected);
        assert_int_equal(token_derive_key(site_key, purposes[i], keys[i], &error), 0);
        assert_memory_equal(keys[i], expected, 32);
    }
    assert_memory_not_equal(keys[0], keys[1], 32);
    assert_memory_not_equal(keys[0], keys[2], 32);
}

static void a_purpose_too_long_is_refused(void **state)
{
    char purpose[100];
    unsigned char key[32] = {7}, untouched[32] = {7};
    struct error error;

    (void)state;
    memset(purpose, 'x', sizeof purpose);
    purpose[99] = '\0';
    assert_int_equal(token_derive_key(site_key, purpose, key, &error), ERROR_INTERNAL);
    assert_memory_equal(key, untouched, 32);
}

static size_t put_prefixed(unsigned char *at, const char *data, size_t length)
{
    at[0] = (unsigned char)(length >> 24);
    at[1] = (unsigned char)(length >> 16);
    at[2] = (unsigned char)(length >> 8);
    at[3] = (unsigned char)length;
    if (length > 0)
        memcpy(at + 4, data, length);
    return length + 4;
}

/* Messages shorter and longer than the inner buffer and than one block. */
static void a_token_is_hmac_over_prefixed_parts(void **state)
{
    static const size_t lengths[] = {0, 1, 20, 55, 64, 300, 312, 320, 321, 5000};
    static char value[5000];
    static unsigned char message[6000];
    unsigned char key[32], expected[32];
    struct tokeniser *tokeniser;
    struct error error;

    (void)state;
    memset(value, 'v', sizeof value);
    reference_key("joinedup/1/token", key);
    assert_int_equal(tokeniser_new(site_key, &tokeniser, &error), 0);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct slice fields[2] = {slice_of("RXX"), {value, lengths[i]}};
        struct token token;
        size_t length = put_prefixed(message, "a.label", 7);

        message[length++] = 1;
        length += put_prefixed(message + length, "RXX", 3);
        length += put_prefixed(message + length, value, lengths[i]);
        reference_hmac(key, sizeof key, message, length, expected);
        assert_int_equal(tokeniser_token(tokeniser, "a.label", fields, 2, &token), 0);
        assert_memory_equal(token.bytes, expected, TOKEN_SIZE);
    }
    tokeniser_free(tokeniser);
}

static void parts_cannot_run_together(void **state)
{
    static const struct {
        const char *label;
        struct slice fields[3];
        size_t count;
    } cases[] = {
        {"l", {{"ab", 2}, {"c", 1}}, 2}, {"l", {{"a", 1}, {"bc", 2}}, 2}, {"l", {{"abc", 3}}, 1},
        {"l", {{"abc", 3}, {"", 0}}, 2}, {"la", {{"bc", 2}}, 1},          {"l", {{"ab\0c", 4}}, 1},
        {"l", {{"ab\0d", 4}}, 1},        {"l", {{"ab", 2}}, 1},
    };
    struct token tokens[COUNT_OF(cases)];
    struct tokeniser *tokeniser;
    struct error error;

    (void)state;
    assert_int_equal(tokeniser_new(site_key, &tokeniser, &error), 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(
            tokeniser_token(tokeniser, cases[i].label, cases[i].fields, cases[i].count, &tokens[i]),
            0);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(tokens[i].bytes, tokens[j].bytes, TOKEN_SIZE);
    }
    tokeniser_free(tokeniser);
}

static void too_many_fields_are_refused(void **state)
{
    struct slice fields[TOKEN_FIELDS_MAX + 1] = {{"", 0}};
    struct tokeniser *tokeniser;
    struct token token;
    struct error error;

    (void)state;
    assert_int_equal(tokeniser_new(site_key, &tokeniser, &error), 0);
    assert_int_equal(tokeniser_token(tokeniser, "l", fields, TOKEN_FIELDS_MAX, &token), 0);
    assert_int_equal(tokeniser_token(tokeniser, "l", fields, TOKEN_FIELDS_MAX + 1, &token),
                     ERROR_INTERNAL);
    tokeniser_free(tokeniser);
    tokeniser_free(NULL);
}

static void the_check_value_tells_keys_apart(void **state)
{
    unsigned char other_key[SITE_KEY_SIZE], key[32], digest[32];
    char text[17], other[17], expected[65];
    struct error error;

    (void)state;
    memcpy(other_key, site_key, sizeof other_key);
    other_key[31] ^= 1;
    reference_key("joinedup/1/check", key);
    reference_hmac(key, sizeof key, "joinedup check value", 20, digest);
    hex(digest, 8, expected);
    assert_int_equal(token_check_value(site_key, text, &error), 0);
    assert_string_equal(text, expected);
    assert_int_equal(token_check_value(other_key, other, &error), 0);
    assert_string_not_equal(text, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_agrees_with_rfc_4231),
        cmocka_unit_test(derived_keys_are_hkdf),
        cmocka_unit_test(a_purpose_too_long_is_refused),
        cmocka_unit_test(a_token_is_hmac_over_prefixed_parts),
        cmocka_unit_test(parts_cannot_run_together),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(the_check_value_tells_keys_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
