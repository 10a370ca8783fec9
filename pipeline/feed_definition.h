/*
 * feed_definition.h: reads a feed's feed.yaml, fields.csv, rules.csv and the code lists they name
 * into the structs of transforms/feed.h. The grammar is told in docs/feed-definition.md.
 */
#ifndef FEED_DEFINITION_H
#define FEED_DEFINITION_H

#include "base/arena.h"
#include "base/error.h"
#include "feed.h"
#include "problem.h"

/* Everything of *ret lives in the arena. feed_folder's last part is the feed's name. Every fault
 * goes to problems. Returns 0, ERROR_FEED_DEFINITION_INVALID when there was any fault (*ret
 * untouched), or ERROR_OUT_OF_MEMORY. */
int feed_definition_load(struct arena *arena, const char *feed_folder, const char *code_list_folder,
                         struct feed *ret, struct problem_list *problems, struct error *error);

/* The same from texts, without any file: code lists cannot be named then. For the fuzzer. */
int feed_definition_parse(struct arena *arena, const char *feed_name, struct slice feed_yaml,
                          struct slice fields_csv, struct slice rules_csv, struct feed *ret,
                          struct problem_list *problems, struct error *error);

#endif
