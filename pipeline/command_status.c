/* joinedup status */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "database.h"
#include "result_table.h"

enum part { LAST_RUN, PUBLICATION, FRESHNESS, DELIVERIES, HELD, PART_COUNT };

static const struct {
    const char *sql_file, *key, *title, *none;
    bool single; /* one row at most */
} parts[PART_COUNT] = {
    [LAST_RUN] = {"sql/status/last_run.sql", "last_run", "Last run", "none yet", true},
    [PUBLICATION] = {"sql/status/publication.sql", "publication", "Publication", "none yet", true},
    [FRESHNESS] = {"sql/status/freshness.sql", "freshness", "Freshness",
                   "nothing with a period is loaded", false},
    [DELIVERIES] = {"sql/status/deliveries.sql", "deliveries", "Deliveries", "none yet", false},
    [HELD] = {"sql/status/held.sql", "held", "Held (newest first)", "nothing", false},
};

static int read_parts(struct database *database, PGresult *results[PART_COUNT], struct error *error)
{
    int result = 0;

    for (int i = 0; result == 0 && i < PART_COUNT; i++)
        result = database_query(database, parts[i].sql_file, NULL, 0, &results[i], error);
    return result;
}

/* Months are missing only from feeds that send one a month. */
static bool is_monthly(const struct site *site, const char *name)
{
    const struct feed *feed = site_feed(site, name);

    return feed != NULL && feed->replaces == REPLACES_SENDER_MONTH;
}

static void clear_other_months(const struct site *site, PGresult *freshness)
{
    static char nothing[] = "";
    int feed = PQfnumber(freshness, "feed"), months = PQfnumber(freshness, "missing_months");

    for (int r = 0; r < PQntuples(freshness); r++) {
        if (!is_monthly(site, PQgetvalue(freshness, r, feed)))
            PQsetvalue(freshness, r, months, nothing, 0);
    }
}

static int tell_json(const struct site *site, PGresult *const results[PART_COUNT],
                     struct error *error)
{
    json_t *document = json_pack("{s:s, s:s}", "site", site->folder, "name", site->name);

    for (int i = 0; document != NULL && i < PART_COUNT; i++)
        json_object_set_new(document, parts[i].key,
                            parts[i].single ? result_row_json(results[i])
                                            : result_json(results[i]));
    return print_json(document, error);
}

static void tell_text(PGresult *const results[PART_COUNT])
{
    for (int i = 0; i < PART_COUNT; i++) {
        printf("%s%s\n", i == 0 ? "" : "\n", parts[i].title);
        if (PQntuples(results[i]) == 0)
            printf("  %s\n", parts[i].none);
        else
            result_print(results[i]);
    }
    if (PQntuples(results[HELD]) > 0)
        puts("\n  joinedup explain CODE tells what to do; the files are in held/");
}

int command_status(const struct invocation *invocation, struct error *error)
{
    PGresult *results[PART_COUNT] = {NULL};
    struct database database = {NULL};
    struct problem_list problems;
    struct site site;
    int result;

    problem_list_init(&problems);
    result = site_load(invocation_site(invocation), &site, &problems, error);
    if (result == 0)
        result = database_open(&site, false, &database, error);
    if (result == 0)
        result = read_parts(&database, results, error);
    if (result == 0) {
        clear_other_months(&site, results[FRESHNESS]);
        if (invocation_json(invocation))
            result = tell_json(&site, results, error);
        else if (!invocation_quiet(invocation))
            tell_text(results);
    }
    for (int i = 0; i < PART_COUNT; i++)
        PQclear(results[i]);
    database_close(&database);
    site_release(&site);
    problem_list_release(&problems);
    return result;
}
