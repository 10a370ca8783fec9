/* joinedup check: is everything in place? Every fault at once, each with its place. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "command.h"
#include "database.h"
#include "ledger.h"
#include "link_model.h"
#include "sandbox.h"
#include "settings_reader.h"
#include "site_key.h"

enum { CHECKS_MAX = 16, FREE_GIB_LEAST = 10 };

struct check {
    const char *name;
    const char *status; /* "ok", "warning" or "fault" */
    char text[512];
};

struct checkup {
    struct site site;
    struct problem_list problems;
    struct check checks[CHECKS_MAX];
    size_t count;
};

static void conclude(struct checkup *checkup, const char *name, const char *status,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

static void conclude(struct checkup *checkup, const char *name, const char *status,
                     const char *format, ...)
{
    struct check *check = &checkup->checks[checkup->count];
    va_list arguments;

    if (checkup->count == CHECKS_MAX)
        return;
    checkup->count++;
    check->name = name;
    check->status = status;
    va_start(arguments, format);
    vsnprintf(check->text, sizeof check->text, format, arguments);
    va_end(arguments);
}

/* An error story as one fault of the list, and the check's line. */
static void conclude_error(struct checkup *checkup, const char *name, const struct error *error)
{
    problem_add(&checkup->problems, error->code, *error->place == '\0' ? name : error->place,
                "%.250s%s%.250s", error->primary, *error->hint == '\0' ? "" : "; ", error->hint);
    conclude(checkup, name, "fault", "%.500s", error->primary);
}

static int check_settings(struct checkup *checkup, const char *folder, struct error *error)
{
    int result = site_load(folder, &checkup->site, &checkup->problems, error);
    size_t faults = settings_fault_count(&checkup->problems);

    if (result != 0 && faults == 0)
        return result;
    conclude(checkup, "settings", faults == 0 ? "ok" : "fault", "%zu feeds, %zu fault%s",
             checkup->site.feed_count, faults, faults == 1 ? "" : "s");
    return 0;
}

static void check_folders(struct checkup *checkup)
{
    size_t before = checkup->problems.count;

    site_check_folders(&checkup->site, &checkup->problems);
    if (checkup->problems.count == before)
        conclude(checkup, "folders", "ok", "landing, archive, held, work and keys, mode 0700");
    else
        conclude(checkup, "folders", "fault", "missing or open to others");
}

/* Gives the key's id and check value for the database check; "" without a key. */
static void check_key(struct checkup *checkup, struct site_key *ret)
{
    struct error error = {0};

    *ret = (struct site_key){0};
    if (*checkup->site.key_file == '\0')
        return; /* joinedup.yaml could not be read */
    if (site_key_load(&checkup->site, ret, &error) < 0)
        conclude_error(checkup, "key", &error);
    else
        conclude(checkup, "key", "ok", "id %s, check value %s", ret->id, ret->check_value);
}

/* A rotation that was killed between commit and rename is ended first: the key told above is then
 * no longer the site's. */
static int key_fits(struct checkup *checkup, struct database *database, struct site_key *key,
                    bool *ret, struct error *error)
{
    char id[256], before[17];
    int failed;

    memcpy(before, key->id, sizeof before);
    failed = site_key_settle(&checkup->site, database, false, key, error);
    if (failed == 0 && strcmp(before, key->id) != 0)
        conclude(checkup, "key", "ok", "id %s, check value %s: put in place after a rotation",
                 key->id, key->check_value);
    return failed < 0 ? failed : site_key_fits(database, key, id, ret, error);
}

static void check_database(struct checkup *checkup, struct site_key *key)
{
    struct database database = {NULL};
    struct error error = {0};
    bool fits = true;
    int result;

    if (*checkup->site.key_file == '\0')
        return;
    result = database_open(&checkup->site, false, &database, &error);
    if (result == 0 && *key->id != '\0')
        result = key_fits(checkup, &database, key, &fits, &error);
    database_close(&database);
    if (result < 0) {
        conclude_error(checkup, "database", &error);
        return;
    }
    conclude(checkup, "database", fits ? "ok" : "fault", "%s, schema version %s%s",
             checkup->site.database == NULL ? "private cluster" : "server", DATABASE_SCHEMA_VERSION,
             fits ? "" : ", loaded with another key");
    if (!fits)
        problem_add(&checkup->problems, ERROR_KEY_MISMATCH, "database",
                    "the warehouse was loaded with another key; see joinedup key check");
}

static void check_linkage(struct checkup *checkup)
{
    struct linkage_model *model = calloc(1, sizeof *model);
    struct linkage_nicknames *nicknames = NULL;
    struct error error = {0};

    if (*checkup->site.key_file == '\0' || model == NULL) {
        free(model);
        return; /* joinedup.yaml could not be read */
    }
    if (link_model_load(&checkup->site, model, &error) < 0 ||
        link_nicknames_load(&nicknames, &error) < 0)
        conclude_error(checkup, "linkage", &error);
    else
        conclude(checkup, "linkage", "ok", "%s model %.16s, threshold %g bits",
                 checkup->site.linkage_model == NULL ? "program's own" : "site's", model->version,
                 model->threshold);
    linkage_nicknames_free(nicknames);
    free(model);
}

static void check_disk(struct checkup *checkup)
{
    struct statvfs facts;
    unsigned long long gib;

    if (statvfs(checkup->site.folder, &facts) != 0) {
        conclude(checkup, "disk", "warning", "free space not known: %s", strerror(errno));
        return;
    }
    gib = ((unsigned long long)facts.f_bavail * facts.f_frsize) >> 30;
    conclude(checkup, "disk", gib < FREE_GIB_LEAST ? "warning" : "ok", "%llu GiB free%s", gib,
             gib < FREE_GIB_LEAST ? "; a night may need more than that" : "");
}

static void check_parser(struct checkup *checkup)
{
    struct error error = {0};
    char path[PATH_MAX];

    if (site_parser_program(path, sizeof path, &error) < 0)
        conclude_error(checkup, "parser", &error);
    else
        conclude(checkup, "parser", "ok", "%.500s", path);
    if (sandbox_has_landlock())
        conclude(checkup, "sandbox", "ok", "seccomp and Landlock");
    else
        conclude(checkup, "sandbox", "warning",
                 "seccomp; this kernel has no Landlock, which would add a second lock");
}

/* The fault whose exit status is highest speaks for all. */
static int worst(const struct checkup *checkup)
{
    int code = 0, highest = -1;

    for (size_t i = 0; i < checkup->problems.count; i++) {
        const struct error_entry *entry = error_entry_by_code(checkup->problems.items[i].code);

        if (entry != NULL && entry->exit_status > highest) {
            highest = entry->exit_status;
            code = entry->code;
        }
    }
    return code;
}

static json_t *problems_json(const struct problem_list *problems)
{
    json_t *list = json_array();

    for (size_t i = 0; list != NULL && i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];
        char code[8];

        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "code",
                                              error_code_text(problem->code, code), "place",
                                              problem->place, "text", problem->text));
    }
    return list;
}

static int tell_json(const struct checkup *checkup, struct error *error)
{
    json_t *checks = json_array();

    for (size_t i = 0; checks != NULL && i < checkup->count; i++)
        json_array_append_new(checks, json_pack("{s:s, s:s, s:s}", "name", checkup->checks[i].name,
                                                "status", checkup->checks[i].status, "text",
                                                checkup->checks[i].text));
    return print_json(json_pack("{s:s, s:o, s:o}", "site", checkup->site.folder, "checks", checks,
                                "problems", problems_json(&checkup->problems)),
                      error);
}

static void tell_text(const struct checkup *checkup, bool quiet)
{
    for (size_t i = 0; !quiet && i < checkup->count; i++)
        printf("  %-9s %-8s %s\n", checkup->checks[i].name, checkup->checks[i].status,
               checkup->checks[i].text);
    for (size_t i = 0; i < checkup->problems.count; i++) {
        char code[8];

        printf("%s%s: %s (%s)\n", i == 0 && !quiet ? "\n" : "", checkup->problems.items[i].place,
               checkup->problems.items[i].text,
               error_code_text(checkup->problems.items[i].code, code));
    }
}

static int check_all(struct checkup *checkup, const struct invocation *invocation,
                     struct error *error)
{
    struct site_key key;
    int result = check_settings(checkup, invocation_site(invocation), error);
    int code;

    if (result < 0)
        return result;
    check_folders(checkup);
    check_key(checkup, &key);
    check_database(checkup, &key);
    site_key_release(&key);
    check_linkage(checkup);
    check_disk(checkup);
    check_parser(checkup);
    code = worst(checkup);
    if (invocation_json(invocation))
        result = tell_json(checkup, error);
    else
        tell_text(checkup, invocation_quiet(invocation));
    if (result == 0 && code != 0) {
        size_t faults = settings_fault_count(&checkup->problems);

        error_set(error, (enum error_code)code, "%zu fault%s found", faults,
                  faults == 1 ? "" : "s");
        result = code;
    }
    return result;
}

int command_check(const struct invocation *invocation, struct error *error)
{
    struct checkup *checkup = calloc(1, sizeof *checkup);
    int result;

    if (checkup == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the checks");
    problem_list_init(&checkup->problems);
    result = check_all(checkup, invocation, error);
    problem_list_release(&checkup->problems);
    site_release(&checkup->site);
    free(checkup);
    return result;
}
