/*
 * token.h: keys and tokens.
 *
 * A site key (32 random bytes) never hashes anything itself. HKDF-SHA-256 derives one key a
 * purpose: info = "joinedup/1/" purpose. A token is HMAC-SHA-256 under the purpose's key over label
 * (length-prefixed) | version byte 1 | each field (length-prefixed, 32-bit big-endian) cut to 128
 * bits, stored as uuid. Length prefixes keep ("ab","c") from ("a","bc"). Source of the
 * construction: NIST SP 800-107 truncation, RFC 5869; see docs/privacy.md.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

enum { SITE_KEY_SIZE = 32, TOKEN_SIZE = 16, TOKEN_FIELDS_MAX = 6 };

struct token {
    unsigned char bytes[TOKEN_SIZE];
};

/* Order by bytes, for qsort and bsearch; of structs that begin with a token too. */
static inline int token_compare(const void *left, const void *right)
{
    return memcmp(left, right, TOKEN_SIZE);
}

/* Derives the 32-byte key of a purpose ("token", "archive", "check", ...). out is the caller's. */
int token_derive_key(const unsigned char site_key[SITE_KEY_SIZE], const char *purpose,
                     unsigned char out[32], struct error *error);

/* First 8 bytes of HMAC(key of purpose "check", "joinedup check value"), as 16 hex digits: shown
 * and stored, tells nothing of the key. */
int token_check_value(const unsigned char site_key[SITE_KEY_SIZE], char ret_text[17],
                      struct error *error);

/* A keyed HMAC state, made once and copied for each token (EVP_MD_CTX_copy_ex of the two pads). */
struct tokeniser;

int tokeniser_new(const unsigned char site_key[SITE_KEY_SIZE], struct tokeniser **ret,
                  struct error *error);
/* The same under the key of another purpose ("linkage/1/sex/whole"); tokeniser_new is "token". */
int tokeniser_new_for(const unsigned char site_key[SITE_KEY_SIZE], const char *purpose,
                      struct tokeniser **ret, struct error *error);
/* Wipes and frees. NULL is fine. */
void tokeniser_free(struct tokeniser *tokeniser);
/* The token of label and fields. Fails only when OpenSSL does (ERROR_INTERNAL). */
int tokeniser_token(struct tokeniser *tokeniser, const char *label, const struct slice *fields,
                    size_t field_count, struct token *ret_token);

#endif
