/*
 * sandbox.h: gives up every right the parser does not need, for good. Afterwards the process can
 * read and write the files it has open and get memory; it cannot open, connect, exec, trace or
 * signal anything. A denied call fails with EPERM rather than killing the process, so that a test
 * can see each denial; calls of another architecture kill it.
 *
 * Needs: nothing but unprivileged seccomp. Landlock is added where the kernel has it.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdint.h>

#include "base/error.h"

struct sandbox_limits {
    uint64_t memory_bytes; /* RLIMIT_AS; 0 = as it is */
    uint64_t cpu_seconds;  /* RLIMIT_CPU: SIGXCPU then; 0 = as it is */
};

/* No way back. ERROR_INTERNAL when the kernel refuses any part but Landlock: parse nothing then. */
int sandbox_enter(const struct sandbox_limits *limits, struct error *error);
/* Whether this kernel has Landlock; for joinedup check. */
bool sandbox_has_landlock(void);

#endif
