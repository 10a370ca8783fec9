/*
 * derive.h: what the files behind form.h share: the keys of the forms and how tokens are made of
 * them. Nobody else includes it.
 */
#ifndef LINKAGE_DERIVE_H
#define LINKAGE_DERIVE_H

#include <openssl/crypto.h>

#include "form.h"
#include "memo.h"
#include "name_part.h"
#include "nickname.h"

enum { KINDS = LINKAGE_TEXT + 1, KEYS_MAX = 7 };

/* The keys of a kind. Two forms share a key where they are to be compared with each other: the
 * first and the second part of a name, a birth date and the one with day and month exchanged. */
enum { NAME_KEY_WHOLE, NAME_KEY_PART, NAME_KEY_SOUND, NAME_KEY_START, NAME_KEY_END };
enum { NAME_KEY_INITIAL = NAME_KEY_END + 1, NAME_KEY_MARK };
enum { BIRTH_KEY_WHOLE, BIRTH_KEY_DAY_OR_MONTH, BIRTH_KEY_YEAR, BIRTH_KEY_MARK };
enum { POSTCODE_KEY_UNIT, POSTCODE_KEY_SECTOR, POSTCODE_KEY_DISTRICT };
enum { POSTCODE_KEY_INWARD = POSTCODE_KEY_DISTRICT + 1, POSTCODE_KEY_MARK };
enum { TEXT_KEY_WHOLE, TEXT_KEY_START, TEXT_KEY_END, TEXT_KEY_MARK, TEXT_KEY_WORD };
enum { ONLY_KEY }; /* sex, NHS number, GP practice, exact */

struct linkage_deriver {
    struct tokeniser *keys[KINDS][KEYS_MAX];
    const struct linkage_nicknames *nicknames;
    struct linkage_memo *memo; /* or NULL */
    uint32_t sexes[2];         /* tokens of "1" and "2" */
    struct name_parts name;    /* room to work in, wiped in the end */
    struct folded folded;
    char text[4 * FOLD_POINTS_MAX];
};

/* Which key, and the column's name for kinds that several fields can have (NULL otherwise). */
struct form_key {
    enum linkage_kind kind;
    int key;
    const char *column;
};

/* Makes all keys. 0, or ERROR_INTERNAL or ERROR_OUT_OF_MEMORY with some of them made. */
int derive_keys(struct linkage_deriver *deriver, const unsigned char site_key[SITE_KEY_SIZE],
                struct error *error);

/* The first 16 bytes of the HMAC of text. 0 or ERROR_INTERNAL, like the next ones. */
int form_hash(struct linkage_deriver *deriver, struct form_key key, struct slice text,
              struct token *ret);
/* Its first 32 bits; 1 instead of 0. Empty text gives 0: no form. */
int form_token(struct linkage_deriver *deriver, struct form_key key, struct slice text,
               uint32_t *ret);
/* Its first 16 bits; 1 instead of 0. */
int form_mark(struct linkage_deriver *deriver, struct form_key key, struct slice text,
              uint16_t *ret);

/* Marks of text into marks of (limit + 1) / 2 words at words: the text itself first, then, when it
 * has four letters or more, the text with one letter left out, each such text once, from the front,
 * as far as limit goes. */
int form_marks(struct linkage_deriver *deriver, struct form_key key, struct slice text,
               size_t limit, uint32_t *words);
/* Writes mark number at into the run of marks at words. */
void form_put_mark(uint32_t *words, size_t at, uint16_t mark);

/* The first and the last count letters of text (all of them when it has fewer). */
struct slice form_start(struct slice text, size_t count);
struct slice form_end(struct slice text, size_t count);

/* One function a kind, each 0 or a negative code. hot and cold are zeroed runs. */
int derive_name(struct linkage_deriver *deriver, enum linkage_kind kind, struct secret value,
                uint32_t *hot, uint32_t *cold);
int derive_birth(struct linkage_deriver *deriver, struct secret value, uint32_t *hot,
                 uint32_t *cold);
int derive_postcode(struct linkage_deriver *deriver, struct secret value, uint32_t *hot,
                    uint32_t *cold);
int derive_text(struct linkage_deriver *deriver, const char *column, struct secret value,
                uint32_t *hot, uint32_t *cold);
int derive_exact(struct linkage_deriver *deriver, const char *column, struct secret value,
                 uint32_t *hot);

#endif
