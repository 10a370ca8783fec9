#include "cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cluster_process.h"
#include "cluster_settings.h"

enum { START_SECONDS = 60, SOCKET_MOMENTS = 20, PATH_ROOM = 3900 };

struct cluster {
    char folder[PATH_MAX]; /* SITE/postgres */
    char data[PATH_MAX];
    char socket[PATH_MAX];
    char programs[PATH_MAX];
    struct cluster_user user;
};

static int set_paths(const char *site_folder, struct cluster *cluster, struct error *error)
{
    if (strlen(site_folder) > PATH_ROOM - 64 || *site_folder != '/')
        return error_set(error, ERROR_DATABASE_UNREACHABLE, "the path of the site is too long");
    snprintf(cluster->folder, sizeof cluster->folder, "%.3800s/postgres", site_folder);
    snprintf(cluster->data, sizeof cluster->data, "%.3800s/postgres/data", site_folder);
    return cluster_socket_folder(cluster->folder, cluster->socket, sizeof cluster->socket, error);
}

bool cluster_exists(const char *site_folder)
{
    char path[PATH_MAX];

    return snprintf(path, sizeof path, "%s/postgres/data/PG_VERSION", site_folder) <
               (int)sizeof path &&
           access(path, F_OK) == 0;
}

static int connection_string(const struct cluster *cluster, char *ret, size_t size,
                             struct error *error)
{
    size_t used = (size_t)snprintf(ret, size, "dbname=joinedup user=joinedup port=5432 host='");

    for (const char *letter = cluster->socket; *letter != '\0' && used + 4 < size; letter++) {
        if (*letter == '\'' || *letter == '\\')
            ret[used++] = '\\';
        ret[used++] = *letter;
    }
    if (used + 4 >= size)
        return error_set(error, ERROR_DATABASE_UNREACHABLE, "the path of the site is too long");
    memcpy(ret + used, "'", 2);
    return 0;
}

int cluster_connection(const char *site_folder, char *ret, size_t size, struct error *error)
{
    struct cluster cluster;
    int result = set_paths(site_folder, &cluster, error);

    return result < 0 ? result : connection_string(&cluster, ret, size, error);
}

static PGPing ping(const struct cluster *cluster)
{
    char connection[PATH_MAX];
    struct error ignored = {0};

    if (connection_string(cluster, connection, sizeof connection, &ignored) < 0)
        return PQPING_NO_ATTEMPT;
    return PQping(connection);
}

/* ---- what a crash leaves behind ---- */

/* The process a lock file names, or 0. */
static pid_t pid_in_file(const char *path)
{
    char text[32] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    long pid = count > 0 ? strtol(text, NULL, 10) : 0;

    if (fd >= 0)
        close(fd);
    return pid > 1 && pid < INT_MAX ? (pid_t)pid : 0;
}

/* A server's working folder is its data folder: a process of that number elsewhere is another
 * program that got the number after a reboot. */
static bool is_our_server(const struct cluster *cluster, pid_t pid)
{
    char link[64], folder[PATH_MAX], data[PATH_MAX];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/%d/cwd", (int)pid);
    length = readlink(link, folder, sizeof folder - 1);
    if (length < 0)
        return errno != ENOENT && kill(pid, 0) == 0;
    folder[length] = '\0';
    return realpath(cluster->data, data) != NULL && strcmp(folder, data) == 0;
}

static pid_t server_pid(const struct cluster *cluster)
{
    char path[PATH_MAX + 32];
    pid_t pid;

    snprintf(path, sizeof path, "%s/postmaster.pid", cluster->data);
    pid = pid_in_file(path);
    return pid != 0 && is_our_server(cluster, pid) ? pid : 0;
}

/* Only called when no server runs. Postgres removes such files itself unless their number is taken
 * by some other process. */
static void remove_stale(const struct cluster *cluster)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof path, "%s/postmaster.pid", cluster->data);
    unlink(path);
    snprintf(path, sizeof path, "%s/.s.PGSQL.5432.lock", cluster->socket);
    unlink(path);
    snprintf(path, sizeof path, "%s/.s.PGSQL.5432", cluster->socket);
    unlink(path);
}

/* ---- starting and stopping ---- */

static int database_down(const struct cluster *cluster, struct error *error, const char *what)
{
    error_set(error, ERROR_DATABASE_UNREACHABLE, "the private Postgres cluster %s", what);
    error_place(error, "%.500s", cluster->folder);
    error_hint(error, "its log tells why: %.400s/log", cluster->folder);
    return error->code;
}

/* Two commands at once must not both start it. The lock ends with the descriptor. */
static int lock_cluster(const struct cluster *cluster, int *ret_fd, struct error *error)
{
    int fd = open(cluster->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        int reason = errno;

        if (fd >= 0)
            close(fd);
        return error_set_errno(error, ERROR_DATABASE_UNREACHABLE, reason,
                               "the folder of the private cluster cannot be opened");
    }
    *ret_fd = fd;
    return 0;
}

static int cluster_version(const struct cluster *cluster)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof path, "%s/PG_VERSION", cluster->data);
    return (int)pid_in_file(path);
}

static int program(struct cluster *cluster, const char *name, char *ret, size_t size,
                   struct error *error)
{
    int result = cluster_programs(cluster_version(cluster), cluster->programs,
                                  sizeof cluster->programs, error);

    if (result == 0)
        snprintf(ret, size, "%s/%s", cluster->programs, name);
    return result;
}

/* Working in the data folder, "-D ." spares pg_ctl's shell every odd letter of the site's path. */
static int run_pg_ctl(struct cluster *cluster, const char *const *words, struct error *error)
{
    char path[PATH_MAX + 16];
    const char *arguments[16] = {path, "-D", cluster_here(&cluster->user), "-s"};
    size_t count = 4;
    int result = program(cluster, "pg_ctl", path, sizeof path, error);

    for (; *words != NULL && count < 15; words++)
        arguments[count++] = *words;
    return result < 0 ? result
                      : cluster_run_program(&cluster->user, cluster->data, "../log/start.log",
                                            arguments, error);
}

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){0, 100000000}, NULL);
}

/* A server that is coming up (after a crash: replaying its log) is waited for. */
static bool wait_until_up(const struct cluster *cluster, time_t until)
{
    while (time(NULL) < until) {
        PGPing state = ping(cluster);

        if (state == PQPING_OK)
            return true;
        if (state != PQPING_REJECT && server_pid(cluster) == 0)
            return false;
        pause_briefly();
    }
    return false;
}

/* A server whose socket was taken away (by a former server of a site that stood at the same path,
 * say) runs on, but nobody can reach it any more. One that is coming up has none yet, for a moment.
 */
static bool lost_its_socket(const struct cluster *cluster)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof path, "%s/.s.PGSQL.5432", cluster->socket);
    for (int moment = 0; moment < SOCKET_MOMENTS; moment++) {
        if (access(path, F_OK) == 0 || errno != ENOENT || server_pid(cluster) == 0)
            return false;
        pause_briefly();
    }
    return true;
}

static int stop_server(struct cluster *cluster, struct error *error)
{
    static const char *const words[] = {"-w", "-t", "60", "-m", "fast", "stop", NULL};
    return run_pg_ctl(cluster, words, error);
}

static int start_locked(struct cluster *cluster, struct error *error)
{
    char log[64];
    const char *const words[] = {"-w", "-t", "60", "-l", log, "start", NULL};
    time_t until = time(NULL) + START_SECONDS;
    int result = cluster_write_settings(&cluster->user, cluster->folder, cluster->socket, error);

    if (result < 0)
        return result;
    snprintf(log, sizeof log, "%s/../log/start.log", cluster_here(&cluster->user));
    /* After kill -9 of the server its children hold the shared memory for a moment longer: try
     * again. */
    do {
        if (lost_its_socket(cluster))
            stop_server(cluster, error);
        if (server_pid(cluster) != 0) {
            if (wait_until_up(cluster, until))
                return 0;
            continue;
        }
        remove_stale(cluster);
        result = run_pg_ctl(cluster, words, error);
        if (result < 0)
            return result;
        if (result == 0 && wait_until_up(cluster, until))
            return 0;
        pause_briefly();
    } while (time(NULL) < until);
    return database_down(cluster, error, "does not start");
}

int cluster_start(const char *site_folder, struct error *error)
{
    struct cluster cluster;
    int lock = -1, result = set_paths(site_folder, &cluster, error);

    if (result < 0)
        return result;
    if (ping(&cluster) == PQPING_OK)
        return 0;
    if (!cluster_exists(site_folder)) {
        error_set(error, ERROR_DATABASE_UNREACHABLE, "the site has no private cluster");
        error_hint(error, "make one with: joinedup init, or name a server in database:");
        return error->code;
    }
    result = cluster_user_find(cluster.data, &cluster.user, error);
    if (result == 0)
        result = lock_cluster(&cluster, &lock, error);
    if (result < 0)
        return result;
    result = ping(&cluster) == PQPING_OK ? 0 : start_locked(&cluster, error);
    close(lock);
    return result;
}

int cluster_stop(const char *site_folder, struct error *error)
{
    struct cluster cluster;
    int result = set_paths(site_folder, &cluster, error);

    if (result < 0 || server_pid(&cluster) == 0)
        return result;
    result = cluster_user_find(cluster.data, &cluster.user, error);
    if (result == 0)
        result = stop_server(&cluster, error);
    return result > 0 ? database_down(&cluster, error, "does not stop") : result;
}

/* ---- making one ---- */

static int make_folders(const struct cluster *cluster, struct error *error)
{
    static const char *const parts[] = {"", "/log", "/socket"};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char path[PATH_MAX + 16];

        snprintf(path, sizeof path, "%s%s", cluster->folder, parts[i]);
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return error_set_errno(error, ERROR_FILE_FAILED, errno, "%.400s cannot be made", path);
        if (geteuid() == 0 && lchown(path, cluster->user.user, cluster->user.group) != 0)
            return error_set_errno(error, ERROR_FILE_FAILED, errno, "%.400s cannot be given to %s",
                                   path, cluster->user.name);
    }
    return 0;
}

static int remove_half_made(const struct cluster *cluster, struct error *error)
{
    char path[64];
    const char *const arguments[] = {"/bin/rm", "-rf", "--", path, NULL};

    snprintf(path, sizeof path, "%s/data.new", cluster_here(&cluster->user));
    return cluster_run_program(&cluster->user, cluster->folder, NULL, arguments, error);
}

/* Made as data.new and renamed when whole. */
static int make_data(struct cluster *cluster, struct error *error)
{
    char path[PATH_MAX + 16], new_data[PATH_MAX + 16], data[64];
    const char *const arguments[] = {path,
                                     "-D",
                                     data,
                                     "--auth=peer",
                                     "--username=joinedup",
                                     "--encoding=UTF8",
                                     "--locale=C.UTF-8",
                                     "--data-checksums",
                                     "--no-instructions",
                                     NULL};
    int result = remove_half_made(cluster, error);

    snprintf(data, sizeof data, "%s/data.new", cluster_here(&cluster->user));
    if (result >= 0)
        result = program(cluster, "initdb", path, sizeof path, error);
    if (result >= 0)
        result = cluster_run_program(&cluster->user, cluster->folder, "log/initdb.log", arguments,
                                     error);
    if (result != 0)
        return result < 0 ? result : database_down(cluster, error, "cannot be made");
    snprintf(new_data, sizeof new_data, "%s/data.new", cluster->folder);
    if (rename(new_data, cluster->data) != 0)
        return error_set_errno(error, ERROR_FILE_FAILED, errno,
                               "the cluster cannot be put in place");
    return 0;
}

static int make_database(struct cluster *cluster, struct error *error)
{
    char path[PATH_MAX + 16], socket[PATH_MAX + 16];
    const char *const arguments[] = {path,       "-h", socket,     "-p",
                                     "5432",     "-U", "joinedup", "--maintenance-db=postgres",
                                     "joinedup", NULL};
    int result = program(cluster, "createdb", path, sizeof path, error);

    if (cluster->user.reaches || !cluster_socket_is_inside(cluster->folder, cluster->socket))
        snprintf(socket, sizeof socket, "%s", cluster->socket);
    else
        snprintf(socket, sizeof socket, "%s/socket", cluster_here(&cluster->user));
    if (result == 0)
        result =
            cluster_run_program(&cluster->user, cluster->folder, "log/start.log", arguments, error);
    return result > 0 ? database_down(cluster, error, "has no database joinedup and gets none")
                      : result;
}

static bool has_database(const struct cluster *cluster)
{
    char connection[PATH_MAX];
    struct error ignored = {0};
    PGconn *connected;
    bool found;

    if (connection_string(cluster, connection, sizeof connection, &ignored) < 0)
        return false;
    connected = PQconnectdb(connection);
    found = PQstatus(connected) == CONNECTION_OK;
    PQfinish(connected);
    return found;
}

int cluster_prepare(const char *site_folder, struct error *error)
{
    struct cluster cluster;
    int result = set_paths(site_folder, &cluster, error);

    if (result == 0)
        result = cluster_user_find(cluster.folder, &cluster.user, error);
    if (result == 0)
        result = make_folders(&cluster, error);
    if (result == 0 && !cluster_exists(site_folder))
        result = make_data(&cluster, error);
    if (result == 0)
        result = cluster_start(site_folder, error);
    if (result == 0 && !has_database(&cluster))
        result = make_database(&cluster, error);
    return result;
}
