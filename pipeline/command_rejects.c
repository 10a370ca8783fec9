/* joinedup rejects: refused rows, without any value: the database has none. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "database.h"
#include "result_table.h"

enum { LIMIT_DIGITS_MAX = 9, DELIVERY_DIGITS_MAX = 19 };

struct rejects_request {
    const char *sql_file, *key, *none;
    const char *parameters[4]; /* delivery, feed, rule, limit */
};

static int read_number(const char *text, const char *option, size_t digits, struct error *error)
{
    size_t length = text == NULL ? 1 : strspn(text, "0123456789");

    if (text == NULL || (length > 0 && length <= digits && text[length] == '\0'))
        return 0;
    error_set(error, ERROR_USAGE, "--%s takes a number", option);
    return error->code;
}

static int read_request(const struct invocation *invocation, struct rejects_request *ret,
                        struct error *error)
{
    static const char *const names[] = {"delivery", "feed", "rule", "limit"};
    bool rows = invocation_flag(invocation, "rows");
    bool warnings = invocation_flag(invocation, "warnings");
    int result;

    for (int i = 0; i < 4; i++)
        ret->parameters[i] = invocation_value(invocation, names[i]);
    if (rows && warnings)
        return error_set(error, ERROR_USAGE,
                         "--rows and --warnings do not go together: warnings "
                         "are counted, not kept row by row");
    ret->sql_file = warnings ? "sql/quality/warning.sql"
                    : rows   ? "sql/quality/reject_row.sql"
                             : "sql/quality/reject_count.sql";
    ret->key = warnings ? "warnings" : rows ? "rows" : "counts";
    ret->none = warnings ? "no warnings" : "no rows were refused";
    result = read_number(ret->parameters[0], "delivery", DELIVERY_DIGITS_MAX, error);
    if (result == 0)
        result = read_number(ret->parameters[3], "limit", LIMIT_DIGITS_MAX, error);
    return result;
}

/* "No rows were refused" of a feed that is not there would be taken for good news. */
static int check_feed(const struct site *site, const char *name, struct error *error)
{
    if (name == NULL || site_feed(site, name) != NULL)
        return 0;
    error_set(error, ERROR_USAGE, "there is no feed \"%.60s\"", name);
    error_hint(error, "the feeds are the folders in feeds/");
    return error->code;
}

static int tell(const struct invocation *invocation, const struct rejects_request *request,
                const PGresult *rows, struct error *error)
{
    if (invocation_json(invocation))
        return print_json(json_pack("{s:o}", request->key, result_json(rows)), error);
    if (invocation_quiet(invocation))
        return 0;
    if (PQntuples(rows) == 0) {
        printf("  %s\n", request->none);
        return 0;
    }
    result_print(rows);
    puts("\n  joinedup explain CODE tells what a rule wants and what to ask the sender");
    return 0;
}

int command_rejects(const struct invocation *invocation, struct error *error)
{
    struct rejects_request request;
    struct database database = {NULL};
    struct problem_list problems;
    PGresult *rows = NULL;
    struct site site;
    int result = read_request(invocation, &request, error);

    if (result < 0)
        return result;
    problem_list_init(&problems);
    result = site_load(invocation_site(invocation), &site, &problems, error);
    if (result == 0)
        result = check_feed(&site, request.parameters[1], error);
    if (result == 0)
        result = database_open(&site, false, &database, error);
    if (result == 0)
        result = database_query(&database, request.sql_file, request.parameters, 4, &rows, error);
    if (result == 0) {
        result = tell(invocation, &request, rows, error);
        PQclear(rows);
    }
    database_close(&database);
    site_release(&site);
    problem_list_release(&problems);
    return result;
}
