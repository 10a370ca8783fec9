#include "link_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "link_model.h"
#include "settings_reader.h"
#include "site_key.h"

enum { MODEL_BYTES_MAX = 16 << 20, JOBS_MAX = 256 };

bool link_input_wants_files(const struct invocation *invocation)
{
    return invocation_value(invocation, "left") != NULL;
}

/* ---- a site's records ---- */

int link_input_open_site(const struct invocation *invocation, struct link_input *ret,
                         struct error *error)
{
    struct problem_list problems;
    memset(ret, 0, sizeof *ret);
    ret->invocation = invocation;
    arena_init(&ret->arena, 0);
    problem_list_init(&problems);
    int failed = site_load(invocation_site(invocation), &ret->site, &problems, error);
    ret->site_loaded = true;
    problem_list_release(&problems);
    if (failed == 0) {
        ret->model = arena_take(&ret->arena, sizeof *ret->model);
        failed = ret->model == NULL
                     ? error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the linkage model")
                     : link_model_load(&ret->site, ret->model, error);
    }
    if (failed == 0) {
        failed = database_open(&ret->site, false, &ret->database, error);
        ret->database_open = failed == 0;
    }
    ret->threads = failed == 0 ? link_threads(&ret->site) : 1;
    return failed;
}

static int read_counts(const struct link_context *context, struct link_input *input,
                       struct error *error)
{
    char basis[512];
    link_basis(context, &input->records.set, basis);
    return link_snapshot_read(context, basis, &input->snapshot, error);
}

static int read_records(struct link_input *input, struct error *error)
{
    struct link_context context = {.database = &input->database,
                                   .site = &input->site,
                                   .key = &input->key,
                                   .nicknames = input->nicknames,
                                   .model = input->model};
    int failed = database_begin(&input->database, error);
    if (failed != 0) {
        return failed;
    }
    failed = link_read(&context, &input->records, error);
    failed = failed ? failed : read_counts(&context, input, error);
    database_rollback(&input->database); /* nothing was written */
    input->set = &input->records.set;
    input->verdicts = input->records.verdicts;
    input->verdict_count = input->records.verdict_count;
    return failed;
}

int link_input_read_site(struct link_input *input, struct error *error)
{
    int failed = site_key_load(&input->site, &input->key, error);
    input->key_loaded = failed == 0;
    failed = failed ? failed
                    : site_key_require(&input->site, &input->database, false, &input->key, error);
    failed = failed ? failed : link_nicknames_load(&input->nicknames, error);
    return failed ? failed : read_records(input, error);
}

/* ---- files ---- */

static int needed(const struct invocation *invocation, const char *option, const char **ret,
                  struct error *error)
{
    *ret = invocation_value(invocation, option);
    return *ret != NULL && **ret != '\0' ? 0
                                         : error_set(error, ERROR_USAGE, "--%s is missing", option);
}

static int read_jobs(const struct invocation *invocation, unsigned *threads, struct error *error)
{
    const char *text = invocation_value(invocation, "jobs");
    char *end = NULL;
    if (text == NULL) {
        return 0;
    }
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < 1 || value > JOBS_MAX) {
        return error_set(error, ERROR_USAGE, "--jobs must be a whole number from 1 to %d",
                         JOBS_MAX);
    }
    *threads = (unsigned)value;
    return 0;
}

static bool same_fields(const struct linkage_schema *left, const struct linkage_schema *right)
{
    bool same = left->field_count == right->field_count;
    for (size_t i = 0; same && i < left->field_count; i++) {
        same = left->fields[i].kind == right->fields[i].kind &&
               strcmp(left->fields[i].name, right->fields[i].name) == 0;
    }
    return same;
}

static int read_model(struct link_input *input, const char *path, struct error *error)
{
    struct problem_list problems;
    struct settings_reader reader = {&input->arena, path, ERROR_FILE_FAILED, &problems};
    struct slice text;
    bool edited = false;
    if (path == NULL) {
        return 0;
    }
    problem_list_init(&problems);
    int failed = settings_read_file(&reader, path, MODEL_BYTES_MAX, false, &text, error);
    if (failed == 0 && text.data == NULL) {
        failed = error_set(error, ERROR_FILE_FAILED, "%s",
                           problems.count > 0 ? problems.items[0].text : "cannot be read");
    }
    problem_list_release(&problems);
    input->model = failed ? NULL : arena_take(&input->arena, sizeof *input->model);
    if (failed == 0 && input->model == NULL) {
        failed = error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the linkage model");
    }
    failed =
        failed ? failed : linkage_model_read(text.data, text.length, input->model, &edited, error);
    if (failed == 0 && !same_fields(&input->model->schema, &input->map.schema)) {
        failed = error_set(error, ERROR_MODEL_INVALID, "the model is of other fields than the map");
    }
    if (failed != 0) {
        error_place(error, "%s", path);
    }
    return failed;
}

int link_input_read_files(const struct invocation *invocation, struct link_input *ret,
                          struct error *error)
{
    const char *map = NULL;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    memset(ret, 0, sizeof *ret);
    ret->invocation = invocation;
    ret->from_files = true;
    arena_init(&ret->arena, 0);
    ret->threads = processors < 1 ? 1 : processors > JOBS_MAX ? JOBS_MAX : (unsigned)processors;
    int failed = needed(invocation, "left", &ret->request.left, error);
    failed = failed ? failed : needed(invocation, "map", &map, error);
    failed = failed ? failed : read_jobs(invocation, &ret->threads, error);
    failed = failed ? failed : evaluation_map_read(map, &ret->arena, &ret->map, error);
    failed = failed ? failed : read_model(ret, invocation_value(invocation, "model"), error);
    failed = failed ? failed : link_nicknames_load(&ret->nicknames, error);
    if (failed != 0) {
        return failed;
    }
    ret->request.right = invocation_value(invocation, "right");
    ret->request.truth = ret->map.id; /* nothing is said of the truth: each is who they are */
    ret->request.map = &ret->map;
    ret->request.nicknames = ret->nicknames;
    ret->request.keep_ids = true;
    ret->request.threads = ret->threads;
    failed = evaluation_set_read(&ret->request, &ret->files, error);
    ret->set = &ret->files.set;
    return failed;
}

/* ---- both ---- */

int link_input_read(const struct invocation *invocation, struct link_input *ret,
                    struct error *error)
{
    static const char *const for_files[] = {"right", "map"};
    if (link_input_wants_files(invocation)) {
        return link_input_read_files(invocation, ret, error);
    }
    for (size_t i = 0; i < sizeof for_files / sizeof for_files[0]; i++) {
        if (invocation_value(invocation, for_files[i]) != NULL) {
            error_set(error, ERROR_USAGE, "--%s is for CSV files, and --left is missing",
                      for_files[i]);
            error_hint(error, "give the first file by --left");
            return error->code;
        }
    }
    int failed = link_input_open_site(invocation, ret, error);
    failed = failed ? failed : read_jobs(invocation, &ret->threads, error);
    if (failed == 0 && invocation_value(invocation, "model") != NULL) {
        failed = error_set(error, ERROR_USAGE, "--model is for CSV files");
        error_hint(error, "the site's model is that of joinedup.yaml (linkage: model:)");
    }
    return failed ? failed : link_input_read_site(ret, error);
}

void link_input_close(struct link_input *input)
{
    evaluation_set_release(&input->files);
    if (input->records.set.schema != NULL) {
        link_records_release(&input->records);
    }
    link_snapshot_release(&input->snapshot);
    if (input->database_open) {
        database_close(&input->database);
    }
    if (input->key_loaded) {
        site_key_release(&input->key);
    }
    if (input->site_loaded) {
        site_release(&input->site);
    }
    linkage_nicknames_free(input->nicknames);
    arena_release(&input->arena);
}

bool link_input_counts_kept(const struct link_input *input)
{
    return input->snapshot.model != NULL;
}

int link_input_run(struct link_input *input, const struct linkage_model *model,
                   struct linkage_result *ret, struct error *error)
{
    bool keep = model == input->model && link_input_counts_kept(input);
    struct linkage_options options = {.threads = input->threads,
                                      .model = keep ? input->snapshot.model : model,
                                      .fit_priors = !keep,
                                      .frequencies = keep ? &input->snapshot.frequencies : NULL,
                                      .kept = input->model,
                                      .verdicts = input->verdicts,
                                      .verdict_count = input->verdict_count};
    return linkage_run(input->set, &options, ret, error);
}

/* ---- names ---- */

bool link_key_parse(const char *text, struct token *ret)
{
    size_t digits = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        char letter = text[i];
        int value = letter >= '0' && letter <= '9'   ? letter - '0'
                    : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                    : letter >= 'A' && letter <= 'F' ? letter - 'A' + 10
                                                     : -1;
        if (letter == '-' && (i == 8 || i == 13 || i == 18 || i == 23)) {
            continue;
        }
        if (value < 0 || digits == 2 * TOKEN_SIZE) {
            return false;
        }
        ret->bytes[digits / 2] = (unsigned char)(ret->bytes[digits / 2] << 4 | value);
        digits++;
    }
    return digits == 2 * TOKEN_SIZE;
}

void link_key_write(const struct token *key, char *ret)
{
    char hex[2 * TOKEN_SIZE + 1];
    file_hex(key->bytes, TOKEN_SIZE, hex);
    snprintf(ret, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

const char *link_input_name(const struct link_input *input, uint32_t record,
                            char ret[LINK_NAME_MAX])
{
    if (input->from_files) {
        snprintf(ret, LINK_NAME_MAX, "%s", evaluation_set_id(&input->files, record));
    } else {
        struct error ignored = {0};
        struct token key;
        *ret = '\0';
        if (link_key(&input->records, record, &key, &ignored) == 0) {
            link_key_write(&key, ret);
        }
    }
    return ret;
}

static int unknown(const char *what, struct error *error)
{
    error_set(error, ERROR_RECORD_UNKNOWN, "%s", what);
    return error->code;
}

static int find_id(const struct link_input *input, const char *name, uint32_t *ret,
                   struct error *error)
{
    size_t found = 0;
    for (size_t i = 0; i < input->set->record_count; i++) {
        if (strcmp(evaluation_set_id(&input->files, (uint32_t)i), name) == 0) {
            *ret = found++ == 0 ? (uint32_t)i : *ret;
        }
    }
    if (found > 1) {
        error_set(error, ERROR_USAGE, "the id stands for %zu records", found);
        error_hint(error, "give each record of both files an id of its own");
        return error->code;
    }
    return found == 1 ? 0 : unknown("no record of the files has that id", error);
}

int link_input_find(const struct link_input *input, const char *name, uint32_t *ret,
                    struct error *error)
{
    struct token key = {{0}};
    if (input->from_files) {
        return find_id(input, name, ret, error);
    }
    if (!link_key_parse(name, &key)) {
        unknown("a record is named by its patient_key", error);
        error_hint(error, "a patient_key looks like 01234567-89ab-cdef-0123-456789abcdef");
        return error->code;
    }
    *ret = link_find(&input->records, &key);
    return *ret != UINT32_MAX ? 0 : unknown("no record has that patient_key", error);
}

static int find_named(const struct link_input *input, const char *argument, const char *name,
                      uint32_t *ret, struct error *error)
{
    int failed = link_input_find(input, name, ret, error);
    if (failed != 0) {
        char text[ERROR_TEXT_MAX];
        snprintf(text, sizeof text, "%s", error->primary);
        snprintf(error->primary, sizeof error->primary, "%s: %.400s", argument, text);
    }
    return failed;
}

int link_input_find_two(const struct link_input *input, const char *const names[2], uint32_t *one,
                        uint32_t *other, struct error *error)
{
    int failed = find_named(input, "A", names[0], one, error);
    failed = failed ? failed : find_named(input, "B", names[1], other, error);
    return failed == 0 && *one == *other
               ? error_set(error, ERROR_USAGE, "A and B are the same record")
               : failed;
}
