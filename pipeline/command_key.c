/* joinedup key new, joinedup key check. Neither ever shows the key. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "database.h"
#include "site_key_file.h"

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

/* What was loaded with one key can never be joined with what another makes: say so at once, not
 * only when the next run refuses the key. A database that cannot be asked has no say. */
static void warn_of_second_key(const struct site *site, const struct site_key *key)
{
    struct database database = {NULL};
    struct error unreachable = {0};
    char id[256] = "";
    bool fits = true;

    if (database_open(site, false, &database, &unreachable) == 0)
        site_key_fits(&database, key, id, &fits, &unreachable);
    database_close(&database);
    if (*id != '\0')
        fprintf(stderr,
                "warning: the warehouse was loaded with key %s: runs with this one will be refused "
                "(JU1007);\n         restore that key from the key custodians\n",
                id);
}

int command_key_new(const struct invocation *invocation, struct error *error)
{
    struct site site;
    struct site_key key;
    int result = load_site(invocation, &site, error);

    if (result == 0)
        result = site_key_create(&site, &key, error);
    if (result == 0)
        warn_of_second_key(&site, &key);
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
                    const char *stored_id, const char *verdict, struct error *error)
{
    int rotations = (int)key->count - 1;

    if (invocation_json(invocation))
        return print_json(json_pack("{s:s, s:s, s:i, s:s, s:s}", "id", key->id, "check_value",
                                    key->check_value, "rotations", rotations, "database_id",
                                    stored_id, "database", verdict),
                          error);
    if (invocation_quiet(invocation))
        return 0;
    printf("  id           %s\n  check value  %s\n", key->id, key->check_value);
    if (rotations > 0)
        printf("  rotations    %d; the first key was %s\n", rotations, key->first_id);
    printf("  database     %s%s%s\n", verdict, *stored_id == '\0' ? "" : ": made with ", stored_id);
    return 0;
}

/* Was the database made with a key that the site's grew from? Then it is older than the key. */
static bool grew_from(const struct site_key *key, const char *stored_id)
{
    struct error ignored = {0};
    char id[17];

    for (size_t i = 1; i < key->count; i++)
        if (site_key_id(key->bytes + i * SITE_KEY_SIZE, id, &ignored) == 0 &&
            strcmp(id, stored_id) == 0)
            return true;
    return false;
}

static int compare_key(const struct invocation *invocation, const struct site *site,
                       struct site_key *key, struct error *error)
{
    struct database database = {NULL};
    char stored_id[256];
    bool fits = false;
    int result = database_open(site, false, &database, error);

    if (result == 0)
        result = site_key_settle(site, &database, false, key, error);
    if (result == 0)
        result = site_key_fits(&database, key, stored_id, &fits, error);
    database_close(&database);
    if (result < 0)
        return result;
    if (fits)
        return tell_key(invocation, key, stored_id,
                        *stored_id == '\0' ? "not loaded with any key yet" : "fits", error);
    error_set(error, ERROR_KEY_MISMATCH, "the key is not the one the warehouse was loaded with");
    error_place(error, "%.500s", site->key_file);
    error_detail(error, "this key has id %s, the warehouse was loaded with %s", key->id, stored_id);
    error_hint(error, grew_from(key, stored_id)
                          ? "the warehouse is from before a key rotation: restore the key of then, "
                            "or a backup of the warehouse from after it"
                          : "restore the key with that id from the key custodians");
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
