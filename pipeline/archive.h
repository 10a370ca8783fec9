/*
 * archive.h: the sealed archive. Every delivery is kept as it came, for the days the site sets,
 * under archive/<2 hex>/<sha256>.sealed.
 *
 * Format: "JUSEAL1\n", 8 random bytes, then chunks: 4 bytes length (big-endian, top bit = last
 * chunk), AES-256-GCM ciphertext, 16 bytes tag. Nonce = the 8 random bytes and the chunk's number;
 * the length word is authenticated, so chunks can neither be cut off, moved nor exchanged. The key
 * is derived from the site key for this purpose alone ("archive").
 */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <stdint.h>

#include "base/error.h"

enum { ARCHIVE_CHUNK = 64 * 1024 };

struct archive_writer;

/* Starts a sealed file under a temporary name in the archive itself: it may be a disk of its own,
 * into which no file of another can be moved. */
int archive_writer_new(const char *archive, const unsigned char key[32],
                       struct archive_writer **ret, struct error *error);
int archive_write(struct archive_writer *writer, const void *bytes, size_t length,
                  struct error *error);
/* Seals the last chunk, syncs, and moves the file to its place under archive. An archive that has
 * the content already keeps what it has. */
int archive_writer_commit(struct archive_writer *writer, const char *archive,
                          const unsigned char sha256[32], struct error *error);
/* Frees; drops the temporary file unless committed. NULL is fine. */
void archive_writer_free(struct archive_writer *writer);

/* Opens a sealed file and writes its content to fd output. keys: one a key of the site, the newest
 * first: a file stays under the key it was sealed with when the site's is rotated, and the first
 * chunk says under which. ERROR_FILE_FAILED when it is damaged, cut short or sealed under another
 * key. */
int archive_unseal(const char *path, const unsigned char (*keys)[32], size_t key_count, int output,
                   struct error *error);

/* Removes sealed files older than days, and what killed loaders left unsealed: only to be called
 * while nobody seals. */
int archive_expire(const char *archive, unsigned days, struct error *error);

#endif
