/* site_key_file.h: what reading and writing of key files share. */
#ifndef SITE_KEY_FILE_H
#define SITE_KEY_FILE_H

#include "site_key.h"
#include "token.h"

enum { KEY_FILE_MAX = 8192 }; /* SITE_KEYS_MAX keys of three lines fit */
#define KEY_FILE_SINGLE "joinedup-key 1\n"
#define KEY_FILE_CHAIN  "joinedup-key 2\n"

/* Locked memory, no core dump, no debugger: from here on this process holds a key. */
int site_key_guard_process(struct error *error);
/* Room for the longest chain. */
int site_key_make_room(struct site_key *key, struct error *error);
int site_key_id(const unsigned char *bytes, char ret_id[17], struct error *error);
/* Fills ids and check value from the keys. */
int site_key_describe(struct site_key *key, struct error *error);
int site_key_load_file(const char *path, struct site_key *ret, struct error *error);

#endif
