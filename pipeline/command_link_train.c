/* link train: the weights, learned from the records themselves; a model to review, not yet used. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "link_input.h"
#include "link_training.h"
#include "linkage/rule.h"

struct training {
    struct link_input input;
    struct link_training report;
    uint32_t *clusters_before;
    char *text; /* the model as it is written */
};

static uint64_t count_links(const struct linkage_result *result)
{
    uint64_t links = 0;
    for (size_t i = 0; i < result->pair_count; i++) {
        links += result->pairs[i].outcome == LINKAGE_LINKED;
    }
    return links;
}

/* ---- the file ---- */

static int find_file(struct training *training, struct error *error)
{
    const char *out = invocation_value(training->input.invocation, "out");
    char *file = training->report.file;
    size_t size = sizeof training->report.file;
    if (out != NULL && strcmp(out, "-") == 0) {
        return error_set(error, ERROR_USAGE, "--out takes a file, not standard output");
    }
    if (out == NULL && training->input.from_files) {
        return error_set(error, ERROR_USAGE, "--out is missing");
    }
    if (out != NULL) {
        return snprintf(file, size, "%s", out) < (int)size
                   ? 0
                   : error_set(error, ERROR_USAGE, "the path of --out is too long");
    }
    snprintf(file, size, "%s/linkage", training->input.site.folder);
    if (mkdir(file, 0755) != 0 && errno != EEXIST) {
        error_set_errno(error, ERROR_FILE_FAILED, errno, "the folder cannot be made");
        error_place(error, "%s", file);
        return error->code;
    }
    snprintf(file, size, "%s/linkage/model-%.8s.json", training->input.site.folder,
             training->report.after.version);
    return 0;
}

/* Its name holds the version: a file of that name with these bytes is this model. */
static bool holds_same(const char *path, const char *text)
{
    size_t length = strlen(text), used = 0;
    char *bytes = malloc(length + 1);
    FILE *file = fopen(path, "re");
    if (bytes != NULL && file != NULL) {
        used = fread(bytes, 1, length + 1, file);
    }
    bool same = bytes != NULL && file != NULL && used == length && memcmp(bytes, text, length) == 0;
    if (file != NULL) {
        fclose(file);
    }
    free(bytes);
    return same;
}

static int write_file(struct training *training, struct error *error)
{
    const char *path = training->report.file;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 && errno == EEXIST && holds_same(path, training->text)) {
        training->report.was_there = true;
        return 0;
    }
    int failed = fd < 0 ? error_set_errno(error, ERROR_FILE_FAILED, errno, "no model was written")
                        : file_write_all(fd, training->text, strlen(training->text), error);
    if (fd >= 0 && (fsync(fd) != 0 || close(fd) != 0) && failed == 0) {
        failed = error_set_errno(error, ERROR_FILE_FAILED, errno, "the model cannot be written");
    }
    if (failed != 0 && fd >= 0) {
        unlink(path);
    }
    if (failed != 0) {
        error_place(error, "%s", path);
    }
    return failed;
}

/* ---- the models ---- */

/* As things are, by the model in use. */
static int run_before(struct training *training, struct error *error)
{
    struct linkage_result result = {0};
    struct link_training *report = &training->report;
    char *text = NULL;
    if (training->input.model != NULL) {
        report->before = *training->input.model;
    } else {
        linkage_model_default(training->input.set->schema, &report->before);
    }
    int failed = linkage_model_write(&report->before, &text, error); /* for its version */
    free(text);
    failed = failed ? failed : link_input_run(&training->input, &report->before, &result, error);
    if (failed == 0) {
        report->links_before = count_links(&result);
        training->clusters_before = result.cluster;
        result.cluster = NULL;
        linkage_result_release(&result);
    }
    return failed;
}

static int train(struct training *training, struct error *error)
{
    struct linkage_result result = {0};
    bool edited;
    int failed = link_input_run(&training->input, NULL, &result, error);
    if (failed != 0) {
        return failed;
    }
    memcpy(training->report.sessions, result.sessions, sizeof result.sessions);
    linkage_rules_drop_every_pair(
        &result.model); /* it comes last, so the sessions keep their rules */
    failed = linkage_model_write(&result.model, &training->text, error);
    linkage_result_release(&result);
    /* Read back: what links later is the file. */
    return failed ? failed
                  : linkage_model_read(training->text, strlen(training->text),
                                       &training->report.after, &edited, error);
}

static int run_after(struct training *training, struct error *error)
{
    struct linkage_result *result = calloc(1, sizeof *result);
    struct link_training *report = &training->report;
    if (result == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to compare the models");
    }
    int failed = link_input_run(&training->input, &report->after, result, error);
    if (failed == 0) {
        report->links_after = count_links(result);
        if (linkage_partition_compare(training->clusters_before, result->cluster,
                                      training->input.set->record_count, &report->change) != 0) {
            failed = error_set(error, ERROR_OUT_OF_MEMORY, "no memory to compare the models");
        }
        linkage_result_release(result);
    }
    free(result);
    /* Source numbers of the file's model are its own; what is told is told of the set's. */
    linkage_model_adopt(&report->after, training->input.set);
    return failed;
}

static int tell(const struct training *training, struct error *error)
{
    const struct invocation *invocation = training->input.invocation;
    if (invocation_json(invocation)) {
        return print_json(link_training_json(&training->report), error);
    }
    if (!invocation_quiet(invocation)) {
        link_training_print(&training->report);
    }
    return 0;
}

static int train_and_tell(const struct invocation *invocation, struct training *training,
                          struct error *error)
{
    int failed = link_input_read(invocation, &training->input, error);
    if (failed == 0 && training->input.set->record_count < 2) {
        failed = error_set(error, ERROR_NO_DATA, "there are no two records to train on");
        error_hint(error, "run joinedup run first");
    }
    training->report.set = training->input.set;
    failed = failed ? failed : run_before(training, error);
    failed = failed ? failed : train(training, error);
    failed = failed ? failed : run_after(training, error);
    failed = failed ? failed : find_file(training, error);
    failed = failed ? failed : write_file(training, error);
    return failed ? failed : tell(training, error);
}

int command_link_train(const struct invocation *invocation, struct error *error)
{
    struct training *training = calloc(1, sizeof *training);
    if (training == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a training");
    }
    int failed = train_and_tell(invocation, training, error);
    free(training->clusters_before);
    free(training->text);
    link_input_close(&training->input);
    free(training);
    return failed;
}
