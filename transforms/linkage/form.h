/*
 * form.h: derive, then hash, then drop. From an identifying value to the tokens of its forms.
 *
 * Each form of each kind has a key of its own (HKDF purpose "linkage/1/" kind "/" form) and its
 * token is an HMAC under it with kind, form and version in the label, so that no token of one form
 * can be compared with one of another. Placeholders and impossible values give no form at all:
 * pseudo postcodes (ZZ99), 1800-, 1890- and 1900-01-01, names such as BABY or UNKNOWN, NHS numbers
 * that fail modulus 11 or are all one digit. Numbers that begin with 999 are kept: made-up
 * populations use them, and real feeds hold none. docs/linkage.md
 * lists the forms and what each is for.
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

/* Writes the forms of value into the field's words of face; blank, invalid and placeholder values
 * leave zeros. Dates: yyyy-mm-dd, yyyymmdd, dd/mm/yyyy, dd-mm-yyyy, yyyy/mm/dd, yyyy-mm and yyyy
 * (the parts that are known). A one-letter name gives only its initial. Returns 1 when a form was
 * written, 0 when none, or a negative code. */
int linkage_derive(struct linkage_deriver *deriver, const struct linkage_field *field,
                   struct secret value, uint32_t *face);

/* Parts a full name: "Given Middle Family", "FAMILY, Given Middle", titles (Mr, Mrs, Dr) dropped;
 * particles stay with the family name ("van der Berg"). The parts point into value. */
void linkage_split_name(struct secret value, struct secret *ret_given, struct secret *ret_family);

#endif
