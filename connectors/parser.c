#include "parser.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parse_request.h"

enum { PIPE_BYTES = 1 << 20, FIRST_SAFE_FILE = 10, DELIVERY_FILE = 3, RECORDS_FILE = 1 };

/* What the child is given, moved out of the way of the numbers it gets there. */
struct hand_over {
    int request, records, file;
};

static void close_hand_over(struct hand_over *files)
{
    int *const each[] = {&files->request, &files->records, &files->file};
    for (size_t i = 0; i < 3; i++) {
        if (*each[i] >= 0)
            close(*each[i]);
        *each[i] = -1;
    }
}

static int move_up(int file, int *ret)
{
    int moved = fcntl(file, F_DUPFD_CLOEXEC, FIRST_SAFE_FILE);
    int saved_errno = errno;
    close(file);
    errno = saved_errno;
    if (moved < 0)
        return -1;
    *ret = moved;
    return 0;
}

static int prepare_files(int file, const struct parse_request *request, struct hand_over *files,
                         int *ret_read_end, struct error *error)
{
    int request_file = -1, ends[2] = {-1, -1};
    int rc = parse_request_pack(request, &request_file, error);
    if (rc)
        return rc;
    if (move_up(request_file, &files->request) != 0 || pipe2(ends, O_CLOEXEC) != 0)
        return error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot make the record pipe");
    fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES); /* only for speed */
    files->file = fcntl(file, F_DUPFD_CLOEXEC, FIRST_SAFE_FILE);
    if (move_up(ends[1], &files->records) != 0 || files->file < 0) {
        rc = error_set_errno(error, ERROR_FILE_FAILED, errno, "cannot pass files to the parser");
        close(ends[0]);
        return rc;
    }
    *ret_read_end = ends[0];
    return 0;
}

/* posix_spawn rather than fork: no copy of this process, and of the key in it, ever exists. */
static int spawn(const char *program, const struct hand_over *files, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigfillset(&defaults);
    char *const arguments[] = {(char *)"joinedup-parser", NULL};
    char *const environment[] = {(char *)"LC_ALL=C", NULL};

    if (posix_spawn_file_actions_init(&actions) != 0)
        return ENOMEM;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    int rc = posix_spawn_file_actions_adddup2(&actions, files->request, STDIN_FILENO);
    if (rc == 0)
        rc = posix_spawn_file_actions_adddup2(&actions, files->records, RECORDS_FILE);
    if (rc == 0)
        rc = posix_spawn_file_actions_adddup2(&actions, files->file, DELIVERY_FILE);
    if (rc == 0)
        rc = posix_spawnattr_setsigmask(&attributes, &none);
    if (rc == 0)
        rc = posix_spawnattr_setsigdefault(&attributes, &defaults);
    if (rc == 0)
        rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (rc == 0)
        rc = posix_spawn(ret_pid, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return rc;
}

int parser_start(const char *program, int file, const struct parse_request *request,
                 struct parser_child *ret, struct error *error)
{
    struct hand_over files = {-1, -1, -1};
    int read_end = -1;
    pid_t pid = -1;
    int rc = prepare_files(file, request, &files, &read_end, error);
    if (!rc) {
        int spawn_errno = spawn(program, &files, &pid);
        if (spawn_errno != 0)
            rc = error_set_errno(error, ERROR_FILE_FAILED, spawn_errno, "cannot start %s", program);
    }
    close_hand_over(&files);
    if (rc) {
        if (read_end >= 0)
            close(read_end);
        return rc;
    }
    *ret = (struct parser_child){.pid = pid, .records = read_end};
    return 0;
}

static int reap(struct parser_child *child, int *ret_status)
{
    pid_t got;
    do {
        got = waitpid(child->pid, ret_status, 0);
    } while (got < 0 && errno == EINTR);
    child->pid = -1;
    return got < 0 ? -1 : 0;
}

int parser_wait(struct parser_child *child, struct error *error)
{
    int status = 0;
    if (child->pid <= 0)
        return 0;
    if (reap(child, &status) != 0)
        return error_set_errno(error, ERROR_PARSER_DIED, errno, "the parser cannot be waited for");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return error_set(error, ERROR_PARSER_TIMEOUT, "the parser used up its processor time");
    if (WIFSIGNALED(status))
        return error_set(error, ERROR_PARSER_DIED, "the parser was ended by signal %d (%s)",
                         WTERMSIG(status), strsignal(WTERMSIG(status)));
    return error_set(error, ERROR_PARSER_DIED, "the parser ended with status %d",
                     WEXITSTATUS(status));
}

void parser_stop(struct parser_child *child)
{
    if (child->pid > 0) {
        int status = 0;
        kill(child->pid, SIGKILL);
        reap(child, &status);
    }
    if (child->records >= 0)
        close(child->records);
    child->records = -1;
}
