#include "site.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disclosure.h"
#include "feed_definition.h"
#include "site_senders.h"
#include "sql_file.h"
#include "yaml_tree.h"

enum { FEEDS_MAX = 256 };

static const char *const site_keys[] = {"name",   "database", "key",   "archive_days", "policy",
                                        "limits", "linkage",  "feeds", "senders",      NULL};

/* ---- feeds ---- */

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The folders below SITE/feeds that hold a feed.yaml, in name order. */
static int list_feeds(struct site *site, const struct settings_reader *reader, const char **names,
                      size_t *ret_count, struct error *error)
{
    char path[8192];
    struct dirent *entry;
    DIR *folder;

    *ret_count = 0;
    snprintf(path, sizeof path, "%s/feeds", site->folder);
    folder = opendir(path);
    if (folder == NULL) {
        settings_fault(reader, 1, 1, "the folder feeds/ cannot be read: %s", strerror(errno));
        return 0;
    }
    while ((entry = readdir(folder)) != NULL && *ret_count < FEEDS_MAX) {
        snprintf(path, sizeof path, "%s/feeds/%s/feed.yaml", site->folder, entry->d_name);
        if (*entry->d_name == '.' || access(path, F_OK) != 0)
            continue;
        names[*ret_count] = arena_copy_string(&site->arena, entry->d_name);
        if (names[(*ret_count)++] == NULL) {
            closedir(folder);
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the feeds");
        }
    }
    closedir(folder);
    qsort(names, *ret_count, sizeof *names, by_name);
    return 0;
}

/* What joinedup.yaml says of one feed. Returns false when the feed is switched off. */
static bool override_feed(const struct settings_reader *reader, const struct yaml_node *node,
                          struct feed *feed)
{
    static const char *const keys[] = {"bad_nhs_number", "enabled", NULL};
    static const char *const policies[] = {"withhold", "reject_file", "ignore", NULL};

    if (node == NULL || !yaml_expect_map(reader, node, keys))
        return true;
    feed->bad_nhs_number = (enum bad_nhs_number)yaml_choice(reader, node, "bad_nhs_number",
                                                            policies, (int)feed->bad_nhs_number);
    return yaml_yes(reader, node, "enabled", true);
}

static int load_feed(struct site *site, const struct settings_reader *reader, const char *name,
                     const struct yaml_node *overrides, struct error *error)
{
    char folder[8192], lists[8192], load[128];
    struct feed *feed = &site->feeds[site->feed_count];
    int result;

    snprintf(folder, sizeof folder, "%s/feeds/%s", site->folder, name);
    snprintf(lists, sizeof lists, "%s/code_lists", site->folder);
    result = feed_definition_load(&site->arena, folder, lists, feed, reader->problems, error);
    if (result == ERROR_FEED_DEFINITION_INVALID)
        return 0; /* its faults are in the list; the others are read on */
    if (result < 0)
        return result;
    snprintf(load, sizeof load, "sql/load/%.100s.sql", feed->load);
    if (sql_file_text(load) == NULL) {
        char place[256];

        snprintf(place, sizeof place, "feeds/%s/feed.yaml:1:1", name);
        problem_add(reader->problems, ERROR_FEED_DEFINITION_INVALID, place,
                    "load: this program has no %s", load);
    }
    if (override_feed(reader, yaml_get(overrides, name), feed))
        site->feed_count++;
    return 0;
}

static int load_feeds(struct site *site, const struct settings_reader *reader,
                      const struct yaml_node *root, struct error *error)
{
    const struct yaml_node *overrides = yaml_get(root, "feeds");
    const char **names = arena_take_array(&site->arena, FEEDS_MAX + 1, sizeof *names);
    size_t count = 0;
    int result;

    site->feeds = arena_take_array(&site->arena, FEEDS_MAX, sizeof *site->feeds);
    if (names == NULL || site->feeds == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the feeds");
    result = list_feeds(site, reader, names, &count, error);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = load_feed(site, reader, names[i], overrides, error);
    names[count] = NULL;
    if (result == 0 && count == 0)
        settings_fault(reader, 1, 1, "there is no feed below feeds/");
    else if (result == 0 && overrides != NULL)
        yaml_expect_map(reader, overrides, names);
    return result;
}

const struct feed *site_feed(const struct site *site, const char *name)
{
    for (size_t i = 0; i < site->feed_count; i++) {
        if (strcmp(site->feeds[i].name, name) == 0)
            return &site->feeds[i];
    }
    return NULL;
}

/* ---- joinedup.yaml ---- */

static void read_limits(struct site *site, const struct settings_reader *reader,
                        const struct yaml_node *limits)
{
    static const char *const keys[] = {"output_gib", "ratio", "memory_mib", "cpu_seconds", NULL};

    if (limits != NULL && !yaml_expect_map(reader, limits, keys))
        limits = NULL;
    site->limit_output_bytes = yaml_number(reader, limits, "output_gib", 64, 1, 1 << 20) << 30;
    site->limit_ratio = yaml_number(reader, limits, "ratio", 200, 2, 100000);
    site->limit_memory_bytes = yaml_number(reader, limits, "memory_mib", 512, 64, 1 << 20) << 20;
    site->limit_cpu_seconds = yaml_number(reader, limits, "cpu_seconds", 3600, 1, 1 << 20);
}

/* A number of bits; false when the key is not there. */
static bool read_bits(const struct settings_reader *reader, const struct yaml_node *map,
                      const char *key, double *ret)
{
    const char *text = yaml_text(reader, map, key, NULL);
    char *end = NULL;

    if (text == NULL)
        return false;
    *ret = strtod(text, &end);
    if (end == text || *end != '\0' || !(*ret >= -100 && *ret <= 100))
        yaml_fault(reader, yaml_get(map, key), "%s is a number of bits from -100 to 100", key);
    return true;
}

static void read_linkage(struct site *site, const struct settings_reader *reader,
                         const struct yaml_node *linkage)
{
    static const char *const keys[] = {"model",      "threshold", "review", "jobs",
                                       "full_below", "recount",   NULL};

    if (linkage != NULL && !yaml_expect_map(reader, linkage, keys))
        linkage = NULL;
    site->linkage_model = yaml_text(reader, linkage, "model", NULL);
    site->has_linkage_threshold = read_bits(reader, linkage, "threshold", &site->linkage_threshold);
    site->has_linkage_review = read_bits(reader, linkage, "review", &site->linkage_review);
    site->linkage_jobs = (unsigned)yaml_number(reader, linkage, "jobs", 0, 0, 64);
    site->linkage_full_below =
        (uint64_t)yaml_number(reader, linkage, "full_below", 50000, 0, 1000000000);
    site->linkage_recount = yaml_yes(reader, linkage, "recount", true);
}

static void read_settings(struct site *site, const struct settings_reader *reader,
                          const struct yaml_node *root)
{
    const char *key = yaml_text(reader, root, "key", "keys/site.key");

    site->name = yaml_text(reader, root, "name", "");
    site->database = yaml_text(reader, root, "database", NULL);
    site->archive_days = (unsigned)yaml_number(reader, root, "archive_days", 2555, 1, 36500);
    site->policy = yaml_text(reader, root, "policy", "mhsds");
    if (disclosure_profile_by_name(site->policy) == NULL)
        yaml_fault(reader, yaml_get(root, "policy"), "there is no disclosure policy \"%s\"",
                   site->policy);
    if (site->database != NULL && *site->database == '\0')
        yaml_fault(reader, yaml_get(root, "database"),
                   "database may not be empty; leave the key out for a private cluster");
    if (snprintf(site->key_file, sizeof site->key_file, "%s%s%s", *key == '/' ? "" : site->folder,
                 *key == '/' ? "" : "/", key) >= (int)sizeof site->key_file)
        yaml_fault(reader, yaml_get(root, "key"), "the path of the key is too long");
    read_limits(site, reader, yaml_get(root, "limits"));
    read_linkage(site, reader, yaml_get(root, "linkage"));
}

static int set_folders(const char *folder, struct site *site, struct error *error)
{
    static const char *const parts[] = {"landing", "archive", "held", "work"};
    char *const paths[] = {site->landing, site->archive, site->held, site->work};
    char *absolute = realpath(folder, NULL);
    size_t length = absolute == NULL ? 0 : strlen(absolute);

    if (absolute == NULL || length > 3900) {
        free(absolute);
        error_set(error, ERROR_SITE_NOT_FOUND, "there is no site in %.400s", folder);
        error_hint(error, "give --site DIR, or make a site with: joinedup init DIR");
        return error->code;
    }
    memcpy(site->folder, absolute, length + 1);
    free(absolute);
    for (size_t i = 0; i < 4; i++)
        snprintf(paths[i], sizeof site->landing, "%.3900s/%s", site->folder, parts[i]);
    return 0;
}

static int read_site(struct site *site, const struct settings_reader *reader, struct error *error)
{
    char path[8192];
    struct slice text;
    struct yaml_node *root = NULL;
    int result;

    snprintf(path, sizeof path, "%s/joinedup.yaml", site->folder);
    if (access(path, F_OK) != 0) {
        error_set(error, ERROR_SITE_NOT_FOUND, "there is no joinedup.yaml in %.400s", site->folder);
        error_hint(error, "give --site DIR, or make a site with: joinedup init DIR");
        return error->code;
    }
    result = settings_read_file(reader, path, YAML_FILE_MAX, false, &text, error);
    if (result == 0 && text.data != NULL)
        result = yaml_tree_parse(reader, text.data, text.length, &root, error);
    if (result < 0)
        return result;
    if (root != NULL && !yaml_expect_map(reader, root, site_keys))
        root = NULL;
    read_settings(site, reader, root);
    result = load_feeds(site, reader, root, error);
    return result < 0 ? result : site_senders_read(site, reader, yaml_get(root, "senders"), error);
}

/* Faults of feed definitions alone have their own code, so that one knows where to look. */
static int sum_up(const struct problem_list *problems, size_t before, struct error *error)
{
    size_t faults = settings_fault_count(problems) - before;
    enum error_code code = ERROR_FEED_DEFINITION_INVALID;

    if (faults == 0)
        return 0;
    for (size_t i = before; i < problems->count; i++) {
        if (problems->items[i].code != ERROR_FEED_DEFINITION_INVALID)
            code = ERROR_CONFIG_INVALID;
    }
    error_set(error, code, "%s", problems->items[before].text);
    error_place(error, "%s", problems->items[before].place);
    if (faults > 1)
        error_detail(error, "and %zu more; joinedup check lists all", faults - 1);
    return error->code;
}

int site_load(const char *folder, struct site *ret, struct problem_list *problems,
              struct error *error)
{
    struct settings_reader reader = {&ret->arena, "joinedup.yaml", ERROR_CONFIG_INVALID, problems};
    size_t before = settings_fault_count(problems);
    int result;

    memset(ret, 0, sizeof *ret);
    arena_init(&ret->arena, 0);
    result = set_folders(folder, ret, error);
    if (result == 0)
        result = read_site(ret, &reader, error);
    if (result == 0)
        result = sum_up(problems, before, error);
    return result;
}

void site_release(struct site *site)
{
    arena_release(&site->arena);
    memset(site, 0, sizeof *site);
}

/* ---- folders ---- */

static void check_folder(const char *path, const char *shown, struct problem_list *problems)
{
    struct stat facts;

    if (lstat(path, &facts) != 0)
        problem_add(problems, ERROR_CONFIG_INVALID, shown, "the folder is not there: %s",
                    strerror(errno));
    else if (!S_ISDIR(facts.st_mode))
        problem_add(problems, ERROR_CONFIG_INVALID, shown, "is not a folder");
    else if ((facts.st_mode & 077) != 0)
        problem_add(problems, ERROR_PERMISSION, shown, "others may enter it (mode %04o); chmod 700",
                    (unsigned)facts.st_mode & 07777);
}

void site_check_folders(const struct site *site, struct problem_list *problems)
{
    char keys[8192];

    check_folder(site->landing, "landing", problems);
    check_folder(site->archive, "archive", problems);
    check_folder(site->held, "held", problems);
    check_folder(site->work, "work", problems);
    snprintf(keys, sizeof keys, "%s/keys", site->folder);
    if (strncmp(site->key_file, keys, strlen(keys)) == 0)
        check_folder(keys, "keys", problems);
}
