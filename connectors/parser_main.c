/*
 * joinedup-parser: one delivery in, records out, see parser.h. Started by joinedup, never by hand.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parse_request.h"
#include "parse_run.h"
#include "sandbox.h"
#include "xml_reader.h"

enum { REQUEST_FILE = 0, RECORDS_FILE = 1, DELIVERY_FILE = 3, FIRST_SPARE_FILE = 4 };

static int complain(const struct error *error)
{
    dprintf(STDERR_FILENO, "joinedup-parser: %s\n", error->primary);
    return 1;
}

/* All that needs a right, then none is left. */
static int prepare(struct arena *arena, struct parse_request *request, uint64_t *ret_size,
                   struct error *error)
{
    struct stat stat;
    if (close_range(FIRST_SPARE_FILE, ~0u, 0) != 0 && errno != ENOSYS)
        return error_set_errno(error, ERROR_INTERNAL, errno, "cannot close files");
    if (fstat(DELIVERY_FILE, &stat) != 0)
        return error_set_errno(error, ERROR_USAGE, errno, "there is no delivery to read");
    int rc = parse_request_unpack(REQUEST_FILE, arena, request, error);
    if (rc)
        return rc;
    xml_reader_prepare();
    struct parse_limits asked = parse_limits_or_defaults(request->limits);
    struct sandbox_limits limits = {asked.memory_bytes, asked.cpu_seconds};
    rc = sandbox_enter(&limits, error);
    if (!rc)
        *ret_size = (uint64_t)stat.st_size;
    return rc;
}

int main(void)
{
    struct error error = {0};
    struct arena arena;
    struct parse_request request;
    struct record_writer writer;
    uint64_t size = 0;

    /* Ctrl-C is for joinedup, which ends this process in its own time; it never outlives joinedup.
     */
    signal(SIGINT, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    arena_init(&arena, 0);
    if (record_writer_init(&writer, RECORDS_FILE, &error))
        return complain(&error);
    if (prepare(&arena, &request, &size, &error)) {
        /* The loader learns why; what cannot be sandboxed is not parsed. */
        struct error telling = {0};
        if (record_write_failure(&writer, &error, &telling) ||
            record_writer_flush(&writer, &telling))
            complain(&telling);
        return complain(&error);
    }
    parse_delivery(DELIVERY_FILE, size, &request, &writer, &error);
    if (writer.failed)
        complain(&error);
    /* Straight out: exit handlers of libraries have nothing to do in here. */
    _exit(writer.failed ? 1 : 0);
}
