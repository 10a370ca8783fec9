#include "cluster_process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OLDEST_VERSION = 15, CANNOT_BEGIN = 126 };

/* As root, and above the standard files. A link in its place is not followed: the folders above
 * may be closed to the user on purpose. */
static int open_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    int place = fd < 0 ? -1 : fcntl(fd, F_DUPFD, CLUSTER_FOLDER_DESCRIPTOR);

    if (fd >= 0)
        close(fd);
    return place;
}

static void close_from(int first)
{
    if (close_range((unsigned)first, ~0U, 0) == 0)
        return;
    for (int fd = first; fd < 1024; fd++)
        close(fd);
}

/* In the child. The server must not keep a pipe of ours open, nor see what our environment holds.
 * Works in folder, or, when the user does not reach it, through the descriptor got as root. */
static bool become(const struct cluster_user *user, const char *folder, const char *output)
{
    static char locale[] = "LC_ALL=C.UTF-8", path[] = "PATH=/usr/bin:/bin", zone[] = "TZ=UTC";
    static char *clean[] = {locale, path, zone, NULL};
    sigset_t none;
    int null, log, place = -1;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    if (!user->reaches && (place = open_folder(folder)) < 0)
        return false;
    if (geteuid() == 0 && (initgroups(user->name, user->group) != 0 || setgid(user->group) != 0 ||
                           setuid(user->user) != 0))
        return false;
    umask(077);
    null = open("/dev/null", O_RDWR);
    if (null < 0 || (place < 0 ? chdir(folder) : fchdir(place)) != 0)
        return false;
    log = output == NULL ? null : open(output, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
    if (log < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        return false;
    if (place >= 0 && dup2(place, CLUSTER_FOLDER_DESCRIPTOR) < 0)
        return false;
    close_from(place < 0 ? 3 : CLUSTER_FOLDER_DESCRIPTOR + 1);
    environ = clean;
    return true;
}

int cluster_run_as(const struct cluster_user *user, const char *folder, const char *output,
                   int (*work)(void *context), void *context, struct error *error)
{
    int status;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child < 0)
        return error_set_errno(error, ERROR_INTERNAL, errno, "no process can be started");
    if (child == 0)
        _exit(become(user, folder, output) ? work(context) : CANNOT_BEGIN);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return error_set_errno(error, ERROR_INTERNAL, errno, "a child process was lost");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : CANNOT_BEGIN;
}

struct program {
    const struct cluster_user *user;
    const char *const *arguments;
};

/* Programs of Postgres 15 change to their own folder and back, by path: they must not stand in a
 * folder the user does not reach. */
static int run_program(void *context)
{
    const struct program *program = context;

    if (!program->user->reaches && chdir("/") != 0)
        return CANNOT_BEGIN;
    /* execv takes pointers to non-const for history's sake and changes nothing. */
    execv(program->arguments[0], (char *const *)(uintptr_t)program->arguments);
    return CANNOT_BEGIN;
}

int cluster_run_program(const struct cluster_user *user, const char *folder, const char *output,
                        const char *const *arguments, struct error *error)
{
    struct program program = {user, arguments};

    return cluster_run_as(user, folder, output, run_program, &program, error);
}

const char *cluster_here(const struct cluster_user *user)
{
    return user->reaches ? "." : CLUSTER_FOLDER_PATH;
}

/* ---- which user ---- */

/* In the child: exit status 0 when every folder above this one can be entered. */
static int walk(void *context)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s", (const char *)context);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (access(path, X_OK) != 0)
            return 1;
        *slash = '/';
    }
    return 0;
}

int cluster_user_find(const char *folder, struct cluster_user *ret, struct error *error)
{
    struct stat facts;
    const struct passwd *entry;
    int status;

    if (geteuid() != 0)
        entry = getpwuid(geteuid());
    else if (lstat(folder, &facts) == 0 && facts.st_uid != 0)
        entry = getpwuid(facts.st_uid);
    else
        entry = getpwnam("postgres");
    if (entry == NULL) {
        error_set(error, ERROR_DATABASE_UNREACHABLE,
                  "there is no user for the private Postgres cluster to run as");
        error_hint(error, "install postgresql, which brings user postgres");
        return error->code;
    }
    ret->user = entry->pw_uid;
    ret->group = entry->pw_gid;
    ret->reaches = true;
    snprintf(ret->name, sizeof ret->name, "%s", entry->pw_name);
    if (geteuid() != 0)
        return 0;
    status = cluster_run_as(ret, "/", NULL, walk, (void *)(uintptr_t)folder, error);
    ret->reaches = status == 0;
    return status < 0 ? status : 0;
}

/* ---- programs ---- */

static bool has_programs(const char *folder)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/initdb", folder);
    if (access(path, X_OK) != 0)
        return false;
    snprintf(path, sizeof path, "%s/pg_ctl", folder);
    return access(path, X_OK) == 0;
}

/* The best of /usr/lib/postgresql/VERSION/bin: the version wanted, or the highest. */
static int debian_version(int wanted)
{
    DIR *folder = opendir("/usr/lib/postgresql");
    const struct dirent *entry;
    int best = 0;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[PATH_MAX];
        int version = atoi(entry->d_name);

        snprintf(path, sizeof path, "/usr/lib/postgresql/%s/bin", entry->d_name);
        if (version >= OLDEST_VERSION && version > best && (wanted == 0 || version == wanted) &&
            has_programs(path))
            best = version;
    }
    if (folder != NULL)
        closedir(folder);
    return best;
}

static bool on_path(char *ret, size_t size)
{
    const char *path = getenv("PATH");

    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");

        snprintf(ret, size, "%.*s", (int)length, path);
        if (*ret == '/' && has_programs(ret))
            return true;
        path += length;
        path += *path == ':';
    }
    return false;
}

int cluster_programs(int version, char *ret, size_t size, struct error *error)
{
    int best = debian_version(version);

    if (best > 0) {
        snprintf(ret, size, "/usr/lib/postgresql/%d/bin", best);
        return 0;
    }
    if (on_path(ret, size))
        return 0;
    error_set(error, ERROR_DATABASE_UNREACHABLE,
              "the server programs of Postgres %s%.0d are not there",
              version == 0 ? "15 or newer" : "", version);
    error_hint(error, "apt-get install postgresql, or name a server in database: of joinedup.yaml");
    return error->code;
}
