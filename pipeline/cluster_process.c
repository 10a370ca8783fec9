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

int cluster_user_find(const char *folder, struct cluster_user *ret, struct error *error)
{
    struct stat facts;
    const struct passwd *entry;

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
    snprintf(ret->name, sizeof ret->name, "%s", entry->pw_name);
    return 0;
}

/* In the child. The server must not keep a pipe of ours open, nor see what our environment holds.
 */
static bool become(const struct cluster_user *user, const char *folder, const char *output)
{
    static char locale[] = "LC_ALL=C.UTF-8", path[] = "PATH=/usr/bin:/bin", zone[] = "TZ=UTC";
    static char *clean[] = {locale, path, zone, NULL};
    sigset_t none;
    int null, log;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    if (geteuid() == 0 && (initgroups(user->name, user->group) != 0 || setgid(user->group) != 0 ||
                           setuid(user->user) != 0))
        return false;
    umask(077);
    null = open("/dev/null", O_RDWR);
    if (null < 0 || chdir(folder) != 0)
        return false;
    log = output == NULL ? null : open(output, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
    if (log < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        return false;
    if (close_range(3, ~0U, 0) != 0) {
        for (int fd = 3; fd < 1024; fd++)
            close(fd);
    }
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

static int run_program(void *context)
{
    const char *const *arguments = context;

    /* execv takes pointers to non-const for history's sake and changes nothing. */
    execv(arguments[0], (char *const *)(uintptr_t)arguments);
    return CANNOT_BEGIN;
}

int cluster_run_program(const struct cluster_user *user, const char *folder, const char *output,
                        const char *const *arguments, struct error *error)
{
    return cluster_run_as(user, folder, output, run_program, (void *)(uintptr_t)arguments, error);
}

/* ---- reach ---- */

struct reach {
    const char *folder;
};

/* Exit status: 0, or 1 + the number of leading folders that can be entered. */
static int count_reach(void *context)
{
    const struct reach *reach = context;
    char path[PATH_MAX];
    int count = 0;

    snprintf(path, sizeof path, "%s", reach->folder);
    for (char *slash = strchr(path + 1, '/'); slash != NULL && count < 100;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (access(path, X_OK) != 0)
            return 1 + count;
        *slash = '/';
        count++;
    }
    return 0;
}

int cluster_check_reach(const struct cluster_user *user, const char *folder, struct error *error)
{
    struct reach reach = {folder};
    int status = geteuid() == 0 ? cluster_run_as(user, "/", NULL, count_reach, &reach, error) : 0;
    char blocked[PATH_MAX];
    char *slash = blocked;

    if (status <= 0)
        return status;
    snprintf(blocked, sizeof blocked, "%s", folder);
    for (int i = 0; i < status && slash != NULL; i++)
        slash = strchr(slash + 1, '/');
    if (slash != NULL && status != CANNOT_BEGIN)
        *slash = '\0';
    error_set(error, ERROR_DATABASE_UNREACHABLE,
              "user %s, as whom the private cluster must run, cannot enter %.300s", user->name,
              blocked);
    error_hint(error, "chmod a+x %.300s, or put the site elsewhere, or name a server in database:",
               blocked);
    return error->code;
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
