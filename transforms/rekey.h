/*
 * rekey.h: what becomes of tokens when the site key is rotated.
 *
 * Keys form a chain. A token is made under the first key (token.h); each later key turns it into
 * another by one block of AES-256 under the key of HKDF purpose "token/rekey/1". So no source file
 * is needed, equal tokens stay equal and different ones different (a block cipher is a permutation:
 * nothing can collide), and whoever lacks the newest key can do nothing with the tokens of now,
 * also with all earlier keys in hand.
 *
 * That it can be turned back is wanted: linkage keeps records in the order of their origins, the
 * tokens under the first key, so that a rotation decides nothing anew. Only who has all the keys
 * can turn a token back; who has them can make it from the source anyway.
 */
#ifndef REKEY_H
#define REKEY_H

#include "token.h"

struct rekeyer;

/* keys: count of SITE_KEY_SIZE bytes, the newest first and the first key of all last. One key is a
 * chain without a step, which leaves tokens as they are. */
int rekeyer_new(const unsigned char *keys, size_t count, struct rekeyer **ret, struct error *error);
/* Wipes and frees. NULL is fine. */
void rekeyer_free(struct rekeyer *rekeyer);

/* From origin to present token, through all steps. ERROR_INTERNAL when OpenSSL fails. */
int rekeyer_present(struct rekeyer *rekeyer, struct token *token);
/* Back from the present token to its origin. */
int rekeyer_origin(struct rekeyer *rekeyer, struct token *token);
/* The last step alone: from the token of before the latest rotation to that of after. */
int rekeyer_step(struct rekeyer *rekeyer, struct token *token);

/* A tokeniser of such a chain: begins under the first key and gives present tokens. */
int tokeniser_new_chain(const unsigned char *keys, size_t count, struct tokeniser **ret,
                        struct error *error);

#endif
