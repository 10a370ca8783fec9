/* Where the program's own files are. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "site.h"

/* The folder of the running program; false when the kernel does not tell. */
static bool program_folder(char *folder, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", folder, size - 1);
    char *slash;

    if (length <= 0)
        return false;
    folder[length] = '\0';
    slash = strrchr(folder, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

static bool try_path(const char *folder, const char *below, const char *proof, int mode, char *ret,
                     size_t size)
{
    char path[2 * PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s%s", folder, below, proof);

    if (length < 0 || length >= (int)sizeof path || access(path, mode) != 0)
        return false;
    return snprintf(ret, size, "%s/%s", folder, below) < (int)size;
}

int site_data_folder(char *ret, size_t size, struct error *error)
{
    char folder[PATH_MAX];
    const char *named = getenv("JOINEDUP_DATA");

    if (named != NULL && *named != '\0' && try_path(named, "", "/feeds", R_OK, ret, size))
        return 0;
    /* build/joinedup in its source folder, then PREFIX/bin/joinedup wherever PREFIX was moved to.
     */
    if (program_folder(folder, sizeof folder) &&
        (try_path(folder, "../config", "/feeds", R_OK, ret, size) ||
         try_path(folder, "../share/joinedup/config", "/feeds", R_OK, ret, size)))
        return 0;
    if (try_path(JOINEDUP_PREFIX, "share/joinedup/config", "/feeds", R_OK, ret, size))
        return 0;
    error_set(error, ERROR_FILE_FAILED,
              "the program's own data (feeds/, code_lists/) is not there");
    error_hint(error,
               "install joinedup with make install, or set JOINEDUP_DATA to its config folder");
    return error->code;
}

int site_parser_program(char *ret, size_t size, struct error *error)
{
    char folder[PATH_MAX];

    if (program_folder(folder, sizeof folder) &&
        (try_path(folder, "joinedup-parser", "", X_OK, ret, size) ||
         try_path(folder, "../libexec/joinedup/joinedup-parser", "", X_OK, ret, size)))
        return 0;
    if (try_path(JOINEDUP_PREFIX, "libexec/joinedup/joinedup-parser", "", X_OK, ret, size))
        return 0;
    error_set(error, ERROR_FILE_FAILED, "the program joinedup-parser is not there");
    error_hint(error, "it belongs beside joinedup, or in " JOINEDUP_PREFIX "/libexec/joinedup");
    return error->code;
}
