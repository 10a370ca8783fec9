/*
 * code_list.h: code lists as a feed definition uses them. A list is read once a feed.
 */
#ifndef CODE_LIST_H
#define CODE_LIST_H

#include "field.h"
#include "settings_reader.h"

struct code_list_file;

/* The lists of one feed. */
struct code_list_store {
    struct arena *arena;
    const char *folder;
    struct problem_list *problems;
    struct code_list_file *files; /* in name order */
};

/* The list NAME, from folder/NAME.csv. by_key: sorted by the normalised value, for map(); else by
 * the value itself, for codes. *ret is NULL when it is missing or faulty: the file's own faults
 * have been added then, and the caller adds one at the place that names the list. */
int code_list_find(struct code_list_store *store, const char *name, bool by_key,
                   const struct code_list **ret, struct error *error);

/* The list of codes written in place: "01 02 03". A code given twice is a fault. */
int code_list_inline(const struct settings_reader *reader, const char *codes, unsigned line,
                     unsigned column, const struct code_list **ret, struct error *error);

/* Lower-case ASCII letters and digits of text only: the normalised name by which columns are bound.
 */
const char *name_key(struct arena *arena, struct slice text);

/* Calls take for each file read, in name order, with its name and bytes: for the definition's hash.
 */
void code_list_each(const struct code_list_store *store,
                    void (*take)(void *context, struct slice name, struct slice bytes),
                    void *context);

#endif
