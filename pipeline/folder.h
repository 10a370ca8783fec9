/*
 * folder.h: making and copying folders of settings.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <sys/types.h>

#include "base/error.h"

/* Makes path with mode, and the folders above it that are missing. A folder that is there is left.
 */
int folder_make(const char *path, mode_t mode, struct error *error);
/* Copies the plain files of from whose names end in one of endings (NULL at the end), and those of
 * the folders in it (depth levels down), to the folder to. A file that is there is left as it is: a
 * site's own edits win. */
int folder_copy(const char *from, const char *to, const char *const *endings, unsigned depth,
                struct error *error);

#endif
