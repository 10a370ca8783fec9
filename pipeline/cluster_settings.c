#include "cluster_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

enum { SOCKET_PATH_MAX = 90 }; /* with "/.s.PGSQL.5432" below the 107 bytes of a unix socket */

/* Nothing of a statement or a value may reach the log: a failing COPY line holds identifiers'
 * tokens, a failing parameter may hold more. Values: ../docs/architecture.md, "Database". */
static const char fixed_settings[] = "listen_addresses = ''\n"
                                     "port = 5432\n"
                                     "unix_socket_permissions = 0700\n"
                                     "max_connections = 50\n"
                                     "shared_buffers = 128MB\n"
                                     "max_wal_size = 1GB\n"
                                     "checkpoint_timeout = 15min\n"
                                     "checkpoint_completion_target = 0.9\n"
                                     "wal_level = minimal\n"
                                     "max_wal_senders = 0\n"
                                     "fsync = on\n"
                                     "synchronous_commit = on\n"
                                     "full_page_writes = on\n"
                                     "restart_after_crash = on\n"
                                     "client_connection_check_interval = 200ms\n"
                                     "timezone = 'UTC'\n"
                                     "logging_collector = on\n"
                                     "log_directory = '../log'\n"
                                     "log_filename = 'postgres-%a.log'\n"
                                     "log_truncate_on_rotation = on\n"
                                     "log_rotation_age = 1d\n"
                                     "log_file_mode = 0600\n"
                                     "log_timezone = 'UTC'\n"
                                     "log_min_error_statement = panic\n"
                                     "log_error_verbosity = terse\n"
                                     "log_statement = none\n"
                                     "log_min_duration_statement = -1\n"
                                     "log_parameter_max_length = 0\n"
                                     "log_parameter_max_length_on_error = 0\n";

int cluster_socket_folder(const char *folder, char *ret, size_t size, struct error *error)
{
    unsigned char hash[32];
    char text[17];

    /* libpq takes a comma in a host for the start of another host. */
    if (strlen(folder) + strlen("/socket") <= SOCKET_PATH_MAX && strchr(folder, ',') == NULL) {
        snprintf(ret, size, "%s/socket", folder);
        return 0;
    }
    if (EVP_Digest(folder, strlen(folder), hash, NULL, EVP_sha256(), NULL) != 1)
        return error_set(error, ERROR_INTERNAL, "SHA-256 failed");
    file_hex(hash, 8, text);
    snprintf(ret, size, "/tmp/joinedup-%s", text);
    return 0;
}

bool cluster_socket_is_inside(const char *folder, const char *socket)
{
    size_t length = strlen(folder);

    return strncmp(socket, folder, length) == 0 && strcmp(socket + length, "/socket") == 0;
}

struct settings_job {
    const struct cluster_user *user;
    const char *socket;      /* its full path */
    const char *socket_here; /* as seen from the data folder, to which the way may be closed */
};

static bool write_file(const char *path, const char *text)
{
    char new_path[64];
    struct error ignored = {0};
    bool done;
    int fd;

    snprintf(new_path, sizeof new_path, "%s.new", path);
    fd = open(new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    done = file_write_all(fd, text, strlen(text), &ignored) == 0 && fsync(fd) == 0;
    return (close(fd) == 0) && done && rename(new_path, path) == 0;
}

/* A folder below /tmp is only trusted when it is ours and nobody else can enter it: anyone may have
 * made one of that name before us. */
static bool make_socket_folder(const struct settings_job *job)
{
    struct stat facts;

    if (mkdir(job->socket_here, 0700) != 0 && errno != EEXIST)
        return false;
    return lstat(job->socket_here, &facts) == 0 && S_ISDIR(facts.st_mode) &&
           facts.st_uid == geteuid() && (facts.st_mode & 077) == 0;
}

static bool write_main_settings(const struct settings_job *job)
{
    char text[sizeof fixed_settings + 512];

    snprintf(text, sizeof text,
             "# Written by joinedup before each start; edit postgresql.conf instead.\n"
             "unix_socket_directories = '%s'\n%s",
             job->socket_here, fixed_settings);
    return write_file("joinedup.conf", text);
}

/* Who may come in through the socket: the cluster's owner and root, as role joinedup. */
static bool write_access(const struct settings_job *job)
{
    char text[512];

    snprintf(text, sizeof text, "joinedup %s joinedup\njoinedup root joinedup\n", job->user->name);
    return write_file("pg_ident.conf", text) &&
           write_file("pg_hba.conf", "local all all peer map=joinedup\n");
}

/* Our file is read first, so that what a site sets in postgresql.conf below it wins. */
static bool include_settings(void)
{
    static const char line[] = "include 'joinedup.conf' # keep this line first\n";
    struct error ignored = {0};
    char start[sizeof line] = "", *text;
    struct stat facts;
    bool done = false;
    int fd = open("postgresql.conf", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &facts) != 0 || facts.st_size > 1 << 20)
        return false;
    if (pread(fd, start, sizeof line - 1, 0) == (ssize_t)sizeof line - 1 &&
        strcmp(start, line) == 0) {
        close(fd);
        return true;
    }
    text = calloc(1, sizeof line + (size_t)facts.st_size);
    if (text != NULL) {
        memcpy(text, line, sizeof line - 1);
        done = file_read_some(fd, text + sizeof line - 1, (size_t)facts.st_size, &ignored) ==
                   (ssize_t)facts.st_size &&
               write_file("postgresql.conf", text);
    }
    free(text);
    close(fd);
    return done;
}

/* Beside the data folder, for a person who looks for the socket. */
static bool record_socket_path(const struct settings_job *job)
{
    char text[600];

    snprintf(text, sizeof text, "%s\n", job->socket);
    return write_file("../socket_path", text);
}

static int write_all(void *context)
{
    const struct settings_job *job = context;

    if (!make_socket_folder(job))
        return 2;
    return write_main_settings(job) && write_access(job) && include_settings() &&
                   record_socket_path(job)
               ? 0
               : 1;
}

int cluster_write_settings(const struct cluster_user *user, const char *folder, const char *socket,
                           struct error *error)
{
    bool inside = cluster_socket_is_inside(folder, socket);
    struct settings_job job = {user, socket, inside ? "../socket" : socket};
    char data[4200];
    int status;

    snprintf(data, sizeof data, "%s/data", folder);
    status = cluster_run_as(user, data, NULL, write_all, &job, error);
    if (status <= 0)
        return status;
    error_set(error, ERROR_DATABASE_UNREACHABLE, "%s of the private cluster cannot be made",
              status == 2 ? "the socket folder" : "the settings");
    error_place(error, "%.500s", status == 2 ? socket : data);
    error_hint(error, "it must belong to user %s and have mode 0700", user->name);
    return error->code;
}
