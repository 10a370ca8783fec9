/*
 * form.h: derive, then hash, then drop. From an identifying value to the tokens of its forms.
 *
 * Each form of each kind has a key of its own (HKDF purpose "linkage/1/" kind "/" form), and that
 * purpose is the label of its tokens too, so that no token of one form can be compared with one of
 * another. Forms that are meant to meet share a key: the first and the second part of a name, a
 * birth date and the one with day and month exchanged, a name and the same name in the other name
 * field. Tokens of exact and text fields take the column's name in: two columns share none.
 *
 * Placeholders and impossible values give no form at all: pseudo postcodes (ZZ99), births before
 * 1850 and on 1890- and 1900-01-01, names such as BABY or UNKNOWN (name_part.h), GP practices
 * V81997 to V81999, NHS numbers that fail modulus 11 or are all one digit or begin with 999 (test
 * numbers). docs/linkage.md lists the forms and what each is for.
 */
#ifndef LINKAGE_FORM_H
#define LINKAGE_FORM_H

#include "schema.h"
#include "secret.h"
#include "token.h"

struct linkage_nicknames; /* nickname -> canonical given name, nickname.h */

/* Makes forms; remembers the forms of values seen before (names repeat), up to memo_bytes. One a
 * thread. Results depend on key, nicknames and value alone, never on the memo. */
struct linkage_deriver;

/* nicknames may be NULL and must outlive the deriver. */
int linkage_deriver_new(const unsigned char site_key[SITE_KEY_SIZE],
                        const struct linkage_nicknames *nicknames, size_t memo_bytes,
                        struct linkage_deriver **ret, struct error *error);
/* Wipes what it remembered and frees. NULL is fine. */
void linkage_deriver_free(struct linkage_deriver *deriver);

/* Writes the forms of value into all of the field's words of face, zeros where there is none;
 * blank, invalid and placeholder values leave only zeros. Returns 1 when a form was written, 0 when
 * none, or ERROR_INTERNAL when OpenSSL fails.
 *
 * Dates: yyyy-mm-dd, yyyymmdd, yyyy/mm/dd, d/m/yyyy, d-m-yyyy, d.m.yyyy, d-Mon-yyyy, a time behind
 * any of them dropped; yyyy-mm and yyyy give the parts that are known. A one-letter name gives only
 * its initial, a postcode "SE13" or "SE13 7" its district and sector. Text and exact values longer
 * than 512 bytes give nothing. */
int linkage_derive(struct linkage_deriver *deriver, const struct linkage_field *field,
                   struct secret value, uint32_t *face);

/* Asks for the memory that linkage_derive of this value will need; twice, some values ahead and
 * nearer: see memo.h. Changes nothing. */
void linkage_derive_ahead(const struct linkage_deriver *deriver, const struct linkage_field *field,
                          struct secret value, bool nearer);

/* Parts a full name: "Given Middle Family", "FAMILY, Given Middle", titles (Mr, Mrs, Dr) dropped;
 * particles stay with the family name ("van der Berg"). The parts point into value. */
void linkage_split_name(struct secret value, struct secret *ret_given, struct secret *ret_family);

#endif
