/*
 * file.h: the few file operations everybody needs, with short writes, EINTR and full disks told.
 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

int file_write_all(int fd, const void *bytes, size_t length, struct error *error);
/* Bytes read (0 = end), or negative error code. */
ssize_t file_read_some(int fd, void *bytes, size_t size, struct error *error);
int file_sync_folder(const char *folder, struct error *error);
/* Lower-case hex of length bytes; text holds 2 * length + 1. */
void file_hex(const unsigned char *bytes, size_t length, char *text);

#endif
