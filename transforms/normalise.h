/*
 * normalise.h: one spelling for things that are written in many ways. No locale is consulted:
 * letters and digits of keys, postcodes and codes are ASCII; names of people are Unicode
 * (utf8proc).
 */
#ifndef NORMALISE_H
#define NORMALISE_H

#include "base/slice.h"
#include "secret.h"

enum {
    NORMALISE_KEY_MAX = 128,    /* bytes of a header's or text's key, with its NUL */
    NORMALISE_NAME_MAX = 512,   /* bytes of a person's name in normal form */
    NORMALISE_POSTCODE_MAX = 8, /* "SE137AB" and its NUL */
    NORMALISE_MASK_MAX = 24     /* a shape and its NUL */
};

/* The value without ASCII blanks (space, tab, line ends) and no-break spaces at both ends. */
struct slice normalise_trim(struct slice value);

/* Lower-case letters and digits of text, nothing else: "Care Contact-ID" -> "carecontactid".
 * Returns the length; 0 and "" for text without any, or whose key does not fit. */
size_t normalise_key(struct slice text, char key[NORMALISE_KEY_MAX]);

/* A person's name for tokens: compatibility decomposition, marks stripped, case folded, letters
 * only: "O'Neill-Ångström" -> "oneillangstrom". Returns the length in bytes; 0 when nothing is
 * left, the value is not UTF-8 or too long. */
size_t normalise_person_name(struct secret name, char normal[NORMALISE_NAME_MAX]);

/* Upper-case without the blanks between outward and inward part: "se13  7ab" -> "SE137AB". Looks at
 * blanks and length only; validate_postcode looks at the shape. False: cannot be a postcode. */
bool normalise_postcode(struct secret postcode, char canonical[NORMALISE_POSTCODE_MAX]);

/* The shape of a refused value: digits become 9, letters A, other characters stay, what is not
 * printable ASCII becomes ?; cut at 23 characters. */
void normalise_mask(struct slice value, char mask[NORMALISE_MASK_MAX]);

/* "1" or "2" for what senders write for male and female (m..., f..., 1, 2; case ignored); NULL
 * otherwise. */
const char *normalise_sex(struct secret sex);

#endif
