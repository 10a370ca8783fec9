/*
 * nickname.h: short forms and spellings of given names, each with the name it stands for.
 */
#ifndef LINKAGE_NICKNAME_H
#define LINKAGE_NICKNAME_H

#include "base/error.h"
#include "base/slice.h"

/* Read-only once made, so that threads can share it. */
struct linkage_nicknames;

/* Text of config/linkage/nicknames.csv: comments begin with #, then the heading "name,canonical",
 * then a pair a line in upper-case ASCII letters. ERROR_CONFIG_INVALID with the line: something
 * else, a name that stands for two, a canonical name that itself stands for another. */
int linkage_nicknames_parse(const char *text, size_t length, struct linkage_nicknames **ret,
                            struct error *error);
/* NULL is fine. */
void linkage_nicknames_free(struct linkage_nicknames *nicknames);

/* The canonical form of a name, or the name itself. nicknames may be NULL. */
struct slice linkage_nicknames_canonical(const struct linkage_nicknames *nicknames,
                                         struct slice name);

size_t linkage_nicknames_count(const struct linkage_nicknames *nicknames);

#endif
