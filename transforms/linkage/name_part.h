/*
 * name_part.h: the parts of a person's name in normal form, before any hashing.
 */
#ifndef LINKAGE_NAME_PART_H
#define LINKAGE_NAME_PART_H

#include "fold.h"
#include "secret.h"

enum { NAME_PARTS_MAX = 12, NAME_TEXT_MAX = 256 };

/* Parts in the order they are written. Letters only (fold.h): O'Neill is ONEILL. Hyphens, blanks
 * and anything else part words. Titles (MR, DR, ...) before another word are dropped, what stands
 * in brackets is dropped ("Elizabeth (Liz)"), particles are joined to the next word (VAN DER BERG
 * is VANDERBERG, MC DONALD is MCDONALD). Initials after the first given name are dropped: JOHN P is
 * JOHN. */
struct name_parts {
    struct slice parts[NAME_PARTS_MAX]; /* into text, one behind the other */
    size_t count;
    size_t letters; /* of all parts together */
    struct slice whole;
    char text[NAME_TEXT_MAX];
    struct folded folded; /* room to work in */
};

/* Fills ret; false, with no parts, for blanks, placeholders (BABY, UNKNOWN, XX, ...) and what is no
 * name at all. given: rules for given names hold. The caller wipes ret. */
bool name_parts_of(struct secret value, bool given, struct name_parts *ret);

/* Latin initials tell little; a name of one letter of another script is a name. */
bool name_part_is_initial(struct slice part);

/* A word that belongs to the one behind it: van, der, de, mac, o, bin ... (upper-case). */
bool name_word_is_particle(struct slice word);
/* Mr, Mrs, Dr, ... (upper-case). */
bool name_word_is_title(struct slice word);

#endif
