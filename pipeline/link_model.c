#include "link_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "settings_reader.h"

enum { FILE_BYTES_MAX = 16 << 20, THREADS_MAX = 64 };

/* The text of a file in memory of its own. *ret.data is NULL when it is not there. */
static int read_text(const char *path, bool optional, struct arena *arena, struct slice *ret,
                     struct error *error)
{
    struct problem_list problems;
    struct settings_reader reader = {arena, path, ERROR_CONFIG_INVALID, &problems};
    problem_list_init(&problems);
    int failed = settings_read_file(&reader, path, FILE_BYTES_MAX, optional, ret, error);
    if (failed == 0 && problems.count > 0) {
        failed = error_set(error, ERROR_CONFIG_INVALID, "%s", problems.items[0].text);
        error_place(error, "%s", path);
    }
    problem_list_release(&problems);
    return failed;
}

static bool is_person_schema(const struct linkage_schema *schema)
{
    const struct linkage_schema *person = linkage_schema_person();
    bool same = schema->field_count == person->field_count && schema->words == person->words;
    for (size_t i = 0; i < person->field_count && same; i++) {
        same = schema->fields[i].kind == person->fields[i].kind;
    }
    return same;
}

static int read_model(const char *path, bool optional, struct linkage_model *ret, bool *ret_found,
                      struct error *error)
{
    struct arena arena;
    struct slice text = {0};
    bool edited;
    arena_init(&arena, 0);
    int failed = read_text(path, optional, &arena, &text, error);
    *ret_found = failed == 0 && text.data != NULL;
    if (*ret_found) {
        failed = linkage_model_read(text.data, text.length, ret, &edited, error);
        if (failed == 0 && !is_person_schema(&ret->schema)) {
            failed = error_set(error, ERROR_MODEL_INVALID,
                               "the model's fields are not those that feeds give of a person");
        }
        if (failed != 0) {
            error_place(error, "%s", path);
        }
    }
    arena_release(&arena);
    return failed;
}

static int read_any_model(const struct site *site, struct linkage_model *ret, struct error *error)
{
    char folder[4096], path[8400];
    bool found = false;
    if (site->linkage_model != NULL) {
        snprintf(path, sizeof path, "%s%s%s", *site->linkage_model == '/' ? "" : site->folder,
                 *site->linkage_model == '/' ? "" : "/", site->linkage_model);
        return read_model(path, false, ret, &found, error);
    }
    int failed = site_data_folder(folder, sizeof folder, error);
    if (failed == 0) {
        snprintf(path, sizeof path, "%s/linkage/model.json", folder);
        failed = read_model(path, true, ret, &found, error);
    }
    if (failed == 0 && !found) {
        linkage_model_default(linkage_schema_person(), ret);
    }
    return failed;
}

int link_model_load(const struct site *site, struct linkage_model *ret, struct error *error)
{
    char *text = NULL;
    int failed = read_any_model(site, ret, error);
    if (failed == 0) {
        ret->threshold = site->has_linkage_threshold ? site->linkage_threshold : ret->threshold;
        ret->review = site->has_linkage_review ? site->linkage_review : ret->review;
        if (ret->review > ret->threshold || ret->floor > ret->review) {
            failed = error_set(error, ERROR_CONFIG_INVALID,
                               "linkage: review must lie between the model's floor (%g) and the "
                               "threshold (%g)",
                               ret->floor, ret->threshold);
        }
    }
    if (failed == 0) {
        linkage_model_round(ret);
        failed = linkage_model_write(ret, &text, error); /* for its version */
        free(text);
    }
    if (failed != 0) {
        error_while(error, "reading the linkage model");
    }
    return failed;
}

int link_nicknames_load(struct linkage_nicknames **ret, struct error *error)
{
    char folder[4096], path[4200];
    struct arena arena;
    struct slice text = {0};
    arena_init(&arena, 0);
    int failed = site_data_folder(folder, sizeof folder, error);
    if (failed == 0) {
        snprintf(path, sizeof path, "%s/linkage/nicknames.csv", folder);
        failed = read_text(path, false, &arena, &text, error);
    }
    if (failed == 0) {
        failed = linkage_nicknames_parse(text.data, text.length, ret, error);
    }
    arena_release(&arena);
    if (failed != 0) {
        error_while(error, "reading the nicknames");
    }
    return failed;
}

unsigned link_threads(const struct site *site)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (site->linkage_jobs > 0) {
        return site->linkage_jobs;
    }
    return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (unsigned)processors;
}
