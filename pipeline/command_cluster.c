/* joinedup cluster start|stop */
#include <stdio.h>

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

int command_cluster_start(const struct invocation *invocation, struct error *error)
{
    int failed = cluster_start(invocation_site(invocation), error);
    return failed ? failed : tell(invocation, "running", error);
}

int command_cluster_stop(const struct invocation *invocation, struct error *error)
{
    const char *site = invocation_site(invocation);
    if (!cluster_exists(site)) {
        error_set(error, ERROR_DATABASE_UNREACHABLE, "the site has no private cluster");
        error_place(error, "%.400s", site);
        return error->code;
    }
    int failed = cluster_stop(site, error);
    return failed ? failed : tell(invocation, "stopped", error);
}
