#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "ledger.h"
#include "problem.h"
#include "receive.h"

/* What tonight would do with one file, and why. */
struct intent {
    const char *action; /* "load", "retry", "skip", "leave" */
    char reason[256];
};

static int is_period_loaded(struct database *database, const struct delivery *delivery, bool *ret,
                            struct error *error)
{
    char start[16];
    const char *parameters[] = {
        delivery->feed->name, delivery->sender,
        delivery->facts.has_period ? ledger_day_text(delivery->facts.period_start, start) : NULL};
    PGresult *rows = NULL;
    int failed =
        database_query(database, "sql/meta/period_loaded.sql", parameters, 3, &rows, error);
    if (failed == 0) {
        *ret = PQntuples(rows) > 0;
        PQclear(rows);
    }
    return failed;
}

static void intend_known(const struct delivery *delivery, const struct ledger_entry *entry,
                         struct intent *ret)
{
    if (strcmp(entry->state, "refused") != 0) {
        ret->action = "skip";
        snprintf(ret->reason, sizeof ret->reason, "is in the ledger already (%s)", entry->state);
    } else if (ledger_refusal_stands(entry, delivery)) {
        ret->action = "skip";
        snprintf(ret->reason, sizeof ret->reason, "same content was refused with %s",
                 entry->error_code);
    } else {
        ret->action = "retry";
        snprintf(ret->reason, sizeof ret->reason,
                 "refused with %s, but name, rules or settings may say otherwise now",
                 entry->error_code);
    }
}

static int intend_new(struct database *database, const struct delivery *delivery,
                      struct intent *ret, struct error *error)
{
    bool loaded = false;
    int failed = is_period_loaded(database, delivery, &loaded, error);
    if (failed == 0) {
        bool dated = delivery->feed->extract_time_field != FIELD_NONE;
        ret->action = "load";
        snprintf(ret->reason, sizeof ret->reason, "%s",
                 !loaded ? "new file"
                 : dated ? "restates a loaded period, if its extract is the later one"
                         : "restates a loaded period");
    }
    return failed;
}

static int intend(const struct site *site, struct database *database, struct delivery *delivery,
                  struct intent *ret, struct error *error)
{
    struct ledger_entry entry;
    struct error story = {0};
    int fd = -1;
    if (delivery->feed == NULL) {
        char code[8];
        int unclaimed = receive_tell_unclaimed(site, delivery, &story);
        ret->action = "leave";
        snprintf(ret->reason, sizeof ret->reason, "%.200s (%s)", story.primary,
                 error_code_text(unclaimed, code));
        return 0;
    }
    int failed = receive_open(site, delivery, &fd, &story);
    failed = failed ? failed : receive_hash(site, delivery, fd, NULL, &story);
    if (fd >= 0) {
        close(fd);
    }
    if (failed != 0 && failed != ERROR_DELIVERY_EMPTY) {
        char code[8];
        ret->action = "leave";
        snprintf(ret->reason, sizeof ret->reason, "%.200s (%s)", story.primary,
                 error_code_text(failed, code));
        return 0;
    }
    failed = ledger_find(database, delivery, &entry, error);
    if (failed != 0) {
        return failed;
    }
    if (entry.found) {
        intend_known(delivery, &entry, ret);
        return 0;
    }
    return intend_new(database, delivery, ret, error);
}

static void tell(const struct delivery *delivery, const struct intent *intent, json_t *list)
{
    char label[DELIVERY_NAME_MAX];
    const char *feed = delivery->feed ? delivery->feed->name : "";
    delivery_label(delivery, label, sizeof label);
    if (list != NULL) {
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s}", "feed", feed, "delivery", label,
                            "sender", delivery->sender, "action", intent->action, "bytes",
                            (json_int_t)delivery->bytes, "reason", intent->reason, "stage",
                            delivery->feed && delivery->feed->stage == 1 ? "reference" : "feeds"));
    } else {
        printf("  %-6s %-13s %-36s %s\n", intent->action, feed, label, intent->reason);
    }
}

static int plan(const struct site *site, struct database *database, json_t *list,
                struct error *error)
{
    struct arena arena;
    struct delivery *deliveries = NULL;
    size_t count = 0;
    arena_init(&arena, 0);
    int failed = receive_scan(site, &arena, &deliveries, &count, error);
    for (size_t i = 0; i < count && failed == 0; i++) {
        struct intent intent = {0};
        failed = intend(site, database, &deliveries[i], &intent, error);
        if (failed == 0) {
            tell(&deliveries[i], &intent, list);
        }
    }
    if (failed == 0 && count == 0 && list == NULL) {
        printf("  nothing in landing\n");
    }
    arena_release(&arena);
    return failed;
}

int command_plan(const struct invocation *invocation, struct error *error)
{
    struct site site;
    struct database database = {0};
    struct problem_list problems;
    problem_list_init(&problems);
    int failed = site_load(invocation_site(invocation), &site, &problems, error);
    if (failed == 0) {
        failed = database_open(&site, false, &database, error);
    }
    json_t *list = invocation_json(invocation) ? json_array() : NULL;
    failed = failed ? failed : plan(&site, &database, list, error);
    if (failed == 0 && list != NULL) {
        failed = print_json(json_pack("{s:o}", "deliveries", list), error);
    } else {
        json_decref(list);
    }
    database_close(&database);
    site_release(&site);
    problem_list_release(&problems);
    return failed;
}
