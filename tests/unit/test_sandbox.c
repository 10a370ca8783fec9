/* From inside the sandbox: every way out is tried, and denied. */
#include "parse_harness.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "sandbox.h"

/* A file and a socket made before the sandbox is shut. */
static int old_socket, old_file;
static volatile int steps;

static long try_open(void)
{
    return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY, 0);
}
static long try_stat(void)
{
    struct stat stat_buffer;
    return syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &stat_buffer, 0);
}
static long try_unlink(void)
{
    return syscall(SYS_unlinkat, AT_FDCWD, "/tmp/there-is-no-such-file", 0);
}
static long try_socket(void)
{
    return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}
static long try_connect(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/none"};
    return syscall(SYS_connect, old_socket, &address, sizeof address);
}
static long try_send(void)
{
    return syscall(SYS_sendto, old_socket, "x", 1, 0, NULL, 0);
}
static long try_exec(void)
{
    char *const none[] = {NULL};
    return syscall(SYS_execve, "/bin/true", none, none);
}
static long try_fork(void)
{
    return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}
static long try_kill(void)
{
    return syscall(SYS_kill, getppid(), 0);
}
static long try_ptrace(void)
{
    return syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}
static long try_read_other_process(void)
{
    return syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0);
}
static long try_dumpable(void)
{
    return syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
}
static long try_more_memory(void)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    return syscall(SYS_prlimit64, 0, RLIMIT_AS, &limit, NULL);
}
static long try_executable_memory(void)
{
    return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static long try_to_make_memory_executable(void)
{
    static char page[8192];
    char *start = page + (4096 - (uintptr_t)page % 4096);
    return syscall(SYS_mprotect, start, 4096, PROT_READ | PROT_EXEC);
}
static long try_to_change_mode(void)
{
    return syscall(SYS_fchmod, old_file, 0777);
}
static long try_io_uring(void)
{
    return syscall(425, 1, NULL);
}

static const struct {
    const char *name;
    long (*attempt)(void);
} attempts[] = {
    {"open a file", try_open},
    {"look at a file", try_stat},
    {"delete a file", try_unlink},
    {"make a socket", try_socket},
    {"connect an old socket", try_connect},
    {"send on an old socket", try_send},
    {"run a program", try_exec},
    {"fork", try_fork},
    {"signal the parent", try_kill},
    {"be traced", try_ptrace},
    {"read another process", try_read_other_process},
    {"be dumpable", try_dumpable},
    {"raise a limit", try_more_memory},
    {"map executable memory", try_executable_memory},
    {"make memory executable", try_to_make_memory_executable},
    {"change a file's mode", try_to_change_mode},
    {"set up io_uring", try_io_uring},
};

enum { ATTEMPT_COUNT = sizeof attempts / sizeof attempts[0], STATUS_FINE = 0, STATUS_OPEN = 100 };

/* Runs body in a child; returns its wait status. */
static int in_child(int (*body)(void))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(body());
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static int enter(uint64_t memory_bytes, uint64_t cpu_seconds)
{
    struct error error = {0};
    struct sandbox_limits limits = {memory_bytes, cpu_seconds};
    return sandbox_enter(&limits, &error);
}

/* The number of the first attempt that was not denied with EPERM, + 1. */
static int all_attempts(void)
{
    old_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    old_file = memfd_create("old", 0);
    if (enter(0, 0) != 0)
        return STATUS_OPEN;
    for (int i = 0; i < ATTEMPT_COUNT; i++) {
        errno = 0;
        if (attempts[i].attempt() != -1 || errno != EPERM)
            return i + 1;
    }
    return STATUS_FINE;
}

static void test_denied(void **state)
{
    (void)state;
    int status = in_child(all_attempts);
    assert_true(WIFEXITED(status));
    assert_int_not_equal(WEXITSTATUS(status), STATUS_OPEN);
    if (WEXITSTATUS(status) != STATUS_FINE)
        fail_msg("not denied: %s", attempts[WEXITSTATUS(status) - 1].name);
}

/* The same attempts mean something outside: at least these succeed there. */
static int some_attempts_outside(void)
{
    old_file = memfd_create("old", 0);
    return try_open() >= 0 && try_socket() >= 0 && try_kill() == 0 && try_dumpable() == 0 &&
                   try_executable_memory() != -1 && try_to_change_mode() == 0
               ? STATUS_FINE
               : STATUS_OPEN;
}

static void test_attempts_are_real(void **state)
{
    (void)state;
    int status = in_child(some_attempts_outside);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), STATUS_FINE);
}

/* What a parser does must still work: read, write to a pipe, memory large and small. */
static int ordinary_work(void)
{
    int ends[2];
    char byte = 'x';
    int file = memfd_create("file", 0);
    if (file < 0 || write(file, "abc", 3) != 3 || pipe(ends) != 0 || enter(256u << 20, 10) != 0)
        return STATUS_OPEN;
    for (size_t size = 1; size <= 64u << 20; size *= 4) {
        char *block = malloc(size);
        if (!block)
            return 1;
        block = realloc(block, size * 2);
        if (!block)
            return 2;
        memset(block, 1, size * 2);
        free(block);
    }
    if (pread(file, &byte, 1, 1) != 1 || byte != 'b')
        return 3;
    if (write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1)
        return 4;
    return STATUS_FINE;
}

static void test_ordinary_work(void **state)
{
    (void)state;
    int status = in_child(ordinary_work);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), STATUS_FINE);
}

static int much_memory(void)
{
    if (enter(64u << 20, 0) != 0)
        return STATUS_OPEN;
    void *volatile block = malloc(128u << 20);
    return block ? 1 : STATUS_FINE;
}

static void test_memory_limit(void **state)
{
    (void)state;
    if (!MEMORY_IS_MEASURABLE)
        skip();
    int status = in_child(much_memory);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), STATUS_FINE);
}

static int much_time(void)
{
    if (enter(0, 1) != 0)
        return STATUS_OPEN;
    for (;;)
        steps++;
}

static void test_time_limit(void **state)
{
    (void)state;
    int status = in_child(much_time);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXCPU);
}

static void test_landlock_is_told(void **state)
{
    (void)state;
    /* Asking must neither fail nor change anything, whatever the kernel is. */
    bool first = sandbox_has_landlock();
    assert_int_equal(first, sandbox_has_landlock());
    assert_true(try_open() >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_denied),        cmocka_unit_test(test_attempts_are_real),
        cmocka_unit_test(test_ordinary_work), cmocka_unit_test(test_memory_limit),
        cmocka_unit_test(test_time_limit),    cmocka_unit_test(test_landlock_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
