/*
 * site.h: a site folder and its settings: joinedup.yaml, feeds/, code_lists/, keys/, landing/,
 * archive/, held/, work/ and, unless database: names a server, postgres/.
 */
#ifndef SITE_H
#define SITE_H

#include "base/arena.h"
#include "base/error.h"
#include "feed.h"
#include "problem.h"

/* senders: in joinedup.yaml. What one sender calls a feed's columns. */
struct sender_columns {
    const char *sender; /* upper case */
    const char *feed;
    const char *(*names)[2]; /* {name in the file, field name} */
    size_t count;
};

struct site {
    struct arena arena;
    char folder[4096]; /* absolute */
    char landing[4096], archive[4096], held[4096], work[4096], key_file[4096];
    const char *name;     /* of the system, for reports */
    const char *policy;   /* disclosure profile: "mhsds" */
    const char *database; /* libpq connection string, or NULL: private cluster in SITE/postgres */
    unsigned archive_days;
    uint64_t limit_output_bytes, limit_ratio, limit_memory_bytes, limit_cpu_seconds;
    const char *linkage_model; /* path, from the site's folder; or NULL: the program's own */
    bool has_linkage_threshold, has_linkage_review;
    double linkage_threshold, linkage_review; /* bits, in place of the model's */
    unsigned linkage_jobs;                    /* 0: one a processor */
    uint64_t linkage_full_below; /* records up to which everything is linked anew each time; 0:
                                    never for their number or growth */
    bool linkage_recount;        /* a full linking counts values and priors anew */
    struct feed *feeds;          /* in name order */
    size_t feed_count;
    struct sender_columns *senders;
    size_t sender_count;
};

/* Reads joinedup.yaml, code lists and every feed. Faults go to problems (all of them); returns
 * ERROR_SITE_NOT_FOUND when there is no site, ERROR_CONFIG_INVALID or ERROR_FEED_DEFINITION_INVALID
 * when there was any fault, else 0. */
int site_load(const char *folder, struct site *ret, struct problem_list *problems,
              struct error *error);
void site_release(struct site *site);

/* Adds a fault for each of landing, archive, held, work and keys that is missing (CONFIG_INVALID),
 * not a folder, or open to others (ERROR_PERMISSION). */
void site_check_folders(const struct site *site, struct problem_list *problems);
/* The feed of a name, or NULL. */
const struct feed *site_feed(const struct site *site, const char *name);

/* Where the program's own data is: $JOINEDUP_DATA, config/ beside the build, or
 * PREFIX/share/joinedup/config. */
int site_data_folder(char *ret, size_t size, struct error *error);
/* Path of joinedup-parser: beside this executable, or PREFIX/libexec/joinedup. */
int site_parser_program(char *ret, size_t size, struct error *error);

/* The keys of a site: the newest, and those it grew from by key rotation (rekey.h), each from the
 * next. Tokens begin under the first and go through all later ones; forms of linkage are made with
 * the first; what is sealed is sealed with the newest. */
enum { SITE_KEYS_MAX = 64 };
struct site_key {
    unsigned char *bytes; /* count * SITE_KEY_SIZE, the newest first; OPENSSL_secure_malloc */
    size_t count;
    char id[17];          /* of the newest */
    char check_value[17]; /* of them all */
    char first_id[17];
};
/* Reads the key file into locked memory (key_release wipes it). Mode must be 0600 or stricter. */
int site_key_load(const struct site *site, struct site_key *ret, struct error *error);
void site_key_release(struct site_key *key);
/* The first key of all. */
const unsigned char *site_key_first(const struct site_key *key);

#endif
