/*
 * link_input.h: the records a link command works on: a site's, opened as the link stage opens them,
 * or those of CSV files that a YAML map tells the columns of (evaluation_map.h).
 */
#ifndef LINK_INPUT_H
#define LINK_INPUT_H

#include "command.h"
#include "evaluation_set.h"
#include "link_read.h"
#include "link_snapshot.h"
#include "linkage/engine.h"

enum { LINK_NAME_MAX = 256 };

struct link_input {
    const struct invocation *invocation;
    struct arena arena;
    struct linkage_nicknames *nicknames;
    struct linkage_model *model; /* in use; NULL: files, and no --model */
    struct linkage_set *set;     /* NULL until the records are read */
    const struct linkage_verdict *verdicts;
    size_t verdict_count;
    unsigned threads;
    bool from_files;
    /* A site's. */
    struct site site;
    struct site_key key;
    struct database database;
    bool site_loaded, key_loaded, database_open;
    struct link_records records;
    struct link_snapshot snapshot; /* its model is NULL when it does not fit the one in use */
    /* Of files. */
    struct evaluation_map map;
    struct evaluation_request request;
    struct evaluation_set files;
};

/* Are CSV files meant (--left), not the site? */
bool link_input_wants_files(const struct invocation *invocation);

/* The site, its database and its model; no key and no record. Close also after a failure. */
int link_input_open_site(const struct invocation *invocation, struct link_input *ret,
                         struct error *error);
/* After link_input_open_site: the key, which must be the warehouse's, and all records. */
int link_input_read_site(struct link_input *input, struct error *error);
/* The files of --left, --right and --map, and the model of --model. Close also after a failure. */
int link_input_read_files(const struct invocation *invocation, struct link_input *ret,
                          struct error *error);
/* One of the two, as the invocation says. */
int link_input_read(const struct invocation *invocation, struct link_input *ret,
                    struct error *error);
void link_input_close(struct link_input *input);

/* What the records are called outside: patient_key, or the id in the file. */
const char *link_input_name(const struct link_input *input, uint32_t record,
                            char ret[LINK_NAME_MAX]);
/* ERROR_RECORD_UNKNOWN; ERROR_USAGE when an id stands for several records. */
int link_input_find(const struct link_input *input, const char *name, uint32_t *ret,
                    struct error *error);
/* The records of a command's arguments A and B; ERROR_RECORD_UNKNOWN says which of the two it is,
 * ERROR_USAGE that they are one. */
int link_input_find_two(const struct link_input *input, const char *const names[2], uint32_t *one,
                        uint32_t *other, struct error *error);

/* Do counts and priors stand as the site's last full linking left them? Else link_input_run makes
 * them anew, also of files. */
bool link_input_counts_kept(const struct link_input *input);

/* Links the records by a model as a night would: by the model in use, with the counts and priors
 * that the nights decide by. NULL: trains one, keeping what the model in use
 * has fixed by hand. */
int link_input_run(struct link_input *input, const struct linkage_model *model,
                   struct linkage_result *ret, struct error *error);

/* A patient_key in its usual writing, in any case: false for other text. */
bool link_key_parse(const char *text, struct token *ret);
/* ret holds 37 bytes. */
void link_key_write(const struct token *key, char *ret);

#endif
