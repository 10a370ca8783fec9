/* joinedup key rotate: a new site key, and every token in the warehouse made anew with it. */
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "ledger.h"
#include "rotation.h"
#include "site_key.h"

struct key_rotation {
    struct site site;
    struct database database;
    struct site_key old, grown;
    struct rotation rotation;
    struct timespec start;
};

/* A site whose feed definitions have faults still has a key. */
static int load_site(const struct invocation *invocation, struct site *site, struct error *error)
{
    struct problem_list problems;

    problem_list_init(&problems);
    int failed = site_load(invocation_site(invocation), site, &problems, error);
    problem_list_release(&problems);
    return failed == ERROR_FEED_DEFINITION_INVALID ? 0 : failed;
}

/* Every row is written twice, once without indexes, and through the log of the server. */
static int check_disk(const struct key_rotation *work, struct error *error)
{
    const struct site *site = &work->site;
    struct statvfs facts;
    uint64_t needed = work->rotation.bytes / 2 * 5, free_bytes;

    if (site->database != NULL || statvfs(site->folder, &facts) != 0) {
        return 0; /* another machine's disk */
    }
    free_bytes = (uint64_t)facts.f_bavail * facts.f_frsize;
    if (free_bytes >= needed) {
        return 0;
    }
    error_set(error, ERROR_DISK_FULL, "the disk has not the room to rotate the key");
    error_detail(error, "%.1f GiB are free, some %.1f GiB are needed for the time it takes",
                 (double)free_bytes / (1 << 30), (double)needed / (1 << 30));
    return error->code;
}

static void tell_plan(const struct key_rotation *work)
{
    const struct rotation *rotation = &work->rotation;

    printf("Rotates the site key of %s\n", work->site.name);
    printf("  key        %s becomes part of a new one\n", work->old.id);
    printf("  warehouse  %zu tables, %llu rows, %.1f GiB: every token in them is made anew\n",
           rotation->table_count, (unsigned long long)rotation->rows,
           (double)rotation->bytes / (1 << 30));
    printf("  until then no run can start, and readers wait at the end; stopped on the way,\n"
           "             everything stays as it is\n");
    fflush(stdout);
}

static void tick_nothing(const struct rotation *rotation)
{
    (void)rotation;
}

static void tick_terminal(const struct rotation *rotation)
{
    fprintf(stderr, "\r\033[K  %llu of %llu rows%s", (unsigned long long)rotation->rows_done,
            (unsigned long long)rotation->rows,
            rotation->rows_done == rotation->rows ? "; putting them in place" : "");
    fflush(stderr);
}

static int tell_end(const struct invocation *invocation, const struct key_rotation *work,
                    struct error *error)
{
    const struct rotation *rotation = &work->rotation;
    double seconds = seconds_since(&work->start);

    if (invocation_json(invocation)) {
        return print_json(
            json_pack("{s:s, s:s, s:s, s:i, s:i, s:I, s:I, s:I, s:f}", "id", work->grown.id,
                      "check_value", work->grown.check_value, "previous_id", work->old.id,
                      "rotations", (int)work->grown.count - 1, "tables", (int)rotation->table_count,
                      "rows", (json_int_t)rotation->rows, "tokens", (json_int_t)rotation->tokens,
                      "identities", (json_int_t)rotation->identities, "seconds", seconds),
            error);
    }
    if (!invocation_quiet(invocation)) {
        printf("\nThe site key is now %s\n  check value  %s\n  tokens       %llu\n"
               "  identities   %llu sealed anew\n  seconds      %.1f\n\n"
               "Give a copy of %s to the key custodians now: without it the warehouse\nis lost. "
               "Keep the copies of before as long as backups of before are kept: each opens only\n"
               "what was made with it.\n",
               work->grown.id, work->grown.check_value, (unsigned long long)rotation->tokens,
               (unsigned long long)rotation->identities, seconds, work->site.key_file);
    }
    return 0;
}

/* Up to and with the commit. From the moment it is asked for only the database knows whether it
 * was made: then site.key.next stays, and site_key_settle finds out. */
static int rotate(struct key_rotation *work, void (*tick)(const struct rotation *),
                  struct error *error)
{
    int failed = site_key_grow(&work->site, &work->old, &work->grown, error);
    if (failed != 0) {
        return failed;
    }
    failed = rotation_run(&work->database, &work->old, &work->grown, &work->rotation, tick, error);
    if (failed != 0) {
        database_rollback(&work->database);
        site_key_drop_next(&work->site);
        return failed;
    }
    failed = database_commit(&work->database, error);
    if (failed != 0) {
        error_hint(error, "joinedup key check tells whether it was done all the same");
        return failed;
    }
    return site_key_adopt(&work->site, error);
}

static int run(const struct invocation *invocation, struct key_rotation *work, struct error *error)
{
    bool words = !invocation_json(invocation) && !invocation_quiet(invocation);
    bool terminal = words && isatty(STDERR_FILENO);
    struct error ignored = {0};

    int failed = load_site(invocation, &work->site, error);
    failed = failed ? failed : site_key_load(&work->site, &work->old, error);
    failed = failed ? failed : database_open(&work->site, false, &work->database, error);
    failed = failed ? failed : ledger_lock_run(&work->database, error);
    failed =
        failed ? failed : site_key_require(&work->site, &work->database, true, &work->old, error);
    failed = failed ? failed : database_begin(&work->database, error);
    failed = failed ? failed : rotation_plan(&work->database, &work->rotation, error);
    failed = failed ? failed : check_disk(work, error);
    if (failed != 0) {
        return failed;
    }
    if (words) {
        tell_plan(work);
    }
    failed = rotate(work, terminal ? tick_terminal : tick_nothing, error);
    if (terminal) {
        fputs("\r\033[K", stderr);
    }
    if (failed == 0) {
        database_run(&work->database, "sql/rotate/flush.sql", &ignored);
        database_run(&work->database, "sql/rotate/statistics.sql", &ignored);
        failed = tell_end(invocation, work, error);
    }
    return failed;
}

int command_key_rotate(const struct invocation *invocation, struct error *error)
{
    struct key_rotation work = {.database = {NULL}};

    clock_gettime(CLOCK_MONOTONIC, &work.start);
    int failed = run(invocation, &work, error);
    database_close(&work.database);
    rotation_release(&work.rotation);
    site_key_release(&work.grown);
    site_key_release(&work.old);
    site_release(&work.site);
    return failed;
}
