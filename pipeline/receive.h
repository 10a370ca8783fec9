/*
 * receive.h: from landing/ to an open, hashed, sealed delivery.
 */
#ifndef RECEIVE_H
#define RECEIVE_H

#include "delivery.h"
#include "site.h"

/* Lists everything in landing/ (two levels of folders deep), sorted by stage and name, so that any
 * two runs over the same files take them in the same order. Entries no feed claims have feed ==
 * NULL. Names that start with a dot and unfinished transfers (.part, .tmp, .filepart, .crdownload,
 * a trailing
 * ~) are passed over. Waits up to a second when the newest file is younger than that. The array
 * belongs to the caller's arena. */
int receive_scan(const struct site *site, struct arena *arena, struct delivery **ret,
                 size_t *ret_count, struct error *error);

/* The story of an entry no feed claims: ERROR_DELIVERY_MISNAMED when its name is almost that of a
 * feed, else ERROR_DELIVERY_UNRECOGNISED. Returns the code. */
int receive_tell_unclaimed(const struct site *site, const struct delivery *delivery,
                           struct error *error);

/* Opens the file without following links: ERROR_DELIVERY_NOT_REGULAR, ERROR_DELIVERY_BEING_WRITTEN
 * (another program has it open for writing), ERROR_FILE_FAILED. The descriptor is the caller's. */
int receive_open(const struct site *site, struct delivery *delivery, int *ret_fd,
                 struct error *error);

/* Reads the file once: fills delivery->sha256 and id, and seals a copy into the archive when
 * archive_key is given. ERROR_DELIVERY_EMPTY when it has no bytes. The offset is back at 0
 * afterwards. */
int receive_hash(const struct site *site, struct delivery *delivery, int fd,
                 const unsigned char *archive_key, struct error *error);

/* Is the file still what it was when it was opened? ERROR_DELIVERY_CHANGED when not. */
int receive_unchanged(const struct delivery *delivery, int fd, struct error *error);

/* Removes the landing copy: its ledger row is committed. A later file that has taken its name since
 * is left alone, by receive_hold too. */
int receive_done(const struct site *site, const struct delivery *delivery, struct error *error);
/* Moves the landing copy to held/, under its name and the first digits of its hash. */
int receive_hold(const struct site *site, const struct delivery *delivery, struct error *error);

#endif
