#include "sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

/* ---- Landlock, whose header may be older than the kernel ---- */

enum {
    LANDLOCK_CREATE_RULESET = 444, /* the same number on every architecture */
    LANDLOCK_RESTRICT_SELF = 446,
    LANDLOCK_ASK_VERSION = 1
};

struct landlock_ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
};

static long landlock_version(void)
{
    return syscall(LANDLOCK_CREATE_RULESET, NULL, (size_t)0, LANDLOCK_ASK_VERSION);
}

bool sandbox_has_landlock(void)
{
    return landlock_version() >= 1;
}

/* A ruleset without rules: every kind of access the kernel knows is denied. */
static void enter_landlock(void)
{
    long version = landlock_version();
    if (version < 1)
        return;
    struct landlock_ruleset ruleset = {.handled_access_fs = (1u << 13) - 1};
    if (version >= 2)
        ruleset.handled_access_fs |= 1u << 13; /* refer */
    if (version >= 3)
        ruleset.handled_access_fs |= 1u << 14; /* truncate */
    if (version >= 4)
        ruleset.handled_access_net = 3; /* bind and connect by TCP */
    size_t size = version >= 4 ? sizeof ruleset : sizeof ruleset.handled_access_fs;
    long file = syscall(LANDLOCK_CREATE_RULESET, &ruleset, size, 0);
    if (file < 0)
        return;
    syscall(LANDLOCK_RESTRICT_SELF, file, 0);
    close((int)file);
}

/* ---- limits ---- */

static int set_limit(int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
        return -1;
    struct rlimit wanted = {soft, hard};
    if (now.rlim_max != RLIM_INFINITY && wanted.rlim_max > now.rlim_max)
        wanted.rlim_max = now.rlim_max;
    if (wanted.rlim_cur > wanted.rlim_max)
        wanted.rlim_cur = wanted.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &wanted);
}

static int set_limits(const struct sandbox_limits *limits)
{
    int rc = set_limit(RLIMIT_CORE, 0, 0);
    rc |= set_limit(RLIMIT_FSIZE, 0, 0);
    rc |= set_limit(RLIMIT_NOFILE, 0, 0);
    if (limits->cpu_seconds > 0)
        rc |= set_limit(RLIMIT_CPU, limits->cpu_seconds, limits->cpu_seconds + 2);
#ifndef ADDRESS_SANITIZER /* its shadow takes terabytes of addresses */
    if (limits->memory_bytes > 0)
        rc |= set_limit(RLIMIT_AS, limits->memory_bytes, limits->memory_bytes);
#endif
    return rc;
}

/* ---- seccomp ---- */

/* What pread, write, malloc and an orderly end come to. No call that takes a path, an address or a
 * process is among them. */
static const int allowed[] = {
    SCMP_SYS(read),         SCMP_SYS(pread64),    SCMP_SYS(write),        SCMP_SYS(lseek),
    SCMP_SYS(close),        SCMP_SYS(brk),        SCMP_SYS(munmap),       SCMP_SYS(mremap),
    SCMP_SYS(madvise),      SCMP_SYS(futex),      SCMP_SYS(getrandom),    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(time),       SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),         SCMP_SYS(exit_group), SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),
#ifdef ADDRESS_SANITIZER /* its runtime looks for the stack when a process ends */
    SCMP_SYS(sigaltstack),
#endif
};

static int load_filter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return -ENOMEM;
    int rc = 0;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0] && rc == 0; i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    /* Memory, but never memory that can be run. */
    const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    if (rc == 0)
        rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &not_executable);
    if (rc == 0)
        rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &not_executable);
    if (rc == 0)
        rc = seccomp_load(filter);
    seccomp_release(filter);
    return rc;
}

int sandbox_enter(const struct sandbox_limits *limits, struct error *error)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return error_set_errno(error, ERROR_INTERNAL, errno, "the sandbox cannot be entered");
    enter_landlock(); /* needs a file descriptor, so before the limits */
    if (set_limits(limits) != 0)
        return error_set_errno(error, ERROR_INTERNAL, errno, "the sandbox cannot set its limits");
    int rc = load_filter();
    if (rc != 0)
        return error_set_errno(error, ERROR_INTERNAL, -rc,
                               "the sandbox cannot filter system calls");
    return 0;
}
