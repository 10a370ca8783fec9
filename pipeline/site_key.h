/*
 * site_key.h: the key file's form: lines "joinedup-key 1", "id: <16 hex>", "created: <date>",
 * "key: <64 hex>". site.h has what the other rooms need.
 */
#ifndef SITE_KEY_H
#define SITE_KEY_H

#include "site.h"

/* Makes a key of the machine's random bytes and writes it to a new file of mode 0600, whole or not
 * at all. Refuses (ERROR_FILE_FAILED) when there is a file already. *ret is as from site_key_load.
 */
int site_key_create(const struct site *site, struct site_key *ret, struct error *error);

#endif
