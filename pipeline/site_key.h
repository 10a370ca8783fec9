/*
 * site_key.h: the key file. Its form: lines "joinedup-key 1", "id: <16 hex>", "created: <date>",
 * "key: <64 hex>". After a rotation the first line says 2 and the last three come once a key, the
 * newest first: a program that knows no chains refuses it. site.h has what the other rooms need.
 *
 * A rotation writes the new file beside the old one (site.key.next), whole and synced, before the
 * database commits, and renames it after. Which of the two holds is said by the check value in the
 * database alone, so a kill between leaves nothing in doubt: site_key_settle puts it right.
 */
#ifndef SITE_KEY_H
#define SITE_KEY_H

#include "database.h"
#include "site.h"

/* Makes a key of the machine's random bytes and writes it to a new file of mode 0600, whole or not
 * at all. Refuses (ERROR_FILE_FAILED) when there is a file already. *ret is as from site_key_load.
 */
int site_key_create(const struct site *site, struct site_key *ret, struct error *error);

/* A new key grown from current, written to site.key.next; current stays as it is. */
int site_key_grow(const struct site *site, const struct site_key *current, struct site_key *ret,
                  struct error *error);
/* Makes site.key.next the site's key. No error when another process has just done it. */
int site_key_adopt(const struct site *site, struct error *error);
/* Takes site.key.next away: the rotation was given up before it could commit. */
void site_key_drop_next(const struct site *site);

/* Does the database hold what was made with this key? *ret_id: the id it knows, "" for none yet;
 * then any key fits. */
int site_key_fits(struct database *database, const struct site_key *key, char ret_id[256],
                  bool *ret_fits, struct error *error);
/* Ends what a killed rotation left. If the database's check value is that of site.key.next, the
 * file takes its place and *key is loaded anew; if not, and the caller holds the run lock, it goes.
 * Without the lock a rotation may be at work, and the file is left alone. */
int site_key_settle(const struct site *site, struct database *database, bool locked,
                    struct site_key *key, struct error *error);
/* site_key_settle, and then the key must fit: ERROR_KEY_MISMATCH. For what opens identities:
 * another key opens none, and the first would be called damaged. */
int site_key_require(const struct site *site, struct database *database, bool locked,
                     struct site_key *key, struct error *error);

#endif
