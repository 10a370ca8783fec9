#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static int cannot(struct error *error, const char *what, const char *path)
{
    return error_set_errno(error, ERROR_FILE_FAILED, errno, "%s %.400s", what, path);
}

int folder_make(const char *path, mode_t mode, struct error *error)
{
    char part[PATH_MAX];
    struct stat facts;

    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return error_set(error, ERROR_FILE_FAILED, "the path of a folder is too long");
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            return cannot(error, "cannot make folder", part);
        *slash = '/';
    }
    if (mkdir(part, mode) != 0) {
        if (errno != EEXIST)
            return cannot(error, "cannot make folder", part);
        if (stat(part, &facts) != 0 || !S_ISDIR(facts.st_mode))
            return error_set(error, ERROR_FILE_FAILED, "%.400s is not a folder", part);
        return 0;
    }
    /* umask took bits off that were asked for. */
    return chmod(part, mode) == 0 ? 0 : cannot(error, "cannot set the mode of", part);
}

static int copy_bytes(int from, int to, struct error *error)
{
    char buffer[16384];

    for (;;) {
        ssize_t count = file_read_some(from, buffer, sizeof buffer, error);
        int result = count <= 0 ? 0 : file_write_all(to, buffer, (size_t)count, error);

        if (count <= 0)
            return count < 0 ? error->code : 0;
        if (result < 0)
            return result;
    }
}

static int copy_file(const char *from, const char *to, struct error *error)
{
    int source = open(from, O_RDONLY | O_CLOEXEC), target, result;

    if (source < 0)
        return cannot(error, "cannot read", from);
    target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (target < 0) {
        result = errno == EEXIST ? 0 : cannot(error, "cannot write", to);
        close(source);
        return result;
    }
    result = copy_bytes(source, target, error);
    if (close(target) != 0 && result == 0)
        result = cannot(error, "cannot write", to);
    close(source);
    if (result < 0)
        unlink(to); /* a half file would be left alone by the next try */
    return result;
}

static bool ends_in(const char *name, const char *const *endings)
{
    for (; *endings != NULL; endings++) {
        size_t length = strlen(name), ending = strlen(*endings);

        if (length > ending && strcmp(name + length - ending, *endings) == 0)
            return true;
    }
    return false;
}

static int copy_entry(const char *from, const char *to, const char *const *endings, unsigned depth,
                      const char *name, struct error *error)
{
    char source[PATH_MAX], target[PATH_MAX];
    struct stat facts;

    if (snprintf(source, sizeof source, "%s/%s", from, name) >= (int)sizeof source ||
        snprintf(target, sizeof target, "%s/%s", to, name) >= (int)sizeof target)
        return error_set(error, ERROR_FILE_FAILED, "a path is too long");
    if (stat(source, &facts) != 0)
        return cannot(error, "cannot read", source);
    if (S_ISDIR(facts.st_mode))
        return depth == 0 ? 0 : folder_copy(source, target, endings, depth - 1, error);
    return S_ISREG(facts.st_mode) && ends_in(name, endings) ? copy_file(source, target, error) : 0;
}

int folder_copy(const char *from, const char *to, const char *const *endings, unsigned depth,
                struct error *error)
{
    int result = folder_make(to, 0700, error);
    struct dirent *entry;
    DIR *folder;

    if (result < 0)
        return result;
    folder = opendir(from);
    if (folder == NULL)
        return cannot(error, "cannot read folder", from);
    while (result == 0 && (entry = readdir(folder)) != NULL) {
        if (*entry->d_name != '.')
            result = copy_entry(from, to, endings, depth, entry->d_name, error);
    }
    closedir(folder);
    return result;
}
