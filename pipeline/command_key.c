/* joinedup key new, joinedup key check. Neither ever shows the key. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "database.h"
#include "ledger.h"
#include "site_key.h"

/* A site whose feed definitions have faults still has a key. */
static int load_site(const struct invocation *invocation, struct site *site, struct error *error)
{
    struct problem_list problems;
    int result;

    problem_list_init(&problems);
    result = site_load(invocation_site(invocation), site, &problems, error);
    problem_list_release(&problems);
    return result == ERROR_FEED_DEFINITION_INVALID ? 0 : result;
}

struct stored_key {
    char id[256], check_value[256];
};

static int read_stored(const struct site *site, struct stored_key *ret, struct error *error)
{
    struct database database;
    int result = database_open(site, false, &database, error);

    if (result < 0)
        return result;
    result = ledger_setting(&database, "key_id", ret->id, error);
    if (result == 0)
        result = ledger_setting(&database, "key_check", ret->check_value, error);
    database_close(&database);
    return result;
}

/* What was loaded with one key can never be joined with what another makes: say so at once, not
 * only when the next run refuses the key. A database that cannot be asked has no say. */
static void warn_of_second_key(const struct site *site)
{
    struct stored_key stored = {"", ""};
    struct error unreachable = {0};

    if (read_stored(site, &stored, &unreachable) == 0 && stored.id[0] != '\0')
        fprintf(stderr,
                "warning: the warehouse was loaded with key %s: runs with this one will be refused "
                "(JU1007);\n         restore that key from the key custodians\n",
                stored.id);
}

int command_key_new(const struct invocation *invocation, struct error *error)
{
    struct site site;
    struct site_key key;
    int result = load_site(invocation, &site, error);

    if (result == 0)
        result = site_key_create(&site, &key, error);
    if (result == 0)
        warn_of_second_key(&site);
    if (result == 0 && invocation_json(invocation)) {
        result = print_json(json_pack("{s:s, s:s, s:s}", "file", site.key_file, "id", key.id,
                                      "check_value", key.check_value),
                            error);
    } else if (result == 0 && !invocation_quiet(invocation)) {
        printf("Made the site key %s\n  id           %s\n  check value  %s\n\n"
               "Give a copy to the key custodians before the first run: without the key what was "
               "loaded\ncan never be joined with anything again. Never send it by mail.\n",
               site.key_file, key.id, key.check_value);
    }
    if (result == 0)
        site_key_release(&key);
    site_release(&site);
    return result;
}

static int tell_key(const struct invocation *invocation, const struct site_key *key,
                    const struct stored_key *stored, const char *verdict, struct error *error)
{
    if (invocation_json(invocation))
        return print_json(json_pack("{s:s, s:s, s:s, s:s}", "id", key->id, "check_value",
                                    key->check_value, "database_id", stored->id, "database",
                                    verdict),
                          error);
    if (!invocation_quiet(invocation))
        printf("  id           %s\n  check value  %s\n  database     %s%s%s\n", key->id,
               key->check_value, verdict, *stored->id == '\0' ? "" : ": made with ", stored->id);
    return 0;
}

static int compare_key(const struct invocation *invocation, const struct site *site,
                       const struct site_key *key, struct error *error)
{
    struct stored_key stored = {"", ""};
    int result = read_stored(site, &stored, error);
    bool same =
        strcmp(stored.id, key->id) == 0 && strcmp(stored.check_value, key->check_value) == 0;

    if (result < 0)
        return result;
    if (*stored.id == '\0' && *stored.check_value == '\0')
        return tell_key(invocation, key, &stored, "not loaded with any key yet", error);
    if (same)
        return tell_key(invocation, key, &stored, "fits", error);
    error_set(error, ERROR_KEY_MISMATCH, "the key is not the one the warehouse was loaded with");
    error_place(error, "%.500s", site->key_file);
    error_detail(error, "this key has id %s, the warehouse was loaded with %s", key->id, stored.id);
    error_hint(error, "restore the key with that id from the key custodians");
    return error->code;
}

int command_key_check(const struct invocation *invocation, struct error *error)
{
    struct site site;
    struct site_key key;
    int result = load_site(invocation, &site, error);

    if (result == 0)
        result = site_key_load(&site, &key, error);
    if (result == 0) {
        result = compare_key(invocation, &site, &key, error);
        site_key_release(&key);
    }
    site_release(&site);
    return result;
}
