/* joinedup cluster start|stop */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cluster.h"
#include "command.h"

static int tell(const struct invocation *invocation, const char *state, struct error *error)
{
    if (invocation_json(invocation)) {
        return print_json(json_pack("{s:s}", "cluster", state), error);
    }
    if (!invocation_quiet(invocation)) {
        printf("%s\n", state);
    }
    return 0;
}

/* The full path of the site that has a cluster, into ret of PATH_MAX bytes. */
static int find_site(const struct invocation *invocation, char *ret, struct error *error)
{
    const char *folder = invocation_site(invocation);
    if (realpath(folder, ret) != NULL && cluster_exists(ret)) {
        return 0;
    }
    error_set(error, ERROR_DATABASE_UNREACHABLE, "the site has no private cluster");
    error_place(error, "%.400s", folder);
    return error->code;
}

int command_cluster_start(const struct invocation *invocation, struct error *error)
{
    char site[PATH_MAX];
    int failed = find_site(invocation, site, error);
    if (!failed) {
        failed = cluster_start(site, error);
    }
    return failed ? failed : tell(invocation, "running", error);
}

int command_cluster_stop(const struct invocation *invocation, struct error *error)
{
    char site[PATH_MAX];
    int failed = find_site(invocation, site, error);
    if (!failed) {
        failed = cluster_stop(site, error);
    }
    return failed ? failed : tell(invocation, "stopped", error);
}
