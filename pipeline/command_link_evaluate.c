/* link evaluate: the linkage engine on labelled files, held against their truth. Needs neither a
 * site nor a database. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "clock.h"
#include "command.h"
#include "evaluation_report.h"
#include "file.h"
#include "linkage/nickname.h"
#include "settings_reader.h"
#include "site.h"

enum {
    SETTINGS_BYTES_MAX = 16 << 20,
    JOBS_MAX = 256,
    MEMORY_MIB_MAX = 1 << 24,
    TRUE_PAIRS_TRIED = 2000000
};

/* Everything one evaluation holds. */
struct evaluation {
    const struct invocation *invocation;
    struct arena arena;
    struct evaluation_request request;
    struct evaluation_map map;
    struct linkage_nicknames *nicknames;
    struct linkage_model *model; /* from --model, or NULL; in the arena */
    struct evaluation_set set;
    struct linkage_result result;
    struct linkage_truth truth;
    struct evaluation_figures figures;
};

/* ---- what is asked for ---- */

static int needed(const struct invocation *invocation, const char *option, const char **ret,
                  struct error *error)
{
    *ret = invocation_value(invocation, option);
    if (*ret != NULL && **ret != '\0')
        return 0;
    error_set(error, ERROR_USAGE, "--%s is missing", option);
    error_hint(error, "see: joinedup link evaluate --help");
    return error->code;
}

static int read_jobs(const struct invocation *invocation, unsigned *ret, struct error *error)
{
    const char *text = invocation_value(invocation, "jobs");
    long processors = sysconf(_SC_NPROCESSORS_ONLN), value;
    char *end = NULL;

    if (text == NULL) {
        *ret = processors < 1 ? 1 : processors > JOBS_MAX ? JOBS_MAX : (unsigned)processors;
        return 0;
    }
    value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < 1 || value > JOBS_MAX) {
        error_set(error, ERROR_USAGE, "--jobs must be a whole number from 1 to %d", JOBS_MAX);
        error_detail(error, "found \"%.40s\"", text);
        return error->code;
    }
    *ret = (unsigned)value;
    return 0;
}

static int read_memory(const struct invocation *invocation, size_t *ret, struct error *error)
{
    const char *text = invocation_value(invocation, "memory");
    char *end = NULL;
    long value;

    *ret = 0;
    if (text == NULL)
        return 0;
    value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < 1 || value > MEMORY_MIB_MAX) {
        error_set(error, ERROR_USAGE, "--memory must be a whole number of MiB from 1 to %d",
                  MEMORY_MIB_MAX);
        error_detail(error, "found \"%.40s\"", text);
        return error->code;
    }
    *ret = (size_t)value << 20;
    return 0;
}

/* "sex, ethnicity": names of columns, parted by commas. */
static int read_by(struct evaluation *evaluation, struct error *error)
{
    const char *text = invocation_value(evaluation->invocation, "by");
    struct evaluation_request *request = &evaluation->request;
    char *copy = text == NULL ? NULL : arena_copy_string(&evaluation->arena, text), *rest = NULL;

    if (text != NULL && copy == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for --by");
    for (char *name = copy == NULL ? NULL : strtok_r(copy, ",", &rest); name != NULL;
         name = strtok_r(NULL, ",", &rest)) {
        size_t length;

        name += strspn(name, " ");
        length = strlen(name);
        while (length > 0 && name[length - 1] == ' ')
            name[--length] = '\0';
        if (length == 0)
            continue;
        if (request->by_count == EVALUATION_BY_MAX)
            return error_set(error, ERROR_USAGE, "--by takes at most %d columns",
                             EVALUATION_BY_MAX);
        request->by[request->by_count++] = name;
    }
    return 0;
}

static int read_request(struct evaluation *evaluation, const char **ret_map, struct error *error)
{
    const struct invocation *invocation = evaluation->invocation;
    struct evaluation_request *request = &evaluation->request;
    const char *links = invocation_value(invocation, "links");
    int result = needed(invocation, "left", &request->left, error);

    if (result == 0)
        result = needed(invocation, "map", ret_map, error);
    if (result == 0)
        result = needed(invocation, "truth", &request->truth, error);
    if (result == 0)
        result = read_jobs(invocation, &request->threads, error);
    if (result == 0)
        result = read_memory(invocation, &request->memory_bytes, error);
    if (result == 0)
        result = read_by(evaluation, error);
    if (result == 0 && links != NULL && strcmp(links, "-") == 0)
        result = error_set(error, ERROR_USAGE, "--links takes a file, not standard output");
    request->right = invocation_value(invocation, "right");
    request->keep_ids = links != NULL;
    return result;
}

/* Who sees the truth needs no linkage. */
static int check_truth(const struct evaluation *evaluation, struct error *error)
{
    const struct evaluation_map *map = &evaluation->map;

    for (size_t i = 0; i < map->column_count; i++) {
        if (strcasecmp(map->columns[i].name, evaluation->request.truth) == 0) {
            error_set(error, ERROR_CONFIG_INVALID, "the column of --truth is a field of the map");
            error_hint(error, "the linkage must not see the truth: take it out of fields:");
            error_place(error, "%s:%u:%u", map->path, map->columns[i].line, map->columns[i].column);
            return error->code;
        }
    }
    return 0;
}

/* ---- settings ---- */

static int read_text(struct evaluation *evaluation, const char *path, struct slice *ret,
                     struct error *error)
{
    struct problem_list problems;
    struct settings_reader reader = {&evaluation->arena, path, ERROR_FILE_FAILED, &problems};
    int result;

    problem_list_init(&problems);
    result = settings_read_file(&reader, path, SETTINGS_BYTES_MAX, false, ret, error);
    if (result == 0 && ret->data == NULL) {
        result = error_set(error, ERROR_FILE_FAILED, "%s",
                           problems.count > 0 ? problems.items[0].text : "cannot be read");
        error_place(error, "%s", path);
    }
    problem_list_release(&problems);
    return result;
}

static int read_nicknames(struct evaluation *evaluation, struct error *error)
{
    char folder[4096], path[4200];
    struct slice text;
    int result = site_data_folder(folder, sizeof folder, error);

    if (result < 0)
        return result;
    snprintf(path, sizeof path, "%s/linkage/nicknames.csv", folder);
    result = read_text(evaluation, path, &text, error);
    if (result == 0)
        result = linkage_nicknames_parse(text.data, text.length, &evaluation->nicknames, error);
    if (result < 0)
        error_while(error, "reading the nicknames");
    evaluation->request.nicknames = evaluation->nicknames;
    return result;
}

/* A model's weights are of fields in an order; so must the map's be. */
static int check_fields(const struct linkage_schema *model, const struct linkage_schema *map,
                        struct error *error)
{
    for (size_t i = 0; i < model->field_count || i < map->field_count; i++) {
        const char *has = i < model->field_count ? model->fields[i].name : "no more";
        const char *wants = i < map->field_count ? map->fields[i].name : "no more";

        if (strcmp(has, wants) == 0 && model->fields[i].kind == map->fields[i].kind)
            continue;
        error_set(error, ERROR_MODEL_INVALID, "the model is of other fields than the map");
        error_detail(error, "field %zu: the model has %s, the map %s", i + 1, has, wants);
        return error->code;
    }
    return 0;
}

static int read_model(struct evaluation *evaluation, struct error *error)
{
    const char *path = invocation_value(evaluation->invocation, "model");
    struct linkage_model *model;
    struct slice text;
    bool edited = false;
    int result;

    if (path == NULL)
        return 0;
    result = read_text(evaluation, path, &text, error);
    if (result < 0)
        return result;
    model = arena_take(&evaluation->arena, sizeof *model);
    if (model == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the model");
    result = linkage_model_read(text.data, text.length, model, &edited, error);
    if (result == 0)
        result = check_fields(&model->schema, &evaluation->map.schema, error);
    if (result < 0 && *error->place == '\0')
        error_place(error, "%s", path);
    if (result == 0 && edited && !invocation_quiet(evaluation->invocation))
        fprintf(stderr, "warning: the model was edited after it was written\n");
    evaluation->model = model;
    return result;
}

/* ---- what comes of it ---- */

static int save_model(struct evaluation *evaluation, struct error *error)
{
    const char *path = invocation_value(evaluation->invocation, "save-model");
    char *text = NULL;
    int result, fd;

    if (path == NULL)
        return 0;
    result = linkage_model_write(&evaluation->result.model, &text, error);
    if (result < 0)
        return result;
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "the model cannot be written");
    else
        result = file_write_all(fd, text, strlen(text), error);
    if (fd >= 0 && close(fd) != 0 && result == 0)
        result = error_set_errno(error, ERROR_FILE_FAILED, errno, "the model cannot be written");
    if (result < 0)
        error_place(error, "%s", path);
    free(text);
    return result;
}

/* The most memory this process ever held. getrusage would also count what ran before exec. */
static double peak_mib(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    unsigned long long kib = 0;
    char line[256];

    while (file != NULL && kib == 0 && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoull(line + 6, NULL, 10);
    }
    if (file != NULL)
        fclose(file);
    return (double)kib / 1024;
}

static int count_groups(struct evaluation *evaluation, struct error *error)
{
    for (size_t g = 0; g < evaluation->set.grouping_count; g++) {
        const struct evaluation_grouping *grouping = &evaluation->set.groupings[g];
        struct linkage_group *groups =
            arena_take_array(&evaluation->arena, grouping->count + 1, sizeof(struct linkage_group));

        if (groups == NULL)
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for groups");
        evaluation->figures.groups[g] = groups;
        if (evaluation->set.set.record_count > 0)
            linkage_count_groups(&evaluation->truth, &evaluation->result, grouping->group_of.bytes,
                                 !grouping->in_left, TRUE_PAIRS_TRIED, groups);
    }
    return 0;
}

static int count(struct evaluation *evaluation, struct error *error)
{
    struct evaluation_figures *figures = &evaluation->figures;
    struct linkage_truth *truth = &evaluation->truth;
    struct timespec start;
    int result;

    clock_gettime(CLOCK_MONOTONIC, &start);
    result = linkage_truth_make(&evaluation->set.set, evaluation->set.labels.bytes, truth, error);
    if (result < 0)
        return result;
    figures->true_pairs = truth->pairs;
    figures->unlabelled = truth->unlabelled;
    linkage_score_pairs(truth, &evaluation->result, &figures->pair_shipped, &figures->pair_best);
    result = linkage_score_clusters(truth, &evaluation->result, &figures->cluster_shipped,
                                    &figures->cluster_best, error);
    if (result == 0) {
        linkage_count_blocked(truth, &evaluation->result.model, TRUE_PAIRS_TRIED, &figures->tested,
                              &figures->blocked);
        result = count_groups(evaluation, error);
    }
    figures->evaluate_seconds = seconds_since(&start);
    return result;
}

static int run_engine(struct evaluation *evaluation, struct error *error)
{
    const struct evaluation_request *request = &evaluation->request;
    struct linkage_options options = {
        .threads = request->threads,
        .model = evaluation->model, /* A model for people in general has no sources of its own. */
        .fit_priors = evaluation->model != NULL && evaluation->model->source_pair_count == 0};

    /* What the records leave over; evaluation_set_read has seen to it that this is not nothing. */
    if (request->memory_bytes > 0)
        options.memory_bytes = request->memory_bytes - evaluation_set_bytes(&evaluation->set);
    return linkage_run(&evaluation->set.set, &options, &evaluation->result, error);
}

static int tell(struct evaluation *evaluation, struct error *error)
{
    const char *links = invocation_value(evaluation->invocation, "links");
    int result = save_model(evaluation, error);

    if (result == 0 && links != NULL)
        result = evaluation_write_links(links, &evaluation->set, &evaluation->result, error);
    if (result == 0 && invocation_json(evaluation->invocation))
        result = print_json(evaluation_json(&evaluation->figures), error);
    else if (result == 0 && !invocation_quiet(evaluation->invocation))
        result = evaluation_print(&evaluation->figures, error);
    return result;
}

static int evaluate(struct evaluation *evaluation, struct error *error)
{
    struct evaluation_figures *figures = &evaluation->figures;
    struct timespec start;
    const char *map = NULL;
    int result = read_request(evaluation, &map, error);

    clock_gettime(CLOCK_MONOTONIC, &start);
    if (result == 0)
        result = evaluation_map_read(map, &evaluation->arena, &evaluation->map, error);
    evaluation->request.map = &evaluation->map;
    if (result == 0)
        result = check_truth(evaluation, error);
    if (result == 0)
        result = read_model(evaluation, error);
    if (result == 0)
        result = read_nicknames(evaluation, error);
    if (result == 0)
        result = evaluation_set_read(&evaluation->request, &evaluation->set, error);
    if (result == 0)
        result = run_engine(evaluation, error);
    if (result < 0)
        return result;
    figures->set = &evaluation->set;
    figures->result = &evaluation->result;
    figures->threads = evaluation->request.threads;
    figures->total_seconds = seconds_since(&start);
    figures->peak_mib = peak_mib();
    result = count(evaluation, error);
    return result < 0 ? result : tell(evaluation, error);
}

int command_link_evaluate(const struct invocation *invocation, struct error *error)
{
    /* A result holds a model, which is too large for the stack of a careful reader. */
    struct evaluation *evaluation = calloc(1, sizeof *evaluation);
    int result;

    if (evaluation == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for an evaluation");
    evaluation->invocation = invocation;
    arena_init(&evaluation->arena, 0);
    result = evaluate(evaluation, error);
    linkage_truth_release(&evaluation->truth);
    linkage_result_release(&evaluation->result);
    evaluation_set_release(&evaluation->set);
    linkage_nicknames_free(evaluation->nicknames);
    arena_release(&evaluation->arena);
    free(evaluation);
    return result;
}
